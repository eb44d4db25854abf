"""Who changed what, and when. Never with content of a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn

from django.db import models


class NeverChanged(Exception):
    """A line of the audit log is written once; it is neither edited nor removed."""


def _refused(*_given: Any, **_named: Any) -> NoReturn:
    raise NeverChanged


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Lines can be added and read."""

    update = bulk_update = delete = _refused

    def bulk_create(self, objs: Iterable[AuditEntry], **kwargs: Any) -> list[AuditEntry]:  # type: ignore[override]
        if kwargs.get("update_conflicts"):
            raise NeverChanged
        return super().bulk_create(objs, **kwargs)


class AuditEntry(models.Model):
    """One change, written by the action that made it and never edited."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=40)
    object_key = models.CharField(max_length=200, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=("object_key", "at"), name="audit_by_object"),
            models.Index(fields=("at", "id"), name="audit_by_time"),
            models.Index(fields=("actor", "at", "id"), name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {self.object_key}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add this line. Raises NeverChanged for one that is there."""
        if not self._state.adding:
            raise NeverChanged
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_given: Any, **_named: Any) -> NoReturn:
        raise NeverChanged
