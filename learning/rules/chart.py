"""The note that a nurse copies into a chart: what a member shares, as plain text.

It names nobody: the call name, and the nurse's own label where she typed one. It tells no answer
and nothing of how sure somebody was.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Chart:
    """What the note is made of. What is not shared is None, and then the note is silent about it.

    ``finished`` are titles of modules with the day; ``ideas`` are titles with the sentence of the
    idea; ``talks`` are the day, the sentence and what came of it.
    """

    on: datetime.date
    group: str
    call_name: str
    label: str
    finished: Sequence[tuple[str, datetime.date]] | None
    ideas: Sequence[tuple[str, str]] | None
    talks: Sequence[tuple[datetime.date, str, str]] | None
    questions: Sequence[str]


def chart_note(chart: Chart) -> str:
    """The note, a line for each thing."""
    return "\n".join(_lines(chart)) + "\n"


def in_words(day: datetime.date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _lines(chart: Chart) -> Iterator[str]:
    yield f"Waymark (patient education), {in_words(chart.on)}"
    yield f"Group: {chart.group}"
    yield f"Call name: {chart.call_name}"
    if chart.label:
        yield f"Label: {chart.label}"
    if chart.finished is not None:
        yield from _part(
            "Modules finished", (f"{title}, {in_words(day)}" for title, day in chart.finished)
        )
    if chart.ideas is not None:
        yield from _part(
            "Ideas to talk over", (f"{title}: {sentence}" for title, sentence in chart.ideas)
        )
    if chart.talks is not None:
        yield from _part(
            "Talked over",
            (
                f"{in_words(day)}: {sentence} Result: {result}"
                for day, sentence, result in chart.talks
            ),
        )
    if chart.questions:
        yield from _part("Questions for the team", chart.questions)


def _part(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"{heading}:"
    found = [f"- {line}" for line in lines]
    yield from found or ["- none"]
