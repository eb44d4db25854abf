"""What the nurses of a group see of a learner. Every page that shows it takes it from here.

The page on which she joins shows the same lines, made by the same function, so that what she agrees
to is what is seen.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max

from learning.models import Answer, Edition, Learner, Membership, Sitting, TeachBack, TeamQuestion
from learning.models.groups import Sharing
from learning.models.sittings import Occasion
from learning.rules.ideas import KINDS, FirstTry, Kind, Open, Talk, kind_of, open_idea

LANGUAGE = "en"  # staff read in one language, today the only one


@dataclass(frozen=True)
class FinishedModule:
    slug: str
    title: str
    on: datetime.date


@dataclass(frozen=True)
class SharedIdea:
    """An idea she may want to talk over; ``unsure`` says which of the two reasons it has."""

    slug: str
    title: str
    objective: str
    sentence: str
    prompt: str
    kind: Kind
    state: Open

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


@dataclass(frozen=True)
class _Outline:
    """What the ideas of one offered module are called."""

    slug: str
    title: str
    position: int
    sentences: Mapping[str, str]
    prompts: Mapping[str, str]
    must_know: Collection[str]


def outlines(language: str = LANGUAGE) -> dict[int, _Outline]:
    """The offered modules by their id, in reading order."""
    editions = Edition.objects.offered(language).only(
        "module", "title", "objectives", "must_know", "teach_back"
    )
    return {
        edition.module_id: _Outline(
            edition.module.slug,
            edition.title,
            position,
            edition.sentences,
            edition.teach_back,
            edition.must_know,
        )
        for position, edition in enumerate(editions)
    }


def shared_by(learner: Learner, sharing: int, membership: Membership | None = None) -> Shared:
    """What the nurses see of this learner at this level of sharing.

    The teach-backs of the ``membership`` count; before she joins there are none.
    """
    found = shared_by_members([(learner, sharing, membership)])
    return found[learner.pk]


def shared_by_members(
    members: Iterable[tuple[Learner, int, Membership | None]],
) -> dict[uuid.UUID, Shared]:
    """``shared_by`` for many learners by their keys, in a number of queries that does not grow."""
    rows = list(members)
    modules = outlines()
    finished = _finished([row[0].pk for row in rows if row[1] >= Sharing.FINISHED], modules)
    ideas = _ideas([(row[0].pk, row[2]) for row in rows if row[1] >= Sharing.IDEAS], modules)
    questions: dict[uuid.UUID, list[TeamQuestion]] = {}
    for question in TeamQuestion.objects.filter(
        learner__in=[row[0].pk for row in rows], shared_at__isnull=False
    ).order_by("shared_at", "id"):
        questions.setdefault(question.learner_id, []).append(question)
    return {
        learner.pk: Shared(
            Sharing(sharing),
            tuple(finished.get(learner.pk, ())),
            tuple(ideas.get(learner.pk, ())),
            tuple(questions.get(learner.pk, ())),
        )
        for learner, sharing, _ in rows
    }


def _finished(
    learners: Collection[uuid.UUID], modules: Mapping[int, _Outline]
) -> dict[uuid.UUID, list[FinishedModule]]:
    found: dict[uuid.UUID, list[FinishedModule]] = {}
    rows = (
        Sitting.objects.filter(
            learner__in=learners, occasion=Occasion.AFTER, finished_at__isnull=False
        )
        .values("learner", "module")
        .annotate(last=Max("finished_at"))
        .values_list("learner", "module", "last")
    )
    for learner, module, last in sorted(rows, key=lambda row: row[2]):
        if module in modules:
            outline = modules[module]
            finished = FinishedModule(outline.slug, outline.title, last.date())
            found.setdefault(learner, []).append(finished)
    return found


def _ideas(
    members: Collection[tuple[uuid.UUID, Membership | None]], modules: Mapping[int, _Outline]
) -> dict[uuid.UUID, list[SharedIdea]]:
    tries, actions = _first_tries([learner for learner, _ in members])
    talks = _talks([membership for _, membership in members if membership is not None])
    found: dict[uuid.UUID, list[SharedIdea]] = {}
    for (learner, module, objective), steps in tries.items():
        outline = modules.get(module)
        if outline is None or objective not in outline.sentences:
            continue
        state = open_idea(steps, talks.get((learner, module, objective), ()))
        if state is not None:
            found.setdefault(learner, []).append(
                SharedIdea(
                    slug=outline.slug,
                    title=outline.title,
                    objective=objective,
                    sentence=outline.sentences[objective],
                    prompt=outline.prompts.get(objective, ""),
                    kind=kind_of(
                        slug=outline.slug,
                        must_know=objective in outline.must_know,
                        action=actions.get((module, objective)),
                    ),
                    state=state,
                )
            )
    places = {outline.slug: outline.position for outline in modules.values()}
    for ideas in found.values():
        ideas.sort(key=lambda idea: (KINDS.index(idea.kind), places[idea.slug], idea.objective))
    return found


_Key = tuple[uuid.UUID, int, str]


def _first_tries(
    learners: Collection[uuid.UUID],
) -> tuple[dict[_Key, list[FirstTry]], dict[tuple[int, str], str]]:
    """First tries after reading of ideas that were once not right, and the action each idea names.

    Right tries are read only for learners and ideas that have another one: most have none.
    """
    answers = Answer.objects.filter(
        number=1,
        question__sitting__learner__in=learners,
        question__sitting__occasion=Occasion.AFTER,
        question__asked__wording__question__withdrawn_at__isnull=True,
    )
    columns = (
        "question__sitting__learner",
        "question__sitting__module",
        "question__asked__wording__question__objective",
        "question__asked__wording__question__form",
        "verdict",
        "sure",
        "at",
        "question__asked__wording__text__action__kind",
    )
    tries: dict[_Key, list[FirstTry]] = {}
    actions: dict[tuple[int, str], str] = {}
    for row in answers.exclude(verdict="right").values_list(*columns):
        learner, module, objective, form, verdict, sure, at, action = row
        tries.setdefault((learner, module, objective), []).append(FirstTry(at, form, verdict, sure))
        if action:
            actions[(module, objective)] = action
    if not tries:
        return tries, actions
    right = answers.filter(
        verdict="right",
        question__sitting__learner__in={key[0] for key in tries},
        question__asked__wording__question__objective__in={key[2] for key in tries},
    )
    for learner, module, objective, form, verdict, sure, at, _ in right.values_list(*columns):
        if (learner, module, objective) in tries:
            tries[learner, module, objective].append(FirstTry(at, form, verdict, sure))
    return tries, actions


def _talks(memberships: Collection[Membership]) -> dict[_Key, list[Talk]]:
    learners = {membership.pk: membership.learner_id for membership in memberships}
    found: dict[_Key, list[Talk]] = {}
    for row in TeachBack.objects.filter(membership__in=list(learners)).values_list(
        "membership", "module", "objective", "at", "result"
    ):
        key = (learners[row[0]], row[1], row[2])
        found.setdefault(key, []).append(Talk(row[3], row[4]))
    return found
