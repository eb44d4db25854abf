"""Taking things away: a device forgets, or a learner is erased with all that hangs on her."""

import datetime
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Greatest

from learning.models import AuditEntry, Device, Learner, ReturnCode, Sitting


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
    """
    oldest = today - datetime.timedelta(days=settings.DEVICE_DAYS)
    oldest_shared = today - datetime.timedelta(days=1)
    unused = Device.objects.filter(
        Q(last_used_on__lt=oldest) | Q(shared=True, last_used_on__lt=oldest_shared)
    )
    latest = Device.objects.filter(learner=OuterRef("learner")).order_by("-last_used_on")
    with transaction.atomic():
        ReturnCode.objects.filter(learner__devices__in=unused).update(
            last_used_on=Greatest("last_used_on", Subquery(latest.values("last_used_on")[:1]))
        )
        count, _ = unused.delete()
        Learner.objects.filter(
            Q(return_code__isnull=True) | Q(return_code__last_used_on__lt=oldest),
            devices__isnull=True,
        ).delete()
    return count
