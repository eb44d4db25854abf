"""How many statements a piece of work sends to the database, and how many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

WRITES = ("INSERT", "UPDATE", "DELETE")
READS = ("SELECT", "WITH")


@dataclass
class Counted:
    statements: list[str] = field(default_factory=list)

    @property
    def all(self) -> int:
        return len(self.statements)

    @property
    def writes(self) -> int:
        return sum(statement.startswith(WRITES) for statement in self.statements)


@contextmanager
def counted() -> Iterator[Counted]:
    """Statements that read or write rows; beginning and ending a transaction are not counted."""
    found = Counted()
    with CaptureQueriesContext(connection) as queries:
        yield found
    sent = [query["sql"].lstrip() for query in queries.captured_queries]
    found.statements = [sql for sql in sent if sql.startswith((*READS, *WRITES))]


def rows() -> dict[str, int]:
    """How many rows each table of ours has, in one statement."""
    counts = " UNION ALL ".join(
        f"SELECT '{model.__name__}', COUNT(*) FROM {model._meta.db_table}"
        for model in apps.get_app_config("learning").get_models()
    )
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())
