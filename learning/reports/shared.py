"""What the nurses of a group see of a learner. Every page that shows it takes it from here.

The page on which she joins shows the same lines, made by the same function, so that what she agrees
to is what is seen.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import BigAutoField, Max, OuterRef, QuerySet

from learning.models import Learner, Membership, Sitting, TalkedOver, TeamQuestion
from learning.models.groups import Sharing
from learning.models.prepared import Parameter, Prepared
from learning.models.sittings import Occasion
from learning.reports.tries import (
    LANGUAGE,
    Member,
    Offered,
    Outline,
    members_among,
    members_by_id,
    members_of_groups,
    offered,
    talks_by_idea,
    tries_by_idea,
)
from learning.rules.ideas import KINDS, Kind, Open, kind_of, open_idea

__all__ = [
    "LANGUAGE",
    "Member",
    "Offered",
    "Outline",
    "members_by_id",
    "members_of_groups",
    "offered",
]

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
    return next(_shared(members_among([(learner, sharing, membership)]), offered()))


def shared_at_each_level(
    learner: Learner | None, membership: Membership | None = None
) -> tuple[Shared, ...]:
    """What the nurses would see at each level of sharing, the least first.

    Of somebody who is no learner yet there is nothing at any level.
    """
    if learner is None:
        return tuple(Shared(level) for level in Sharing)
    rows = [(learner, level, membership) for level in Sharing]
    return tuple(_shared(members_among(rows), offered()))


def shared_in(memberships: Iterable[Membership]) -> tuple[Shared, ...]:
    """What the nurses of each of these groups see of the member, in the same order."""
    rows = [(membership.learner, membership.sharing, membership) for membership in memberships]
    return tuple(_shared(members_among(rows), offered()))


def shared_by_members(members: Sequence[Member], content: Offered) -> dict[int, Shared]:
    """What the nurses see of each of these members, by the membership's id; made for hundreds.

    Some queries, whose number does not grow.
    """
    shared = _shared(members, content)
    return {row.pk: found for row, found in zip(members, shared, strict=True)}


def ideas_of(member: Member, content: Offered) -> tuple[SharedIdea, ...]:
    """The open ideas alone of one of many, without a query."""
    return open_ideas(member.tries or "", member.talks or "", content)


class Asked(NamedTuple):
    """A shared question in short."""

    pk: int
    text: str
    shared_at: datetime.datetime


# Besides, the membership, and when it was talked over with her. Every level tells of questions.
_ASKED: Prepared[Any] = Prepared(
    lambda: (
        TeamQuestion.objects.filter(
            shared_at__isnull=False,
            learner__memberships__group__in=Parameter("groups", BigAutoField(), many=True),
        )
        .annotate(
            talked_over_at=TalkedOver.objects.filter(
                membership=OuterRef("learner__memberships"), question=OuterRef("pk")
            ).values("at")
        )
        .order_by("shared_at", "id")
        .values_list("pk", "text", "shared_at", "talked_over_at", "learner__memberships")
    )
)


def questions_of_groups(groups: Collection[int]) -> dict[int, list[Asked]]:
    """The questions shared in these groups that nobody has talked over since, by membership."""
    found: dict[int, list[Asked]] = {}
    for pk, text, shared_at, talked_over_at, membership in _ASKED(groups=groups):
        if not is_talked_over(shared_at, talked_over_at):
            found.setdefault(membership, []).append(Asked(pk, text, shared_at))
    return found


def is_talked_over(shared_at: datetime.datetime | None, at: datetime.datetime | None) -> bool:
    """Whether a question was talked over since it was shared: shared anew, it counts anew."""
    return at is not None and shared_at is not None and at >= shared_at


_FINISHED = Prepared(
    lambda: (
        Sitting.objects.filter(
            occasion=Occasion.AFTER,
            finished_at__isnull=False,
            module__in=Parameter("modules", BigAutoField(), many=True),
            learner__memberships__group__in=Parameter("groups", BigAutoField(), many=True),
            learner__memberships__sharing__gte=Sharing.FINISHED,
        )
        .order_by()
        .values_list("learner__memberships", "module")
    )
)


def finished_in_groups(groups: Collection[int], modules: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of a membership and one of these modules that was finished, where that is shared."""
    return set(_FINISHED(groups=groups, modules=modules))


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


def _shared(members: Sequence[Member], content: Offered) -> Iterator[Shared]:
    """What is seen of each of these members, in their order; a learner may be in several."""
    finished, questions = _finished(members, content), _questions(members)
    for row in members:
        yield Shared(
            Sharing(row.sharing),
            tuple(finished.get(row.learner, ())) if row.sharing >= Sharing.FINISHED else (),
            ideas_of(row, content),
            tuple(questions.get(row.learner, ())),
        )


def _at_least(level: Sharing, members: Sequence[Member]) -> set[uuid.UUID]:
    """Who shares so much or more."""
    return {uuid.UUID(row.learner) for row in members if row.sharing >= level}


def _finished(members: Sequence[Member], content: Offered) -> dict[str, list[FinishedModule]]:
    """The offered modules that each learner finished, the first one first."""
    found: dict[str, list[FinishedModule]] = {}
    rows = _last_finished(_at_least(Sharing.FINISHED, members), content.modules)
    for learner, module, last in sorted(rows, key=lambda row: row[2]):
        outline = content.modules[module]
        finished = FinishedModule(outline.slug, outline.title, last.date())
        found.setdefault(learner.hex, []).append(finished)
    return found


_SHARED_QUESTIONS = TeamQuestion.objects.filter(shared_at__isnull=False).order_by("shared_at", "id")


def _questions(members: Sequence[Member]) -> dict[str, list[TeamQuestion]]:
    """The questions that each learner shared, the first one first."""
    found: dict[str, list[TeamQuestion]] = {}
    for question in _SHARED_QUESTIONS.filter(learner__in=_at_least(Sharing.JOINED, members)):
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
