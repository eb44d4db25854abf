"""The private code by which a learner comes back on another device."""

from __future__ import annotations

import datetime

from django.db import transaction

from learning.actions.arriving import LearnerErased, add_device, hold, new_learner
from learning.actions.leaving import forget_device
from learning.models import Device, Learner, ReturnCode
from learning.models.keys import code_from, code_hashes, new_key
from learning.rules.codes import RETURN_LENGTH


class CodeStopped(Exception):
    """The return code is no longer there: it was stopped, or a new one was made meanwhile."""


def keep_place(*, shared: bool, now: datetime.datetime, token: str) -> str:
    """A learner with a return code, from nothing; the token for the browser she is on.

    See arriving.new_learner. Raises StartTokenUsed.
    """
    with transaction.atomic():
        learner, device_token = new_learner(shared=shared, now=now, token=token)
        ensure_return_code(learner=learner, now=now)
    return device_token


def ensure_return_code(*, learner: Learner, now: datetime.datetime) -> None:
    """Make a return code for a learner who has none. Call it while she is held."""
    if not ReturnCode.objects.filter(learner=learner).exists():
        _make(learner, now)


def new_return_code(*, learner: Learner, now: datetime.datetime) -> ReturnCode:
    """A return code in place of the one there was, which stops at once. Raises LearnerErased."""
    with transaction.atomic():
        hold(learner)
        ReturnCode.objects.filter(learner=learner).delete()
        return _make(learner, now)


def revoke_return_code(*, learner: Learner) -> None:
    """The learner has no return code any more. Her devices still know her."""
    with transaction.atomic():
        ReturnCode.objects.filter(learner=learner).delete()


def come_back(
    *, code: ReturnCode, here: Device | None, shared: bool, now: datetime.datetime
) -> str | None:
    """The token by which this browser opens the pages of the learner whose code this is.

    None where the browser knows her already. Where it knows somebody else (``here``), it forgets
    her as by leaving.forget_device; nothing of the two is ever put together. Raises CodeStopped.
    """
    with transaction.atomic():
        try:
            hold(code.learner)
        except LearnerErased as error:
            raise CodeStopped from error
        if not ReturnCode.objects.filter(pk=code.pk).update(last_used_on=now.date()):
            raise CodeStopped
        if here is not None and here.learner_id == code.learner_id:
            return None
        if here is not None:
            forget_device(device=here, today=now.date())
        return add_device(learner=code.learner, shared=shared, now=now)


def _make(learner: Learner, now: datetime.datetime) -> ReturnCode:
    mark = new_key()
    letters = code_from(mark, purpose="return", length=RETURN_LENGTH)
    return ReturnCode.objects.create(
        learner=learner,
        mark=mark,
        hash=code_hashes(letters, purpose="return")[0],
        created_at=now,
        last_used_on=now.date(),
    )
