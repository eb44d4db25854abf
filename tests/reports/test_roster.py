from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from learning.models import Edition, Group, Membership, StaffMember
from learning.reports import roster
from tests import factories
from tests.factories import NOW


@pytest.fixture
def nurse(db: None) -> StaffMember:
    return factories.staff_member(clinic=factories.clinic())


@pytest.fixture
def group(nurse: StaffMember) -> Group:
    return factories.group(nurses=[nurse])


def joined(group: Group, name: str, sharing: int, edition: Edition, **changes: Any) -> Membership:
    learner = factories.learner()
    factories.checked(
        learner=learner,
        edition=edition,
        answers={"routes-one": "not_right", "steps-one": "unsure"},
    )
    return factories.membership(
        group=group, learner=learner, call_name=name, sharing=sharing, **changes
    )


def table(nurse: StaffMember, group: Group) -> list[list[str]]:
    text = "".join(roster.roster(nurse, group))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def test_roster_holds_what_the_pages_show(
    nurse: StaffMember, group: Group, edition: Edition
) -> None:
    """S-056, B10: the same scope as the page; not shared is empty; formulas are harmless."""
    joined(group, "Amber Hill", 3, edition, own_name="=cmd", label="@here")
    joined(group, "Green Lake", 2, edition)
    quiet = joined(group, "Quiet Path", 1, edition)
    factories.team_question(learner=quiet.learner, text="-1?", shared_at=NOW)
    factories.membership(group=group, learner=factories.learner(), call_name="Round Leaf")
    other = factories.group(nurses=[nurse], name="Other")
    joined(other, "Not Here", 3, edition)
    finished, since = "How breast cancer spreads (2026-11-25)", "2026-11-25"
    ideas = "which modules they finished, and ideas they may want to talk over"
    assert table(nurse, group) == [
        list(roster.HEAD),
        [
            "Amber Hill",
            "'=cmd",
            "'@here",
            since,
            ideas,
            finished,
            "How cells can move.; What a cell does first.",
            "",
        ],
        ["Green Lake", "", "", since, "which modules they finished", finished, "", ""],
        ["Quiet Path", "", "", since, "only that they joined", "", "", "'-1?"],
        ["Round Leaf", "", "", since, ideas, "none", "none", ""],
    ]


def test_roster_comes_in_pieces_and_asks_anew_for_each(
    nurse: StaffMember, group: Group, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-007, S-008: who leaves while the file is made is not in its next piece."""
    monkeypatch.setattr(roster, "ROWS_AT_ONCE", 2)
    for name in "ABCDEF":
        joined(group, name, 3, edition)
    assert [row[0] for row in table(nurse, group)[1:]] == list("ABCDEF")
    pieces = roster.roster(nurse, group)
    got = next(pieces) + next(pieces)
    Membership.objects.filter(call_name="D").delete()
    Membership.objects.filter(call_name="C").update(sharing=1)
    got += next(pieces)
    group.nurses.clear()
    got += "".join(pieces)
    rows = list(csv.reader(io.StringIO(got[1:], newline="")))
    assert [(row[0], bool(row[5])) for row in rows[1:]] == [
        ("A", True),
        ("B", True),
        ("C", False),
        ("E", True),
    ]
