"""Prints how many statements each page of a check needs, as JSON. Run with a site's environment.

BEGIN and COMMIT are left out: they carry no question to the database.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from learning.models import Edition, SittingQuestion
    from learning.rules.grading import UNSURE

    client = Client()
    counts: dict[str, list[tuple[int, int]]] = {"section": [], "question": [], "answer": []}

    def count(what: str, method: str, path: str, data: dict[str, Any] | None = None) -> None:
        headers = {"HX-Request": "true"}
        with CaptureQueriesContext(connection) as captured:
            response = getattr(client, method)(path, data, headers=headers)
        assert response.status_code == 200, (path, response.status_code)
        said = [query["sql"].split(None, 1)[0].upper() for query in captured.captured_queries]
        said = [word for word in said if word not in ("BEGIN", "COMMIT")]
        writes = sum(word in ("INSERT", "UPDATE", "DELETE") for word in said)
        counts[what].append((len(said), writes))

    for edition in Edition.objects.offered("en"):
        slug = edition.module.slug
        for section in edition.sections.all():
            count("section", "get", f"/en/modules/{slug}/{section.key}/")
        token = f"{edition.pk:022d}"
        start = {"token": token, "shared": "own"}
        response = client.post(f"/en/modules/{slug}/check/", start)
        assert response.status_code == 303, response.status_code
        key = response["Location"].split("/")[3]
        for place in SittingQuestion.objects.filter(sitting__key=key):
            path = f"/en/checks/{key}/{place.number}/"
            count("question", "get", path)
            names = ["answer"]
            if "items" in place.wording.text:
                names = [f"item-{row}" for row in range(1, len(place.order) + 1)]
            answer = dict.fromkeys(names, UNSURE)
            count("answer", "post", path, {"token": f"{place.pk:022d}", **answer})
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
