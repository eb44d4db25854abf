"""What the pages of a nurse's groups show. Everything is reached through the nurse who asks."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import BigAutoField, Count, QuerySet

from learning.models import Group, Membership, StaffMember
from learning.models.prepared import Parameter, Prepared
from learning.reports.assigned import Given, given_in_group
from learning.reports.invitations import GroupCode, group_code

MEMBERS_ON_A_PAGE = 100


def own_groups(nurse: StaffMember) -> QuerySet[Group]:
    """The groups this nurse looks after; one that was closed is nobody's any more."""
    return nurse.nurse_groups.filter(closed_at__isnull=True).select_related("clinic")


def groups_of(nurse: StaffMember) -> list[Group]:
    """The same groups by name, without their clinics."""
    return _GROUPS_OF(nurse=nurse.pk)


_GROUPS_OF = Prepared(
    lambda: Group.objects.filter(nurses=Parameter("nurse", BigAutoField()), closed_at__isnull=True)
)


def own_members(nurse: StaffMember) -> QuerySet[Membership]:
    """The people in the groups this nurse looks after."""
    return Membership.objects.filter(
        group__nurses=nurse, group__closed_at__isnull=True
    ).select_related("group__clinic")


@dataclass(frozen=True)
class GroupRow:
    key: str
    name: str
    members: int


def group_rows(nurse: StaffMember) -> tuple[GroupRow, ...]:
    """Her groups by name, with how many people are in each."""
    rows = own_groups(nurse).annotate(members=Count("memberships")).order_by("name", "id")
    return tuple(GroupRow(row.key, row.name, row.members) for row in rows)


@dataclass(frozen=True)
class GroupPage:
    members: Page[Membership]
    given: tuple[Given, ...]
    code: GroupCode | None
    nurses: tuple[StaffMember, ...]


def group_page(group: Group, *, page: str, now: datetime.datetime) -> GroupPage:
    """One group in short. Its number of queries does not grow with its people."""
    members = group.memberships.order_by("call_name", "id")
    return GroupPage(
        members=Paginator(members, MEMBERS_ON_A_PAGE).get_page(page),
        given=given_in_group(group),
        code=group_code(group, now=now),
        nurses=active_nurses(group),
    )


def active_nurses(group: Group) -> tuple[StaffMember, ...]:
    """Who looks after the group, by name."""
    return tuple(group.nurses.filter(is_active=True))


def possible_colleagues(group: Group) -> tuple[StaffMember, ...]:
    """The active nurses of its clinic who do not look after the group yet, by name."""
    return tuple(
        StaffMember.objects.filter(clinic=group.clinic_id, is_active=True).exclude(
            nurse_groups=group
        )
    )


def number_of_members(group: Group) -> int:
    return group.memberships.count()
