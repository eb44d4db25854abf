"""Choosing what one wants to see first."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction

from learning.actions.arriving import new_learner
from learning.models import Learner
from learning.rules.places import PLACES


class UnknownPlace(ValueError):
    """A place was named that is none of rules.places.PLACES."""


def choose_places(
    *, learner: Learner | None, places: Collection[str], shared: bool, now: datetime.datetime
) -> str | None:
    """Keep these places as the learner's, instead of those chosen before; none shows all alike.

    Without a learner one is made; then the token for her browser is returned. Raises UnknownPlace.
    """
    if not set(places) <= set(PLACES):
        raise UnknownPlace(f"Choose from {', '.join(PLACES)}.")
    device_token = None
    with transaction.atomic():
        if learner is None:
            learner, device_token = new_learner(shared=shared, now=now)
        kept = [place for place in PLACES if place in places]
        Learner.objects.filter(pk=learner.pk).update(places=kept)
    return device_token
