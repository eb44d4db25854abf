"""A demo's database is marked for good, so that demo and real work never meet."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

# "Wdem" in ASCII, in SQLite's own place for what a file is:
# https://www.sqlite.org/pragma.html#pragma_application_id
DEMO_MARK = 0x5764656D


def _mark() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA application_id")
        return int(cursor.fetchone()[0])


def mark_as_demo() -> None:
    """Mark the database file as a demo's. Raises CommandError for one that holds real work."""
    if _mark() != DEMO_MARK and connection.introspection.table_names():
        raise CommandError(
            f"{settings.DATABASES['default']['NAME']} is not a demo's database, so the demo leaves "
            "it alone. Move it away, then start the demo again."
        )
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA application_id = {DEMO_MARK}")


def refuse_demo() -> None:
    """Raise CommandError where real work would go into a demo's database."""
    if connection.vendor == "sqlite" and _mark() == DEMO_MARK:
        raise CommandError(
            "This database belongs to the demo. Set DATABASE_URL to the one of your real site."
        )
