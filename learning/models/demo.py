"""Whether this is a demo's database, which is marked for good, and where its sign-in links lie."""

from __future__ import annotations

from django.db import connection

from learning.models.people import token_hash

# "Wdem" in ASCII, in SQLite's own place for what a file is:
# https://www.sqlite.org/pragma.html#pragma_application_id
DEMO_MARK = 0x5764656D

LINKS = "demo-sign-in"  # where the shared cache keeps which links there are
LINK_LIFE = 30 * 24 * 3600  # seconds: longer than anybody leaves a demo running


def is_demo_database() -> bool:
    """Whether the database is a demo's. No PostgreSQL database is."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA application_id")
        return int(cursor.fetchone()[0]) == DEMO_MARK


def mark_database() -> None:
    """Say in the database file that it is a demo's."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA application_id = {DEMO_MARK}")


def link_place(token: str) -> str:
    """Where the shared cache keeps, until it is used, whom the link with this token signs in."""
    return f"{LINKS}:{token_hash(token)}"
