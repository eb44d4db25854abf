"""Shares, gains and discrimination, with the intervals that say how sure they are.

Everything takes counts and gives fractions between 0 and 1 (gains between -1 and 1). What is not
defined is ``None``, never zero. Intervals cover 95 of 100 unless told otherwise.

Sources: E. B. Wilson, Probable inference, J Am Stat Assoc 22 (1927) 209-212, for one share.
R. G. Newcombe, Interval estimation for the difference between independent proportions, Stat Med 17
(1998) 873-890, method 10, for two groups; Improved confidence intervals for the difference between
binomial proportions based on paired data, Stat Med 17 (1998) 2635-2650, method 10, for pairs. R. A.
Fisher's transformation for the interval of a correlation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959963984540054
Z_999 = 3.2905267314919255  # of 1,000; for the largest of many differences


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval and the number of people behind it."""

    value: float
    low: float
    high: float
    n: int


def share(count: int, n: int, *, z: float = Z_95) -> Estimate | None:
    """``count`` of ``n`` people with Wilson's interval; None of nobody."""
    if n == 0:
        return None
    low, high = _wilson(count, n, z)
    return Estimate(count / n, low, high, n)


def _wilson(count: int, n: int, z: float) -> tuple[float, float]:
    p = count / n
    middle = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    # At the ends rounding would leave a trace on the wrong side.
    low = 0.0 if count == 0 else (middle - spread) / below
    high = 1.0 if count == n else (middle + spread) / below
    return low, high


def difference(
    count: int, n: int, other_count: int, other_n: int, *, z: float = Z_95
) -> Estimate | None:
    """The share of the first group less that of the second, groups of different people."""
    first, second = share(count, n, z=z), share(other_count, other_n, z=z)
    if first is None or second is None:
        return None
    gap = first.value - second.value
    return Estimate(
        gap,
        gap - math.hypot(first.value - first.low, second.high - second.value),
        gap + math.hypot(first.high - first.value, second.value - second.low),
        n + other_n,
    )


@dataclass(frozen=True)
class Pairs:
    """People who answered both before and after, by what was right."""

    both: int
    before_only: int
    after_only: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.before_only + self.after_only + self.neither

    @property
    def before(self) -> int:
        return self.both + self.before_only

    @property
    def after(self) -> int:
        return self.both + self.after_only


def paired_gain(pairs: Pairs) -> Estimate | None:
    """The share right after less the share right before, of the same people; None of nobody."""
    return _gain(pairs.before, pairs.after, pairs.n, _correlation(pairs))


def gain_from_margins(before: int, after: int, n: int) -> Estimate | None:
    """``paired_gain`` where only the two totals are known.

    It takes the two answers of a person as unrelated. People who know a thing before mostly know
    it after, so the true interval is narrower: this one errs on the safe side.
    """
    return _gain(before, after, n, 0.0)


def _gain(before: int, after: int, n: int, phi: float) -> Estimate | None:
    first, second = share(before, n), share(after, n)
    if first is None or second is None:
        return None
    gap = second.value - first.value
    down, up = second.value - second.low, second.high - second.value
    first_down, first_up = first.value - first.low, first.high - first.value
    return Estimate(
        gap,
        gap - _joined(down, first_up, phi),
        gap + _joined(up, first_down, phi),
        n,
    )


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def _correlation(pairs: Pairs) -> float:
    """Newcombe's correlation of the two answers, with his correction for continuity."""
    margins = pairs.before * (pairs.n - pairs.before) * pairs.after * (pairs.n - pairs.after)
    if margins == 0:
        return 0.0
    product = pairs.both * pairs.neither - pairs.before_only * pairs.after_only
    if product > 0:
        product = max(0, product - pairs.n / 2)  # type: ignore[assignment]
    return product / math.sqrt(margins)


@dataclass(frozen=True)
class Moments:
    """Sums over people of a question's result (0 or 1) and of the rest of the same check.

    The rest is the share right of the other questions of that check. Five sums are enough, so a
    database can add them up over any number of answers.
    """

    n: int
    right: int
    rest: float
    rest_squared: float
    right_and_rest: float


def discrimination(sums: Moments) -> Estimate | None:
    """How well a question tells apart who knows the rest: the item-rest correlation, -1 to 1.

    None where it is undefined: fewer than four people, or no difference among them.
    """
    n = sums.n
    if n < 4:
        return None
    item = n * sums.right - sums.right**2
    rest = n * sums.rest_squared - sums.rest**2
    if item <= 0 or rest <= 1e-9 * n * n:
        return None
    r = (n * sums.right_and_rest - sums.right * sums.rest) / math.sqrt(item * rest)
    r = max(-1.0, min(1.0, r))
    if abs(r) == 1.0:
        return Estimate(r, r, r, n)
    spread = Z_95 / math.sqrt(n - 3)
    return Estimate(r, math.tanh(math.atanh(r) - spread), math.tanh(math.atanh(r) + spread), n)
