"""Choosing what one wants to see first."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction

from learning.actions.arriving import arrive
from learning.models import Learner
from learning.rules.places import PLACES


class UnknownPlace(ValueError):
    """A place was named that is none of rules.places.PLACES."""


def choose_places(
    *,
    learner: Learner | None,
    places: Collection[str],
    shared: bool,
    now: datetime.datetime,
    token: str,
) -> str | None:
    """Keep these places as the learner's, instead of those chosen before; none shows all alike.

    Without a learner one is made, see arriving.new_learner; then the token for her browser is
    returned. Raises UnknownPlace and StartTokenUsed.
    """
    if not set(places) <= set(PLACES):
        raise UnknownPlace(f"Choose from {', '.join(PLACES)}.")
    with transaction.atomic():
        learner, device_token = arrive(learner=learner, shared=shared, now=now, token=token)
        kept = [place for place in PLACES if place in places]
        Learner.objects.filter(pk=learner.pk).update(places=kept)
    return device_token
