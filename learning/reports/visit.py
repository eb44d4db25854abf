"""The sheet a learner takes to her next visit: what is clear to her, what is not, what to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learning.models import Clinic, Edition, Learner
from learning.reports.checks import check_rows
from learning.reports.clinics import Numbers, numbers_of
from learning.rules.fitting import fill, lines

MOST_OBJECTIVES = 6
MOST_QUESTIONS = 8
MOST_CLINICS = 2

# The sheet as the style prints it, in points: 16 on 20 in a column that is as wide as A4 leaves
# it, which is narrower than Letter, and as high as Letter leaves it, which is lower than A4.
_LINE_EM = 31.0
_LINE = 20
_GAP = 3
_ROOM = 430

_ASK, _UNSURE, _KNOWN = range(3)
_TURNS = (_ASK, _ASK, _UNSURE, _KNOWN)


@dataclass(frozen=True)
class Listed:
    """What is printed of a list, and how many more there are."""

    shown: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class VisitSheet:
    known: Listed
    unsure: Listed
    questions: Listed
    numbers: Numbers


def visit_sheet(language: str, learner: Learner | None) -> VisitSheet:
    """The sheet of this learner, cut so that it fits one page; an empty one for nobody."""
    if learner is None:
        return VisitSheet(Listed(), Listed(), Listed(), Numbers())
    known, unsure = _standing(language, learner)
    asked = list(learner.team_questions.values_list("text", flat=True))
    wanted = (asked[:MOST_QUESTIONS], unsure[:MOST_OBJECTIVES], known[:MOST_OBJECTIVES])
    numbers = numbers_of(learner)
    numbers = Numbers(numbers.clinics[:MOST_CLINICS], numbers.own)
    counts = fill(
        [[_height(text) for text in texts] for texts in wanted],
        turns=_TURNS,
        more=_LINE,
        room=_ROOM - _height_of_numbers(numbers.clinics),
    )
    questions, not_sure, clear = (
        Listed(tuple(texts[:count]), len(every) - count)
        for texts, count, every in zip(wanted, counts, (asked, unsure, known), strict=True)
    )
    return VisitSheet(clear, not_sure, questions, numbers)


def _height(text: str) -> int:
    return lines(text, line=_LINE_EM) * _LINE + _GAP


def _height_of_numbers(clinics: Sequence[Clinic]) -> int:
    """What the numbers take beyond the two lines that are kept for them."""
    texts = [f"{c.name}: by day {c.day_phone}, at night {c.night_phone}" for c in clinics]
    return max(sum(map(_height, texts)) - 2 * _LINE, 0)


def _standing(language: str, learner: Learner) -> tuple[list[str], list[str]]:
    """What is known and what is not, of the modules offered today, latest check first.

    An objective stands as in the latest check that asked about it; one still open says nothing.
    """
    sentences = {
        slug: dict(objectives)
        for slug, objectives in Edition.objects.offered(language).values_list(
            "module__slug", "objectives"
        )
    }
    known: list[str] = []
    unsure: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in check_rows(learner):
        for objective, standing in row.standings.items():
            sentence = sentences.get(row.slug, {}).get(objective)
            if sentence is None or standing == "open" or (row.slug, objective) in seen:
                continue
            seen.add((row.slug, objective))
            (known if standing == "known" else unsure).append(sentence)
    return known, unsure
