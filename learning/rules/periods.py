"""When a period closes: whole months, and enough people."""

from __future__ import annotations

import datetime
from collections.abc import Iterator


def month_ends(first: datetime.date, *, today: datetime.date) -> Iterator[datetime.date]:
    """The last days of the months from ``first`` on that are over, in order."""
    day = first
    while True:
        following = _first_of_next_month(day)
        if following > today:
            return
        yield following - datetime.timedelta(days=1)
        day = following


def closes_on(first: datetime.date) -> datetime.date:
    """The day on which a period that began on ``first`` can close at the earliest."""
    return _first_of_next_month(first)


def _first_of_next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
