"""Fills a site with nurses, each with the people of her two groups; prints how to visit them.

Run with a site's environment and how many people each nurse has. Of ten people nine share ideas.
Each has finished three checks, with three answers of ten not right, and every tenth person has
shared a question. Every group was assigned a module to read before a visit next week. The JSON says
for each nurse her session's cookie, her first group, and the queries of her page.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    import datetime

    from learning.models import Edition, Group, Learner, StaffMember

NAMES = ("Green", "Amber", "Silver", "Quiet", "Early", "Round", "Tall", "Warm", "Clear", "Slow")
THINGS = ("Lake", "Hill", "Stone", "River", "Cloud", "Field", "Boat", "Bridge", "Path", "Leaf")
NOT_RIGHT = 0.3


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learning.settings")
    django.setup()
    json.dump([fill(int(people)) for people in sys.argv[1:]], sys.stdout)


def fill(people: int) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from learning.models import Edition
    from tests import factories

    rng, now = random.Random(people), timezone.now()
    with transaction.atomic():
        clinic = factories.clinic(name=f"Clinic of {people}")
        nurse = factories.staff_member(name=f"Nurse of {people}", clinic=clinic, joined_at=now)
        groups = [
            factories.group(nurses=[nurse], name=name, at=now) for name in ("Tuesday", "Friday")
        ]
        learners = [factories.learner() for _ in range(people)]
        for number, learner in enumerate(learners):
            join(learner, groups[number % 2], number, now)
        editions = list(Edition.objects.offered("en"))
        check(learners, editions, now, rng)
        assign(nurse, groups, editions[0], now)
        client = factories.signed_in(nurse).client
    for _ in range(2):  # the first page of a session notes that she is here
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/en/nurse/").status_code == 200
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {
        "cookies": {settings.SESSION_COOKIE_NAME: cookie.value},
        "group": groups[0].key,
        "queries": len(captured.captured_queries),
    }


def join(learner: Learner, group: Group, number: int, now: datetime.datetime) -> None:
    from learning.models import TeamQuestion
    from tests import factories

    first, last = NAMES[number % 10], THINGS[number // 10 % 10]
    call_name = f"{first} {last}" if number < 100 else f"{first} {last} {number // 100 + 1}"
    sharing = (1, 2)[number // 10 % 2] if number % 10 == 9 else 3
    factories.membership(group=group, learner=learner, call_name=call_name, sharing=sharing, at=now)
    if number % 10 == 1:
        TeamQuestion.objects.create(
            learner=learner,
            text="How will I know that the new drug works for me?",
            token=f"{number:022}",
            created_at=now,
            shared_at=now,
        )


def check(
    learners: list[Learner], editions: list[Edition], now: datetime.datetime, rng: random.Random
) -> None:
    """Three finished checks for each learner, of modules drawn at random."""
    import datetime

    from learning.models import Answer, Sitting, SittingQuestion
    from learning.models.keys import new_key
    from learning.models.sittings import Occasion
    from learning.rules import drawing

    offered = {
        edition.pk: {
            asked.number: asked for asked in edition.questions.select_related("wording__question")
        }
        for edition in editions
    }
    sittings: list[Sitting] = []
    places: list[SittingQuestion] = []
    answers: list[Answer] = []
    for learner in learners:
        for edition in rng.sample(editions, 3):
            at = now - datetime.timedelta(minutes=rng.randrange(1, 40_000))
            drawn = drawing.draw(
                [
                    drawing.Candidate(
                        number, asked.wording.question.objective, asked.wording.question.form
                    )
                    for number, asked in offered[edition.pk].items()
                ],
                occasion=Occasion.AFTER,
                last_form={},
                rng=rng,
            )
            sitting = Sitting(
                learner=learner,
                module_id=edition.module_id,
                edition=edition,
                language="en",
                occasion=Occasion.AFTER,
                size=len(drawn),
                start_token=new_key(),
                started_at=at,
                finished_at=at,
            )
            sittings.append(sitting)
            for number, candidate in enumerate(drawn, start=1):
                asked = offered[edition.pk][candidate.number]
                place = SittingQuestion(sitting=sitting, number=number, asked=asked, order=[])
                places.append(place)
                verdict = "right"
                if rng.random() < NOT_RIGHT:
                    verdict = rng.choice(["unsure", "not_right", "not_right"])
                answers.append(
                    Answer(
                        question=place,
                        number=1,
                        token=f"{len(answers):022}",
                        response={},
                        sure="" if verdict == "unsure" else rng.choice(["", "guess", "very"]),
                        verdict=verdict,
                        at=at,
                    )
                )
    Sitting.objects.bulk_create(sittings)
    SittingQuestion.objects.bulk_create(places)
    Answer.objects.bulk_create(answers)


def assign(
    nurse: StaffMember, groups: list[Group], edition: Edition, now: datetime.datetime
) -> None:
    import datetime

    from learning.models import Assignment

    for number, group in enumerate(groups):
        Assignment.objects.create(
            group=group,
            module_id=edition.module_id,
            visit_on=now.date() + datetime.timedelta(days=7),
            token=f"{number:022}",
            created_by=nurse,
            created_at=now,
        )


if __name__ == "__main__":
    main()
