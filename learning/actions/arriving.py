"""How somebody becomes a learner: by the first thing she wants kept."""

from __future__ import annotations

import datetime

from learning.models import Device, Learner
from learning.models.people import new_token, token_hash


def new_learner(*, shared: bool, now: datetime.datetime) -> tuple[Learner, str]:
    """A learner, and the token for the browser she is on. Call it inside a transaction."""
    learner = Learner.objects.create(created_on=now.date())
    return learner, add_device(learner=learner, shared=shared, now=now)


def add_device(*, learner: Learner, shared: bool, now: datetime.datetime) -> str:
    """The token by which one more browser opens this learner's pages. Only its hash is kept."""
    token = new_token()
    Device.objects.create(
        hash=token_hash(token), learner=learner, shared=shared, last_used_on=now.date()
    )
    return token
