"""Modules that nurses assigned: as the learner sees them, and what her nurses see come of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from learning.models import Assignment, Edition, Group, Learner, Membership, Sitting, StaffMember
from learning.models.groups import Sharing
from learning.models.sittings import Occasion
from learning.reports.reading import ModuleRow, Part
from learning.reports.shared import LANGUAGE, last_finished
from learning.rules.visits import still_ahead

# As the learner sees it


@dataclass(frozen=True)
class Wish:
    """What the nurses of one clinic ask her to read, all with the same note.

    ``visit_on`` is there only while the visit is ahead.
    """

    clinic: str
    visit_on: datetime.date | None
    note: str
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class FromNurse:
    """A wish with the modules as they stand in a list."""

    clinic: str
    visit_on: datetime.date | None
    note: str
    modules: tuple[ModuleRow, ...]


def assigned_to(learner: Learner, language: str, *, now: datetime.datetime) -> tuple[Wish, ...]:
    """What was assigned to this learner and she has not finished, the next visit first: one query.

    What was given to her alone stands before the same module given to her whole group.
    """
    finished = Sitting.objects.filter(
        learner=learner,
        module=OuterRef("module"),
        occasion=Occasion.AFTER,
        finished_at__isnull=False,
    )
    rows = (
        Assignment.objects.filter(
            Q(membership__isnull=True) | Q(membership__learner=learner),
            ~Exists(finished),
            group__memberships__learner=learner,
            group__closed_at__isnull=True,
            withdrawn_at__isnull=True,
            module__editions__language=language,
            module__editions__current=True,
            module__editions__withdrawn_at__isnull=True,
        )
        .order_by("created_at", "module__position", "module__slug", "id")
        .values_list(
            "group", "module__slug", "membership", "group__clinic__name", "visit_on", "note"
        )
    )
    found = list(rows)
    hers = {(row[0], row[1]) for row in found if row[2] is not None}
    wishes: dict[tuple[str, datetime.date | None, str], list[str]] = {}
    for group, slug, membership, clinic, visit_on, note in found:
        if membership is None and (group, slug) in hers:
            continue
        slugs = wishes.setdefault((clinic, still_ahead(visit_on, now), note), [])
        if slug not in slugs:
            slugs.append(slug)
    made = [Wish(*key, tuple(slugs)) for key, slugs in wishes.items()]
    return tuple(sorted(made, key=lambda wish: wish.visit_on or datetime.date.max))


def as_seen(wishes: Iterable[Wish], parts: Iterable[Part]) -> tuple[FromNurse, ...]:
    """The wishes with rows of the list of modules, without those of which nothing is offered."""
    rows = {row.slug: row for part in parts for row in (*part.modules, *part.folded)}
    found = []
    for wish in wishes:
        modules = tuple(rows[slug] for slug in wish.slugs if slug in rows)
        if modules:
            found.append(FromNurse(wish.clinic, wish.visit_on, wish.note, modules))
    return tuple(found)


def without(parts: Iterable[Part], shown: Iterable[FromNurse]) -> tuple[Part, ...]:
    """The parts without the modules that stand above them already."""
    gone = {row.slug for wish in shown for row in wish.modules}
    if not gone:
        return tuple(parts)
    left = [
        replace(part, modules=_others(part.modules, gone), folded=_others(part.folded, gone))
        for part in parts
    ]
    return tuple(part for part in left if part.modules or part.folded or part.has_places)


def _others(rows: Sequence[ModuleRow], gone: Collection[str]) -> tuple[ModuleRow, ...]:
    return tuple(row for row in rows if row.slug not in gone)


# As her nurses see it


@dataclass(frozen=True)
class Given:
    """An assignment that was not withdrawn, and what came of it as far as it is shared.

    It is for the whole group, or for one ``membership``. Of those it is for, ``sharing`` people let
    their nurses see what they finished, and ``done`` of them have finished the module. ``offered``
    is False while the module is taken back.
    """

    key: str
    title: str
    offered: bool
    membership: Membership | None
    visit_on: datetime.date | None
    note: str
    given_at: datetime.datetime
    done: int
    sharing: int


@dataclass(frozen=True)
class Standing:
    """One person who shares what she finished: when that was, or None.

    ``before``: she had done it before it was assigned.
    """

    membership: Membership
    finished_at: datetime.datetime | None
    before: bool


@dataclass(frozen=True)
class AssignmentPage:
    """One assignment, those given by the same form with it, and where those who share it stand.

    ``seen`` is what the learners see of all of them.
    """

    assignment: Assignment
    given: Given
    together: tuple[Given, ...]
    seen: tuple[FromNurse, ...]
    finished: tuple[Standing, ...]
    still_open: tuple[Standing, ...]


def own_assignments(nurse: StaffMember) -> QuerySet[Assignment]:
    """What was assigned in the groups this nurse looks after, also what was withdrawn."""
    return Assignment.objects.filter(
        group__nurses=nurse, group__closed_at__isnull=True
    ).select_related("group__clinic", "membership", "module")


def given_in_group(group: Group) -> tuple[Given, ...]:
    """What is assigned in a group, to all of it or to one person; the latest first."""
    rows = group.assignments.filter(withdrawn_at__isnull=True)
    return _given(rows, _sharing(group))


def given_to(membership: Membership) -> tuple[tuple[Given, Standing | None], ...]:
    """What is assigned to one person, alone or with her whole group, and where she stands with it.

    Where she does not share what she finished, there is nothing to say.
    """
    rows = list(
        membership.group.assignments.filter(
            Q(membership__isnull=True) | Q(membership=membership), withdrawn_at__isnull=True
        ).order_by("-created_at", "id")
    )
    members = [membership] if membership.sharing >= Sharing.FINISHED else []
    done = _done(members, rows)
    return tuple(
        (given, _standing(membership, row, done) if members else None)
        for row, given in zip(rows, _as_given(rows, members, done), strict=True)
    )


def assignment_page(
    assignment: Assignment, parts: Iterable[Part], *, now: datetime.datetime
) -> AssignmentPage:
    """One assignment. ``parts`` are the offered modules, in whose rows a learner sees it."""
    members = _sharing(assignment.group)
    if assignment.membership_id is not None:
        members = [member for member in members if member.pk == assignment.membership_id]
    rows = list(
        assignment.group.assignments.filter(token=assignment.token).select_related("module")
    )
    done = _done(members, rows)
    given = dict(zip((row.pk for row in rows), _as_given(rows, members, done), strict=True))
    standings = [_standing(member, assignment, done) for member in members]
    still = [row for row in rows if row.withdrawn_at is None]
    wish = Wish(
        assignment.group.clinic.name,
        still_ahead(assignment.visit_on, now),
        assignment.note,
        tuple(row.module.slug for row in still),
    )
    return AssignmentPage(
        assignment=assignment,
        given=given[assignment.pk],
        together=tuple(given[row.pk] for row in still if row.pk != assignment.pk),
        seen=as_seen([wish], parts),
        finished=tuple(standing for standing in standings if standing.finished_at),
        still_open=tuple(standing for standing in standings if not standing.finished_at),
    )


def _sharing(group: Group) -> list[Membership]:
    return list(group.memberships.filter(sharing__gte=Sharing.FINISHED))


_Done = Mapping[tuple[uuid.UUID, int], datetime.datetime]


def _done(members: Iterable[Membership], rows: Iterable[Assignment]) -> _Done:
    return last_finished(members, {row.module_id for row in rows})


def _standing(membership: Membership, assignment: Assignment, done: _Done) -> Standing:
    at = done.get((membership.learner_id, assignment.module_id))
    return Standing(membership, at, before=at is not None and at < assignment.created_at)


def _given(rows: QuerySet[Assignment], members: list[Membership]) -> tuple[Given, ...]:
    found = list(rows.select_related("membership").order_by("-created_at", "id"))
    return tuple(_as_given(found, members, _done(members, found)))


def _as_given(
    rows: Sequence[Assignment], members: Sequence[Membership], done: _Done
) -> Iterator[Given]:
    editions = {
        edition.module_id: edition
        for edition in Edition.objects.filter(
            language=LANGUAGE, current=True, module__in=[row.module_id for row in rows]
        ).only("module", "title", "withdrawn_at")
    }
    for row in rows:
        those = [member for member in members if row.membership_id in (None, member.pk)]
        edition = editions[row.module_id]
        yield Given(
            key=row.key,
            title=edition.title,
            offered=edition.withdrawn_at is None,
            membership=row.membership,
            visit_on=row.visit_on,
            note=row.note,
            given_at=row.created_at,
            done=sum((member.learner_id, row.module_id) in done for member in those),
            sharing=len(those),
        )
