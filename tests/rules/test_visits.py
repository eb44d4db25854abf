"""Which days a visit may be on."""

from __future__ import annotations

import datetime

import pytest

from learning.rules.visits import first_day, last_day, still_ahead

NOON = datetime.datetime(2026, 11, 25, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 11, 25)


def test_a_day_is_past_once_it_is_past_everywhere() -> None:
    assert first_day(NOON) == DAY
    assert first_day(NOON - datetime.timedelta(seconds=1)) == DAY - datetime.timedelta(days=1)


def test_a_visit_is_at_most_a_year_ahead() -> None:
    assert last_day(NOON) == datetime.date(2027, 11, 26)


@pytest.mark.parametrize(
    ("visit_on", "shown"),
    [
        (None, None),
        (DAY - datetime.timedelta(days=1), None),
        (DAY, DAY),
        (DAY + datetime.timedelta(days=8), DAY + datetime.timedelta(days=8)),
    ],
)
def test_only_a_visit_that_is_not_over_is_told(
    visit_on: datetime.date | None, shown: datetime.date | None
) -> None:
    assert still_ahead(visit_on, NOON) == shown
