"""Joining a nurse's group, choosing what its nurses see, and leaving it."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from learning.actions.arriving import arrive, hold
from learning.actions.returning import ensure_return_code
from learning.models import (
    AuditEntry,
    Group,
    Invitation,
    Learner,
    Membership,
    SharingChange,
)
from learning.rules.call_names import call_name

MOST_GROUPS = 10
ACTOR = "a learner"  # the audit log names no learner


class NotLetIn(Exception):
    """The invitation is used up, expired or stopped, or its group is closed."""


class TooManyGroups(Exception):
    """The learner is in MOST_GROUPS groups already."""


class NotAMember(Exception):
    """The membership is no longer there: she left, or was taken out of the group."""


@dataclass(frozen=True)
class Joined:
    """The membership. ``device_token`` is set where the browser must be given one.

    ``new``: she was not in the group before.
    """

    membership: Membership
    device_token: str | None
    new: bool


def join(
    *,
    invitation: Invitation,
    learner: Learner | None,
    sharing: int,
    own_name: str,
    shared: bool,
    now: datetime.datetime,
    rng: random.Random,
    token: str = "",
) -> Joined:
    """Make this learner a member of the group and give her a return code if she has none.

    Without a learner one is made, see arriving.new_learner: the same ``token`` again (a double tap
    on Join) is the same learner, and so the same membership. Who is in the group already uses up
    nothing of the invitation, and what she chose now holds. Raises NotLetIn, TooManyGroups, and
    StartTokenUsed and LearnerErased of arriving; then nothing is kept.
    """
    with transaction.atomic():
        learner, device_token = arrive(learner=learner, shared=shared, now=now, token=token)
        hold(learner)
        # The joins of a group come one after the other, so that each sees which names are taken.
        group = (
            Group.objects.select_for_update(no_key=True)
            .filter(pk=invitation.group_id, closed_at__isnull=True)
            .first()
        )
        if group is None:
            raise NotLetIn
        ensure_return_code(learner=learner, now=now)
        membership = group.memberships.filter(learner=learner).first()
        if membership is not None:
            _keep(membership, sharing, own_name, now)
            return Joined(membership, device_token, new=False)
        if learner.memberships.count() >= MOST_GROUPS:
            raise TooManyGroups
        _use_up(invitation, now)
        membership = _member(group, learner, invitation, sharing, own_name, now, rng)
        return Joined(membership, device_token, new=True)


def _use_up(invitation: Invitation, now: datetime.datetime) -> None:
    """Count one more use in a single statement, so that no two people share the last one."""
    still = Invitation.objects.filter(
        pk=invitation.pk, revoked_at__isnull=True, expires_at__gt=now, uses__lt=F("limit")
    )
    if not still.update(uses=F("uses") + 1):
        raise NotLetIn


def _member(
    group: Group,
    learner: Learner,
    invitation: Invitation,
    sharing: int,
    own_name: str,
    now: datetime.datetime,
    rng: random.Random,
) -> Membership:
    taken = set(group.memberships.values_list("call_name", flat=True))
    membership = Membership.objects.create(
        group=group,
        learner=learner,
        call_name=call_name(taken, rng=rng),
        own_name=own_name,
        label=invitation.label,
        sharing=sharing,
        joined_at=now,
    )
    SharingChange.objects.create(membership=membership, sharing=sharing, at=now)
    _record("joined", membership, now)
    return membership


def change_sharing(
    *, membership: Membership, sharing: int, own_name: str, now: datetime.datetime
) -> None:
    """From now on the nurses of the group see this much of the member, and call her that.

    A level that is another than before is noted with its day. Raises NotAMember.
    """
    with transaction.atomic():
        found = Membership.objects.select_for_update().filter(pk=membership.pk).first()
        if found is None:
            raise NotAMember
        _keep(found, sharing, own_name, now)


def _keep(membership: Membership, sharing: int, own_name: str, now: datetime.datetime) -> None:
    if membership.sharing != sharing:
        SharingChange.objects.create(membership=membership, sharing=sharing, at=now)
    membership.sharing, membership.own_name = sharing, own_name
    membership.save(update_fields=["sharing", "own_name"])


def leave(*, membership: Membership, now: datetime.datetime) -> None:
    """The nurses of the group see nothing of her any more.

    The membership goes with all that hangs on it: call name, label, teach-backs, and what was
    assigned to her alone. What she did stays hers. Twice is the same as once.
    """
    with transaction.atomic():
        found = Membership.objects.select_for_update().filter(pk=membership.pk).first()
        if found is not None:
            _record("left", found, now)
            found.delete()


def _record(verb: str, membership: Membership, now: datetime.datetime) -> None:
    AuditEntry.objects.create(at=now, actor=ACTOR, verb=verb, object_key=membership.key)
