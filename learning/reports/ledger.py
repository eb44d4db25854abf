"""Everything there is to know of one question: its words, editions, and figures by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learning.models import AuditEntry, Edition, EditionQuestion, Question, StaffMember
from learning.reports.figures import Asked, Idea, asked_in, figures, ideas_of, months
from learning.reports.items import question_rows
from learning.reports.tables import Cell, correlation, count_cell, hidden_cell, percent, share_cell
from learning.rules.disclosure import ShownQuestion
from learning.rules.statistics import share


@dataclass(frozen=True)
class PeriodRow:
    """Figures of one period; ``chosen`` holds each choice in words with how many chose it."""

    period: str
    people: Cell
    right: Cell
    chosen: tuple[tuple[str, Cell], ...]
    goes_with: Cell


@dataclass(frozen=True)
class Version:
    """One version of a question: where it was asked, and by whom it was withdrawn, if it was."""

    question: Question
    editions: tuple[Edition, ...]
    withdrawn_by: str


@dataclass(frozen=True)
class Ledger:
    """``todo`` and ``why`` are of the latest figures, "" where they tell nothing of it."""

    question: Question
    asked: Asked
    truth: str
    versions: tuple[Version, ...]
    periods: tuple[PeriodRow, ...]
    todo: str
    why: str


def question_ledger(slug: str, key: str, version: int) -> Ledger | None:
    """The ledger of a question, or None where there is none."""
    places = list(
        EditionQuestion.objects.filter(
            wording__question__module__slug=slug,
            wording__question__key=key,
            wording__question__version=version,
        )
        .select_related("wording__question", "edition")
        .order_by("edition__number")
    )
    if not places:
        return None
    latest = places[-1]
    asked = asked_in(latest)
    text: Mapping[str, Any] = latest.wording.text
    place = (slug, key, str(version))
    row = next((row for row in question_rows(figures()) if row.place == place), None)
    return Ledger(
        question=latest.wording.question,
        asked=asked,
        truth=text["truth"],
        versions=_versions(slug, key),
        periods=tuple(
            _row(idea, asked, shown)
            for idea in ideas_of(slug)
            for told, shown in idea.questions
            if (told.key, told.version) == (key, version)
        ),
        todo=row.todo if row else "",
        why=row.why if row else "",
    )


def _versions(slug: str, key: str) -> tuple[Version, ...]:
    """Every version of the question, the newest first."""
    questions = Question.objects.filter(module__slug=slug, key=key).order_by("-version")
    editions: dict[int, list[Edition]] = {question.pk: [] for question in questions}
    places = EditionQuestion.objects.filter(wording__question__in=questions)
    for place in (
        places.select_related("edition", "wording")
        .only("edition__number", "edition__language", "edition__published_at", "wording__question")
        .order_by("edition__number")
    ):
        editions[place.wording.question_id].append(place.edition)
    entries = {f"{slug}/{key}/{question.version}": question.pk for question in questions}
    actors = {
        entries[entry.object_key]: entry.actor
        for entry in AuditEntry.objects.filter(verb="withdrew", object_key__in=entries)
    }
    keys = [actor.partition(":")[2] for actor in actors.values()]
    names = {one.actor: one.name for one in StaffMember.objects.filter(key__in=keys)}
    return tuple(
        Version(
            question,
            tuple(editions[question.pk]),
            names.get(actors.get(question.pk, ""), "the operator") if question.withdrawn_at else "",
        )
        for question in questions
    )


def _row(idea: Idea, asked: Asked, shown: ShownQuestion) -> PeriodRow:
    chosen = [(asked.choices[part], _of(count, shown.n)) for part, count in shown.chosen.items()]
    if shown.other is not None:
        chosen.append(("All other answers together", _of(shown.other, shown.n)))
    elif not asked.right:
        chosen += [
            (text, hidden_cell(idea.k))
            for part, text in asked.choices.items()
            if part in asked.mixups and part not in shown.chosen
        ]
    told = shown.discrimination
    return PeriodRow(
        period=months(idea.period),
        people=count_cell(shown.n, k=idea.k),
        right=share_cell(share(shown.right, shown.n), k=idea.k),
        chosen=tuple(chosen),
        goes_with=(
            Cell(correlation(told), told.value)
            if told
            else Cell("not defined: fewer than 100 people, or all alike", hidden=True)
        ),
    )


def _of(count: int, n: int) -> Cell:
    return Cell(f"{count:,} ({percent(count / n)})", count)
