"""The five things that matter most in the figures, in sentences, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from learning.reports.differences import hardest
from learning.reports.estimates import gain, in_quotes, sure_and_wrong
from learning.reports.figures import Figures
from learning.reports.items import question_rows
from learning.reports.overview import mixups, readiness
from learning.reports.tables import percent

LOOKS = {
    "objectives": "Look at the ideas",
    "misconceptions": "Look at all mix-ups",
    "clinics": "Compare the clinics",
    "reach": "Look at all modules",
}


@dataclass(frozen=True)
class Finding:
    """What is, what to do about it, and where to look: a question, or else a report of a module."""

    sentence: str
    todo: str
    report: str
    place: tuple[str, ...] = ()
    module: str = ""  # the report is of this module alone

    @property
    def look(self) -> str:
        return "Look at this question" if self.place else LOOKS[self.report]


def five_things(found: Figures) -> tuple[Finding, ...]:
    """At most five; fewer where there are not enough figures yet."""
    return tuple(islice(_in_order(found), 5))


def _in_order(found: Figures) -> Iterator[Finding]:
    yield from _questions(found)
    yield from _red_flags(found)
    yield from _clinic(found)
    yield from _mixup(found)
    yield from _mistaken(found)
    yield from _gain(found)
    yield from _reach(found)


def _questions(found: Figures) -> Iterator[Finding]:
    """The two most urgent questions: more would push everything else out."""
    for question in islice((row for row in question_rows(found) if row.action), 2):
        sentence = f"“{question.asked.stem}” {question.why}"
        yield Finding(sentence, question.todo, "questions", question.place)


def _red_flags(found: Figures) -> Iterator[Finding]:
    ready = readiness(found)
    if not ready.told:
        return
    sentence = (
        f"{ready.known} of {ready.told} must-know ideas about when to call were right for at "
        "least 8 of 10 people."
    )
    weakest = ready.weakest
    if weakest is None or ready.known == ready.told:
        yield Finding(sentence, "Nothing to do", "objectives")
        return
    yield Finding(
        f"{sentence} The weakest: {in_quotes(weakest)}.",
        f"Read “{weakest.title}” as a patient would",
        "objectives",
        module=weakest.slug,
    )


def _clinic(found: Figures) -> Iterator[Finding]:
    clinic = hardest(found)
    if clinic is not None:
        todo = f"Ask {clinic.name} what people are told"
        yield Finding(clinic.sentence, todo, "clinics", module=clinic.idea.slug)


def _mixup(found: Figures) -> Iterator[Finding]:
    for mixup in mixups(found)[:1]:
        yield Finding(mixup.sentence, "Ask nurses to talk about this mix-up", "misconceptions")


def _mistaken(found: Figures) -> Iterator[Finding]:
    mistakes = [(told.value, idea) for idea in found.ideas if (told := sure_and_wrong(idea))]
    for value, idea in sorted(mistakes, key=lambda pair: -pair[0])[:1]:
        yield Finding(
            f"{percent(value)} of people were sure of a wrong answer about {in_quotes(idea)}.",
            "Ask nurses to talk about this idea",
            "objectives",
            module=idea.slug,
        )


def _gain(found: Figures) -> Iterator[Finding]:
    gains = [(told, idea) for idea in found.ideas if (told := gain(idea)) and told.value > 0]
    for told, idea in sorted(gains, key=lambda pair: -pair[0].value)[:1]:
        yield Finding(
            f"Reading helps most with {in_quotes(idea)}: of 100 people "
            f"{100 * told.value:.0f} more were right after it than before.",
            "Nothing to do",
            "objectives",
        )


def _reach(found: Figures) -> Iterator[Finding]:
    for period in sorted(found.periods, key=lambda period: -period.finished)[:1]:
        title = found.titles[period.module.slug]
        sentence = f"{period.finished:,} people finished “{title}”."
        yield Finding(sentence, "Nothing to do", "reach")
