"""What to do about a question, and how urgent that is. One suggestion, and only when it is sure.

Each limit is held against the end of an interval, so that chance alone seldom suggests anything:

- *Fix now*: a safety question that fewer than 7 of 10 get right, or on which more than 2 of 10 were
  sure and wrong.
- *Look at the wording*: its answers hardly go with the other answers of the same check (item-rest
  correlation below 0.2), or one wrong choice draws more people than the right one.
- *Teach it earlier or more clearly*: fewer than 6 of 10 get it right.
- *Ask one clinic*: in that clinic the idea is harder than its people's other answers explain.

Harm orders the list: the share that is not right, three times for safety and twice for the aim of
treatment, because there a mistake costs more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from learning.rules.disclosure import STEP, ShownShare
from learning.rules.ideas import Kind
from learning.rules.statistics import Z_95, Estimate, share

Action = Literal["fix-now", "reword", "teach", "ask-clinic", ""]

SAFETY_RIGHT = 0.7
SURE_AND_WRONG = 0.2
TELLS_APART = 0.2
TAUGHT = 0.6
WEIGHT: Mapping[Kind, int] = {"safety": 3, "aim": 2, "other": 1}


@dataclass(frozen=True)
class Item:
    """What is told of one question. ``chosen`` are wrong choices that may be told, by their key."""

    kind: Kind
    right: Estimate
    chosen: Mapping[str, int]
    sure_wrong: Estimate | None
    discrimination: Estimate | None
    clinic: str = ""


def suggestion(item: Item) -> Action:
    """The most urgent thing to do that the intervals allow, or nothing."""
    if item.kind == "safety" and _unsafe(item):
        return "fix-now"
    if _misread(item):
        return "reword"
    if item.right.high < TAUGHT:
        return "teach"
    return "ask-clinic" if item.clinic else ""


def _unsafe(item: Item) -> bool:
    mistaken = item.sure_wrong is not None and item.sure_wrong.low > SURE_AND_WRONG
    return mistaken or item.right.high < SAFETY_RIGHT


def _misread(item: Item) -> bool:
    if item.discrimination is not None and item.discrimination.high < TELLS_APART:
        return True
    return any(_draws_more(count, item.right) for count in item.chosen.values())


def _draws_more(count: int, right: Estimate) -> bool:
    drawn = share(count, right.n)
    return drawn is not None and drawn.low > right.high


def harm(item: Item) -> float:
    """How much this question costs those who meet it, for the order of the list; 0 to 3."""
    return WEIGHT[item.kind] * (1 - item.right.value)


def harder_in(
    shares: Mapping[str, Mapping[str, ShownShare]], everybody: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    """Where an idea is harder in one clinic than its people's other answers explain.

    ``shares`` maps an idea to the share right by clinic, in steps of five; ``everybody`` maps it to
    the share of the whole service. Gives (idea, clinic) and by how many points of 100 it is lower,
    where that is more than rounding, and chance among as few people as it may be of, allow.
    """
    gaps: dict[str, dict[str, float]] = {}
    for idea, by_clinic in shares.items():
        for clinic, told in by_clinic.items():
            if clinic and idea in everybody:
                gaps.setdefault(clinic, {})[idea] = told.percent - 100 * everybody[idea]
    found = {}
    for clinic, mine in gaps.items():
        for idea, gap in mine.items():
            others = [other for key, other in mine.items() if key != idea]
            if not others:
                continue
            lower = sum(others) / len(others) - gap
            if lower > _chance(shares[idea][clinic].at_least) + STEP / 2:
                found[idea, clinic] = lower
    return found


def _chance(n: int) -> float:
    """By how many points of 100 a share of so many people may be off, at its least certain."""
    return 100 * Z_95 * math.sqrt(0.25 / n)
