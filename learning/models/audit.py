"""Who changed what, and when. Never with content of a person."""

from typing import ClassVar

from django.db import models


class AuditEntry(models.Model):
    """One change, written by the action that made it and never edited."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=40)
    object_key = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [models.Index(fields=("object_key", "at"), name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.object_key}".strip()
