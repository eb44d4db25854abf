"""Noting what staff took away or looked at, where nothing else changes."""

from __future__ import annotations

import datetime

from learning.models import AuditEntry, StaffMember


def note_file(*, staff: StaffMember, name: str, now: datetime.datetime) -> None:
    """Note that a report was taken away as a file."""
    AuditEntry.objects.create(
        at=now, actor=staff.actor, verb="took a report as a file", object_key=name
    )
