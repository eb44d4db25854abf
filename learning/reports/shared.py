"""What the nurses of a group see of a learner. Every page that shows it takes it from here.

The page on which she joins shows the same lines, made by the same function, so that what she agrees
to is what is seen.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast

from learning.models import Learner, Membership, Sitting, TeamQuestion
from learning.models.groups import Sharing
from learning.models.sittings import Occasion
from learning.reports.tries import (
    LANGUAGE,
    Member,
    Members,
    Offered,
    Outline,
    key_of,
    offered,
    talks_by_idea,
    tries_by_idea,
)
from learning.rules.ideas import KINDS, Kind, Open, kind_of, open_idea

__all__ = ["LANGUAGE", "Member", "Members", "Offered", "Outline", "offered"]

REMEMBERED = 2048  # people whose answers were read lately, at about a kilobyte


@dataclass(frozen=True)
class FinishedModule:
    slug: str
    title: str
    on: datetime.date


@dataclass(frozen=True, slots=True)
class SharedIdea:
    """An idea she may want to talk over; ``unsure`` says which of the two reasons it has."""

    module: Outline
    objective: str
    kind: Kind
    state: Open

    @property
    def slug(self) -> str:
        return self.module.slug

    @property
    def title(self) -> str:
        return self.module.title

    @property
    def sentence(self) -> str:
        return self.module.sentences[self.objective]

    @property
    def prompt(self) -> str:
        """What a nurse asks about it, or nothing."""
        return self.module.prompts.get(self.objective, "")

    @property
    def unsure(self) -> bool:
        return self.state.unsure


@dataclass(frozen=True)
class Shared:
    """What one learner shares, by kind and module; what she does not share is absent."""

    sharing: Sharing
    finished: tuple[FinishedModule, ...] = ()
    ideas: tuple[SharedIdea, ...] = ()
    questions: tuple[TeamQuestion, ...] = ()


def outlines() -> Mapping[int, Outline]:
    """The offered modules by their id, in reading order."""
    return offered().modules


def shared_by(learner: Learner, sharing: int, membership: Membership | None = None) -> Shared:
    """What the nurses see of this learner at this level of sharing.

    The teach-backs of the ``membership`` count; before she joins there are none.
    """
    return next(_shared(Members.among([(learner, sharing, membership)]), offered()))


def shared_at_each_level(
    learner: Learner | None, membership: Membership | None = None
) -> tuple[Shared, ...]:
    """What the nurses would see at each level of sharing, the least first.

    Of somebody who is no learner yet there is nothing at any level.
    """
    if learner is None:
        return tuple(Shared(level) for level in Sharing)
    rows = [(learner, level, membership) for level in Sharing]
    return tuple(_shared(Members.among(rows), offered()))


def shared_in(memberships: Iterable[Membership]) -> tuple[Shared, ...]:
    """What the nurses of each of these groups see of the member, in the same order."""
    rows = [(membership.learner, membership.sharing, membership) for membership in memberships]
    return tuple(_shared(Members.among(rows), offered()))


def shared_by_members(members: Members, content: Offered) -> dict[int, Shared]:
    """What the nurses see of each of these members, by the membership's id; made for hundreds.

    Some queries, whose number does not grow.
    """
    shared = _shared(members, content)
    return {row.pk: found for row, found in zip(members.rows, shared, strict=True)}


def ideas_of(member: Member, content: Offered) -> tuple[SharedIdea, ...]:
    """The open ideas alone of one of many, without a query."""
    return open_ideas(member.tries or "", member.talks or "", content)


class Asked(NamedTuple):
    """A shared question in short."""

    pk: int
    text: str
    shared_at: datetime.datetime


_ASKED = (
    TeamQuestion.objects.filter(shared_at__isnull=False)
    .order_by("shared_at", "id")
    .values_list(Cast("learner", TextField()), "pk", "text", "shared_at")
)


def questions_by_members(members: Members) -> dict[int, list[Asked]]:
    """The shared questions alone, of those who have any."""
    found: dict[str, list[Asked]] = {}
    for learner, *question in _ASKED.filter(learner__in=members.learners_at(Sharing.JOINED)):
        found.setdefault(key_of(learner), []).append(Asked(*question))
    return {row.pk: found[row.learner] for row in members.rows if row.learner in found}


def finished_by_members(members: Members, modules: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of a membership and one of these modules that was finished, where that is shared."""
    rows = _FINISHED.filter(learner__in=members.learners_at(Sharing.FINISHED), module__in=modules)
    found = {(key_of(learner), module) for learner, module in rows}
    return {
        (row.pk, module)
        for row in members.rows
        for module in modules
        if row.sharing >= Sharing.FINISHED and (row.learner, module) in found
    }


_FINISHED = (
    Sitting.objects.filter(occasion=Occasion.AFTER, finished_at__isnull=False)
    .order_by()
    .values_list(Cast("learner", TextField()), "module")
)


def last_finished(
    members: Iterable[Membership], modules: Collection[int]
) -> dict[tuple[uuid.UUID, int], datetime.datetime]:
    """When each learner last finished each of these modules, as far as she shares it: one query."""
    learners = [member.learner_id for member in members if member.sharing >= Sharing.FINISHED]
    return {(learner, module): last for learner, module, last in _last_finished(learners, modules)}


def _last_finished(
    learners: Any, modules: Collection[int]
) -> QuerySet[Sitting, tuple[uuid.UUID, int, datetime.datetime]]:
    return (
        Sitting.objects.filter(
            learner__in=learners,
            module__in=modules,
            occasion=Occasion.AFTER,
            finished_at__isnull=False,
        )
        .order_by()
        .values("learner", "module")
        .annotate(last=Max("finished_at"))
        .values_list("learner", "module", "last")
    )


def _shared(members: Members, content: Offered) -> Iterator[Shared]:
    """What is seen of each of these members, in their order; a learner may be in several."""
    finished, questions = _finished(members, content), _questions(members)
    for row in members.rows:
        yield Shared(
            Sharing(row.sharing),
            tuple(finished.get(row.learner, ())) if row.sharing >= Sharing.FINISHED else (),
            ideas_of(row, content),
            tuple(questions.get(row.learner, ())),
        )


def _finished(members: Members, content: Offered) -> dict[str, list[FinishedModule]]:
    """The offered modules that each learner finished, the first one first."""
    found: dict[str, list[FinishedModule]] = {}
    rows = _last_finished(members.learners_at(Sharing.FINISHED), content.modules)
    for learner, module, last in sorted(rows, key=lambda row: row[2]):
        outline = content.modules[module]
        finished = FinishedModule(outline.slug, outline.title, last.date())
        found.setdefault(learner.hex, []).append(finished)
    return found


_SHARED_QUESTIONS = TeamQuestion.objects.filter(shared_at__isnull=False).order_by("shared_at", "id")


def _questions(members: Members) -> dict[str, list[TeamQuestion]]:
    """The questions that each learner shared, the first one first."""
    found: dict[str, list[TeamQuestion]] = {}
    for question in _SHARED_QUESTIONS.filter(learner__in=members.learners_at(Sharing.JOINED)):
        found.setdefault(question.learner_id.hex, []).append(question)
    return found


@lru_cache(maxsize=REMEMBERED)
def open_ideas(tries: str, talks: str, content: Offered) -> tuple[SharedIdea, ...]:
    """The ideas that are open after these tries and talks: by kind, then as they are read."""
    talked, found = talks_by_idea(talks), []
    for idea, steps in tries_by_idea(tries, content.asked).items():
        state = open_idea(steps, talked.get(idea, ()))
        if state is not None:
            module, objective = content.modules[idea[0]], idea[1]
            must_know = objective in module.must_know
            kind = kind_of(slug=module.slug, must_know=must_know, action=state.action)
            found.append(SharedIdea(module, objective, kind, state))
    return tuple(sorted(found, key=_place))


def _place(idea: SharedIdea) -> tuple[int, int, str]:
    return KINDS.index(idea.kind), idea.module.position, idea.objective
