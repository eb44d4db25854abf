"""Who looks after a group, and closing it."""

from __future__ import annotations

import pytest

from learning.actions import grouping, inviting
from learning.actions.assigning import assign
from learning.models import (
    Assignment,
    AuditEntry,
    Clinic,
    Edition,
    Group,
    Invitation,
    Learner,
    Membership,
    SharingChange,
    StaffMember,
)
from tests import factories
from tests.factories import NOW
from tests.racing import race

LATER = NOW.replace(hour=13)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return factories.clinic()


@pytest.fixture
def nora(clinic: Clinic) -> StaffMember:
    return factories.staff_member(name="Nora Nurse", clinic=clinic)


@pytest.fixture
def nils(clinic: Clinic) -> StaffMember:
    return factories.staff_member(name="Nils Nurse", clinic=clinic)


@pytest.fixture
def group(nora: StaffMember) -> Group:
    return factories.group(nurses=[nora])


def nurses(group: Group) -> list[str]:
    return list(group.nurses.values_list("name", flat=True))


def audit() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("actor", "verb", "object_key"))


# Colleagues


def test_add_colleague_lets_her_see_the_group_once(
    group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    for _ in range(2):
        grouping.add_colleague(nurse=nora, group=group, colleague=nils, now=NOW)
    assert nurses(group) == ["Nils Nurse", "Nora Nurse"]
    assert audit() == [(nora.actor, "added a colleague", f"{group.key}:{nils.key}")]


def test_add_colleague_takes_active_nurses_of_the_clinic_alone(
    group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    """S-001"""
    elsewhere = factories.staff_member(name="Else", clinic=factories.clinic(name="Elsewhere"))
    overview = factories.staff_member(name="Vera View", overview=True)
    StaffMember.objects.filter(pk=nils.pk).update(is_active=False)
    for colleague in (elsewhere, overview, nils):
        with pytest.raises(grouping.NotOfThisClinic):
            grouping.add_colleague(nurse=nora, group=group, colleague=colleague, now=NOW)
    assert (nurses(group), audit()) == (["Nora Nurse"], [])


def test_only_active_nurses_of_an_open_group_change_it(
    group: Group, nora: StaffMember, nils: StaffMember, clinic: Clinic
) -> None:
    """S-007: another nurse of the clinic, one who was switched off, a group that is closed."""
    factories.group(nurses=[nils], name="Hers")
    with pytest.raises(grouping.NotYourGroup):
        grouping.add_colleague(nurse=nils, group=group, colleague=nils, now=NOW)
    with pytest.raises(grouping.NotYourGroup):
        grouping.leave_group(nurse=nils, group=group, now=NOW)
    with pytest.raises(grouping.NotYourGroup):
        grouping.close_group(nurse=nils, group=group, now=NOW)
    StaffMember.objects.filter(pk=nora.pk).update(is_active=False)
    with pytest.raises(grouping.NotYourGroup):
        grouping.close_group(nurse=nora, group=group, now=NOW)
    StaffMember.objects.filter(pk=nora.pk).update(is_active=True)
    grouping.close_group(nurse=nora, group=group, now=NOW)
    with pytest.raises(grouping.NotYourGroup):
        grouping.close_group(nurse=nora, group=group, now=LATER)


def test_leave_group_needs_another_active_nurse(
    group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    with pytest.raises(grouping.LastNurse):
        grouping.leave_group(nurse=nora, group=group, now=NOW)
    group.nurses.add(nils)
    StaffMember.objects.filter(pk=nils.pk).update(is_active=False)
    with pytest.raises(grouping.LastNurse):
        grouping.leave_group(nurse=nora, group=group, now=NOW)
    StaffMember.objects.filter(pk=nils.pk).update(is_active=True)
    grouping.leave_group(nurse=nora, group=group, now=NOW)
    assert nurses(group) == ["Nils Nurse"]
    assert audit() == [(nora.actor, "left a group", group.key)]


@pytest.mark.django_db(transaction=True)
def test_two_nurses_who_leave_at_once_do_not_both_go(
    group: Group, nora: StaffMember, nils: StaffMember
) -> None:
    group.nurses.add(nils)
    results = race(
        [
            lambda nurse=nurse: grouping.leave_group(nurse=nurse, group=group, now=NOW)  # type: ignore[misc]
            for nurse in (nora, nils)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["LastNurse", "NoneType"]
    assert group.nurses.count() == 1


# Closing


def test_close_group_ends_all_access_and_leaves_people_what_is_theirs(
    edition: Edition, group: Group, nora: StaffMember
) -> None:
    """S-043: its code and slips stop; S-102: nothing of the memberships is left."""
    someone = factories.learner()
    check = factories.sitting(learner=someone, edition=edition)
    member = factories.membership(group=group, learner=someone, label="Bed 3")
    other = factories.group(nurses=[nora], name="Other")
    kept = factories.membership(group=other, learner=someone)
    own = inviting.renew_invitation(nurse=nora, group=group, limit=5, days=14, now=NOW)
    inviting.make_slips(nurse=nora, group=group, labels=["Bed 4", ""], days=14, now=NOW)
    for to, token in ((member, "hers"), (None, "all")):
        assign(
            nurse=nora,
            group=group,
            membership=to,
            modules=[edition.module.slug],
            visit_on=None,
            note="",
            token=token,
            now=NOW,
        )
    grouping.close_group(nurse=nora, group=group, now=LATER)
    group.refresh_from_db()
    assert group.closed_at == LATER
    assert not Invitation.objects.open(LATER).filter(group=group).exists()
    assert Invitation.objects.get(pk=own.pk).revoked_at == LATER
    assert list(Membership.objects.all()) == [kept]
    assert list(SharingChange.objects.values_list("membership", flat=True)) == [kept.pk]
    assert [row.withdrawn_at for row in Assignment.objects.all()] == [LATER]
    assert list(Learner.objects.all()) == [someone]
    assert list(someone.sittings.all()) == [check]
    assert audit()[-1] == (nora.actor, "closed a group", group.key)
