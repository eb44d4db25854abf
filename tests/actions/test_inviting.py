"""Making groups and the ways into them."""

from __future__ import annotations

import datetime

import pytest

from learning.actions import inviting
from learning.actions.grouping import NotYourGroup, close_group
from learning.models import AuditEntry, Group, Invitation, StaffMember
from learning.models.keys import new_key
from learning.reports.invitations import shown_code
from learning.reports.joining import open_invitation
from tests import factories
from tests.factories import NOW
from tests.racing import race

LATER = NOW + datetime.timedelta(days=1)
DAYS = datetime.timedelta(days=1)


@pytest.fixture
def nora(db: None) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=factories.clinic())


@pytest.fixture
def olga(db: None) -> StaffMember:
    return factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Elsewhere"))


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor", "verb", "object_key"))


def opened(invitation: Invitation, now: datetime.datetime = NOW) -> list[Invitation | None]:
    """What its typed code and the code of its link open."""
    code = shown_code(invitation)
    assert code is not None
    return [open_invitation(letters, now=now) for letters in (code.typed, code.link)]


# A group


def test_make_group_comes_with_its_own_code(nora: StaffMember) -> None:
    token = new_key()
    group = inviting.make_group(nurse=nora, name="Tuesday", token=token, now=NOW)
    assert (group.name, group.clinic, group.closed_at) == ("Tuesday", nora.clinic, None)
    assert list(group.nurses.all()) == [nora]
    own = group.invitations.get()
    assert (own.sheet, own.label, own.limit, own.uses, own.created_by) == ("", "", 60, 0, nora)
    assert own.expires_at == NOW + 14 * DAYS
    assert opened(own) == [own, own]
    assert audit() == [(nora.actor, "made a group", group.key)]


def test_make_group_by_the_same_form_makes_it_once(nora: StaffMember, olga: StaffMember) -> None:
    """A double tap; and a form that is another nurse's."""
    token = new_key()
    first = inviting.make_group(nurse=nora, name="Tuesday", token=token, now=NOW)
    again = inviting.make_group(nurse=nora, name="Tuesday", token=token, now=LATER)
    assert again == first
    with pytest.raises(inviting.FormUsed):
        inviting.make_group(nurse=olga, name="Mine", token=token, now=LATER)
    assert (Group.objects.count(), Invitation.objects.count(), len(audit())) == (1, 1, 1)


def test_make_group_is_for_nurses_who_work_here(nora: StaffMember) -> None:
    overview = factories.staff_member(name="Vera View", overview=True)
    nora.is_active = False
    for someone in (overview, nora):
        with pytest.raises(inviting.NotANurse):
            inviting.make_group(nurse=someone, name="Tuesday", token=new_key(), now=NOW)
    assert Group.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_make_group_in_two_tabs_at_once_makes_one(nora: StaffMember) -> None:
    token = new_key()
    results = race(
        [lambda: inviting.make_group(nurse=nora, name="Tuesday", token=token, now=NOW)] * 2
    )
    assert results[0] == results[1] == Group.objects.get()
    assert Invitation.objects.count() == 1


# The group's own code


def test_renew_invitation_stops_the_old_code_at_once(group: Group, nora: StaffMember) -> None:
    """S-043"""
    old = inviting.renew_invitation(nurse=nora, group=group, limit=60, days=14, now=NOW)
    slips = inviting.make_slips(nurse=nora, group=group, labels=[""], days=14, now=NOW)
    new = inviting.renew_invitation(nurse=nora, group=group, limit=5, days=3, now=LATER)
    assert (new.limit, new.expires_at) == (5, LATER + 3 * DAYS)
    assert opened(old, LATER) == [None, None]
    assert opened(new, LATER) == [new, new]
    slip = group.invitations.get(sheet=slips)
    assert opened(slip, LATER) == [slip, slip]
    assert audit() == [
        (nora.actor, "made a new code", old.key),
        (nora.actor, "made slips", slips),
        (nora.actor, "made a new code", new.key),
    ]


def test_renew_invitation_by_the_same_form_keeps_the_code_that_was_printed(
    group: Group, nora: StaffMember
) -> None:
    token = new_key()
    made = [
        inviting.renew_invitation(
            nurse=nora, group=group, limit=60, days=14, token=token, now=moment
        )
        for moment in (NOW, LATER)
    ]
    assert made[0] == made[1]
    assert opened(made[0], LATER) == [made[0], made[0]]
    other = factories.group(nurses=[nora], name="Other")
    with pytest.raises(inviting.FormUsed):
        inviting.renew_invitation(
            nurse=nora, group=other, limit=60, days=14, token=token, now=LATER
        )


@pytest.mark.parametrize(("limit", "days"), [(0, 14), (501, 14), (60, 0), (60, 91)])
def test_renew_invitation_has_bounds(
    group: Group, nora: StaffMember, limit: int, days: int
) -> None:
    with pytest.raises(inviting.OutOfRange):
        inviting.renew_invitation(nurse=nora, group=group, limit=limit, days=days, now=NOW)


# Slips


def test_make_slips_lets_one_person_in_by_each(group: Group, nora: StaffMember) -> None:
    sheet = inviting.make_slips(nurse=nora, group=group, labels=["Bed 3", ""], days=7, now=NOW)
    slips = list(group.invitations.filter(sheet=sheet))
    assert [(slip.label, slip.limit, slip.expires_at) for slip in slips] == [
        ("Bed 3", 1, NOW + 7 * DAYS),
        ("", 1, NOW + 7 * DAYS),
    ]
    assert len({slip.code_hash for slip in slips} | {slip.link_hash for slip in slips}) == 4
    assert [opened(slip)[0] for slip in slips] == slips
    assert audit() == [(nora.actor, "made slips", sheet)]


def test_make_slips_by_the_same_form_makes_one_sheet(group: Group, nora: StaffMember) -> None:
    token = new_key()
    sheets = [
        inviting.make_slips(nurse=nora, group=group, labels=["", ""], days=7, token=token, now=NOW)
        for _ in range(2)
    ]
    assert sheets == [token, token]
    assert (group.invitations.count(), len(audit())) == (2, 1)


@pytest.mark.parametrize(("slips", "days"), [(0, 7), (41, 7), (8, 0), (8, 91)])
def test_make_slips_has_bounds(group: Group, nora: StaffMember, slips: int, days: int) -> None:
    with pytest.raises(inviting.OutOfRange):
        inviting.make_slips(nurse=nora, group=group, labels=[""] * slips, days=days, now=NOW)


# Stopping


def test_revoke_invitation_stops_it_once(group: Group, nora: StaffMember) -> None:
    own = inviting.renew_invitation(nurse=nora, group=group, limit=60, days=14, now=NOW)
    for moment in (NOW, LATER):
        inviting.revoke_invitation(nurse=nora, invitation=own, now=moment)
    own.refresh_from_db()
    assert (own.revoked_at, opened(own)) == (NOW, [None, None])
    assert audit()[1:] == [(nora.actor, "stopped a code", own.key)]


def test_only_its_nurses_make_or_stop_the_ways_into_a_group(
    group: Group, nora: StaffMember, olga: StaffMember
) -> None:
    """S-001, S-007: another nurse; and her own group once it is closed (S-043)."""
    own = inviting.renew_invitation(nurse=nora, group=group, limit=60, days=14, now=NOW)

    def refused(nurse: StaffMember) -> None:
        with pytest.raises(NotYourGroup):
            inviting.renew_invitation(nurse=nurse, group=group, limit=60, days=14, now=NOW)
        with pytest.raises(NotYourGroup):
            inviting.make_slips(nurse=nurse, group=group, labels=[""], days=14, now=NOW)
        with pytest.raises(NotYourGroup):
            inviting.revoke_invitation(nurse=nurse, invitation=own, now=NOW)

    refused(olga)
    assert opened(own) == [own, own]
    close_group(nurse=nora, group=group, now=NOW)
    refused(nora)
    assert Invitation.objects.count() == 1
