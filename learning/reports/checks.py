"""A check as its learner sees it: one question with its feedback, and where she stands."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CharField, Exists, IntegerField, QuerySet, UUIDField

from learning.models import Answer, Learner, Question, Section, Sitting, SittingQuestion
from learning.models.prepared import Parameter, Prepared
from learning.reports.evidence import Evidence, evidence
from learning.rules.grading import UNSURE, Key, Response, grade
from learning.rules.progress import Asked, Standing, standing_by_objective


@dataclass(frozen=True)
class Option:
    """A choice, item or place as it is read; ``value``, its position, gives nothing away."""

    value: str
    key: str
    text: str


@dataclass(frozen=True)
class Line:
    """Feedback to one choice or item: what was done with it, what is true, and why.

    For ``several`` one of the first two may be empty, where the other says it all.
    """

    text: str
    chosen: str
    best: str
    right: bool
    why: str


@dataclass(frozen=True)
class Feedback:
    verdict: str
    truth: str
    why: str
    chosen: tuple[str, ...]
    best: tuple[str, ...]
    lines: tuple[Line, ...]
    mixups: tuple[Mapping[str, str], ...]
    action: Mapping[str, str] | None
    evidence: Evidence
    sure: str
    tries: int


@dataclass(frozen=True)
class QuestionPage:
    """One question of a check. ``feedback`` is there once it has been answered."""

    place: SittingQuestion
    kind: str
    stem: str
    hint: str
    options: tuple[Option, ...]
    places: tuple[Option, ...]
    each_once: bool
    tries: tuple[Answer, ...] = ()
    feedback: Feedback | None = None

    @property
    def sitting(self) -> Sitting:
        return self.place.sitting

    @property
    def number(self) -> int:
        return self.place.number

    @property
    def next_number(self) -> int:
        return self.place.number + 1

    @property
    def is_last(self) -> bool:
        return self.place.number >= self.place.sitting.size

    @property
    def withdrawn(self) -> str:
        """Why the question was withdrawn, or nothing."""
        return self.place.meaning.withdrawn_note

    @cached_property
    def section(self) -> str | None:
        """Where it is taught, if that can still be read; asked only where another edition is."""
        key = self.place.meaning.section
        if self.sitting.edition.current and self.sitting.edition.withdrawn_at is None:
            return key
        offered = Section.objects.filter(
            key=key,
            edition__module=self.sitting.module_id,
            edition__language=self.sitting.language,
            edition__current=True,
            edition__withdrawn_at__isnull=True,
        )
        return key if offered.exists() else None


MOST_QUESTIONS = 32_767  # that the field can number; no database takes a number of any length

# What a question's page reads. Editions carry whole glossaries, which would be parsed for nothing.
_READ = (
    "number",
    "order",
    "sitting__learner",
    "sitting__key",
    "sitting__language",
    "sitting__occasion",
    "sitting__size",
    "sitting__edition__title",
    "sitting__edition__current",
    "sitting__edition__withdrawn_at",
    "sitting__module__slug",
    "asked__behind",
    "asked__wording__text",
    "asked__wording__question__meaning",
    "asked__wording__question__section",
    "asked__wording__question__withdrawn_note",
)


def question_place(learner: Learner, key: str, number: int) -> SittingQuestion | None:
    """Question ``number`` of this learner's check with all that its page needs, or None."""
    if number > MOST_QUESTIONS:
        return None
    return _PLACE.first(learner=learner.pk, key=key, number=number)


_PLACE = Prepared(
    lambda: (
        SittingQuestion.objects.select_related(
            "asked__wording__question", "sitting__edition", "sitting__module"
        )
        .only(*_READ)
        .annotate(any_withdrawn=Exists(_withdrawn()))
        .filter(
            sitting__learner=Parameter("learner", UUIDField()),
            sitting__key=Parameter("key", CharField()),
            number=Parameter("number", IntegerField()),
        )
    )
)


def question_page(place: SittingQuestion, tries: Sequence[Answer] | None = None) -> QuestionPage:
    """The page of a question; ``tries`` spares the query where they are known."""
    text = place.wording.text
    parts = {part["key"]: part["text"] for part in text.get("items") or text["choices"]}
    if tries is None:
        tries = place.tries()
    return QuestionPage(
        place=place,
        kind=place.meaning.meaning["kind"],
        stem=text["stem"],
        hint=text.get("hint") or "",
        options=tuple(
            Option(str(value), key, parts[key]) for value, key in enumerate(place.order, start=1)
        ),
        places=tuple(
            Option(str(value), row["key"], row["text"])
            for value, row in enumerate(text.get("places") or (), start=1)
        ),
        each_once=place.meaning.meaning.get("each_once", False),
        tries=tuple(tries),
        feedback=_feedback(place, tries) if tries else None,
    )


def _feedback(place: SittingQuestion, tries: Sequence[Answer]) -> Feedback:
    latest = tries[-1]
    key = Key.from_meaning(place.meaning.meaning)
    text, behind = place.wording.text, place.asked.behind
    response = Response.from_json(latest.response)
    graded = grade(key, response)
    parts = {part["key"]: part for part in text.get("items") or text["choices"]}
    place_text = {row["key"]: row["text"] for row in text.get("places") or ()}
    best = [part for part in place.order if part in key.right]
    return Feedback(
        verdict=latest.verdict,
        truth=text["truth"],
        why=_why(key, response, parts, best),
        chosen=_chosen(response, parts, place.order),
        best=tuple(parts[part]["text"] for part in best),
        lines=_lines(key, response, parts, place_text, place.order),
        mixups=tuple(behind["mixups"][mixup] for mixup in graded.mixups),
        action=text.get("action"),
        evidence=evidence(behind["statements"]),
        sure=latest.sure,
        tries=len(tries),
    )


def _why(
    key: Key, response: Response, parts: Mapping[str, Mapping[str, Any]], best: Sequence[str]
) -> str:
    """For ``one``: the reason behind what was chosen, else behind the best answer."""
    if key.kind != "one":
        return ""
    chosen = next(iter(response.picked), best[0])
    return str(parts[chosen]["why"])


def _chosen(
    response: Response, parts: Mapping[str, Mapping[str, Any]], order: Sequence[str]
) -> tuple[str, ...]:
    if response.unsure:
        return ("I’m not sure",)
    return tuple(parts[part]["text"] for part in order if part in response.picked)


def _lines(
    key: Key,
    response: Response,
    parts: Mapping[str, Mapping[str, Any]],
    place_text: Mapping[str, str],
    order: Sequence[str],
) -> tuple[Line, ...]:
    if key.kind == "one":
        return ()
    lines = []
    for part in order:
        if key.kind == "pairs":
            placed = response.placed.get(part, UNSURE)
            chosen = place_text.get(placed, "I’m not sure")
            best = place_text[key.places[part]]
            right = placed == key.places[part]
        else:
            ticked, belongs = part in response.picked, part in key.right
            right = ticked == belongs
            chosen, best = _ticked(ticked=ticked, belongs=belongs, unsure=response.unsure)
        lines.append(
            Line(parts[part]["text"], chosen, best, right, str(parts[part].get("why") or ""))
        )
    return tuple(lines)


def _ticked(*, ticked: bool, belongs: bool, unsure: bool) -> tuple[str, str]:
    """What was done with a choice of ``several``, and what is true where that was not right."""
    best = "It belongs" if belongs else "It does not belong"
    if unsure:
        return "", best
    if ticked == belongs:
        return ("Rightly ticked" if ticked else "Rightly left out"), ""
    return ("You ticked this" if ticked else "You left this out"), best


@dataclass(frozen=True)
class ResultRow:
    """One objective of a check: what it is, how it stands, where to read and to try again."""

    sentence: str
    standing: Standing
    section: str | None
    questions: tuple[int, ...]


@dataclass(frozen=True)
class ResultsPage:
    sitting: Sitting
    rows: tuple[ResultRow, ...]
    answered: int
    next_number: int | None
    offered: bool

    @property
    def known(self) -> tuple[ResultRow, ...]:
        return tuple(row for row in self.rows if row.standing == "known")

    @property
    def look_again(self) -> tuple[ResultRow, ...]:
        return tuple(row for row in self.rows if row.standing == "look_again")

    @property
    def open(self) -> tuple[ResultRow, ...]:
        return tuple(row for row in self.rows if row.standing == "open")


def _latest_verdicts(sittings: Sequence[Sitting]) -> dict[int, str]:
    """The verdict of the latest try, by the primary key of the question's place."""
    rows = Answer.objects.filter(question__sitting__in=sittings).order_by("number")
    return dict(rows.values_list("question_id", "verdict"))


def results_page(learner: Learner, key: str) -> ResultsPage | None:
    """Where this learner stands in one of her checks, by objective, or None if it is not hers."""
    sitting = (
        Sitting.objects.select_related("edition", "module").filter(learner=learner, key=key).first()
    )
    if sitting is None:
        return None
    verdicts = _latest_verdicts([sitting])
    places = list(sitting.questions.select_related("asked__wording__question"))
    asked = [place for place in places if place.meaning.withdrawn_at is None]
    standing = standing_by_objective(
        Asked(place.meaning.objective, verdicts.get(place.pk)) for place in asked
    )
    sections = set(
        Section.objects.filter(
            edition__module=sitting.module_id,
            edition__language=sitting.language,
            edition__current=True,
            edition__withdrawn_at__isnull=True,
        ).values_list("key", flat=True)
    )
    rows = []
    for objective, stands in standing.items():
        mine = [place for place in asked if place.meaning.objective == objective]
        section = mine[0].meaning.section
        rows.append(
            ResultRow(
                sentence=sitting.edition.sentences[objective],
                standing=stands,
                section=section if section in sections else None,
                questions=tuple(place.number for place in mine),
            )
        )
    unanswered = [place.number for place in asked if place.pk not in verdicts]
    return ResultsPage(
        sitting=sitting,
        rows=tuple(rows),
        answered=sum(place.pk in verdicts for place in places),
        next_number=unanswered[0] if unanswered else None,
        offered=bool(sections),
    )


@dataclass(frozen=True)
class Correction:
    """A question withdrawn after this learner answered it, and what is right instead."""

    title: str
    stem: str
    note: str


_WITHDRAWN = Prepared(lambda: _withdrawn().values_list("pk")[:1])


def _withdrawn() -> QuerySet[Question]:
    """The questions that were ever withdrawn: nearly always none, and quickly asked."""
    return Question.objects.filter(withdrawn_at__isnull=False).order_by()


def corrections(learner: Learner) -> tuple[Correction, ...]:
    """What this learner answered that was found to be wrong since, and has not seen yet."""
    return _corrections(learner.pk) if _WITHDRAWN() else ()


def corrections_beside(page: QuestionPage) -> tuple[Correction, ...]:
    """The same of the learner whose question this is: one query less."""
    place: Any = page.place
    return _corrections(page.sitting.learner_id) if place.any_withdrawn else ()


def _corrections(learner: uuid.UUID) -> tuple[Correction, ...]:
    found = (
        SittingQuestion.objects.filter(
            sitting__learner=learner,
            correction_seen_at__isnull=True,
            asked__wording__question__withdrawn_at__isnull=False,
            answers__number=1,
        )
        .order_by("asked__wording__question__withdrawn_at", "id")
        .values_list(
            "sitting__edition__title",
            "asked__wording__text__stem",
            "asked__wording__question__withdrawn_note",
        )
    )
    return tuple(Correction(*row) for row in found)


@dataclass(frozen=True)
class CheckRow:
    """``standings`` are those of ``rows``, by the key of the objective."""

    key: str
    slug: str
    title: str
    occasion: str
    started_at: datetime.datetime
    finished: bool
    answered: int
    size: int
    rows: tuple[tuple[str, Standing], ...]
    standings: Mapping[str, Standing]


def check_rows(learner: Learner) -> tuple[CheckRow, ...]:
    """Every check of this learner, newest first, each with its objectives and how they stand."""
    sittings = list(
        Sitting.objects.filter(learner=learner)
        .select_related("edition", "module")
        .prefetch_related("questions__asked__wording__question")
        .order_by("-started_at", "-id")
    )
    verdicts = _latest_verdicts(sittings)
    found = []
    for sitting in sittings:
        places = list(sitting.questions.all())
        standing = standing_by_objective(
            Asked(place.meaning.objective, verdicts.get(place.pk))
            for place in places
            if place.meaning.withdrawn_at is None
        )
        found.append(
            CheckRow(
                key=sitting.key,
                slug=sitting.module.slug,
                title=sitting.edition.title,
                occasion=sitting.occasion,
                started_at=sitting.started_at,
                finished=sitting.finished_at is not None,
                answered=sum(place.pk in verdicts for place in places),
                size=sitting.size,
                rows=tuple(
                    (sitting.edition.sentences[key], stands) for key, stands in standing.items()
                ),
                standings=standing,
            )
        )
    return tuple(found)
