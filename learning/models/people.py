"""A person who learns is a random key and the devices that know it. Nothing else is kept."""

from __future__ import annotations

import datetime
import hashlib
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from learning.models.keys import new_key
from learning.models.prepared import Parameter, Prepared


def new_token() -> str:
    """A device token of 256 random bits. Only its hash is stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Learner(models.Model):
    """``start_token`` is that of the form that made her, so that a double tap makes one learner."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_on = models.DateField()
    start_token = models.CharField(max_length=32, unique=True, null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    places = models.JSONField(default=list)
    team_phone = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("created_on", "key")

    def __str__(self) -> str:
        return "a learner"


class DeviceQuerySet(models.QuerySet["Device"]):
    def known(self, token: str, *, today: datetime.date) -> Device | None:
        """The device with this token and its learner, or None when unknown or too long unused."""
        oldest = today - datetime.timedelta(days=settings.DEVICE_DAYS)
        return _KNOWN.first(hash=token_hash(token), oldest=oldest)


class Device(models.Model):
    """A browser that may open one learner's pages, until it is cleared or long unused.

    A shared device is also forgotten after 30 idle minutes; its cookie carries that clock, so
    that reading needs no write.
    """

    hash = models.CharField(max_length=64, unique=True)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="devices")
    shared = models.BooleanField()
    last_used_on = models.DateField()

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes: ClassVar = [models.Index(fields=("last_used_on",), name="device_last_used")]

    def __str__(self) -> str:
        return "a shared device" if self.shared else "an own device"


_KNOWN = Prepared(
    lambda: Device.objects.select_related("learner").filter(
        hash=Parameter("hash", models.CharField()),
        last_used_on__gte=Parameter("oldest", models.DateField()),
    )
)


class ReturnCode(models.Model):
    """The code by which a learner comes back on another device. A new one ends the old.

    ``last_used_on`` says how long to wait for somebody whom no device knows any more: it is the day
    on which the code was made or last let her in, or on which her last device was last used.
    """

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="return_code")
    mark = models.CharField(max_length=22, default=new_key)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_on = models.DateField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return "a return code"


class TeamQuestion(models.Model):
    """A question a learner wants to ask her team. Her nurses see it only once it is shared."""

    key = models.CharField(max_length=22, unique=True, default=new_key)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="team_questions")
    text = models.CharField(max_length=300)
    token = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("learner", "token"), name="asked_once_per_form"),
        ]

    def __str__(self) -> str:
        return "a question for her team"
