"""What is right and what is not, in the words that a reader sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from learning.content.schema import Choice, Item, Library, Question

RIGHT, NOT_QUITE, UNSURE = "right", "not quite", "unsure"
VERDICTS = (RIGHT, NOT_QUITE, UNSURE)
UNSURE_LABEL = "I’m not sure"
VERDICT_WORDS = {RIGHT: "That’s right.", NOT_QUITE: "Not quite.", UNSURE: "Good to know."}


@dataclass(frozen=True)
class Picked:
    """What to choose on a question page: choices to tick, or a place for each item."""

    ticked: tuple[str, ...] = ()
    placed: tuple[tuple[str, str], ...] = ()


def response(question: Question, verdict: str) -> Picked:
    """The texts to choose so that the answer gets this verdict."""
    if question.kind == "pairs":
        return Picked(placed=_placed(question, verdict))
    if verdict == UNSURE:
        return Picked(ticked=(UNSURE_LABEL,))
    right = verdict == RIGHT
    ticked = tuple(choice.text for choice in question.choices if choice.right == right)
    return Picked(ticked=ticked[:1] if question.kind == "one" else ticked)


def _placed(question: Question, verdict: str) -> tuple[tuple[str, str], ...]:
    text = {place.key: place.text for place in question.places}
    if verdict == UNSURE:
        return tuple((item.text, UNSURE_LABEL) for item in question.items)
    places = [text[item.place] for item in question.items]
    if verdict == NOT_QUITE:
        places = [*places[1:], places[0]]
    return tuple((item.text, place) for item, place in zip(question.items, places, strict=True))


def length(question: Question) -> int:
    """How much text its page and its feedback hold."""
    parts: tuple[Choice, ...] | tuple[Item, ...] = question.parts
    return len(question.stem + question.truth) + sum(len(part.text + part.why) for part in parts)


class AnswerKey:
    """Finds a question of the library by its stem, which is the heading of its page."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._by_stem = {
            question.stem: (slug, question)
            for (slug, _), module in library.modules.items()
            for question in module.questions
        }

    def question(self, stem: str) -> Question:
        return self._by_stem[stem][1]

    def longest(self, fits: Callable[[Question], bool]) -> tuple[str, Question]:
        """The module and the question with most to read among those that a check can ask."""
        return max(
            (
                (slug, question)
                for slug, question in self._by_stem.values()
                if question.form in ("a", "b") and fits(question)
            ),
            key=lambda found: length(found[1]),
        )
