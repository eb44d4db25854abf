"""Views by audience. They ask reports, call actions, and never touch a bare manager."""
