"""Module files that staff uploaded: kept aside until one is published or discarded."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from learning.models.keys import new_key
from learning.models.modules import Edition
from learning.models.staff import StaffMember

KEPT_DAYS = 90


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> DraftQuerySet:
        """Those that may still be published or discarded, the newest first."""
        return self.filter(discarded_at__isnull=True, published_as__isnull=True)

    def outdated(self, now: datetime.datetime) -> DraftQuerySet:
        """Those kept long enough. The file behind a current edition stays: it is what to edit."""
        before = now - datetime.timedelta(days=KEPT_DAYS)
        return self.filter(uploaded_at__lt=before).exclude(published_as__current=True)


class Draft(models.Model):
    """One uploaded file, never edited. ``slug`` and ``language`` are as the file names them.

    Nobody but staff of the content desk sees it. Of a discarded one the text is gone.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key)
    file_name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=60)
    language = models.CharField(max_length=12)
    text = models.TextField()
    uploaded_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)
    published_as = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(published_as__isnull=True, text=""),
                name="discarded_draft_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.slug})"

    @property
    def is_open(self) -> bool:
        return self.discarded_at is None and self.published_as_id is None

    @property
    def path(self) -> str:
        """Where the file would lie in the folder of the content."""
        return f"modules/{self.slug}/{self.language}.yaml"
