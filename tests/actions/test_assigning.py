"""Assigning modules and withdrawing them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions.assigning import (
    AlreadyAssigned,
    MemberGone,
    NotOffered,
    VisitDayOut,
    assign,
    withdraw_assignment,
)
from learning.actions.grouping import NotYourGroup
from learning.actions.publishing import withdraw_module
from learning.models import Assignment, AuditEntry, Group, Membership, StaffMember
from tests import factories
from tests.factories import NOW, TODAY
from tests.racing import race

LATER = NOW + datetime.timedelta(days=1)
BONE, LUNG = "in-bone", "in-lung"


@pytest.fixture
def nora(db: None, tmp_path: Path) -> StaffMember:
    files = [factories.module(slug=slug, title=slug.title()) for slug in (BONE, LUNG)]
    factories.published(folder=tmp_path, modules=files)
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def member(group: Group) -> Membership:
    return factories.membership(group=group, learner=factories.learner())


def given(nurse: StaffMember, group: Group, **changes: Any) -> tuple[Assignment, ...]:
    wanted: dict[str, Any] = {
        "membership": None,
        "modules": [BONE],
        "visit_on": None,
        "note": "",
        "token": "form",
        "now": NOW,
    }
    return assign(nurse=nurse, group=group, **{**wanted, **changes})


def rows() -> list[tuple[str, str, str]]:
    """What is assigned and to whom; withdrawn or not."""
    return [
        (
            row.module.slug,
            str(row.membership or "all"),
            "withdrawn" if row.withdrawn_at else "open",
        )
        for row in Assignment.objects.select_related("module", "membership")
    ]


def audit(nurse: StaffMember) -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(actor=nurse.actor)
    return list(found.values_list("verb", "object_key"))


def test_assign_to_a_group(nora: StaffMember, group: Group) -> None:
    visit_on = TODAY + datetime.timedelta(days=8)
    made = given(nora, group, modules=[LUNG, BONE], visit_on=visit_on, note="Ask me.")
    assert rows() == [(BONE, "all", "open"), (LUNG, "all", "open")]
    assert list(Assignment.objects.all()) == list(made)
    first = made[0]
    assert (first.group, first.visit_on, first.note, first.created_by, first.created_at) == (
        group,
        visit_on,
        "Ask me.",
        nora,
        NOW,
    )
    assert audit(nora) == [("assigned a module", row.key) for row in made]


def test_assign_to_one_person(nora: StaffMember, group: Group, member: Membership) -> None:
    given(nora, group, membership=member)
    assert rows() == [(BONE, "Green Lake", "open")]


def test_assign_by_the_same_form_assigns_once(nora: StaffMember, group: Group) -> None:
    """Also where the module was withdrawn or the form changed meanwhile."""
    first = given(nora, group)
    assert given(nora, group, now=LATER) == first
    withdraw_assignment(nurse=nora, assignment=first[0], now=LATER)
    assert given(nora, group, modules=[LUNG], now=LATER) == first
    assert rows() == [(BONE, "all", "withdrawn")]


@pytest.mark.django_db(transaction=True)
def test_assign_in_two_tabs_at_once_doubles_nothing(nora: StaffMember, group: Group) -> None:
    results = race(
        [lambda token=token: given(nora, group, token=token) for token in ("one", "two")]  # type: ignore[misc]
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyAssigned", "tuple"]
    assert rows() == [(BONE, "all", "open")]


def test_assign_again_says_what_is_open(
    nora: StaffMember, group: Group, member: Membership
) -> None:
    """A member has what her group was given; all or nothing is assigned."""
    first = given(nora, group)
    for to in (None, member):
        with pytest.raises(AlreadyAssigned) as raised:
            given(nora, group, membership=to, modules=[BONE, LUNG], token="again")
        assert raised.value.assignments == first
        assert str(raised.value) == "in-bone for Tuesday"
    withdraw_assignment(nurse=nora, assignment=first[0], now=NOW)
    given(nora, group, membership=member, token="hers")
    with pytest.raises(AlreadyAssigned):
        given(nora, group, membership=member, token="hers again")
    other = factories.membership(group=group, learner=factories.learner(), call_name="Red Hill")
    given(nora, group, membership=other, token="the other's")
    given(nora, group, token="all")
    assert rows() == [
        (BONE, "all", "withdrawn"),
        (BONE, "Green Lake", "open"),
        (BONE, "Red Hill", "open"),
        (BONE, "all", "open"),
    ]


@pytest.mark.parametrize("modules", [[], ["no-such-module"], [BONE, "no-such-module"]])
def test_assign_takes_what_is_offered_alone(
    nora: StaffMember, group: Group, modules: list[str]
) -> None:
    with pytest.raises(NotOffered):
        given(nora, group, modules=modules)
    assert rows() == []


def test_assign_takes_no_module_that_was_taken_back(nora: StaffMember, group: Group) -> None:
    withdraw_module(slug=BONE, language="en", actor="operator", now=NOW)
    with pytest.raises(NotOffered):
        given(nora, group)


@pytest.mark.parametrize("days", [-1, 367])
def test_assign_for_a_visit_from_today_to_a_year_ahead(
    nora: StaffMember, group: Group, days: int
) -> None:
    with pytest.raises(VisitDayOut):
        given(nora, group, visit_on=TODAY + datetime.timedelta(days=days))
    given(nora, group, visit_on=TODAY)
    given(nora, group, modules=[LUNG], visit_on=TODAY + datetime.timedelta(days=366), token="far")
    assert len(rows()) == 2


def test_assign_only_within_ones_own_group(
    nora: StaffMember, group: Group, member: Membership
) -> None:
    """S-001, S-003, S-007: another nurse, a member of another group, one who left."""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    theirs = factories.group(nurses=[olga], name="Theirs")
    with pytest.raises(NotYourGroup):
        given(olga, group)
    with pytest.raises(MemberGone):
        given(olga, theirs, membership=member)
    member.delete()
    member.pk = 1
    with pytest.raises(MemberGone):
        given(nora, group, membership=member)
    assert rows() == []


def test_withdraw_takes_it_off_the_lists_once(nora: StaffMember, group: Group) -> None:
    made = given(nora, group, modules=[BONE, LUNG])
    for moment in (NOW, LATER):
        withdraw_assignment(nurse=nora, assignment=made[0], now=moment)
    made[0].refresh_from_db()
    assert made[0].withdrawn_at == NOW
    assert rows() == [(BONE, "all", "withdrawn"), (LUNG, "all", "open")]
    assert audit(nora)[2:] == [("withdrew an assignment", made[0].key)]


def test_withdraw_is_for_its_nurses(nora: StaffMember, group: Group) -> None:
    """S-007: she was taken out of the group meanwhile."""
    (made,) = given(nora, group)
    group.nurses.clear()
    with pytest.raises(NotYourGroup):
        withdraw_assignment(nurse=nora, assignment=made, now=LATER)
    assert rows() == [(BONE, "all", "open")]
