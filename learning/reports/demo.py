"""Whom the sign-in links of a demo sign in."""

from __future__ import annotations

from django.core.cache import cache

from learning.models import StaffMember
from learning.models.demo import link_place


def staff_of_link(token: str) -> StaffMember | None:
    """Whom the link with this token signs in; None where it is used, or none of this start's."""
    key = cache.get(link_place(token))
    if key is None:
        return None
    return StaffMember.objects.select_related("clinic").filter(key=key, is_active=True).first()
