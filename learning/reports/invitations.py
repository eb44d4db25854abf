"""The ways into a group, as its nurses see and print them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, F, Max, Min, Q, QuerySet

from learning.models import Group, Invitation, StaffMember
from learning.models.keys import code_from, code_hashes
from learning.rules.codes import INVITATION_LENGTH, LINK_LENGTH, grouped

SHEETS_SHOWN = 50

CodeState = Literal["open", "full", "ended", "stopped", "lost"]


@dataclass(frozen=True)
class Code:
    """A code as it is typed, and the one that a link or QR code carries."""

    typed: str
    link: str


def shown_code(invitation: Invitation) -> Code | None:
    """The code of an invitation; None where it was made with another secret and is lost."""
    typed = code_from(invitation.mark, purpose="invitation", length=INVITATION_LENGTH)
    if invitation.code_hash not in code_hashes(typed, purpose="invitation"):
        return None
    link = code_from(invitation.mark, purpose="invitation link", length=LINK_LENGTH)
    return Code(grouped(typed), link)


@dataclass(frozen=True)
class GroupCode:
    """The group's own code. ``code`` is there as long as it is open and can be shown."""

    invitation: Invitation
    state: CodeState
    code: Code | None

    @property
    def left(self) -> int:
        """How many more people it lets in."""
        return self.invitation.limit - self.invitation.uses


@dataclass(frozen=True)
class SheetRow:
    key: str
    made_at: datetime.datetime
    ends_at: datetime.datetime
    slips: int
    used: int
    open: int


@dataclass(frozen=True)
class InvitationsPage:
    own: GroupCode | None
    sheets: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Slip:
    """One slip that still lets somebody in. ``code`` is None where it is lost."""

    key: str
    label: str
    ends_at: datetime.datetime
    code: Code | None


@dataclass(frozen=True)
class Sheet:
    """The slips of a sheet that are still open, and how many it had."""

    key: str
    made_at: datetime.datetime
    slips: tuple[Slip, ...]
    total: int

    @property
    def left_out(self) -> int:
        return self.total - len(self.slips)


def group_code(group: Group, *, now: datetime.datetime) -> GroupCode | None:
    """The latest of the group's own codes and how it stands."""
    invitation = group.invitations.filter(sheet="").order_by("-created_at", "-id").first()
    if invitation is None:
        return None
    state, code = _state(invitation, now), None
    if state == "open":
        code = shown_code(invitation)
        state = "open" if code else "lost"
    return GroupCode(invitation, state, code)


def _state(invitation: Invitation, now: datetime.datetime) -> CodeState:
    if invitation.revoked_at is not None:
        return "stopped"
    if invitation.uses >= invitation.limit:
        return "full"
    return "open" if invitation.expires_at > now else "ended"


def invitations_page(group: Group, *, now: datetime.datetime) -> InvitationsPage:
    """The group's own code and its latest sheets of slips."""
    sheets = (
        group.invitations.exclude(sheet="")
        .order_by()
        .values("sheet")
        .annotate(
            made_at=Min("created_at"),
            ends_at=Max("expires_at"),
            slips=Count("id"),
            used=Count("id", filter=Q(uses__gt=0)),
            open=Count(
                "id",
                filter=Q(revoked_at__isnull=True, expires_at__gt=now, uses__lt=F("limit")),
            ),
        )
        .order_by("-made_at", "sheet")[:SHEETS_SHOWN]
    )
    return InvitationsPage(
        group_code(group, now=now),
        tuple(
            SheetRow(
                row["sheet"],
                row["made_at"],
                row["ends_at"],
                row["slips"],
                row["used"],
                row["open"],
            )
            for row in sheets
        ),
    )


def sheet(group: Group, key: str, *, now: datetime.datetime) -> Sheet | None:
    """One sheet of this group with the slips that nobody has used; None where there is none."""
    invitations = list(group.invitations.filter(sheet=key).order_by("id")) if key else []
    if not invitations:
        return None
    return Sheet(
        key=key,
        made_at=invitations[0].created_at,
        slips=tuple(
            Slip(row.key, row.label, row.expires_at, shown_code(row))
            for row in invitations
            if _state(row, now) == "open"
        ),
        total=len(invitations),
    )


def own_invitations(nurse: StaffMember) -> QuerySet[Invitation]:
    """The invitations to the groups this nurse looks after."""
    return Invitation.objects.filter(
        group__nurses=nurse, group__closed_at__isnull=True
    ).select_related("group__clinic")
