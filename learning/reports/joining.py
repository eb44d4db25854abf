"""The way into a group, and what a member shares in each of hers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q

from learning.models import Invitation, Learner, Membership
from learning.models.groups import Sharing
from learning.models.keys import code_hashes
from learning.reports.shared import Shared, shared_at_each_level, shared_in
from learning.rules.codes import normal_code


def open_invitation(code: str, *, now: datetime.datetime) -> Invitation | None:
    """The invitation that this code opens: the letters of a slip, or the long code of a link.

    None where it opens nothing. Wrong, expired, revoked, full and used codes are told apart
    nowhere, and the work is the same for every text that was typed.
    """
    letters = normal_code(code) or ""
    return (
        Invitation.objects.open(now)
        .filter(
            Q(code_hash__in=code_hashes(letters, purpose="invitation"))
            | Q(link_hash__in=code_hashes(letters, purpose="invitation link"))
        )
        .select_related("group__clinic")
        .first()
    )


def invitation(key: str) -> Invitation | None:
    """The invitation with this key, whether or not it lets anybody in."""
    return Invitation.objects.filter(key=key).select_related("group__clinic").first()


def still_open(key: str, *, now: datetime.datetime) -> Invitation | None:
    """The invitation with this key, as long as it lets somebody in."""
    return Invitation.objects.open(now).filter(key=key).select_related("group__clinic").first()


@dataclass(frozen=True)
class Level:
    """One level of sharing in the words of the page, and what the nurses would see at it now."""

    number: int
    words: str
    shared: Shared


def levels(learner: Learner | None, membership: Membership | None = None) -> tuple[Level, ...]:
    """Every level of sharing, the least first."""
    return tuple(
        Level(shared.sharing.value, in_words(shared.sharing), shared)
        for shared in shared_at_each_level(learner, membership)
    )


def in_words(sharing: int) -> str:
    """A level of sharing as a sentence of its own begins."""
    words = Sharing(sharing).label
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class GroupOfHers:
    """One of the learner's groups, and what its nurses see of her now."""

    membership: Membership
    level: str
    shared: Shared


def groups_of(learner: Learner) -> tuple[GroupOfHers, ...]:
    """The groups a learner is in, the latest first."""
    memberships = list(
        learner.memberships.select_related("group__clinic").order_by("-joined_at", "-id")
    )
    return tuple(
        GroupOfHers(membership, in_words(membership.sharing), shared)
        for membership, shared in zip(memberships, shared_in(memberships), strict=True)
    )
