"""Who needs a nurse, and about what, from what each person shares. Never from what she got right.

There are six reasons, in the order in which they need a nurse:

1. ``safety``: an open idea on which a call for help may hang.
2. ``aim``: an open idea about what treatment is for.
3. ``question``: she shared a question, and nobody has talked it over with her.
4. ``unsure``: she said that she is not sure about something else.
5. ``idea``: another open idea.
6. ``visit``: a module that was assigned to her is not finished, and her visit is at most 14 days
   away. A visit that is over asks for nothing: nothing here is ever overdue.

Everybody stands once, in the band of the first reason that holds, and carries all her reasons.
Within the bands of ideas, whoever felt sure and was mistaken comes first, because nobody asks about
what she is sure of. That orders the list and is told to nobody. Then whoever has not been talked
with about it, then the next visit, then whoever has waited longest. There is no score.

What a person does not share never comes here, so it cannot be told from what is not there. Who has
no reason is ``quiet``: nothing is open in what she shares, or she shares only that she joined.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from learning.rules.ideas import KINDS, Kind, Open

Reason = Literal["safety", "aim", "question", "unsure", "idea", "visit"]
Quiet = Literal["nothing", "joined"]
REASONS: tuple[Reason, ...] = ("safety", "aim", "question", "unsure", "idea", "visit")
QUIET: tuple[Quiet, ...] = ("nothing", "joined")
VISIT_DAYS = 14

_LATE = datetime.date.max


class OpenIdea(Protocol):
    @property
    def kind(self) -> Kind: ...
    @property
    def state(self) -> Open: ...


class Weight(NamedTuple):
    """What the open ideas of one reason weigh: how many they are, and what orders her among others.

    False comes first: whether none of them is mistaken, and whether all were talked about. Then the
    time since when the first of them is open.
    """

    number: int
    none_mistaken: bool
    all_talked: bool
    since: float


@dataclass(frozen=True)
class Shows:
    """What one person shares that may need a nurse.

    ``ideas`` are the weights of those that are open. ``questions`` say when each that was not
    talked over was shared. ``visits`` are the days before which a module is to be read that she has
    not finished; there are none where she does not share what she finishes.
    """

    ideas: Mapping[Reason, Weight]
    questions: Sequence[datetime.datetime] = ()
    visits: Collection[datetime.date] = ()


@dataclass(frozen=True)
class Need:
    """Why somebody needs a nurse: all reasons with how often each holds, in their order.

    ``order`` sorts people of all bands; two of the same order are alike.
    """

    reasons: Mapping[Reason, int]
    order: tuple[int, bool, bool, datetime.date, float]

    @property
    def band(self) -> Reason:
        return next(iter(self.reasons))


def reason_of(idea: OpenIdea) -> Reason:
    """The reason that an open idea is."""
    if idea.kind == "other":
        return "unsure" if idea.state.unsure else "idea"
    return idea.kind


def weigh(ideas: Iterable[OpenIdea]) -> dict[Reason, Weight]:
    """What the open ideas of one person weigh, by reason."""
    by_reason: dict[Reason, list[Open]] = {}
    for idea in ideas:
        by_reason.setdefault(reason_of(idea), []).append(idea.state)
    return {
        reason: Weight(
            len(states),
            not any(state.mistaken for state in states),
            all(state.talked for state in states),
            min(state.since for state in states).timestamp(),
        )
        for reason, states in by_reason.items()
    }


def need(shows: Shows, *, today: datetime.date) -> Need | None:
    """What one person needs a nurse for, or None where nothing does."""
    last = today + datetime.timedelta(days=VISIT_DAYS)
    visits = [visit for visit in shows.visits if today <= visit <= last]
    found: dict[Reason, int] = {reason: weight.number for reason, weight in shows.ideas.items()}
    if shows.questions:
        found["question"] = len(shows.questions)
    if visits:
        found["visit"] = len(visits)
    if not found:
        return None
    reasons = {reason: found[reason] for reason in REASONS if reason in found}
    band = next(iter(reasons))
    asked = min(shows.questions).timestamp() if band == "question" else 0.0
    weight = shows.ideas.get(band) or Weight(0, none_mistaken=True, all_talked=False, since=asked)
    order = (
        REASONS.index(band),
        weight.none_mistaken,
        weight.all_talked,
        min(visits, default=_LATE),
        weight.since,
    )
    return Need(reasons, order)


def quiet(*, only_joined: bool) -> Quiet:
    """What is said of somebody who has no reason to need a nurse."""
    return "joined" if only_joined else "nothing"


# The same in words

_FINDINGS: dict[str, tuple[str, str]] = {
    "safety": ("has an open idea about when to call", "have an open idea about when to call"),
    "aim": (
        "has an open idea about what treatment is for",
        "have an open idea about what treatment is for",
    ),
    "question": ("shared a question with you", "shared a question with you"),
    "unsure": ("is not sure about another topic", "are not sure about another topic"),
    "idea": ("has an open idea on another topic", "have an open idea on another topic"),
    "visit": (
        "has a module to finish before a visit in the next two weeks",
        "have a module to finish before a visit in the next two weeks",
    ),
    "nothing": (
        "has nothing open in what they share",
        "have nothing open in what they share",
    ),
    "joined": ("shares only that they joined", "share only that they joined"),
}
_PHRASES: dict[Reason, tuple[str, str]] = {
    "safety": ("an idea about when to call", "{} ideas about when to call"),
    "aim": ("an idea about what treatment is for", "{} ideas about what treatment is for"),
    "question": ("a question for you", "{} questions for you"),
    "unsure": ("not sure about another topic", "not sure about {} other topics"),
    "idea": ("an idea on another topic", "{} ideas on other topics"),
    "visit": ("a module to finish before a visit", "{} modules to finish before a visit"),
}
_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def people_say(number: int) -> str:
    """So many people, as a sentence begins."""
    count = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return f"{count} {'person' if number == 1 else 'people'}"


def finding(about: Reason | Quiet, people: int) -> str:
    """How many people something holds for, as a sentence."""
    return f"{people_say(people)} {_FINDINGS[about][people != 1]}."


def phrase(reason: Reason, count: int) -> str:
    """A reason of one person in a few words, as one of several in a line."""
    return _PHRASES[reason][count != 1].format(count)


# What to teach a group next time

FEWEST = 5


@dataclass(frozen=True)
class OpenInGroup:
    """An idea, and for how many of those who share ideas it is open."""

    kind: Kind
    sentence: str
    title: str
    people: int


def worth_teaching(ideas: Iterable[OpenInGroup], *, sharing: int) -> tuple[OpenInGroup, ...]:
    """What to teach next time: safety first, then the aim of treatment; more people first.

    Nothing, where fewer than FEWEST people share their ideas: a table of so few is a list of them.
    """
    if sharing < FEWEST:
        return ()

    def order(idea: OpenInGroup) -> tuple[int, int, str, str]:
        return KINDS.index(idea.kind), -idea.people, idea.title, idea.sentence

    return tuple(sorted(ideas, key=order))
