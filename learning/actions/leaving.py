"""Taking things away: a device forgets, or a learner is erased with all that hangs on her."""

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from learning.models import AuditEntry, Device, Learner, ReturnCode, Sitting

AT_ONCE = 200  # of what was not used for too long


def forget_device(*, device: Device, today: datetime.date) -> None:
    """This browser no longer opens the learner's pages. What she did stays for her other devices.

    Where this was the last device and she has no return code, nobody could ever open it again, so
    the learner is erased too. Doing it twice is the same as doing it once.
    """
    with transaction.atomic():
        learner = _locked(device.learner_id)
        Device.objects.filter(pk=device.pk).delete()
        if learner is None or learner.devices.exists():
            return
        if not ReturnCode.objects.filter(learner=learner).update(last_used_on=today):
            learner.delete()


def erase(*, learner: Learner, now: datetime.datetime) -> None:
    """Delete a learner and everything that hangs on her. The audit line names nobody.

    Doing it twice is the same as doing it once.
    """
    with transaction.atomic():
        found = _locked(learner.pk)
        if found is not None:
            found.delete()
            AuditEntry.objects.create(at=now, actor="a learner", verb="erased herself")


def _locked(key: uuid.UUID) -> Learner | None:
    """The learner, once nothing else of hers is on its way: answers wait for her checks' locks."""
    learner = Learner.objects.select_for_update().filter(pk=key).first()
    list(Sitting.objects.select_for_update().filter(learner=key).values_list("pk"))
    return learner


def renew_device(*, device: Device, today: datetime.date) -> bool:
    """Note that the device was used today, at most once a day; True when it was renewed."""
    if device.last_used_on >= today:
        return False
    return bool(Device.objects.filter(pk=device.pk).update(last_used_on=today))


def forget_idle_devices(*, today: datetime.date) -> int:
    """Erase devices too long unused, and the learners nobody can open any more; how many devices.

    A shared device is unused the day after: its cookie holds for minutes. Whoever has a return code
    is waited for as long as an own device is, from the day on which she was last here.

    Nobody is erased by half, and what a run that was stopped has left is taken by the next one.
    """
    oldest = today - datetime.timedelta(days=settings.DEVICE_DAYS)
    oldest_shared = today - datetime.timedelta(days=1)
    unused = Device.objects.filter(
        Q(last_used_on__lt=oldest) | Q(shared=True, last_used_on__lt=oldest_shared)
    )
    latest = Device.objects.filter(learner=OuterRef("learner")).order_by("-last_used_on")
    count = 0
    for few in _few_at_a_time(unused):
        with transaction.atomic():
            ReturnCode.objects.filter(learner__devices__in=few).update(
                last_used_on=Greatest("last_used_on", Subquery(latest.values("last_used_on")[:1]))
            )
            count += few.delete()[0]
    unreachable = Learner.objects.filter(
        Q(return_code__isnull=True) | Q(return_code__last_used_on__lt=oldest),
        devices__isnull=True,
    )
    for few in _few_at_a_time(unreachable):
        few.delete()
    return count


def _few_at_a_time(rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """The rows in parts, until each is gone that was there at the start.

    After some years, or where the night's command was forgotten for long, there are very many. All
    at once they would fill the memory and keep everybody who answers waiting.
    """
    keys = list(rows.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        yield rows.filter(pk__in=keys[start : start + AT_ONCE])
