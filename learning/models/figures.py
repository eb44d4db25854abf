"""Published figures: one row for each module and closed period, computed once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from learning.models.modules import Module


class Period(models.Model):
    """A closed stretch of whole months, and all that is told of it. It is never computed again.

    ``figures`` holds what ``rules.disclosure`` let through, see ``actions.closing``; nothing of one
    person can be read from it.
    """

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="periods")
    first_day = models.DateField()
    last_day = models.DateField()
    k = models.PositiveSmallIntegerField()
    finished = models.PositiveIntegerField()
    figures = models.JSONField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ("first_day", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("module", "first_day"), name="one_period_from_a_day"),
            models.UniqueConstraint(fields=("module", "last_day"), name="one_period_to_a_day"),
            models.CheckConstraint(
                condition=Q(first_day__lt=F("last_day")), name="period_is_a_stretch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module}, {self.first_day:%B %Y} to {self.last_day:%B %Y}"
