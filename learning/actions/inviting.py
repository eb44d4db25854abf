"""Making a group and the ways into it: its own code, and slips that let one person in each."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction

from learning.actions.grouping import own_group, record
from learning.models import Group, Invitation, StaffMember
from learning.models.keys import code_from, code_hashes, new_key
from learning.rules.codes import INVITATION_LENGTH, LINK_LENGTH

FIRST_LIMIT, FIRST_DAYS = 60, 14
MOST_PEOPLE, MOST_DAYS, MOST_SLIPS = 500, 90, 40


class NotANurse(Exception):
    """Only a nurse of a clinic has groups."""


class FormUsed(Exception):
    """The form was sent before, for something else. Show a fresh one."""


class OutOfRange(ValueError):
    """More people, days or slips at once than there may be, or none."""


def make_group(*, nurse: StaffMember, name: str, token: str, now: datetime.datetime) -> Group:
    """A new group of this nurse and her clinic, with its own code. The same form makes it once.

    Raises NotANurse, and FormUsed where somebody else made a group by that form.
    """
    if nurse.clinic_id is None or not nurse.is_active:
        raise NotANurse
    with transaction.atomic():
        group, made = Group.objects.get_or_create(
            start_token=token,
            defaults={"name": name, "clinic_id": nurse.clinic_id, "created_at": now},
        )
        if made:
            group.nurses.add(nurse)
            _invitation(group, nurse, now, limit=FIRST_LIMIT, days=FIRST_DAYS).save()
            record(nurse, "made a group", group.key, now=now)
        elif not group.nurses.filter(pk=nurse.pk).exists():
            raise FormUsed
    return group


def renew_invitation(
    *,
    nurse: StaffMember,
    group: Group,
    limit: int,
    days: int,
    now: datetime.datetime,
    token: str = "",
) -> Invitation:
    """A new code of the group for so many people and days. The old one stops at once.

    The same form renews once, so that a code printed since then holds. Raises NotYourGroup,
    OutOfRange and FormUsed.
    """
    if not (1 <= limit <= MOST_PEOPLE and 1 <= days <= MOST_DAYS):
        raise OutOfRange
    key = token or new_key()
    with transaction.atomic():
        group = own_group(nurse, group)
        twin = Invitation.objects.filter(key=key).first()
        if twin is not None:
            if twin.group_id != group.pk:
                raise FormUsed
            return twin
        group.invitations.filter(sheet="", revoked_at__isnull=True).update(revoked_at=now)
        made = _invitation(group, nurse, now, limit=limit, days=days)
        made.key = key
        made.save()
        record(nurse, "made a new code", made.key, now=now)
    return made


def make_slips(
    *,
    nurse: StaffMember,
    group: Group,
    labels: Sequence[str],
    days: int,
    now: datetime.datetime,
    token: str = "",
) -> str:
    """The key of a new sheet with one slip for each label, which may be empty.

    The same form makes one sheet. Raises NotYourGroup and OutOfRange.
    """
    if not (1 <= len(labels) <= MOST_SLIPS and 1 <= days <= MOST_DAYS):
        raise OutOfRange
    sheet = token or new_key()
    with transaction.atomic():
        group = own_group(nurse, group)
        if not group.invitations.filter(sheet=sheet).exists():
            Invitation.objects.bulk_create(
                _invitation(group, nurse, now, limit=1, days=days, sheet=sheet, label=label)
                for label in labels
            )
            record(nurse, "made slips", sheet, now=now)
    return sheet


def revoke_invitation(
    *, nurse: StaffMember, invitation: Invitation, now: datetime.datetime
) -> None:
    """This code or slip stops at once. Twice is the same as once. Raises NotYourGroup."""
    with transaction.atomic():
        own_group(nurse, invitation.group)
        still = Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True)
        if still.update(revoked_at=now):
            record(nurse, "stopped a code", invitation.key, now=now)


def _invitation(
    group: Group,
    nurse: StaffMember,
    now: datetime.datetime,
    *,
    limit: int,
    days: int,
    sheet: str = "",
    label: str = "",
) -> Invitation:
    mark = new_key()
    code = code_from(mark, purpose="invitation", length=INVITATION_LENGTH)
    link = code_from(mark, purpose="invitation link", length=LINK_LENGTH)
    return Invitation(
        group=group,
        mark=mark,
        code_hash=code_hashes(code, purpose="invitation")[0],
        link_hash=code_hashes(link, purpose="invitation link")[0],
        sheet=sheet,
        label=label,
        limit=limit,
        created_by=nurse,
        created_at=now,
        expires_at=now + datetime.timedelta(days=days),
    )
