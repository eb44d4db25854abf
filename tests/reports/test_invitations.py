"""The ways into a group, as its nurses see and print them."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from pytest_django import Settings

from learning.actions import inviting
from learning.actions.grouping import close_group
from learning.models import Group, Invitation, StaffMember
from learning.reports import invitations
from learning.reports.invitations import SheetRow, shown_code
from learning.reports.joining import open_invitation
from learning.rules.codes import INVITATION_LENGTH, LINK_LENGTH
from tests import factories
from tests.counting import counted
from tests.factories import NOW

LATER = NOW + datetime.timedelta(days=1)
OVER = NOW + datetime.timedelta(days=14)


@pytest.fixture
def nora(db: None) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


def renewed(group: Group, now: datetime.datetime = NOW) -> Invitation:
    return inviting.renew_invitation(
        nurse=group.nurses.get(), group=group, limit=3, days=14, now=now
    )


def slips(group: Group, *labels: str, now: datetime.datetime = NOW) -> str:
    return inviting.make_slips(
        nurse=group.nurses.get(), group=group, labels=labels, days=14, now=now
    )


def change(invitation: Invitation, **changes: object) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(**changes)


def test_shown_code_is_what_opens_the_group(group: Group) -> None:
    own = renewed(group)
    code = shown_code(own)
    assert code is not None
    assert (len(code.typed), code.typed[4], len(code.link)) == (
        INVITATION_LENGTH + 1,
        "-",
        LINK_LENGTH,
    )
    assert open_invitation(code.typed, now=NOW) == open_invitation(code.link, now=NOW) == own


def test_code_of_a_changed_secret_is_lost(group: Group, settings: Settings) -> None:
    """It still lets in whoever has it on paper, but nobody can be shown it."""
    own = renewed(group)
    typed = shown_code(own)
    sheet = slips(group, "Bed 3")
    assert typed is not None
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of many letters, for a test of what is lost with it"
    found = invitations.group_code(group, now=NOW)
    assert found is not None
    assert (found.state, found.code) == ("lost", None)
    page = invitations.sheet(group, sheet, now=NOW)
    assert page is not None
    assert [(slip.label, slip.code) for slip in page.slips] == [("Bed 3", None)]
    assert open_invitation(typed.typed, now=NOW) == own


@pytest.mark.parametrize(
    ("happens", "now", "state", "left"),
    [
        (lambda own: None, LATER, "open", 3),
        (lambda own: change(own, uses=2), LATER, "open", 1),
        (lambda own: change(own, uses=3), LATER, "full", 0),
        (lambda own: None, OVER, "ended", 3),
        (lambda own: change(own, revoked_at=LATER), LATER, "stopped", 3),
    ],
)
def test_group_code_says_how_it_stands(
    group: Group,
    happens: Callable[[Invitation], None],
    now: datetime.datetime,
    state: str,
    left: int,
) -> None:
    own = renewed(group)
    happens(own)
    found = invitations.group_code(group, now=now)
    assert found is not None
    assert (found.invitation, found.state, found.left) == (own, state, left)
    assert found.code == (shown_code(own) if state == "open" else None)


def test_group_code_is_the_latest_and_no_slip(group: Group) -> None:
    assert invitations.group_code(group, now=NOW) is None
    renewed(group)
    latest = renewed(group, LATER)
    slips(group, "", now=LATER)
    found = invitations.group_code(group, now=LATER)
    assert found is not None
    assert found.invitation == latest


def test_invitations_page_lists_the_sheets_with_what_became_of_them(
    group: Group, nora: StaffMember
) -> None:
    """S-002: no sheet of another group."""
    other = factories.group(nurses=[nora], name="Other")
    slips(other, "")
    first, second = slips(group, "a", "b", "c"), slips(group, "", now=LATER)
    used, stopped, _open = group.invitations.filter(sheet=first)
    change(used, uses=1)
    change(stopped, revoked_at=LATER)
    page = invitations.invitations_page(group, now=LATER)
    later = OVER + datetime.timedelta(days=1)
    assert (page.own, page.sheets) == (
        None,
        (
            SheetRow(second, LATER, later, slips=1, used=0, open=1),
            SheetRow(first, NOW, OVER, slips=3, used=1, open=1),
        ),
    )


def test_invitations_page_costs_the_same_for_many(group: Group) -> None:
    renewed(group)
    costs = []
    for size in (1, 20):
        for number in range(size):
            slips(group, *["x"] * 5, now=NOW + datetime.timedelta(minutes=number))
        with counted() as cost:
            invitations.invitations_page(group, now=NOW)
        costs.append(cost.all)
    assert costs == [2, 2]


def test_sheet_leaves_out_what_lets_nobody_in(group: Group) -> None:
    sheet = slips(group, "a", "b", "c", "d")
    rows = list(group.invitations.all())
    change(rows[0], uses=1)
    change(rows[1], revoked_at=NOW)
    change(rows[2], expires_at=NOW)
    page = invitations.sheet(group, sheet, now=NOW)
    assert page is not None
    assert [(slip.key, slip.label, slip.code) for slip in page.slips] == [
        (rows[3].key, "d", shown_code(rows[3]))
    ]
    assert (page.key, page.made_at, page.total, page.left_out) == (sheet, NOW, 4, 3)


def test_sheet_is_found_in_its_own_group_alone(group: Group, nora: StaffMember) -> None:
    """S-002, S-003; and the group’s own code is on no sheet."""
    other = factories.group(nurses=[nora], name="Other")
    sheet = slips(group, "")
    renewed(group)
    assert invitations.sheet(other, sheet, now=NOW) is None
    assert invitations.sheet(group, "", now=NOW) is None
    assert invitations.sheet(group, "x" * 22, now=NOW) is None


def test_own_invitations_are_those_of_her_groups(group: Group, nora: StaffMember) -> None:
    """S-001, S-043"""
    olga = factories.staff_member(name="Olga", clinic=factories.clinic(name="Elsewhere"))
    renewed(factories.group(nurses=[olga], name="Theirs"))
    own = renewed(group)
    assert list(invitations.own_invitations(nora)) == [own]
    close_group(nurse=nora, group=group, now=NOW)
    assert list(invitations.own_invitations(nora)) == []
