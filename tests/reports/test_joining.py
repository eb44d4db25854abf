"""Who is let in by which code, and what the page says that is shared."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from pytest_django import Settings

from learning.models import Edition, Group, Invitation, TeamQuestion
from learning.reports import joining
from learning.reports.shared import Shared, shared_by
from learning.rules.codes import grouped
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def invitation() -> Invitation:
    nurse = factories.staff_member(clinic=factories.clinic())
    return factories.invitation(group=factories.group(nurses=[nurse]), limit=1)


def test_open_invitation_by_the_code_of_a_slip_however_it_is_typed(invitation: Invitation) -> None:
    code = factories.typed(invitation)
    for typed in (code, code.lower(), grouped(code), f" {code[:3]} {code[3:]}. "):
        assert joining.open_invitation(typed, now=NOW) == invitation


def test_open_invitation_by_the_code_of_a_link(invitation: Invitation) -> None:
    assert joining.open_invitation(factories.link(invitation), now=NOW) == invitation


def test_open_invitation_made_with_an_older_secret(
    invitation: Invitation, settings: Settings
) -> None:
    code = factories.typed(invitation)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of at least fifty characters, for this test"
    assert joining.open_invitation(code, now=NOW) == invitation
    settings.SECRET_KEY_FALLBACKS = []
    assert joining.open_invitation(code, now=NOW) is None


WRONG = ["", "ABCD-EFGH", "0000 0000", "x" * 100, "A" * 27, "A" * 20, "ÀBCDEFGH", "\0"]


def asked_for(code: str) -> tuple[list[str], Invitation | None]:
    """The statements that a code makes, its hashes left out, and what it opens."""
    with counted() as count:
        found = joining.open_invitation(code, now=NOW)
    return [re.sub(r"'?[0-9a-f]{64}'?", "…", sql) for sql in count.statements], found


def test_every_code_that_lets_nobody_in_takes_the_same_work(invitation: Invitation) -> None:
    """S-042, S-043: wrong, expired, revoked, full, used and closed are one and the same."""
    code = factories.typed(invitation)
    statements, found = asked_for(code)
    assert (len(statements), found) == (1, invitation)
    for wrong in WRONG:
        assert asked_for(wrong) == (statements, None), wrong
    states: list[dict[str, Any]] = [{"expires_at": NOW}, {"revoked_at": NOW - SECOND}, {"uses": 1}]
    for state in states:
        Invitation.objects.update(
            **{"expires_at": NOW + SECOND, "revoked_at": None, "uses": 0, **state}
        )
        assert asked_for(code) == (statements, None), state
    Invitation.objects.update(expires_at=NOW + SECOND, revoked_at=None, uses=0)
    assert asked_for(code) == (statements, invitation)
    Group.objects.update(closed_at=NOW)
    assert asked_for(code) == (statements, None)


def test_still_open_and_not(invitation: Invitation) -> None:
    assert joining.still_open(invitation.key, now=NOW) == invitation
    assert joining.still_open("x" * 22, now=NOW) is None
    assert joining.invitation("x" * 22) is None
    Invitation.objects.update(revoked_at=NOW)
    assert joining.still_open(invitation.key, now=NOW) is None
    assert joining.invitation(invitation.key) == invitation


def test_levels_of_nobody_hold_nothing_and_ask_nothing() -> None:
    with counted() as count:
        levels = joining.levels(None)
    assert [(level.number, level.words, level.shared) for level in levels] == [
        (1, "Only that I joined", Shared(1)),  # type: ignore[arg-type]
        (2, "Also which modules I finished", Shared(2)),  # type: ignore[arg-type]
        (3, "Also ideas I may want to talk over", Shared(3)),  # type: ignore[arg-type]
    ]
    assert count.all == 0


def test_levels_and_groups_are_what_the_nurses_see(
    edition: Edition, invitation: Invitation
) -> None:
    """B8: what she agrees to is what is seen, because both come from ``shared_by``."""
    anna = factories.learner()
    check = factories.sitting(learner=anna, edition=edition)
    factories.answer(place=check.questions.get(number=1), response=Response(unsure=True))
    factories.answer(place=check.questions.get(number=2))
    TeamQuestion.objects.create(
        learner=anna, text="How long?", token="q", created_at=NOW, shared_at=NOW
    )
    one, two, three = joining.levels(anna)
    assert [one.shared, two.shared, three.shared] == [
        shared_by(anna, number) for number in (1, 2, 3)
    ]
    assert (len(one.shared.questions), len(two.shared.finished), len(three.shared.ideas)) == (
        1,
        1,
        1,
    )
    counts = []
    for number in range(6):
        nurse = factories.staff_member(
            name=f"N {number}", clinic=factories.clinic(name=f"C {number}")
        )
        factories.membership(
            group=factories.group(nurses=[nurse]),
            learner=anna,
            sharing=min(number + 1, 3),
            at=NOW + number * SECOND,
        )
        with counted() as count:
            groups = joining.groups_of(anna)
        counts.append(count.all)
    assert [(row.level, row.shared) for row in groups[3:]] == [
        (level.words, level.shared) for level in (three, two, one)
    ]
    assert counts[3:] == [counts[2]] * 3  # each level asks for its own, but no group asks again
