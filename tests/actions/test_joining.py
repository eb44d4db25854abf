"""Joining a group, changing what is shared, leaving; also by many at once."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from learning.actions import joining, leaving
from learning.actions.arriving import START_TOKEN_LIFE, LearnerErased, StartTokenUsed
from learning.actions.joining import NotAMember, NotLetIn, TooManyGroups
from learning.models import (
    Assignment,
    AuditEntry,
    Device,
    Edition,
    Group,
    Invitation,
    Learner,
    Membership,
    ReturnCode,
    SharingChange,
    TeachBack,
)
from learning.models.people import token_hash
from tests import factories
from tests.factories import NOW
from tests.racing import race

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(hours=1)


def group(name: str = "Tuesday") -> Group:
    nurse = factories.staff_member(
        name=f"Nurse {name}", clinic=factories.clinic(name=f"Clinic of {name}")
    )
    return factories.group(nurses=[nurse], name=name)


def join(invitation: Invitation, **changes: Any) -> joining.Joined:
    given: dict[str, Any] = {
        "invitation": invitation,
        "learner": None,
        "sharing": 1,
        "own_name": "",
        "shared": False,
        "now": NOW,
        "rng": random.Random(1),
        **changes,
    }
    return joining.join(**given)


def kept() -> dict[str, int]:
    models = (Learner, Device, Membership, SharingChange, ReturnCode, AuditEntry)
    return {model.__name__: model._default_manager.count() for model in models}


NOTHING = dict.fromkeys(
    ("Learner", "Device", "Membership", "SharingChange", "ReturnCode", "AuditEntry"), 0
)


def uses(invitation: Invitation) -> int:
    return Invitation.objects.values_list("uses", flat=True).get(pk=invitation.pk)


def test_join_without_a_learner_makes_one_with_device_code_and_membership() -> None:
    invitation = factories.invitation(group=group(), label="room 4", limit=2)
    joined = join(invitation, sharing=2, own_name="Ann", shared=True)
    assert joined.new
    member, learner = joined.membership, joined.membership.learner
    device = learner.devices.get()
    assert joined.device_token is not None
    assert (device.hash, device.shared) == (token_hash(joined.device_token), True)
    assert (member.group, member.sharing, member.own_name, member.label, member.joined_at) == (
        invitation.group,
        2,
        "Ann",
        "room 4",
        NOW,
    )
    assert len(member.call_name.split()) == 2
    assert list(member.changes.values_list("sharing", "at")) == [(2, NOW)]
    assert ReturnCode.objects.get().learner == learner
    assert uses(invitation) == 1
    assert list(AuditEntry.objects.values_list("at", "actor", "verb", "object_key")) == [
        (NOW, "a learner", "joined", member.key)
    ]


def test_join_of_a_learner_keeps_her_return_code_and_gives_no_device() -> None:
    anna = factories.learner()
    letters = factories.return_code(learner=anna)
    joined = join(factories.invitation(group=group()), learner=anna)
    assert (joined.membership.learner, joined.device_token) == (anna, None)
    assert factories._code(ReturnCode.objects.get().mark, "return") == letters
    assert Learner.objects.count() == 1


def test_join_again_is_the_same_membership_and_uses_up_nothing() -> None:
    ours, anna = group(), factories.learner()
    first = join(factories.invitation(group=ours), learner=anna, own_name="Ann")
    slip = factories.invitation(group=ours, limit=1, label="another")
    again = join(slip, learner=anna, own_name="Ann", now=LATER)
    assert (again.membership, again.new) == (first.membership, False)
    member = Membership.objects.get()
    assert (member.call_name, member.label, member.joined_at, member.sharing) == (
        first.membership.call_name,
        "",
        NOW,
        1,
    )
    assert uses(slip) == 0
    assert SharingChange.objects.count() == 1
    more = join(slip, learner=anna, sharing=3, now=LATER)
    assert (more.membership.sharing, more.membership.own_name) == (3, "")
    assert list(member.changes.values_list("sharing", "at")) == [(1, NOW), (3, LATER)]
    assert AuditEntry.objects.count() == 1


def test_join_twice_by_one_form_is_joining_once() -> None:
    """R-001: a double tap on Join of somebody unknown, by a slip that lets one person in."""
    slip = factories.invitation(group=group(), limit=1)
    token = "t" * 22
    first, second = join(slip, token=token), join(slip, token=token)
    assert (second.membership, second.new) == (first.membership, False)
    assert (Learner.objects.count(), Device.objects.count(), uses(slip)) == (1, 2, 1)
    assert second.device_token not in (None, first.device_token)


def test_join_by_a_form_of_long_ago_keeps_nothing() -> None:
    ours = group()
    join(factories.invitation(group=ours), token="t" * 22)
    before = kept()
    with pytest.raises(StartTokenUsed):
        join(factories.invitation(group=ours), token="t" * 22, now=NOW + START_TOKEN_LIFE)
    assert kept() == before


@pytest.mark.parametrize(
    "state", ["expired", "revoked", "full", "closed", "gone"], ids=lambda state: state
)
def test_join_by_what_lets_nobody_in_keeps_nothing(state: str) -> None:
    """S-043: also where it changed after the page was opened."""
    ours = group()
    invitation = factories.invitation(group=ours, limit=1)
    changes: dict[str, dict[str, Any]] = {
        "expired": {"expires_at": NOW},
        "revoked": {"revoked_at": NOW},
        "full": {"uses": 1},
    }
    if state in changes:
        Invitation.objects.filter(pk=invitation.pk).update(**changes[state])
    if state == "closed":
        Group.objects.update(closed_at=NOW)
    if state == "gone":
        Invitation.objects.all().delete()
    with pytest.raises(NotLetIn):
        join(invitation)
    assert kept() == NOTHING


def test_join_of_a_learner_who_was_erased_meanwhile_keeps_nothing() -> None:
    anna, invitation = factories.learner(), factories.invitation(group=group())
    Learner.objects.all().delete()
    with pytest.raises(LearnerErased):
        join(invitation, learner=anna)
    assert kept() == NOTHING
    assert uses(invitation) == 0


def test_join_more_than_ten_groups_is_refused() -> None:
    """S-046"""
    anna = factories.learner()
    invitations = [factories.invitation(group=group(f"G{number}")) for number in range(11)]
    for invitation in invitations[:10]:
        join(invitation, learner=anna)
    before = kept()
    with pytest.raises(TooManyGroups):
        join(invitations[10], learner=anna)
    assert kept() == before
    assert uses(invitations[10]) == 0
    again = join(invitations[0], learner=anna, sharing=2)
    assert (again.new, again.membership.sharing) == (False, 2)
    joining.leave(membership=again.membership, now=LATER)
    assert join(invitations[10], learner=anna).new


def test_call_names_of_a_group_differ_whatever_is_drawn() -> None:
    ours = group()
    invitation = factories.invitation(group=ours, limit=500)
    names = [join(invitation).membership.call_name for _ in range(30)]
    assert len(set(names)) == 30


@pytest.mark.django_db(transaction=True)
def test_race_of_joins_fills_the_group_to_its_limit_and_no_further() -> None:
    """B7: everybody there is room for is in, with a call name of her own; the others hear so."""
    ours = group()
    invitation = factories.invitation(group=ours, limit=8)
    runners = [partial(join, invitation, rng=random.Random(7)) for _ in range(12)]
    results = race(runners)
    joined = [result for result in results if isinstance(result, joining.Joined)]
    refused = [result for result in results if isinstance(result, NotLetIn)]
    assert (len(joined), len(refused)) == (8, 4), results
    names = set(Membership.objects.values_list("call_name", flat=True))
    assert len(names) == Membership.objects.count() == Learner.objects.count() == 8
    assert uses(invitation) == 8


@pytest.mark.django_db(transaction=True)
def test_race_of_one_learner_in_two_tabs_makes_one_membership() -> None:
    """Nobody is refused, and one of ten groups is not joined as the eleventh."""
    anna, ours = factories.learner(), group()
    slips = [factories.invitation(group=ours, limit=1) for _ in range(2)]
    results = race([partial(join, slip, learner=anna) for slip in slips])
    assert [result.new for result in results if isinstance(result, joining.Joined)] in (
        [True, False],
        [False, True],
    )
    assert Membership.objects.count() == SharingChange.objects.count() == 1
    assert sorted(map(uses, slips)) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_race_of_two_taps_on_one_form_of_somebody_unknown_is_one_membership() -> None:
    slip = factories.invitation(group=group(), limit=1)
    results = race([partial(join, slip, token="t" * 22) for _ in range(3)])
    assert all(isinstance(result, joining.Joined) for result in results), results
    assert (Learner.objects.count(), Membership.objects.count(), uses(slip)) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_race_of_joining_and_erasing_leaves_nothing_half() -> None:
    for round_ in range(3):
        anna = factories.learner()
        factories.device(learner=anna)
        invitation = factories.invitation(group=group(f"round {round_}"))
        runners: list[Callable[[], object]] = [
            partial(join, invitation, learner=anna),
            partial(leaving.erase, learner=anna, now=NOW),
        ]
        results = race(runners)
        assert isinstance(results[0], (joining.Joined, LearnerErased)), results
        assert results[1] is None
        assert Learner.objects.count() == Membership.objects.count() == 0


# Changing


def test_change_sharing_is_noted_with_its_day_only_where_it_is_another() -> None:
    member = factories.membership(group=group(), learner=factories.learner(), sharing=3)
    joining.change_sharing(membership=member, sharing=1, own_name="Ann", now=LATER)
    joining.change_sharing(membership=member, sharing=1, own_name="", now=LATER)
    member.refresh_from_db()
    assert (member.sharing, member.own_name) == (1, "")
    assert list(member.changes.values_list("sharing", "at")) == [(3, NOW), (1, LATER)]


def test_change_sharing_of_a_member_who_is_gone_is_refused() -> None:
    member = factories.membership(group=group(), learner=factories.learner())
    Membership.objects.all().delete()
    with pytest.raises(NotAMember):
        joining.change_sharing(membership=member, sharing=1, own_name="", now=LATER)
    assert SharingChange.objects.count() == 0


# Leaving


def test_leave_takes_all_that_hangs_on_the_membership_and_nothing_else(edition: Edition) -> None:
    """S-008: the nurses' own queries go through the membership, so they see nothing at once."""
    ours, anna, bella = group(), factories.learner(), factories.learner()
    mine = factories.membership(group=ours, learner=anna)
    hers = factories.membership(group=ours, learner=bella, call_name="Maple Porch")
    factories.sitting(learner=anna, edition=edition)
    for member in (mine, hers):
        TeachBack.objects.create(
            membership=member,
            module=edition.module,
            objective="o",
            result="again",
            token="t",
            at=NOW,
        )
        Assignment.objects.create(
            group=ours, membership=member, module=edition.module, token=member.key, created_at=NOW
        )
    Assignment.objects.create(group=ours, module=edition.module, token="all", created_at=NOW)
    key = mine.key
    joining.leave(membership=Membership.objects.get(pk=mine.pk), now=LATER)
    joining.leave(membership=mine, now=LATER)
    assert list(Membership.objects.all()) == [hers]
    assert list(SharingChange.objects.values_list("membership", flat=True)) == [hers.pk]
    assert list(TeachBack.objects.values_list("membership", flat=True)) == [hers.pk]
    assert set(Assignment.objects.values_list("membership", flat=True)) == {hers.pk, None}
    assert anna.sittings.count() == 1
    assert list(
        AuditEntry.objects.filter(verb="left").values_list("at", "actor", "object_key")
    ) == [(LATER, "a learner", key)]


def test_who_left_may_join_again_under_another_name() -> None:
    anna, invitation = factories.learner(), factories.invitation(group=group(), label="room 4")
    first = join(invitation, learner=anna, sharing=3, own_name="Ann")
    joining.leave(membership=first.membership, now=LATER)
    second = join(invitation, learner=anna, now=LATER, rng=random.Random(2)).membership
    assert (second.sharing, second.own_name) == (1, "")
    assert second.key != first.membership.key
    assert uses(invitation) == 2
