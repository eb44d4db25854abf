"""What the content desk shows first: what is published, who approved it, and what is due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from learning.models import Edition
from learning.reports.approvals import Approvals, approvals_of
from learning.rules.reviews import ReviewState, review_state


@dataclass(frozen=True)
class ModuleLine:
    """The current edition of a module. ``days`` is how long until its review is due."""

    edition: Edition
    approvals: Approvals
    review: ReviewState
    days: int

    @property
    def offered(self) -> bool:
        return self.edition.withdrawn_at is None


@dataclass(frozen=True)
class Desk:
    """Every module that was ever published in a language, in reading order, and what is due."""

    lines: tuple[ModuleLine, ...]

    @property
    def offered(self) -> tuple[ModuleLine, ...]:
        return tuple(line for line in self.lines if line.offered)

    @property
    def reviews(self) -> tuple[ModuleLine, ...]:
        """Those whose review is overdue or due soon, the longest overdue first."""
        due = [line for line in self.offered if line.review != "later"]
        return tuple(sorted(due, key=lambda line: line.days))

    @property
    def not_approved(self) -> tuple[ModuleLine, ...]:
        """Those that no clinician has approved."""
        return tuple(line for line in self.offered if not line.approvals.clinical)


def content_desk(language: str, *, today: datetime.date) -> Desk:
    editions = list(
        Edition.objects.filter(language=language, current=True)
        .select_related("module")
        .defer("words", "sources", "objectives", "teach_back")
        .order_by("module__position", "module__slug")
    )
    approvals = approvals_of(editions)
    return Desk(
        tuple(
            ModuleLine(
                edition=edition,
                approvals=approvals[edition.pk],
                review=review_state(edition.review_due, today=today),
                days=(edition.review_due - today).days,
            )
            for edition in editions
        )
    )
