"""The staff of a site: who is signed in, and what those see who look after accounts.

Nothing of a patient is here.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import BigAutoField, CharField, DateTimeField, Exists, OuterRef, QuerySet

from learning.models import Clinic, Group, StaffInvitation, StaffMember
from learning.models.prepared import Parameter, Prepared
from learning.models.staff import link_word

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def roles(of: StaffMember | StaffInvitation) -> tuple[str, ...]:
    """What somebody may do, in words."""
    found = []
    if of.clinic is not None:
        found.append(f"Nurse at {of.clinic.name}")
    if of.overview:
        found.append("Overview, staff and clinics")
    if of.publisher:
        found.append("Publishing")
    return tuple(found)


@dataclass(frozen=True)
class StaffRow:
    member: StaffMember
    roles: tuple[str, ...]
    second_factor: bool


@dataclass(frozen=True)
class InvitationRow:
    invitation: StaffInvitation
    roles: tuple[str, ...]
    invited_by: str


@dataclass(frozen=True)
class GroupOfHers:
    group: Group
    left_alone: bool  # no active nurse looks after it


@dataclass(frozen=True)
class Person:
    row: StaffRow
    groups: tuple[GroupOfHers, ...]
    only_hers: tuple[Group, ...]  # left alone if she is switched off

    @property
    def left_alone(self) -> tuple[Group, ...]:
        return tuple(row.group for row in self.groups if row.left_alone)


def staff_rows() -> tuple[StaffRow, ...]:
    """Everybody with an account: who is active first, then by name."""
    return tuple(map(_row, _members().order_by("-is_active", "name", "id")))


def find_member(key: str) -> StaffMember | None:
    return _members().filter(key=key).first()


def person(member: StaffMember) -> Person:
    """One member of staff with the open groups she looks after, or did."""
    groups = list(member.nurse_groups.filter(closed_at__isnull=True).order_by("name", "id"))
    active = _active_nurses(groups)
    return Person(
        row=_row(member),
        groups=tuple(GroupOfHers(group, left_alone=not active[group.pk]) for group in groups),
        only_hers=tuple(group for group in groups if active[group.pk] == {member.pk}),
    )


def _active_nurses(groups: list[Group]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {group.pk: set() for group in groups}
    pairs = Group.nurses.through.objects.filter(
        group__in=groups, staffmember__is_active=True
    ).values_list("group_id", "staffmember_id")
    for group, nurse in pairs:
        found[group].add(nurse)
    return found


def _members() -> QuerySet[StaffMember]:
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    return StaffMember.objects.select_related("clinic").annotate(second_factor=Exists(factors))


def _row(member: StaffMember) -> StaffRow:
    return StaffRow(
        member=member,
        roles=roles(member),
        second_factor=member.second_factor,  # type: ignore[attr-defined]
    )


def factors_of(member: StaffMember) -> dict[int, str]:
    """Her ways to sign in besides a password: the kind of each by its id."""
    return dict(Authenticator.objects.filter(user=member).values_list("pk", "type"))


_SESSION = Prepared(
    lambda: Session.objects.filter(
        session_key=Parameter("key", CharField()), expire_date__gt=Parameter("now", DateTimeField())
    )
)
_MEMBER = Prepared(lambda: StaffMember.objects.filter(pk=Parameter("member", BigAutoField())))
_FACTOR = Prepared(
    lambda: Authenticator.objects.filter(
        user=Parameter("member", BigAutoField()),
        type__in=SECOND_FACTORS,
    ).values_list("pk")[:1]
)


def open_session(key: str | None, *, now: datetime.datetime) -> Session | None:
    """The session with this key, unless it is over."""
    return _SESSION.first(key=key, now=now)


def member_of_session(member: int) -> StaffMember | None:
    """The member of staff whose id a session holds."""
    return _MEMBER.first(member=member)


def has_factor(member: StaffMember) -> bool:
    """Whether she has a passkey or an authenticator app. Recovery codes alone do not count."""
    return bool(_FACTOR(member=member.pk))


def groups_left_alone() -> QuerySet[Group]:
    """Open groups that no active nurse looks after."""
    return (
        Group.objects.filter(closed_at__isnull=True)
        .exclude(Exists(StaffMember.objects.filter(nurse_groups=OuterRef("pk"), is_active=True)))
        .select_related("clinic")
    )


def nurses_of(clinic: Clinic) -> QuerySet[StaffMember]:
    """The active nurses of a clinic."""
    return StaffMember.objects.filter(clinic=clinic, is_active=True)


def open_invitations(*, now: datetime.datetime) -> tuple[InvitationRow, ...]:
    """Invitations whose link still works, the newest first."""
    found = StaffInvitation.objects.open(now).select_related("clinic", "invited_by")
    return tuple(
        InvitationRow(
            invitation=invitation,
            roles=roles(invitation),
            invited_by=invitation.invited_by.name if invitation.invited_by else "",
        )
        for invitation in found
    )


def find_invitation(key: str) -> StaffInvitation | None:
    return StaffInvitation.objects.filter(key=key).first()


def invitation_of_link(token: str, *, now: datetime.datetime) -> StaffInvitation | None:
    """The invitation that this link still opens."""
    return StaffInvitation.objects.open(now).of_link(token).select_related("clinic").first()


def invitation_of_form(token: str, *, now: datetime.datetime) -> tuple[StaffInvitation, str] | None:
    """The open invitation that this form made, with the secret word of its link."""
    link = link_word(token)
    found = invitation_of_link(link, now=now)
    return None if found is None else (found, link)
