"""Published figures, read back with the words that belong to them. Nothing here counts answers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from learning.models import Edition, EditionQuestion, Period, Question
from learning.rules.disclosure import ShownObjective, ShownPairs, ShownQuestion, ShownShare
from learning.rules.ideas import Kind, kind_of
from learning.rules.statistics import Estimate, Pairs

LANGUAGE = "en"  # staff read in one language, today the only one


@dataclass(frozen=True)
class Asked:
    """A question in words: ``choices`` by key, ``mixups`` by the key of the choice behind them.

    ``right`` is the right choice of a question that takes one, else "".
    """

    key: str
    version: int
    stem: str
    kind: str
    right: str
    choices: Mapping[str, str]
    mixups: Mapping[str, tuple[str, str]]
    section: str
    withdrawn: bool


@dataclass(frozen=True)
class Idea:
    """One objective of one module in one closed period, with what may be told of it."""

    slug: str
    title: str
    sentence: str
    kind: Kind
    must_know: bool
    shown: ShownObjective
    period: Period
    questions: tuple[tuple[Asked, ShownQuestion], ...]

    @property
    def key(self) -> str:
        return f"{self.slug}:{self.shown.key}"

    @property
    def k(self) -> int:
        return self.period.k


@dataclass(frozen=True)
class Figures:
    """For each module its latest period that ends by a day, and all days a period ends on.

    ``module`` is the slug of the one that was asked for, "" for all.
    """

    until: datetime.date | None
    ends: tuple[datetime.date, ...]
    periods: tuple[Period, ...]
    titles: Mapping[str, str]
    ideas: tuple[Idea, ...]
    module: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.periods


def figures(until: datetime.date | None = None, *, module: str = "") -> Figures:
    """The published figures up to a day; without one, the latest."""
    # Only the chosen periods are read whole: each holds a few hundred numbers.
    ended = Period.objects.order_by("last_day", "id").values_list("module", "last_day", "pk")
    listed = list(ended)
    ends = tuple(sorted({last_day for _, last_day, _ in listed}, reverse=True))
    latest = {key: pk for key, last_day, pk in listed if until is None or last_day <= until}
    chosen = tuple(
        Period.objects.filter(pk__in=latest.values())
        .select_related("module")
        .order_by("module__position", "module__slug")
    )
    words = _words()
    titles = {period.module.slug: words[period.module_id].title for period in chosen}
    return Figures(
        until=until if until in ends else (ends[0] if ends else None),
        ends=ends,
        periods=chosen,
        titles=titles,
        ideas=tuple(idea for period in chosen for idea in _ideas(period, words[period.module_id])),
        module=module,
    )


def ideas_of(slug: str) -> tuple[Idea, ...]:
    """Every idea of one module in every closed period, by time."""
    periods = Period.objects.filter(module__slug=slug).select_related("module")
    words = _words()
    return tuple(
        idea
        for period in periods.order_by("first_day")
        for idea in _ideas(period, words[period.module_id])
    )


def objectives(period: Period) -> tuple[ShownObjective, ...]:
    """What is told of the objectives of a period, as ``rules.disclosure`` let it through."""
    return tuple(_objective(stored) for stored in period.figures["objectives"])


def _objective(stored: Mapping[str, Any]) -> ShownObjective:
    pairs = stored["pairs"]
    return ShownObjective(
        **{
            **stored,
            "pairs": pairs
            and ShownPairs(**{**pairs, "cells": pairs["cells"] and Pairs(**pairs["cells"])}),
            "shares": {
                group: {key: ShownShare(**told) for key, told in shares.items()}
                for group, shares in stored["shares"].items()
            },
            "questions": tuple(
                ShownQuestion(
                    **{
                        **question,
                        "discrimination": question["discrimination"]
                        and Estimate(**question["discrimination"]),
                    }
                )
                for question in stored["questions"]
            ),
        }
    )


@dataclass(frozen=True)
class _Words:
    title: str
    sentences: Mapping[str, str]
    must_know: frozenset[str]
    asked: Mapping[tuple[str, int], Asked]
    actions: Mapping[str, str]


def _words() -> Mapping[int, _Words]:
    """Titles, sentences and questions of each module, in the words of its latest edition.

    Two queries, unless something was published or withdrawn since the last time.
    """
    editions = Edition.objects.filter(language=LANGUAGE)
    withdrawn = Question.objects.filter(withdrawn_at__isnull=False)
    return _published(
        frozenset(editions.values_list("pk", "digest")),
        frozenset(withdrawn.values_list("pk", flat=True)),
    )


@lru_cache(maxsize=1)
def _published(
    editions: frozenset[tuple[int, str]], withdrawn: frozenset[int]
) -> Mapping[int, _Words]:
    """Nothing published is ever edited, so this holds as long as these are the editions."""
    found: dict[int, list[Edition]] = {}
    for edition in Edition.objects.filter(language=LANGUAGE).order_by("number"):
        found.setdefault(edition.module_id, []).append(edition)
    asked: dict[int, dict[tuple[str, int], Asked]] = {}
    actions: dict[int, dict[str, str]] = {}
    for place in (
        EditionQuestion.objects.filter(edition__language=LANGUAGE)
        .select_related("wording__question", "edition")
        .order_by("edition__number", "number")
    ):
        module, question = place.edition.module_id, place.wording.question
        asked.setdefault(module, {})[question.key, question.version] = asked_in(place)
        action = place.wording.text.get("action")
        if action:
            actions.setdefault(module, {})[question.objective] = action["kind"]
    return {
        module: _Words(
            title=latest[-1].title,
            sentences={key: text for edition in latest for key, text in edition.objectives},
            must_know=frozenset(latest[-1].must_know),
            asked=asked.get(module, {}),
            actions=actions.get(module, {}),
        )
        for module, latest in found.items()
    }


def forget() -> None:
    """Read anew what was published. Only for a database whose rows were taken back, as tests do."""
    _published.cache_clear()


def asked_in(place: EditionQuestion) -> Asked:
    """A question in the words of one edition."""
    question = place.wording.question
    text, meaning = place.wording.text, question.meaning
    parts = text.get("items") or text["choices"]
    behind = place.behind["mixups"]
    return Asked(
        key=question.key,
        version=question.version,
        stem=text["stem"],
        kind=meaning["kind"],
        right=_best(meaning),
        choices={part["key"]: part["text"] for part in parts} | {"unsure": "I’m not sure"},
        mixups={
            part["key"]: (part["misconception"], behind[part["misconception"]]["wording"])
            for part in meaning.get("choices") or meaning["items"]
            if part.get("misconception") in behind
        },
        section=question.section,
        withdrawn=question.withdrawn_at is not None,
    )


def _best(meaning: Mapping[str, Any]) -> str:
    """The right choice, where there is just one to choose."""
    if meaning["kind"] != "one":
        return ""
    return str(next(choice["key"] for choice in meaning["choices"] if choice["right"]))


def _ideas(period: Period, words: _Words) -> list[Idea]:
    return [
        Idea(
            slug=period.module.slug,
            title=words.title,
            sentence=words.sentences.get(shown.key, shown.key),
            kind=kind_of(
                slug=period.module.slug,
                must_know=shown.key in words.must_know,
                action=words.actions.get(shown.key),
            ),
            must_know=shown.key in words.must_know,
            shown=shown,
            period=period,
            questions=tuple(
                (words.asked[question.key, question.version], question)
                for question in shown.questions
                if (question.key, question.version) in words.asked
            ),
        )
        for shown in objectives(period)
    ]


def months(period: Period) -> str:
    """“October 2026”, or “October 2026 to December 2026”."""
    first, last = f"{period.first_day:%B %Y}", f"{period.last_day:%B %Y}"
    return first if first == last else f"{first} to {last}"
