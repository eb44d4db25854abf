"""Pages of a nurse. Everything is fetched through her groups."""
