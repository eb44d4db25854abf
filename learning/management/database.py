"""A demo's database is marked for good, so that demo and real work never meet."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from learning.models.demo import is_demo_database, mark_database


def mark_as_demo() -> None:
    """Mark the database file as a demo's. Raises CommandError for one that holds real work."""
    if not is_demo_database() and connection.introspection.table_names():
        raise CommandError(
            f"{settings.DATABASES['default']['NAME']} is not a demo's database, so the demo leaves "
            "it alone. Move it away, then start the demo again."
        )
    mark_database()


def refuse_demo() -> None:
    """Raise CommandError where real work would go into a demo's database."""
    if is_demo_database():
        raise CommandError(
            "This database belongs to the demo. Set DATABASE_URL to the one of your real site."
        )
