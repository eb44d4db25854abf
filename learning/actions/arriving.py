"""How somebody becomes a learner: by the first thing she wants kept."""

from __future__ import annotations

import datetime

from learning.models import Device, Learner
from learning.models.people import new_token, token_hash

START_TOKEN_LIFE = datetime.timedelta(minutes=10)


class StartTokenUsed(Exception):
    """The form was sent before, by somebody else or too long ago. Show a fresh one."""


class LearnerErased(Exception):
    """She is no longer there: everything of hers was erased meanwhile, perhaps in another tab."""


def new_learner(*, shared: bool, now: datetime.datetime, token: str = "") -> tuple[Learner, str]:
    """A learner, and the token for the browser she is on. Call it inside a transaction.

    ``token`` is that of the form by which she arrives. The same form sent twice (a double tap, or
    a first answer that was lost on its way) finds the same learner for START_TOKEN_LIFE, and the
    browser gets a device of hers; after that it raises StartTokenUsed.
    """
    if token:
        learner, made = Learner.objects.get_or_create(
            start_token=token, defaults={"created_on": now.date(), "started_at": now}
        )
        mine = Learner.objects.filter(pk=learner.pk, started_at__gt=now - START_TOKEN_LIFE)
        if not made and not mine.exists():
            raise StartTokenUsed
    else:
        learner = Learner.objects.create(created_on=now.date())
    return learner, add_device(learner=learner, shared=shared, now=now)


def arrive(
    *, learner: Learner | None, shared: bool, now: datetime.datetime, token: str
) -> tuple[Learner, str | None]:
    """This learner; or, where there is none, a new one with the token for her browser."""
    if learner is not None:
        return learner, None
    return new_learner(shared=shared, now=now, token=token)


def hold(learner: Learner) -> None:
    """Let one change of a learner after the other through, to the end of the transaction.

    Raises LearnerErased.
    """
    if not Learner.objects.select_for_update().filter(pk=learner.pk).values_list("pk"):
        raise LearnerErased


def add_device(*, learner: Learner, shared: bool, now: datetime.datetime) -> str:
    """The token by which one more browser opens this learner's pages. Only its hash is kept."""
    token = new_token()
    Device.objects.create(
        hash=token_hash(token), learner=learner, shared=shared, last_used_on=now.date()
    )
    return token
