"""The one table: what was measured, beside its budget."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WHAT, FIGURE = 66, 14


@dataclass(frozen=True)
class Row:
    """One measured figure. Without ``at_most`` and ``at_least`` it is told for comparison only."""

    what: str
    measured: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the budget is kept, or None where there is none."""
        if self.at_most is not None:
            return self.measured <= self.at_most
        if self.at_least is not None:
            return self.measured >= self.at_least
        return None

    @property
    def budget(self) -> str:
        if self.at_most is not None:
            return f"≤ {shown(self.at_most, self.unit)}"
        if self.at_least is not None:
            return f"≥ {shown(self.at_least, self.unit)}"
        return "–"

    def as_data(self) -> dict[str, Any]:
        return dataclasses.asdict(self) | {"met": self.met}

    def __str__(self) -> str:
        met = {True: "yes", False: "NO", None: "–"}[self.met]
        figures = f"{self.budget:>{FIGURE}} | {shown(self.measured, self.unit):>{FIGURE}}"
        return f"{self.what:<{WHAT}} | {figures} | {met:<3} | {self.note}".rstrip()


HEAD = f"{'what':<{WHAT}} | {'budget':>{FIGURE}} | {'measured':>{FIGURE}} | met | how"
RULE = f"{'-' * WHAT}-|-{'-' * FIGURE}-|-{'-' * FIGURE}-|-----|-----"


def shown(value: float, unit: str) -> str:
    """The value with as many digits as matter, and its unit."""
    if value == int(value):
        text = f"{int(value):,}"
    else:
        text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
        text = f"{value:.2f}" if abs(value) < 10 else text
        text = f"{value:.4f}" if abs(value) < 0.1 else text
    return f"{text} {unit}".rstrip()


def summary(rows: Iterable[Row]) -> str:
    """How many budgets are kept, in one sentence."""
    budgets = [row for row in rows if row.met is not None]
    kept = sum(row.met is True for row in budgets)
    return f"{kept} of {len(budgets)} budgets are kept."


def share(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that so many percent of them do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]
