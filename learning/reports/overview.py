"""The reports of the overview, each a table made from published figures alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from learning.models import Period
from learning.reports.differences import by_clinic, by_language
from learning.reports.estimates import (
    gain,
    in_quotes,
    not_sure,
    right_after,
    right_before,
    sure_and_wrong,
)
from learning.reports.figures import Figures, Idea, months
from learning.reports.items import questions
from learning.reports.tables import (
    Bar,
    Cell,
    Row,
    Table,
    bar,
    count_cell,
    gain_cell,
    hidden_cell,
    percent,
    share_cell,
)
from learning.reports.trend import trend_table
from learning.rules.statistics import share

# What people understand


def objectives(found: Figures) -> Table:
    """Each idea with the share right before and after, the gain of the same people, and doubt."""
    told = [(value, idea) for idea in found.ideas if (value := right_after(idea)) is not None]
    lowest = min(told, key=lambda pair: pair[0].value, default=None)
    return Table(
        name="objectives",
        title="What people understand",
        finding=(
            f"Least understood: {in_quotes(lowest[1])} ({lowest[1].title}). "
            f"{percent(lowest[0].value)} of {lowest[0].n:,} people were right."
            if lowest
            else "No idea has enough answers to be told yet."
        ),
        columns=(
            "Module",
            "Idea",
            "People",
            "Right before reading",
            "Right after reading",
            "Gain, same people",
            "Not sure",
            "Sure, but mistaken",
        ),
        rows=tuple(_objective_row(idea) for idea in found.ideas),
        label="Idea",
        measure="Right after reading",
        note=(
            "First answers of each person’s first check after reading. “Before” and “gain” are of "
            "the people who also answered before reading."
        ),
    )


def _objective_row(idea: Idea) -> Row:
    k = idea.k
    return Row(
        (
            Cell(idea.title),
            Cell(idea.sentence),
            count_cell(idea.shown.n, k=k),
            share_cell(right_before(idea), k=k),
            share_cell(right_after(idea), k=k),
            gain_cell(gain(idea), k=k),
            share_cell(not_sure(idea), k=k),
            share_cell(sure_and_wrong(idea), k=k),
        ),
        bar(right_after(idea)),
        modules=(idea.slug,),
    )


# Named mix-ups


@dataclass(frozen=True)
class MixUp:
    """``chosen`` of ``met`` people; ``modules`` maps slugs to titles."""

    key: str
    wording: str
    chosen: int
    met: int
    modules: Mapping[str, str]

    @property
    def sentence(self) -> str:
        return (
            f"After reading, {self.chosen:,} of the {self.met:,} people who met it as an answer "
            f"still chose: “{self.wording}”"
        )


def mixups(found: Figures) -> tuple[MixUp, ...]:
    """Each mix-up with how many chose it, of those who met it; the largest share first.

    Only choices that may be told are added up, each with the people who met that question.
    """
    chosen: dict[str, int] = defaultdict(int)
    met: dict[str, int] = defaultdict(int)
    wording: dict[str, str] = {}
    modules: dict[str, dict[str, str]] = defaultdict(dict)
    for idea in found.ideas:
        for asked, shown in idea.questions:
            for part, (mixup, words) in asked.mixups.items():
                if part in shown.chosen:
                    chosen[mixup] += shown.chosen[part]
                    met[mixup] += shown.n
                    wording[mixup] = words
                    modules[mixup][idea.slug] = idea.title
    rows = [MixUp(key, wording[key], chosen[key], met[key], modules[key]) for key in chosen]
    return tuple(sorted(rows, key=lambda mixup: (-mixup.chosen / mixup.met, mixup.key)))


def misconceptions(found: Figures) -> Table:
    listed = mixups(found)
    return Table(
        name="misconceptions",
        title="Mix-ups that persist",
        finding=(
            listed[0].sentence if listed else "No mix-up was chosen by enough people to be told."
        ),
        columns=("Mix-up", "Modules", "Chose it", "Met it as a choice", "Share"),
        rows=tuple(
            Row(
                (
                    Cell(mixup.wording),
                    Cell(", ".join(mixup.modules.values())),
                    Cell(f"{mixup.chosen:,}", mixup.chosen),
                    Cell(f"{mixup.met:,}", mixup.met),
                    share_cell(share(mixup.chosen, mixup.met), k=0),
                ),
                bar(share(mixup.chosen, mixup.met)),
                modules=tuple(mixup.modules),
            )
            for mixup in listed
        ),
        label="Mix-up",
        measure="Share",
        note=(
            "Counted in people who used Waymark and met the mix-up as a choice, after reading. A "
            "mix-up that too few people chose is not listed."
        ),
    )


# Reach


def reach(found: Figures) -> Table:
    most = max(found.periods, key=lambda period: period.finished, default=None)
    return Table(
        name="reach",
        title="How many people it reaches",
        finding=(
            f"Most finished: {found.titles[most.module.slug]}, by {most.finished:,} people."
            if most
            else "Nobody has finished a module in a closed period yet."
        ),
        columns=("Module", "Period", "Began reading", "Began the check", "Finished"),
        rows=tuple(
            _reach_row(found, period, most=most.finished if most else 1) for period in found.periods
        ),
        label="Module",
        measure="Finished",
        note=(
            "People who read without leaving a trace are not counted anywhere. “Began” is told to "
            "the nearest five. A bar is a module’s part of the one that most people finished."
        ),
    )


def _reach_row(found: Figures, period: Period, *, most: int) -> Row:
    told: Mapping[str, int | None] = period.figures["reach"]
    part = period.finished / most
    return Row(
        (
            Cell(found.titles[period.module.slug]),
            Cell(months(period)),
            _about_cell(told["read"], k=period.k),
            _about_cell(told["began"], k=period.k),
            count_cell(period.finished, k=period.k),
        ),
        Bar(part, part, part),
        modules=(period.module.slug,),
    )


def _about_cell(count: int | None, *, k: int) -> Cell:
    return hidden_cell(k) if count is None else Cell(f"about {count:,}", count)


# Red flags


@dataclass(frozen=True)
class Readiness:
    """Of ``told`` must-know ideas, ``known`` were right for at least 8 of 10 people."""

    known: int
    told: int
    weakest: Idea | None


def readiness(found: Figures) -> Readiness:
    must_know = [idea for idea in found.ideas if idea.must_know]
    told = [(value.value, idea) for idea in must_know if (value := right_after(idea)) is not None]
    weakest = min(told, key=lambda pair: pair[0], default=None)
    return Readiness(
        known=sum(value >= 0.8 for value, _ in told),
        told=len(told),
        weakest=weakest[1] if weakest else None,
    )


REPORTS: Mapping[str, Callable[[Figures], Table]] = {
    "objectives": objectives,
    "misconceptions": misconceptions,
    "questions": questions,
    "reach": reach,
    "clinics": by_clinic,
    "languages": by_language,
    "periods": trend_table,
}
