"""Makes the database of DATABASE_URL a demo's, with its simulated people; prints their links.

Run as a module of its own, because no journey asks a database but through a site.
"""

import json
from pathlib import Path

import django

from tests import environment  # noqa: F401 - the settings of a run on this machine

if __name__ == "__main__":
    django.setup()

    from django.conf import settings
    from django.utils import timezone

    from learning.actions.demo import new_links
    from learning.management.population import populate
    from learning.management.simulated import simulate
    from learning.models.demo import mark_database
    from tests.journeys.edited import publish_edited
    from tests.shipped import shipped_library

    mark_database()
    folder, now = Path(settings.CONTENT_DIR), timezone.now()
    simulate(folder / "demo.yaml", now=now)
    populate(folder / "population.yaml", people=1200, now=now, say=lambda *_: None)
    publish_edited(shipped_library(), now=now)
    print(
        json.dumps({someone.name: f"/en/account/demo/{token}/" for someone, token in new_links()})
    )
