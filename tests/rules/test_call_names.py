from __future__ import annotations

import itertools
import random
import re

from learning.rules.call_names import FIRST, SECOND, call_name

# Of the body, illness and its treatment, farewell and doom; and what may be a remark or a joke.
NEVER = """
Arm Ash Angel Battle Bell Big Black Blood Bone Brave Brown Candle Cell Chest Cobalt Cold Crab
Cross Crow Cure Dark Dead Death Dove Fall Fat Feather Fight Final Gate Grave Gray Head Heart
Heavy Hope Hospital Ill Journey Last Late Little Long Loss Lost Lucky Lump Lung Marble Needle
Node Old Owl Pale Path Pill Pink Port Rain Raven Red Ribbon Scan Sick Skull Slow Small Snow
Station Stone Storm Strong Sunset Swan Tall Theater Thin Urn Weak White Wide Wilted Willow
Winter Yellow Yew
"""
EVERY = [f"{first} {second}" for first, second in itertools.product(FIRST, SECOND)]


def test_words_are_many_plain_and_of_one_kind_each() -> None:
    """At least 60 by 60, each once, none in both lists, one capital and then small letters."""
    assert len(FIRST) == len(set(FIRST)) >= 60
    assert len(SECOND) == len(set(SECOND)) >= 60
    assert not set(FIRST) & set(SECOND)
    assert [word for word in (*FIRST, *SECOND) if not re.fullmatch(r"[A-Z][a-z]{2,11}", word)] == []
    assert list(FIRST) == sorted(FIRST)
    assert list(SECOND) == sorted(SECOND)


def test_no_word_speaks_of_illness_farewell_or_the_person() -> None:
    assert set(FIRST) & set(NEVER.split()) == set()
    assert set(SECOND) & set(NEVER.split()) == set()


def test_call_name_is_a_pair_that_nobody_in_the_group_has() -> None:
    taken = set(EVERY) - {"Green Lake"}
    assert call_name(taken, rng=random.Random(1)) == "Green Lake"
    found: set[str] = set()
    for seed in range(500):
        found.add(call_name(found, rng=random.Random(seed)))
    assert len(found) == 500
    assert found <= set(EVERY)


def test_call_name_of_somebody_else_does_not_follow_from_ours() -> None:
    names = [call_name((), rng=random.Random(seed)) for seed in range(200)]
    assert len(set(names)) > 190


def test_call_name_has_a_number_once_every_pair_is_taken() -> None:
    rng = random.Random(1)
    assert call_name(EVERY, rng=rng) in {f"{name} 2" for name in EVERY}
    third = call_name([*EVERY, *(f"{name} 2" for name in EVERY)], rng=rng)
    assert third in {f"{name} 3" for name in EVERY}
    assert max(map(len, EVERY)) <= 40 - len(" 99")
