"""What the pages of a nurse's groups show."""

from __future__ import annotations

import pytest

from learning.actions.grouping import close_group
from learning.models import Group, Membership, StaffMember
from learning.reports import groups
from learning.reports.groups import GroupRow
from tests import factories
from tests.counting import counted
from tests.factories import NOW


@pytest.fixture
def nora(db: None) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


def members(group: Group, count: int) -> list[Membership]:
    return [
        factories.membership(
            group=group, learner=factories.learner(), call_name=f"Lake {number:03}"
        )
        for number in range(count)
    ]


def test_group_rows_are_her_open_groups_with_their_people(group: Group, nora: StaffMember) -> None:
    """S-001: neither another nurse's, nor one that was closed."""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    members(factories.group(nurses=[olga], name="Theirs"), 3)
    closed = factories.group(nurses=[nora], name="Closed")
    close_group(nurse=nora, group=closed, now=NOW)
    empty = factories.group(nurses=[nora], name="Another")
    members(group, 2)
    with counted() as cost:
        rows = groups.group_rows(nora)
    assert rows == (GroupRow(empty.key, "Another", 0), GroupRow(group.key, "Tuesday", 2))
    assert cost.all == 1


def test_own_members_are_those_of_her_groups(group: Group, nora: StaffMember) -> None:
    """S-001, S-007"""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    members(factories.group(nurses=[olga], name="Theirs"), 1)
    mine = members(group, 2)
    assert list(groups.own_members(nora)) == mine
    group.nurses.remove(nora)
    assert list(groups.own_members(nora)) == []


@pytest.mark.parametrize(
    ("page", "first", "last"),
    [("1", "Lake 000", "Lake 099"), ("2", "Lake 100", "Lake 119"), ("99", "Lake 100", "Lake 119")],
)
def test_group_page_shows_a_hundred_people_at_once(
    group: Group, page: str, first: str, last: str
) -> None:
    members(group, 120)
    shown = groups.group_page(group, page=page, now=NOW).members
    assert [shown[0].call_name, shown[-1].call_name] == [first, last]


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "9" * 5000, "²"])
def test_group_page_takes_any_page_number(group: Group, page: str) -> None:
    """S-048, S-055"""
    members(group, 1)
    assert len(groups.group_page(group, page=page, now=NOW).members) == 1


def test_group_page_costs_the_same_for_many(group: Group) -> None:
    """500 people in a group."""
    members(group, 1)
    costs = []
    for _ in range(2):
        with counted() as cost:
            list(groups.group_page(group, page="1", now=NOW).members)
        costs.append(cost.all)
        Membership.objects.all().delete()
        members(group, 500)
    assert costs[0] == costs[1]
    assert costs[0] <= 8


def test_nurses_of_a_group_and_who_may_be_added(group: Group, nora: StaffMember) -> None:
    nils = factories.staff_member(name="Nils Nurse", clinic=nora.clinic)
    gone = factories.staff_member(name="Gone", clinic=nora.clinic)
    away = factories.staff_member(name="Away", clinic=nora.clinic)
    factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    factories.group(nurses=[nils, nora], name="Other")
    group.nurses.add(away)
    StaffMember.objects.filter(pk__in=[gone.pk, away.pk]).update(is_active=False)
    assert groups.active_nurses(group) == (nora,)
    assert groups.possible_colleagues(group) == (nils,)
    assert groups.number_of_members(group) == 0
