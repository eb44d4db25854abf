"""How figures are written."""

from __future__ import annotations

import pytest

from learning.reports.tables import correlation, gain_cell, signed
from learning.rules.statistics import Estimate


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "+0"), (-0.0, "+0"), (-0.4, "+0"), (0.4, "+0"), (-0.6, "-1"), (12.3, "+12")],
)
def test_what_rounds_to_nothing_has_no_minus(value: float, text: str) -> None:
    assert signed(value) == text


def test_gain_and_correlation_have_no_minus_before_nothing() -> None:
    assert gain_cell(Estimate(0.05, -0.001, 0.11, 40), k=11).text == "+5 points (+0 to +11)"
    assert correlation(Estimate(-0.04, -0.21, 0.16, 168)) == "0.0 (-0.2 to 0.2)"
