"""Opens groups to join, or says who is in them; prints JSON.

Run with a site's environment, and how many people are to join: as many groups are made as it takes,
each with a code for 500. With ``inside``: how many memberships there are, and how many call names
stand twice in a group.
"""

from __future__ import annotations

import json
import os
import sys

import django

MOST = 500


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    django.setup()
    json.dump(inside() if sys.argv[1] == "inside" else opened(int(sys.argv[1])), sys.stdout)


def opened(people: int) -> list[str]:
    """The codes to type, one for each group."""
    import datetime

    from django.db import transaction
    from django.utils import timezone

    from tests import factories

    until = timezone.now() + datetime.timedelta(days=1)
    with transaction.atomic():
        nurse = factories.staff_member(clinic=factories.clinic())
        return [
            factories.typed(
                factories.invitation(
                    group=factories.group(nurses=[nurse], name=f"Group {number}"),
                    limit=MOST,
                    expires_at=until,
                )
            )
            for number in range(-(-people // MOST))
        ]


def inside() -> dict[str, int]:
    from django.db.models import Count

    from learning.models import Membership

    names = Membership.objects.values("group", "call_name").annotate(people=Count("id"))
    return {
        "members": Membership.objects.count(),
        "doubles": names.filter(people__gt=1).count(),
    }


if __name__ == "__main__":
    main()
