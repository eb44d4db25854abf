"""Fills a site with so many checks, closes what is due, or lets a viewer in; prints JSON.

A few hundred people are drawn from the model of ``fixtures/population.yaml``, then copied in the
database itself until there are enough answers. So a million take a minute, on either database, and
the figures of many copies are known from those of one. Run with a site's environment, and a number
of checks, ``close``, ``reopen``, ``viewer`` or ``log``: processes of their own, so that the memory
of one does not hide the other's.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

DRAWN = 250
CHECKS_EACH = 12  # of a person who is drawn, about
LINES = 20_000
STRIDE = 100_000  # more than the ids of those who are drawn
MODEL = Path("fixtures/population.yaml")
SITTING = "module_id, edition_id, language, clinic_id, occasion, size, started_at, finished_at"
PLACE = "number, asked_id, {order}, correction_seen_at"
ANSWER = "number, response, sure, verdict, at"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    django.setup()
    asked = sys.argv[1]
    others = {"close": closed, "reopen": reopened, "viewer": viewer, "log": log}
    found = others[asked]() if asked.isalpha() else fill(int(asked))
    json.dump(found, sys.stdout)


def fill(at_least: int) -> dict[str, int]:
    """Draw people and copy them until there are so many checks or more; how many of what."""
    from django.db import connection, transaction
    from django.utils import timezone
    from ruamel.yaml import YAML

    from learning.management.population import _Crowd
    from learning.models import Answer, Sitting

    model = YAML(typ="safe").load(MODEL.read_text(encoding="utf-8"))
    with transaction.atomic():
        _Crowd(model, timezone.now()).make(min(DRAWN, at_least // CHECKS_EACH))
        drawn = Sitting.objects.count()
        for copy in range(1, -(-at_least // drawn)):
            _copy(connection, copy)
        _give_devices(connection, timezone.localdate())
    _settle(connection)
    return {"checks": Sitting.objects.count(), "answers": Answer.objects.count()}


def viewer() -> dict[str, str]:
    """The cookie of somebody who may see the overview."""
    from django.conf import settings

    from tests import factories

    client = factories.signed_in(
        factories.staff_member(name="Olive Overview", overview=True)
    ).client
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def _copy(connection: Any, copy: int) -> None:
    """Everybody once more. Ids are moved on by ``STRIDE``, so that every link is kept."""
    postgres = connection.vendor == "postgresql"
    order = connection.ops.quote_name("order")
    moved, cast = copy * STRIDE, "::text" if postgres else ""
    mark = f"'{copy:08x}'"
    key = f"{mark} || substr({{}}{cast}, 9)"
    learner = f"({key})::uuid" if postgres else key
    place = PLACE.format(order=order)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO learning_learner (key, created_on, places, team_phone) "
            f"SELECT {learner.format('key')}, created_on, places, team_phone "
            "FROM learning_learner WHERE key IN "
            f"(SELECT learner_id FROM learning_sitting WHERE id < {STRIDE})"
        )
        cursor.execute(
            f"INSERT INTO learning_sitting (id, key, learner_id, start_token, {SITTING}) "
            f"SELECT id + {moved}, {key.format('key')}, {learner.format('learner_id')}, "
            f"{key.format('start_token')}, {SITTING} FROM learning_sitting WHERE id < {STRIDE}"
        )
        cursor.execute(
            f"INSERT INTO learning_sittingquestion (id, sitting_id, {place}) "
            f"SELECT id + {moved}, sitting_id + {moved}, {place} "
            f"FROM learning_sittingquestion WHERE id < {STRIDE}"
        )
        cursor.execute(
            f"INSERT INTO learning_answer (id, question_id, token, {ANSWER}) "
            f"SELECT id + {moved}, question_id + {moved}, token, {ANSWER} "
            f"FROM learning_answer WHERE id < {STRIDE}"
        )


def _give_devices(connection: Any, today: datetime.date) -> None:
    """A device for everybody, else the night would erase them as people whom nobody can open."""
    cast = "::text" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO learning_device (hash, learner_id, shared, last_used_on) "
            f"SELECT key{cast}, key, FALSE, %s FROM learning_learner",
            [today],
        )


def _settle(connection: Any) -> None:
    """Leave the database as it is after months of answers, not as after one great write.

    PostgreSQL tidies up behind a write on its own, but later: it would do so while we measure.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")


def log() -> dict[str, int]:
    """Make the audit log so many lines long, as it is after some years."""
    from django.utils import timezone

    from learning.models import AuditEntry

    now, missing = timezone.now(), LINES - AuditEntry.objects.count()
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=now - datetime.timedelta(minutes=number), actor="a learner", verb="erased herself"
        )
        for number in range(missing)
    )
    return {"lines": AuditEntry.objects.count()}


def reopened() -> dict[str, int]:
    """Take back every period, as if none had been closed. What is published never is, but here."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM learning_period")
        return {"periods": cursor.rowcount}


def closed() -> dict[str, Any]:
    """Close what is due: seconds, seconds of this process on a processor, memory beyond before."""
    from django.utils import timezone

    from learning.actions.closing import close_due

    before = _most_memory()
    began, worked = time.perf_counter(), time.process_time()
    periods = close_due(now=timezone.now())
    return {
        "periods": len(periods),
        "finished": sum(period.finished for period in periods),
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - worked,
        "memory": _most_memory() - before,
    }


def _most_memory() -> float:
    """The most megabytes that this process has had in memory, without those of who started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
