"""Which ideas a person may want to talk over, from her first tries and what came of talking.

An idea is one objective of a module. Only first tries in checks after reading count; answers from
before reading never come here.

An idea opens with a first try that was not right, or was "I'm not sure". It stays open until a
right first try on another form of its question, or until she said it in her own words in a
teach-back. A right answer to the very same form does not close it, because she may remember the
feedback. A later try that is not right opens it again.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

Kind = Literal["safety", "aim", "other"]
KINDS: tuple[Kind, ...] = ("safety", "aim", "other")
AIMS_MODULE = "aims-of-treatment"
CALLS = ("emergency", "call-now")

OWN_WORDS = "own_words"


@dataclass(frozen=True, slots=True)
class FirstTry:
    """The first answer to one question of a check after reading.

    ``action`` is what the question teaches to do, if it does: "call-now", "tell", …
    """

    at: datetime.datetime
    form: str
    verdict: str
    sure: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """What came of talking the idea over, see ``models.groups.TeachBackResult``."""

    at: datetime.datetime
    result: str


@dataclass(frozen=True, slots=True)
class Open:
    """An open idea. ``talked`` is what came of talking since it opened, the latest last.

    ``mistaken`` means that she felt sure and it was not right. It orders a nurse's list and is
    never shown for a person. ``action`` is that of the question which opened it.
    """

    since: datetime.datetime
    unsure: bool
    mistaken: bool
    talked: tuple[Talk, ...] = ()
    action: str = ""


def open_idea(tries: Iterable[FirstTry], talks: Iterable[Talk]) -> Open | None:
    """How an idea stands after these tries and talks, in any order; None where it is closed."""
    steps: list[FirstTry | Talk] = sorted([*tries, *talks], key=attrgetter("at"))
    found: Open | None = None
    form = ""
    for step in steps:
        if isinstance(step, Talk):
            found = _after_talk(found, step)
        elif step.verdict != "right":
            found, form = _opened(step), step.form
        elif step.form != form:
            found = None
    return found


def _opened(step: FirstTry) -> Open:
    unsure = step.verdict == "unsure"
    mistaken = not unsure and step.sure in ("very", "fairly")
    return Open(step.at, unsure, mistaken, action=step.action)


def _after_talk(found: Open | None, talk: Talk) -> Open | None:
    if found is None or talk.result == OWN_WORDS:
        return None
    return replace(found, talked=(*found.talked, talk))


def kind_of(*, slug: str, must_know: bool, action: str | None) -> Kind:
    """Whether an idea is about safety (a call may hang on it), the aim of treatment, or neither."""
    if must_know or action in CALLS:
        return "safety"
    return "aim" if slug == AIMS_MODULE else "other"
