"""Which days a visit may be on, and when it is over.

Nurses and learners sit in other time zones than the server, whose day is that of UTC. A day is only
called past once it is past everywhere on earth.
"""

from __future__ import annotations

import datetime

_LAST_ZONE = datetime.timedelta(hours=12)
_AHEAD = datetime.timedelta(days=366)


def first_day(now: datetime.datetime) -> datetime.date:
    """The earliest day that is still today somewhere."""
    return (now - _LAST_ZONE).date()


def last_day(now: datetime.datetime) -> datetime.date:
    """The latest day that a visit may be planned for: a year ahead."""
    return first_day(now) + _AHEAD


def still_ahead(visit_on: datetime.date | None, now: datetime.datetime) -> datetime.date | None:
    """The day of the visit while it is not over, else None: nothing is ever overdue."""
    if visit_on is None or visit_on < first_day(now):
        return None
    return visit_on
