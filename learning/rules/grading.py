"""Grading: what a person chose, held against the meaning of a question.

A question is answered as a whole: ``one`` is right when the right choice is chosen, ``several``
when exactly the right choices are ticked, ``pairs`` when every item is in its place. Feedback goes
choice by choice, figures count only the whole. "I'm not sure" is a full answer of its own: for
``pairs`` it holds when every item was left at "I'm not sure"; some items unsure and the rest
placed is not right as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

UNSURE = "unsure"

Kind = Literal["one", "several", "pairs"]
Verdict = Literal["right", "not_right", "unsure"]


class ImpossibleResponse(ValueError):
    """The response names a choice, item or place that the question does not have."""


@dataclass(frozen=True)
class Key:
    """The meaning that grading needs.

    ``right`` holds the right choices; ``places`` the place of each item (``pairs``). ``mixups``
    maps a choice or item to the misconception behind getting it wrong.
    """

    kind: Kind
    choices: tuple[str, ...] = ()
    right: frozenset[str] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)
    place_keys: tuple[str, ...] = ()
    each_once: bool = False
    mixups: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_meaning(cls, meaning: Mapping[str, Any]) -> Key:
        """The key in a question's stored meaning (see ``content.schema.Question.meaning``)."""
        if meaning["kind"] == "pairs":
            return cls(
                kind="pairs",
                places={item["key"]: item["place"] for item in meaning["items"]},
                place_keys=tuple(meaning["places"]),
                each_once=meaning["each_once"],
                mixups={
                    item["key"]: item["misconception"]
                    for item in meaning["items"]
                    if item["misconception"]
                },
            )
        return cls(
            kind=meaning["kind"],
            choices=tuple(choice["key"] for choice in meaning["choices"]),
            right=frozenset(choice["key"] for choice in meaning["choices"] if choice["right"]),
            mixups={
                choice["key"]: choice["misconception"]
                for choice in meaning["choices"]
                if choice["misconception"]
            },
        )


@dataclass(frozen=True)
class Response:
    """What a person chose: nothing but ``unsure``, or choices, or a place for each item."""

    unsure: bool = False
    picked: frozenset[str] = frozenset()
    placed: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The stored form, the same for the same response."""
        if self.unsure:
            return {"unsure": True}
        if self.placed:
            return {"placed": dict(sorted(self.placed.items()))}
        return {"picked": sorted(self.picked)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Response:
        return cls(
            unsure=stored.get("unsure", False),
            picked=frozenset(stored.get("picked", ())),
            placed=stored.get("placed", {}),
        )


@dataclass(frozen=True)
class Grade:
    """The verdict; which choices or items were got right; the mix-ups shown, in key order."""

    verdict: Verdict
    parts: Mapping[str, bool]
    mixups: tuple[str, ...]


def grade(key: Key, response: Response) -> Grade:
    """The grade of a response. Raises ImpossibleResponse where it does not fit the question."""
    if response.unsure:
        return Grade("unsure", {}, ())
    if key.kind == "pairs":
        return _grade_pairs(key, response)
    if not response.picked or response.placed or not response.picked <= set(key.choices):
        raise ImpossibleResponse("The response names no choice of this question.")
    if key.kind == "one" and len(response.picked) != 1:
        raise ImpossibleResponse("This question takes one choice.")
    parts = {choice: (choice in response.picked) == (choice in key.right) for choice in key.choices}
    shown = response.picked if key.kind == "one" else set(key.choices)
    wrong = [choice for choice in key.choices if choice in shown and not parts[choice]]
    return _graded(key, parts, wrong)


def _grade_pairs(key: Key, response: Response) -> Grade:
    placed = response.placed
    allowed = {*key.place_keys, UNSURE}
    if response.picked or set(placed) != set(key.places) or not set(placed.values()) <= allowed:
        raise ImpossibleResponse("The response does not place each item of this question.")
    named = [place for place in placed.values() if place != UNSURE]
    if key.each_once and len(named) != len(set(named)):
        raise ImpossibleResponse("The response uses a place twice.")
    if not named:
        return Grade("unsure", {}, ())
    parts = {item: placed[item] == place for item, place in key.places.items()}
    wrong = [item for item in key.places if not parts[item] and placed[item] != UNSURE]
    return _graded(key, parts, wrong)


def _graded(key: Key, parts: Mapping[str, bool], wrong: list[str]) -> Grade:
    mixups = dict.fromkeys(key.mixups[part] for part in wrong if part in key.mixups)
    return Grade("right" if all(parts.values()) else "not_right", parts, tuple(mixups))
