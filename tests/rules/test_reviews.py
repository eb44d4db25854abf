"""When a review is due."""

from __future__ import annotations

import datetime

import pytest

from learning.rules.reviews import SOON_DAYS, review_state

TODAY = datetime.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-400, "overdue"),
        (-1, "overdue"),
        (0, "soon"),
        (SOON_DAYS, "soon"),
        (SOON_DAYS + 1, "later"),
    ],
)
def test_review_is_due(days: int, state: str) -> None:
    assert review_state(TODAY + datetime.timedelta(days=days), today=TODAY) == state
