"""Who looks after a group, and closing it. Every action of a nurse on a group begins here."""

from __future__ import annotations

import datetime

from django.db import transaction

from learning.models import Assignment, AuditEntry, Group, Invitation, StaffMember


class NotYourGroup(Exception):
    """The group is closed, or this nurse does not (any longer) look after it."""


class NotOfThisClinic(Exception):
    """Only active nurses of the group's own clinic can look after it."""


class LastNurse(Exception):
    """Nobody else would look after the group."""


def own_group(nurse: StaffMember, group: Group) -> Group:
    """The group, locked until the transaction ends; NotYourGroup where it is not hers.

    Whoever takes her out of the group, or closes it, has done so before or waits.
    """
    mine = Group.objects.select_for_update(no_key=True).filter(pk=group.pk)
    found = mine.filter(closed_at__isnull=True).first()
    if found is None or not found.nurses.filter(pk=nurse.pk, is_active=True).exists():
        raise NotYourGroup
    return found


def record(nurse: StaffMember, verb: str, *keys: str, now: datetime.datetime) -> None:
    """One line in the audit log for each of these keys."""
    AuditEntry.objects.bulk_create(
        AuditEntry(at=now, actor=nurse.actor, verb=verb, object_key=key) for key in keys
    )


def add_colleague(
    *, nurse: StaffMember, group: Group, colleague: StaffMember, now: datetime.datetime
) -> None:
    """From now on the colleague looks after the group too. Twice is the same as once.

    Raises NotYourGroup, and NotOfThisClinic for whoever is not an active nurse of its clinic.
    """
    with transaction.atomic():
        group = own_group(nurse, group)
        active = StaffMember.objects.select_for_update().filter(pk=colleague.pk, is_active=True)
        if active.filter(clinic=group.clinic_id).first() is None:
            raise NotOfThisClinic
        if not group.nurses.filter(pk=colleague.pk).exists():
            group.nurses.add(colleague)
            record(nurse, "added a colleague", f"{group.key}:{colleague.key}", now=now)


def leave_group(*, nurse: StaffMember, group: Group, now: datetime.datetime) -> None:
    """This nurse no longer sees the group. Raises LastNurse where no other active one stays."""
    with transaction.atomic():
        group = own_group(nurse, group)
        if not group.nurses.filter(is_active=True).exclude(pk=nurse.pk).exists():
            raise LastNurse
        group.nurses.remove(nurse)
        record(nurse, "left a group", group.key, now=now)


def close_group(*, nurse: StaffMember, group: Group, now: datetime.datetime) -> None:
    """End the group: its codes stop, what was assigned is withdrawn, nothing is shared any more.

    The memberships go with all that hangs on them (call names, labels, teach-backs). What a member
    did stays hers.
    """
    with transaction.atomic():
        group = own_group(nurse, group)
        Group.objects.filter(pk=group.pk).update(closed_at=now)
        Invitation.objects.filter(group=group, revoked_at__isnull=True).update(revoked_at=now)
        group.memberships.all().delete()
        Assignment.objects.filter(group=group, withdrawn_at__isnull=True).update(withdrawn_at=now)
        record(nurse, "closed a group", group.key, now=now)
