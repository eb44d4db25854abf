from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from learning.rules.disclosure import ShownShare
from learning.rules.ideas import Kind
from learning.rules.items import Action, Item, harder_in, harm, suggestion
from learning.rules.statistics import Estimate, share


def told(count: int, n: int) -> Estimate:
    found = share(count, n)
    assert found is not None
    return found


FINE = Item(
    kind="other",
    right=told(170, 200),
    chosen={"one": 20},
    sure_wrong=told(10, 200),
    discrimination=Estimate(0.4, 0.3, 0.5, 200),
)


def item(**changes: Any) -> Item:
    return dataclasses.replace(FINE, **changes)


@pytest.mark.parametrize(
    ("changes", "action"),
    [
        ({}, ""),
        ({"kind": "safety"}, ""),
        ({"kind": "safety", "right": told(120, 200)}, "fix-now"),
        ({"kind": "safety", "right": told(135, 200)}, ""),  # 0.675, but it may be 0.7
        ({"kind": "safety", "right": told(6, 10), "chosen": {}}, ""),  # ten people tell nothing
        ({"kind": "safety", "sure_wrong": told(60, 200)}, "fix-now"),
        ({"kind": "safety", "sure_wrong": told(45, 200)}, ""),
        ({"kind": "safety", "sure_wrong": None}, ""),
        ({"sure_wrong": told(60, 200)}, ""),
        ({"discrimination": Estimate(0.0, -0.1, 0.1, 200)}, "reword"),
        ({"discrimination": Estimate(0.1, 0.0, 0.2, 200)}, ""),
        ({"discrimination": None}, ""),
        ({"right": told(60, 200), "chosen": {"one": 110}}, "reword"),
        ({"right": told(90, 200), "chosen": {"one": 95}}, "teach"),
        ({"right": told(110, 200)}, ""),
        ({"right": told(100, 200)}, "teach"),
        ({"kind": "safety", "right": told(60, 200), "chosen": {"one": 110}}, "fix-now"),
        ({"clinic": "north"}, "ask-clinic"),
        ({"clinic": "north", "right": told(60, 200)}, "teach"),
    ],
)
def test_one_suggestion_and_only_when_it_is_sure(changes: dict[str, Any], action: Action) -> None:
    assert suggestion(item(**changes)) == action


@pytest.mark.parametrize(("kind", "weight"), [("safety", 3), ("aim", 2), ("other", 1)])
def test_harm_weighs_what_a_mistake_costs(kind: Kind, weight: int) -> None:
    assert harm(item(kind=kind, right=told(50, 200))) == pytest.approx(0.75 * weight)
    assert harm(item(kind=kind, right=told(200, 200))) == 0


def told_of(n: int, **shares: int) -> dict[str, ShownShare]:
    return {key.replace("rest", ""): ShownShare(share, n) for key, share in shares.items()}


def test_harder_in_one_clinic_than_its_other_answers_explain() -> None:
    everybody = {"a": 0.8, "b": 0.8, "c": 0.8}
    shares = {
        "a": told_of(30, north=80, south=50, rest=80),
        "b": told_of(30, north=80, south=80, rest=80),
        "c": told_of(30, north=85, south=80, rest=20),
    }
    assert harder_in(shares, everybody) == {("a", "south"): 30.0}


def test_clinic_that_finds_everything_hard_is_not_named() -> None:
    everybody = {"a": 0.8, "b": 0.8}
    low = {"a": told_of(1000, south=50), "b": told_of(1000, south=50)}
    assert harder_in(low, everybody) == {}
    assert harder_in({"a": told_of(1000, south=20)}, everybody) == {}
    assert harder_in({"z": told_of(30, south=20), "b": told_of(30, south=50)}, everybody) == {}


@pytest.mark.parametrize(("n", "least"), [(30, 25), (100, 15), (300, 10), (1000, 10)])
def test_gap_that_chance_and_rounding_may_make_is_not_named(n: int, least: int) -> None:
    everybody = {"a": 0.8, "b": 0.8}
    for gap in range(0, 45, 5):
        shares = {"a": told_of(n, south=80 - gap), "b": told_of(n, south=80)}
        named = {("a", "south"): float(gap)} if gap >= least else {}
        assert harder_in(shares, everybody) == named
