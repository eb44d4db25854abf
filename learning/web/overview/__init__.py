"""Pages of those who see the overview and look after staff and clinics."""
