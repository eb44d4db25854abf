"""Which questions a check asks, and in which order their choices are shown.

Each objective has parallel questions: form ``a`` and form ``b``, and for the must-know set ``c``,
kept for later checks. One form is drawn for each objective: before reading either one; after
reading the one that was not asked last; where nothing was asked yet, either one. So a gain from
before to after never rests on having seen the same question.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FORMS = ("a", "b")
OBJECTIVES_BEFORE = 4


@dataclass(frozen=True)
class Candidate:
    """A question of an edition: its place in the file, objective and form."""

    number: int
    objective: str
    form: str


def draw(
    candidates: Sequence[Candidate],
    *,
    occasion: str,
    last_form: Mapping[str, str],
    rng: random.Random,
) -> list[Candidate]:
    """The questions of one check, in the order of the file.

    ``last_form`` maps an objective to the form this person was asked last. A check before reading
    covers at most four objectives, drawn at random. An objective whose drawn form has no question
    left (withdrawn) is asked in its other form.
    """
    objectives = list(dict.fromkeys(candidate.objective for candidate in candidates))
    if occasion == "before" and len(objectives) > OBJECTIVES_BEFORE:
        objectives = rng.sample(objectives, OBJECTIVES_BEFORE)
    drawn: list[Candidate] = []
    for objective in objectives:
        mine = [c for c in candidates if c.objective == objective and c.form in FORMS]
        forms = [form for form in FORMS if any(c.form == form for c in mine)]
        if not forms:
            continue
        fresh = [form for form in forms if form != last_form.get(objective)] or forms
        form = rng.choice(fresh)
        drawn.extend(c for c in mine if c.form == form)
    return sorted(drawn, key=lambda candidate: candidate.number)


def display_order(keys: Iterable[str], *, in_order: bool, rng: random.Random) -> list[str]:
    """The choices in the order they are shown: at random, except where their order has meaning."""
    order = list(keys)
    if not in_order:
        rng.shuffle(order)
    return order
