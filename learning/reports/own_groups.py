"""What is kept about a learner as a member of her nurses' groups, also what nurses noted."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q

from learning.models import (
    Assignment,
    Learner,
    Membership,
    SharingChange,
    TalkedOver,
    TeachBack,
)
from learning.reports.shared import outlines


def groups(learner: Learner) -> list[dict[str, Any]]:
    """Each of her memberships with all that hangs on it, in words, as plain data.

    The nurses' own label is in it too: it is kept about her.
    """
    memberships = list(
        Membership.objects.filter(learner=learner)
        .select_related("group__clinic")
        .order_by("joined_at", "id")
    )
    changes, read, talks = _changes(memberships), _assigned(memberships), _talks(memberships)
    return [
        {
            "clinic": member.group.clinic.name,
            "group": member.group.name,
            "call_name": member.call_name,
            "what_your_nurse_calls_you": member.own_name,
            "what_the_nurses_noted_to_know_you": member.label,
            "joined_at": _at(member.joined_at),
            "you_share": member.get_sharing_display(),
            "what_you_chose_to_share": changes.get(member.pk, []),
            "modules_to_read": read.get((member.group_id, None), [])
            + read.get((member.group_id, member.pk), []),
            "talked_over": talks.get(member.pk, []),
        }
        for member in memberships
    ]


def _at(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _changes(memberships: list[Membership]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for change in SharingChange.objects.filter(membership__in=memberships):
        found.setdefault(change.membership_id, []).append(
            {"share": change.get_sharing_display(), "since": _at(change.at)}
        )
    return found


def _assigned(
    memberships: list[Membership],
) -> dict[tuple[int, int | None], list[dict[str, Any]]]:
    """What was assigned, by group, and by membership where it was for her alone."""
    found: dict[tuple[int, int | None], list[dict[str, Any]]] = {}
    rows = Assignment.objects.filter(
        Q(membership__isnull=True) | Q(membership__in=memberships),
        group__in=[member.group_id for member in memberships],
    ).select_related("module")
    for row in rows:
        found.setdefault((row.group_id, row.membership_id), []).append(
            {
                "module": row.module.slug,
                "for": "the whole group" if row.membership_id is None else "you",
                "before_the_visit_on": row.visit_on and row.visit_on.isoformat(),
                "note": row.note,
                "assigned_at": _at(row.created_at),
                "withdrawn_at": row.withdrawn_at and _at(row.withdrawn_at),
            }
        )
    return found


def _talks(memberships: list[Membership]) -> dict[int, list[dict[str, Any]]]:
    """Ideas and questions of hers that were talked over, by membership and time."""
    modules = outlines()
    found: dict[int, list[dict[str, Any]]] = {}
    for talk in TeachBack.objects.filter(membership__in=memberships).select_related("module"):
        sentences = modules[talk.module_id].sentences if talk.module_id in modules else {}
        found.setdefault(talk.membership_id, []).append(
            {
                "about": sentences.get(talk.objective, talk.objective),
                "module": talk.module.slug,
                "result": talk.get_result_display(),
                "at": _at(talk.at),
            }
        )
    for row in TalkedOver.objects.filter(membership__in=memberships).select_related("question"):
        found.setdefault(row.membership_id, []).append(
            {"about": row.question.text, "module": None, "result": "talked over", "at": _at(row.at)}
        )
    for rows in found.values():
        rows.sort(key=lambda talk: str(talk["at"]))
    return found
