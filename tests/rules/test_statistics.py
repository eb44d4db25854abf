"""Statistics against worked examples, a slow plain second version, and generated cohorts."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.statistics import (
    Z_95,
    Estimate,
    Moments,
    Pairs,
    difference,
    discrimination,
    gain_from_margins,
    paired_gain,
    share,
)

counts = st.integers(0, 60)


def bisected(count: int, n: int, *, upper: bool) -> float:
    """A limit of Wilson's interval, searched for: where the share is z standard errors away."""

    def away(p: float) -> float:
        return abs(count / n - p) - Z_95 * math.sqrt(p * (1 - p) / n)

    inside, outside = count / n, 1.0 if upper else 0.0
    for _ in range(200):
        middle = (inside + outside) / 2
        if away(middle) <= 0:
            inside = middle
        else:
            outside = middle
    return inside


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_share_is_where_a_search_finds_it(counted: tuple[int, int]) -> None:
    count, n = counted
    found = share(count, n)
    assert found is not None
    assert (found.value, found.n) == (count / n, n)
    assert found.low == pytest.approx(bisected(count, n, upper=False), abs=1e-9)
    assert found.high == pytest.approx(bisected(count, n, upper=True), abs=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_share_of_nobody_is_not_defined() -> None:
    assert share(0, 0) is None
    assert difference(1, 2, 0, 0) is None
    assert difference(0, 0, 1, 2) is None
    assert gain_from_margins(0, 0, 0) is None
    assert paired_gain(Pairs(0, 0, 0, 0)) is None


def test_worked_examples() -> None:
    """Newcombe 1998: 81 of 263 and 15 of 148; 56/70 and 48/80."""
    low = share(81, 263)
    assert low is not None
    assert (round(low.low, 4), round(low.high, 4)) == (0.2553, 0.3662)
    few = share(15, 148)
    assert few is not None
    assert (round(few.low, 4), round(few.high, 4)) == (0.0624, 0.1605)
    gap = difference(56, 70, 48, 80)
    assert gap is not None
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)


def slow_gain(pairs: Pairs) -> tuple[float, float, float]:
    """The paired interval written out once more, step by step, with searched limits."""
    a, b, c, d = pairs.both, pairs.before_only, pairs.after_only, pairs.neither
    n = a + b + c + d
    before, after = Fraction(a + b, n), Fraction(a + c, n)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    phi = 0.0
    if margins:
        top = Fraction(a * d - b * c)
        if top > Fraction(n, 2):
            top -= Fraction(n, 2)
        elif top >= 0:
            top = Fraction(0)
        phi = float(top) / math.sqrt(margins)
    gap = float(after - before)

    def away(count: int, *, upper: bool) -> float:
        return abs(count / n - bisected(count, n, upper=upper))

    def joined(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))

    low = gap - joined(away(a + c, upper=False), away(a + b, upper=True))
    high = gap + joined(away(a + c, upper=True), away(a + b, upper=False))
    return gap, low, high


@given(counts, counts, counts, counts)
def test_paired_gain_equals_its_slow_version(a: int, b: int, c: int, d: int) -> None:
    pairs = Pairs(a, b, c, d)
    if pairs.n == 0:
        return
    found = paired_gain(pairs)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(slow_gain(pairs), abs=1e-6)
    assert found.n == pairs.n


@given(counts, counts, counts, counts)
def test_margins_alone_give_the_same_gain_and_swapping_turns_it(
    a: int, b: int, c: int, d: int
) -> None:
    pairs = Pairs(a, b, c, d)
    if pairs.n == 0:
        return
    wide, turned = gain_from_margins(pairs.before, pairs.after, pairs.n), Pairs(a, c, b, d)
    found, back = paired_gain(pairs), paired_gain(turned)
    assert wide is not None
    assert found is not None
    assert back is not None
    assert wide.value == found.value == -back.value
    assert (found.low, found.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    if a * d >= b * c:
        assert wide.low <= found.low + 1e-12
        assert wide.high >= found.high - 1e-12


def covered(estimate: Estimate | None, truth: float) -> bool:
    return estimate is not None and estimate.low <= truth <= estimate.high


def test_intervals_cover_what_they_promise() -> None:
    """93 to 97 of 100 seeded cohorts hold the truth."""
    rng = random.Random(20261126)
    shares = gains = gaps = 0
    cohorts = 1000
    for _ in range(cohorts):
        n, p = rng.randint(40, 300), rng.uniform(0.15, 0.85)
        shares += covered(share(sum(rng.random() < p for _ in range(n)), n), p)
        q = rng.uniform(0.15, 0.85)
        one, other = (sum(rng.random() < x for _ in range(n)) for x in (p, q))
        gaps += covered(difference(one, n, other, n), p - q)
        cells = [rng.uniform(0.5, 1), rng.uniform(0.1, 0.3), rng.uniform(0.3, 0.6), 0.5]
        weights = [cell / sum(cells) for cell in cells]
        drawn = rng.choices(range(4), weights, k=n)
        pairs = Pairs(*(drawn.count(cell) for cell in range(4)))
        gains += covered(paired_gain(pairs), weights[2] - weights[1])
    assert 0.93 <= shares / cohorts <= 0.97
    assert 0.93 <= gaps / cohorts <= 0.97
    assert 0.93 <= gains / cohorts <= 0.97


def moments(rows: list[tuple[int, float]]) -> Moments:
    return Moments(
        n=len(rows),
        right=sum(right for right, _ in rows),
        rest=sum(rest for _, rest in rows),
        rest_squared=sum(rest * rest for _, rest in rows),
        right_and_rest=sum(right * rest for right, rest in rows),
    )


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4)), min_size=4, max_size=80))
def test_discrimination_equals_the_correlation_written_out(rows: list[tuple[int, int]]) -> None:
    pairs = [(right, rest / 4) for right, rest in rows]
    found = discrimination(moments(pairs))
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    sxx = sum((x - mean_x) ** 2 for x, _ in pairs)
    syy = sum((y - mean_y) ** 2 for _, y in pairs)
    if sxx == 0 or syy < 1e-12:
        assert found is None
        return
    r = sum((x - mean_x) * (y - mean_y) for x, y in pairs) / math.sqrt(sxx * syy)
    assert found is not None
    assert found.value == pytest.approx(r, abs=1e-6)
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9


def test_discrimination_of_too_few_or_all_alike_is_not_defined() -> None:
    assert discrimination(moments([(1, 0.5), (0, 0.2), (1, 1.0)])) is None
    assert discrimination(moments([(1, 0.5)] * 10)) is None
    assert discrimination(moments([(1, 0.2), (1, 0.4)] * 5)) is None
    assert discrimination(moments([(1, 1.0), (0, 0.0)] * 5)) == Estimate(1.0, 1.0, 1.0, 10)


def test_discrimination_interval_covers_what_it_promises() -> None:
    """Two normal marks correlate by 0.5; one is cut to right and not right at its middle."""
    rng = random.Random(7)
    inside = 0
    for _ in range(400):
        rows = []
        for _ in range(150):
            rest = rng.gauss(0, 1)
            rows.append((int(0.5 * rest + rng.gauss(0, math.sqrt(0.75)) > 0), rest))
        inside += covered(discrimination(moments(rows)), 0.5 * math.sqrt(2 / math.pi))
    assert 0.92 <= inside / 400 <= 0.98
