"""Every read that spans tables, answered as frozen dataclasses."""
