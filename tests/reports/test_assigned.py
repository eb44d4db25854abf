"""Modules that nurses assigned: as the learner sees them, and what her nurses see come of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.actions.assigning import assign, withdraw_assignment
from learning.actions.grouping import close_group
from learning.actions.publishing import withdraw_module
from learning.models import Assignment, Edition, Group, Learner, Membership, StaffMember
from learning.reports import assigned, reading
from learning.reports.assigned import Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY

BONE, LUNG, SPREAD = "in-bone", "in-lung", "how-it-spreads"
LATER = NOW + datetime.timedelta(days=1)
EARLIER = NOW - datetime.timedelta(days=1)
SOON, LATE = TODAY + datetime.timedelta(days=8), TODAY + datetime.timedelta(days=60)
CLINIC = "Green Clinic"


@pytest.fixture
def nora(db: None, tmp_path: Path) -> StaffMember:
    files = [
        factories.module(slug=SPREAD),
        factories.module(slug=BONE, title="In bone", part="places"),
        factories.module(slug=LUNG, title="In lung", part="places"),
    ]
    parts = [
        {"key": "basics", "title": {"en": "The basics"}, "modules": [SPREAD]},
        {"key": "places", "title": {"en": "Places"}, "modules": [LUNG, BONE]},
    ]
    factories.published(folder=tmp_path, modules=files, parts=parts)
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic(name=CLINIC))


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


@pytest.fixture
def anna(group: Group) -> Learner:
    learner = factories.learner()
    factories.membership(group=group, learner=learner, call_name="Green Lake", label="Bed 3")
    return learner


def given(group: Group, *modules: str, **changes: Any) -> tuple[Assignment, ...]:
    wanted: dict[str, Any] = {
        "membership": None,
        "visit_on": None,
        "note": "",
        "token": f"form-{Assignment.objects.count()}",
        "now": NOW,
    }
    return assign(nurse=group.nurses.get(), group=group, modules=modules, **{**wanted, **changes})


def finish(learner: Learner, slug: str, at: datetime.datetime = NOW) -> None:
    edition = Edition.objects.get(module__slug=slug)
    check = factories.sitting(learner=learner, edition=edition, keys=["routes-one"])
    factories.answer(place=check.questions.get(), at=at)


def asked(learner: Learner, now: datetime.datetime = NOW) -> tuple[Wish, ...]:
    return assigned.assigned_to(learner, "en", now=now)


# The learner's side


def test_assigned_to_names_clinic_visit_and_note(group: Group, anna: Learner) -> None:
    given(group, BONE, LUNG, visit_on=SOON, note="Ask me on Thursday.")
    assert asked(anna) == (Wish(CLINIC, SOON, "Ask me on Thursday.", (LUNG, BONE)),)


def test_assigned_to_puts_the_next_visit_first_and_none_last(group: Group, anna: Learner) -> None:
    given(group, BONE)
    given(group, LUNG, visit_on=LATE, now=LATER)
    given(group, SPREAD, visit_on=SOON, now=LATER)
    assert asked(anna) == (
        Wish(CLINIC, SOON, "", (SPREAD,)),
        Wish(CLINIC, LATE, "", (LUNG,)),
        Wish(CLINIC, None, "", (BONE,)),
    )


def test_assigned_to_forgets_a_visit_that_is_over(group: Group, anna: Learner) -> None:
    """Nothing is ever overdue: after the day there is just no day, and one list again."""
    given(group, BONE, visit_on=SOON)
    given(group, LUNG, now=LATER)
    after = NOW + datetime.timedelta(days=9)
    assert asked(anna, after) == (Wish(CLINIC, None, "", (BONE, LUNG)),)


def test_assigned_to_leaves_out_what_is_finished_withdrawn_or_taken_back(
    group: Group, anna: Learner
) -> None:
    rows = given(group, SPREAD, BONE, LUNG)
    finish(anna, SPREAD, EARLIER)
    withdraw_assignment(nurse=group.nurses.get(), assignment=rows[1], now=NOW)
    withdraw_module(slug=BONE, language="en", actor="operator", now=NOW)
    assert asked(anna) == ()


def test_assigned_to_goes_on_while_a_check_is_open(group: Group, anna: Learner) -> None:
    given(group, SPREAD)
    edition = Edition.objects.get(module__slug=SPREAD)
    factories.sitting(learner=anna, edition=edition)
    finish(anna, BONE)
    assert asked(anna) == (Wish(CLINIC, None, "", (SPREAD,)),)


def test_assigned_to_one_person_comes_before_the_same_for_all(group: Group, anna: Learner) -> None:
    """Another member gets what all got; nobody gets what was given to somebody else alone."""
    bella, stranger = factories.learner(), factories.learner()
    factories.membership(group=group, learner=bella, call_name="Red Hill")
    given(group, BONE, membership=anna.memberships.get(), note="For you.")
    given(group, BONE, LUNG, note="For all.", now=LATER)
    assert asked(anna) == (
        Wish(CLINIC, None, "For you.", (BONE,)),
        Wish(CLINIC, None, "For all.", (LUNG,)),
    )
    assert asked(bella) == (Wish(CLINIC, None, "For all.", (LUNG, BONE)),)
    assert asked(stranger) == ()


def test_assigned_to_names_both_clinics(group: Group, anna: Learner) -> None:
    """One person in two groups of two clinics; and no module twice for the same."""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Blue Clinic"))
    theirs = [factories.group(nurses=[olga], name=name) for name in ("One", "Two")]
    for place, other in enumerate((group, *theirs)):
        if place:
            factories.membership(group=other, learner=anna)
        given(other, BONE)
    assert asked(anna) == (
        Wish(CLINIC, None, "", (BONE,)),
        Wish("Blue Clinic", None, "", (BONE,)),
    )


def test_assigned_to_ends_with_the_group_and_the_membership(group: Group, anna: Learner) -> None:
    """S-007"""
    given(group, BONE)
    member = anna.memberships.get()
    member.delete()
    assert asked(anna) == ()
    member.save()
    assert len(asked(anna)) == 1
    close_group(nurse=group.nurses.get(), group=group, now=NOW)
    assert asked(anna) == ()


def test_assigned_to_costs_one_query(group: Group, anna: Learner) -> None:
    with counted() as none:
        asked(anna)
    given(group, BONE, LUNG, SPREAD, visit_on=SOON)
    with counted() as three:
        asked(anna)
    assert (none.all, three.all) == (1, 1)


def test_as_seen_takes_the_rows_of_the_list(group: Group, anna: Learner) -> None:
    anna.places = ["bones"]
    anna.save()
    parts = reading.module_list("en", anna)
    rows = {row.slug: row for part in parts for row in (*part.modules, *part.folded)}
    wishes = [
        Wish(CLINIC, SOON, "Note.", (BONE, "not-offered", SPREAD)),
        Wish(CLINIC, None, "", ("not-offered",)),
    ]
    seen = assigned.as_seen(wishes, parts)
    assert seen == (assigned.FromNurse(CLINIC, SOON, "Note.", (rows[BONE], rows[SPREAD])),)
    left = assigned.without(parts, seen)
    assert [(part.title, [row.slug for row in (*part.modules, *part.folded)]) for part in left] == [
        ("Places", [LUNG])
    ]
    assert assigned.without(parts, ()) == parts


# The nurse's side


def told(found: assigned.Given) -> tuple[Any, ...]:
    person = found.membership and found.membership.call_name
    return (found.title, person, found.done, found.sharing, found.offered)


def test_given_in_group_counts_those_who_share_what_they_finish(
    group: Group, anna: Learner
) -> None:
    bella, carla = factories.learner(), factories.learner()
    shares = factories.membership(group=group, learner=bella, call_name="Red Hill", sharing=2)
    shy = factories.membership(group=group, learner=carla, call_name="Blue Sky", sharing=1)
    given(group, BONE, visit_on=SOON, note="Note.")
    given(group, SPREAD, membership=shares, now=LATER)
    given(group, SPREAD, membership=shy, now=LATER)
    (gone,) = given(group, LUNG)
    withdraw_assignment(nurse=group.nurses.get(), assignment=gone, now=NOW)
    for learner in (anna, carla):
        finish(learner, BONE)
        finish(learner, SPREAD)
    withdraw_module(slug=SPREAD, language="en", actor="operator", now=NOW)
    found = assigned.given_in_group(group)
    assert [told(row) for row in found] == [
        ("How breast cancer spreads", "Red Hill", 0, 1, False),
        ("How breast cancer spreads", "Blue Sky", 0, 0, False),
        ("In bone", None, 1, 2, True),
    ]
    last = found[-1]
    assert (last.visit_on, last.note, last.given_at) == (SOON, "Note.", NOW)


def test_given_to_says_where_she_stands_as_far_as_she_shares_it(
    group: Group, anna: Learner
) -> None:
    member = anna.memberships.get()
    factories.membership(group=group, learner=factories.learner(), call_name="Red Hill")
    given(group, BONE)
    given(group, LUNG, SPREAD, membership=member, now=LATER)
    finish(anna, BONE, EARLIER)
    finish(anna, LUNG, LATER)
    found = assigned.given_to(member)
    assert [(row.title, row.done, row.sharing) for row, _ in found] == [
        ("How breast cancer spreads", 0, 1),
        ("In lung", 1, 1),
        ("In bone", 1, 1),
    ]
    assert [
        (standing and standing.finished_at, standing and standing.before) for _, standing in found
    ] == [(None, False), (LATER, False), (EARLIER, True)]
    Membership.objects.update(sharing=1)
    member.refresh_from_db()
    assert [(row.done, row.sharing, standing) for row, standing in assigned.given_to(member)] == [
        (0, 0, None)
    ] * 3


def test_assignment_page_of_a_group(group: Group, anna: Learner) -> None:
    """Who finished it before reads so; who does not share it is absent."""
    bella, carla = factories.learner(), factories.learner()
    factories.membership(group=group, learner=bella, call_name="Red Hill", sharing=2)
    factories.membership(group=group, learner=carla, call_name="Blue Sky", sharing=1)
    one, two, three = given(group, SPREAD, LUNG, BONE, visit_on=SOON, note="Note.")
    withdraw_assignment(nurse=group.nurses.get(), assignment=three, now=NOW)
    finish(anna, SPREAD, EARLIER)
    finish(carla, SPREAD, LATER)
    parts = reading.module_list("en", None)
    page = assigned.assignment_page(one, parts, now=NOW)
    assert told(page.given) == ("How breast cancer spreads", None, 1, 2, True)
    assert [told(row) for row in page.together] == [("In lung", None, 0, 2, True)]
    assert [
        (row.membership.call_name, row.finished_at, row.before)
        for row in (*page.finished, *page.still_open)
    ] == [("Green Lake", EARLIER, True), ("Red Hill", None, False)]
    assert page.seen == assigned.as_seen([Wish(CLINIC, SOON, "Note.", (SPREAD, LUNG))], parts)
    assert two.key == page.together[0].key


def test_assignment_page_of_one_person(group: Group, anna: Learner) -> None:
    bella = factories.learner()
    factories.membership(group=group, learner=bella, call_name="Red Hill")
    (one,) = given(group, BONE, membership=anna.memberships.get())
    finish(bella, BONE)
    finish(anna, BONE, LATER)
    withdraw_assignment(nurse=group.nurses.get(), assignment=one, now=LATER)
    one.refresh_from_db()
    page = assigned.assignment_page(one, reading.module_list("en", None), now=NOW)
    assert told(page.given) == ("In bone", "Green Lake", 1, 1, True)
    assert [(row.membership.label, row.before) for row in page.finished] == [("Bed 3", False)]
    assert (page.still_open, page.seen, page.together) == ((), (), ())


def test_own_assignments_are_those_of_her_groups(group: Group, nora: StaffMember) -> None:
    """S-001, S-007"""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    theirs = factories.group(nurses=[olga], name="Theirs")
    mine, _other = given(group, BONE), given(theirs, BONE)
    assert tuple(assigned.own_assignments(nora)) == mine
    close_group(nurse=nora, group=group, now=NOW)
    assert tuple(assigned.own_assignments(nora)) == ()


def test_pages_of_assignments_cost_the_same_for_many(group: Group, anna: Learner) -> None:
    (one,) = given(group, BONE)
    parts = reading.module_list("en", None)
    costs = []
    for size in (1, 12):
        for number in range(size):
            someone = factories.learner()
            name = f"Name {size} {number}"
            factories.membership(group=group, learner=someone, call_name=name)
            finish(someone, BONE)
        if size > 1:
            given(group, LUNG, SPREAD)
        with counted() as cost:
            assigned.given_in_group(group)
            assigned.given_to(anna.memberships.get())
            found = assigned.own_assignments(group.nurses.get()).get(pk=one.pk)
            assigned.assignment_page(found, parts, now=NOW)
        costs.append(cost.all)
    assert costs[0] == costs[1]
