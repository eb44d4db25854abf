"""Assigning modules to a group or to one member of it, and withdrawing that."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from learning.actions.grouping import own_group, record
from learning.models import Assignment, Edition, Group, Membership, StaffMember
from learning.rules.visits import first_day, last_day

LANGUAGE = "en"  # staff assign in one language, today the only one


class MemberGone(Exception):
    """The person is not (any longer) a member of the group."""


class NotOffered(Exception):
    """No module was named, or one that is not offered (any longer)."""


class VisitDayOut(ValueError):
    """The day of the visit is past, or more than a year ahead."""


class AlreadyAssigned(Exception):
    """Some of the modules were assigned to the same people before and not withdrawn."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        super().__init__(", ".join(str(assignment) for assignment in assignments))
        self.assignments = tuple(assignments)


def assign(
    *,
    nurse: StaffMember,
    group: Group,
    membership: Membership | None,
    modules: Sequence[str],
    visit_on: datetime.date | None,
    note: str,
    token: str,
    now: datetime.datetime,
) -> tuple[Assignment, ...]:
    """The modules with these slugs are assigned to the group, or to one member; all or none.

    The same form assigns once. Nothing is sent: a learner sees it when she opens Waymark. Raises
    NotYourGroup, MemberGone, NotOffered, VisitDayOut, and AlreadyAssigned with what is open for
    the same people: a member has what her group was given.
    """
    if visit_on is not None and not first_day(now) <= visit_on <= last_day(now):
        raise VisitDayOut
    with transaction.atomic():
        group = own_group(nurse, group)
        before = tuple(group.assignments.filter(token=token))
        if before:
            return before
        if membership is not None:
            membership = group.memberships.select_for_update().filter(pk=membership.pk).first()
            if membership is None:
                raise MemberGone
        offered = [
            edition.module
            for edition in Edition.objects.offered(LANGUAGE).filter(module__slug__in=modules)
        ]
        if not modules or len(offered) != len(set(modules)):
            raise NotOffered
        still_open = list(
            group.assignments.filter(
                Q(membership__isnull=True) | Q(membership=membership),
                withdrawn_at__isnull=True,
                module__in=offered,
            ).select_related("module")
        )
        if still_open:
            raise AlreadyAssigned(still_open)
        made = Assignment.objects.bulk_create(
            Assignment(
                group=group,
                membership=membership,
                module=module,
                visit_on=visit_on,
                note=note,
                token=token,
                created_by=nurse,
                created_at=now,
            )
            for module in offered
        )
        record(nurse, "assigned a module", *(row.key for row in made), now=now)
    return tuple(made)


def withdraw_assignment(
    *, nurse: StaffMember, assignment: Assignment, now: datetime.datetime
) -> None:
    """The learners no longer see it as assigned. Twice is the same as once. Raises NotYourGroup."""
    with transaction.atomic():
        own_group(nurse, assignment.group)
        still = Assignment.objects.filter(pk=assignment.pk, withdrawn_at__isnull=True)
        if still.update(withdrawn_at=now):
            record(nurse, "withdrew an assignment", assignment.key, now=now)
