"""When the review of a module is due."""

from __future__ import annotations

import datetime
from typing import Literal

SOON_DAYS = 60

ReviewState = Literal["overdue", "soon", "later"]


def review_state(due: datetime.date, *, today: datetime.date) -> ReviewState:
    """On the day itself it is due soon; from the next day on it is overdue."""
    days = (due - today).days
    if days < 0:
        return "overdue"
    return "soon" if days <= SOON_DAYS else "later"
