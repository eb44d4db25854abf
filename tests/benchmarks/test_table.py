"""The table says what was measured, and whether that keeps the budget."""

from __future__ import annotations

import importlib

import pytest

from tests.benchmarks.__main__ import LONG_MEASURES, MEASURES, arguments
from tests.benchmarks.table import Row, share, shown, summary


@pytest.mark.parametrize(
    ("row", "met", "budget"),
    [
        (Row("a", 5, at_most=5), True, "≤ 5"),
        (Row("a", 5.01, "KB", at_most=5), False, "≤ 5 KB"),
        (Row("a", 400, "/s", at_least=400), True, "≥ 400 /s"),
        (Row("a", 399.9, "/s", at_least=400), False, "≥ 400 /s"),
        (Row("a", 1, at_most=0), False, "≤ 0"),
        (Row("a", 7), None, "–"),
    ],
)
def test_row_is_met_only_within_its_budget(row: Row, met: bool | None, budget: str) -> None:
    assert (row.met, row.budget, row.as_data()["met"]) == (met, budget, met)


def test_row_in_the_table_shows_what_budget_measure_met_and_how() -> None:
    cells = [cell.strip() for cell in str(Row("a", 1.5, "s", at_most=1, note="n=3")).split("|")]
    assert cells == ["a", "≤ 1 s", "1.50 s", "NO", "n=3"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 ms"),
        (0.00031, "0.0003 ms"),
        (3.14159, "3.14 ms"),
        (31.4159, "31.4 ms"),
        (3141.59, "3,142 ms"),
    ],
)
def test_shown_has_the_digits_that_matter(value: float, text: str) -> None:
    assert shown(value, "ms") == text


def test_share_is_the_value_that_so_many_percent_do_not_exceed() -> None:
    values = list(range(200, 0, -1))
    assert [share(values, percent) for percent in (1, 50, 95, 99, 100)] == [2, 100, 190, 198, 200]
    assert share([7], 99) == 7


def test_summary_counts_only_rows_with_a_budget() -> None:
    rows = [Row("a", 1, at_most=1), Row("b", 2, at_most=1), Row("c", 3)]
    assert summary(rows) == "1 of 2 budgets are kept."


@pytest.mark.parametrize("name", MEASURES + LONG_MEASURES)
def test_every_measure_can_be_asked_for_alone(name: str) -> None:
    assert arguments(["--only", name]).only == [name]
    assert callable(importlib.import_module(f"tests.benchmarks.{name}").measure)
