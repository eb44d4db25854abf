"""A report as it is told: a finding, rows of cells, and a bar for some of them.

The page, the chart, the table and the file all take the very same cells, so they cannot differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from learning.rules.statistics import Estimate

BARS = 12  # more would be a wall; the table has all


@dataclass(frozen=True)
class Cell:
    """``number`` is what a column is sorted by; a hidden figure has none and comes last."""

    text: str
    number: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Bar:
    """``value`` from 0 to 1 with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """Cells in the order of the columns; ``modules`` are the slugs of the modules it is about.

    ``place`` is what the row leads to, if anything: module, key and version of a question.
    """

    cells: tuple[Cell, ...]
    bar: Bar | None = None
    place: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(cell.text for cell in self.cells)


@dataclass(frozen=True)
class LabelledBar:
    label: str
    figure: str
    beside: str
    bar: Bar
    place: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """``finding`` is the title of the chart: what it says, in a sentence.

    ``label`` and ``measure`` are the columns that name and give the bars of the chart; ``beside``
    is one that is told with them.
    """

    name: str
    title: str
    finding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    label: str
    measure: str
    note: str = ""
    beside: str = ""

    @property
    def bars(self) -> tuple[LabelledBar, ...]:
        """The bars of the first rows that have one, in the order of the table."""
        label, measure = self.columns.index(self.label), self.columns.index(self.measure)
        beside = self.columns.index(self.beside) if self.beside else None
        return tuple(
            LabelledBar(
                label=row.cells[label].text,
                figure=row.cells[measure].text,
                beside="" if beside is None else row.cells[beside].text,
                bar=row.bar,
                place=row.place,
            )
            for row in self.rows
            if row.bar is not None
        )[:BARS]


def arranged(table: Table, *, module: str, column: int | None, descending: bool) -> Table:
    """The table with the rows of one module (all without one), by a column; hidden cells last."""
    rows = [row for row in table.rows if not module or module in row.modules]
    if column is not None and 0 <= column < len(table.columns):
        rows.sort(key=lambda row: _order(row.cells[column]), reverse=descending)
        rows.sort(key=lambda row: row.cells[column].hidden)
    return replace(table, rows=tuple(rows))


def _order(cell: Cell) -> tuple[float, str]:
    """Numbers by size, words by alphabet."""
    return (cell.number if cell.number is not None else math.inf, cell.text.casefold())


def percent(value: float) -> str:
    return f"{100 * value:.0f}%"


def fewer_than(k: int) -> str:
    """How a hidden figure reads, everywhere."""
    return f"fewer than {k}"


def hidden_cell(k: int) -> Cell:
    return Cell(fewer_than(k), hidden=True)


def share_cell(estimate: Estimate | None, *, k: int) -> Cell:
    """“78% (71 to 84)”, or that it is hidden."""
    if estimate is None:
        return hidden_cell(k)
    low, high = (f"{100 * end:.0f}" for end in (estimate.low, estimate.high))
    return Cell(f"{percent(estimate.value)} ({low} to {high})", estimate.value)


def signed(value: float) -> str:
    """A whole number with its sign; what rounds to nothing is +0."""
    return f"{round(value):+d}"


def correlation(estimate: Estimate) -> str:
    """“0.3 (0.1 to 0.5)”, never -0.0."""
    value, low, high = (
        f"{round(part, 1) + 0.0:.1f}" for part in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low} to {high})"


def gain_cell(estimate: Estimate | None, *, k: int) -> Cell:
    """“+12 points (+4 to +20)”, or that it is hidden."""
    if estimate is None:
        return hidden_cell(k)
    ends = " to ".join(signed(100 * end) for end in (estimate.low, estimate.high))
    return Cell(f"{signed(100 * estimate.value)} points ({ends})", estimate.value)


def count_cell(count: int | None, *, k: int) -> Cell:
    """The number of people, or that it is hidden."""
    return hidden_cell(k) if count is None else Cell(f"{count:,}", count)


def bar(estimate: Estimate | None) -> Bar | None:
    return Bar(estimate.value, estimate.low, estimate.high) if estimate else None
