"""The audit log: what is found of it, in which order, and that it only grows."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from learning.actions import publishing
from learning.actions.closing import close_due
from learning.management.simulated import simulate
from learning.models import AuditEntry, StaffMember
from learning.models.audit import NeverChanged
from learning.reports.audit import ROWS_AT_ONCE, Asked, actors, audit_file, audit_page
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.shipped import shipped_library

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)


def entry(
    actor: str = "operator", verb: str = "published", key: str = "x/en/1", at: int = 0
) -> None:
    """A line so many seconds after noon."""
    AuditEntry.objects.create(at=NOW + at * SECOND, actor=actor, verb=verb, object_key=key)


def lines(asked: Asked | None = None, *, page: str = "1") -> list[tuple[str, ...]]:
    return list(audit_page(asked or Asked(), page=page).lines)


def in_file(asked: Asked | None = None) -> list[tuple[str, ...]]:
    text = "".join(audit_file(asked or Asked())).removeprefix("\ufeff")
    return [tuple(cells) for cells in csv.reader(io.StringIO(text))]


def test_lines_say_who_did_what_to_whom_the_newest_first() -> None:
    clinic = factories.clinic()
    nora = factories.staff_member(name="Nora Nurse", clinic=clinic)
    group = factories.group(nurses=[nora], name="Tuesday")
    entry("operator", "added a clinic", clinic.key, at=1)
    entry(nora.actor, "added a colleague", f"{group.key}:{nora.key}", at=2)
    entry("a learner", "joined", "someone-with-a-key", at=3)
    entry("a learner", "erased herself", "", at=3)
    entry("nightly", "closed a period", "how-it-spreads", at=4)
    entry("staff:who-is-not-there", "left a group", "no-such-group", at=5)
    found = [
        ("2026-11-25 12:00:05", "staff:who-is-not-there", "left a group", "no-such-group"),
        ("2026-11-25 12:00:04", "The nightly run", "closed a period", "how-it-spreads"),
        ("2026-11-25 12:00:03", "A learner", "erased herself", ""),
        ("2026-11-25 12:00:03", "A learner", "joined", "someone-with-a-key"),
        ("2026-11-25 12:00:02", "Nora Nurse", "added a colleague", "Tuesday, Nora Nurse"),
        ("2026-11-25 12:00:01", "The operator", "added a clinic", "Green Clinic"),
    ]
    assert lines() == found
    assert in_file() == [("When (UTC)", "Who", "What", "About"), *found]


def test_actors_are_those_who_occur_and_two_of_one_name_are_told_apart() -> None:
    first, second = (
        factories.staff_member(name=name, overview=True) for name in ("Nora Nurse", "Nora New")
    )
    StaffMember.objects.update(name="Nora Nurse")
    factories.staff_member(name="Vera View", overview=True)
    for actor in ("operator", first.actor, second.actor, first.actor):
        entry(actor)
    assert actors() == (
        *sorted(
            ((one.actor, f"Nora Nurse ({one.key[:6]})") for one in (first, second)),
            key=lambda one: one[1].lower(),
        ),
        ("operator", "The operator"),
    )
    assert {cells[1] for cells in lines()} == {name for _, name in actors()}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(), ["e", "d", "c", "b", "a"]),
        (Asked(actor="nightly"), ["d", "b"]),
        (Asked(since=NOW.date()), ["e", "d", "c", "b"]),
        (Asked(until=NOW.date()), ["d", "c", "b", "a"]),
        (Asked(since=NOW.date(), until=NOW.date()), ["d", "c", "b"]),
        (Asked(actor="nightly", since=NOW.date() + DAY), []),
    ],
)
def test_filter_takes_one_actor_and_whole_days(asked: Asked, found: list[str]) -> None:
    """Both days are counted in, from their first moment to their last."""
    midnight = NOW.replace(hour=0)
    times = [
        midnight - SECOND,
        midnight,
        NOW,
        midnight + DAY - datetime.timedelta(microseconds=1),
        midnight + DAY,
    ]
    for key, at in zip("abcde", times, strict=True):
        actor = "nightly" if key in "bd" else "operator"
        AuditEntry.objects.create(at=at, actor=actor, verb="published", object_key=key)
    assert [cells[3] for cells in lines(asked)] == found
    assert [cells[3] for cells in in_file(asked)[1:]] == found


def fill(count: int) -> None:
    """So many lines, of which three share each moment."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=NOW + number // 3 * SECOND, actor="operator", verb="p", object_key=str(number)
        )
        for number in range(count)
    )


def test_pages_hold_fifty_and_together_everything_once() -> None:
    fill(103)
    pages = [[cells[3] for cells in lines(page=page)] for page in ("1", "2", "3")]
    assert [len(page) for page in pages] == [50, 50, 3]
    assert [key for page in pages for key in page] == [
        str(number) for number in reversed(range(103))
    ]
    for odd in ("0", "99", "x", "", "-1", "9" * 400):
        number = audit_page(Asked(), page=odd).page.number
        assert number in (1, 3), odd


def test_file_is_whole_over_the_edges_of_its_pieces() -> None:
    """Lines of one moment stand on both sides of an edge."""
    fill(2 * ROWS_AT_ONCE + 1)
    assert [cells[3] for cells in in_file()[1:]] == [
        str(number) for number in reversed(range(2 * ROWS_AT_ONCE + 1))
    ]


def test_line_that_comes_while_the_file_is_read_is_not_in_it_twice() -> None:
    fill(ROWS_AT_ONCE + 1)
    pieces = audit_file(Asked())
    read = [next(pieces), next(pieces)]
    entry(key="late", at=10_000)
    text = "".join([*read, *pieces])
    assert text.count("\r\n") == 1 + ROWS_AT_ONCE + 1
    assert "late" not in text


def test_file_of_very_many_lines_needs_no_more_memory() -> None:
    """B10: the first piece is there before the rest is read, and no piece is large."""
    fill(20_000)
    with counted() as queries:
        sizes = [len(piece) for piece in audit_file(Asked())]
    assert len(sizes) == 1 + 20 + 1
    assert max(sizes) < 100_000
    assert queries.all == 4 + 21


def test_number_of_queries_does_not_grow_with_the_lines() -> None:
    asked = []
    for count in (1, 40):
        fill(count)
        factories.staff_member(name=f"Nora {count}", overview=True)
        with counted() as queries:
            lines()
            actors()
        asked.append(queries.all)
    assert asked[0] == asked[1] == 11


def test_no_cell_is_a_formula() -> None:
    """S-056"""
    entry("=HYPERLINK(1)", "+1", "@SUM(A1)")
    assert in_file()[1][1:] == ("'=HYPERLINK(1)", "'+1", "'@SUM(A1)")


# It only grows


def changes(entry: AuditEntry) -> dict[str, Callable[[], object]]:
    rows = AuditEntry.objects.filter(pk=entry.pk)
    entry.verb = "nothing"
    return {
        "save": entry.save,
        "delete": entry.delete,
        "update": lambda: rows.update(verb="nothing"),
        "bulk update": lambda: AuditEntry.objects.bulk_update([entry], ["verb"]),
        "delete many": rows.delete,
        "delete all": lambda: AuditEntry.objects.all().delete(),
        "update or create": lambda: AuditEntry.objects.update_or_create(
            pk=entry.pk, defaults={"verb": "nothing"}
        ),
        "insert over": lambda: AuditEntry.objects.bulk_create(
            [entry], update_conflicts=True, update_fields=["verb"], unique_fields=["id"]
        ),
    }


@pytest.mark.parametrize("how", sorted(changes(AuditEntry())))
def test_line_is_neither_changed_nor_removed(how: str) -> None:
    """S-107"""
    entry()
    kept = list(AuditEntry.objects.values())
    with pytest.raises(NeverChanged):
        changes(AuditEntry.objects.get())[how]()
    assert list(AuditEntry.objects.values()) == kept


# What it never holds

VERBS = {
    "added a clinic",
    "added a colleague",
    "assigned a module",
    "closed a period",
    "joined",
    "made a group",
    "made a new code",
    "made slips",
    "noted a teach-back",
    "published",
    "talked a question over",
}
KEY = re.compile(r"[A-Za-z0-9_:/-]*")


def test_log_of_a_whole_demo_holds_keys_and_no_word_of_anybody() -> None:
    """S-100: no name, address, label, question or answer; a key has no space and no @."""
    publishing.publish(shipped_library(), actor="operator", now=NOW, same_meaning=True)
    simulate(Path(settings.CONTENT_DIR) / "demo.yaml", now=NOW)
    close_due(now=NOW + 31 * DAY)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) <= VERBS
    staff = {one.actor for one in StaffMember.objects.all()}
    found = set(AuditEntry.objects.values_list("actor", flat=True))
    assert {"operator", "a learner"} < found <= staff | {"operator", "a learner", "nightly"}
    keys = AuditEntry.objects.values_list("object_key", flat=True)
    assert [key for key in keys if not KEY.fullmatch(key)] == []
