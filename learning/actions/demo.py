"""Links by which the simulated staff of a demo sign in, each of them once.

They lie in the shared cache by a hash of their token. Using one takes it out, so that of several
processes only one can; what the cache may drop in need of room is a link that works no more.
"""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

from learning.models import StaffMember
from learning.models.demo import LINK_LIFE, LINKS, link_place
from learning.models.keys import new_key


class LinkUsed(Exception):
    """The link was used, or is not of this start of the demo."""


def new_links() -> list[tuple[StaffMember, str]]:
    """Each active member of staff, nurses first, with the token of a new link.

    Links made before work no more.
    """
    staff = StaffMember.objects.select_related("clinic").filter(is_active=True)
    made = [(someone, new_key()) for someone in staff.order_by("overview", "id")]
    places = {link_place(token): someone.key for someone, token in made}
    with transaction.atomic():
        cache.delete_many(cache.get(LINKS, []))
        cache.set_many(places, LINK_LIFE)
        cache.set(LINKS, list(places), LINK_LIFE)
    return made


def use_link(*, token: str) -> StaffMember:
    """Whom the link signs in; it works no more. Raises LinkUsed."""
    place = link_place(token)
    with transaction.atomic():
        someone = StaffMember.objects.filter(key=cache.get(place, ""), is_active=True).first()
        if someone is None or not cache.delete(place):
            raise LinkUsed
    return someone
