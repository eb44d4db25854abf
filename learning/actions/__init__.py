"""Every change to more than one row: one verb a function, one transaction."""
