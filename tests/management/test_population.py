"""The simulated people behind the figures of the demo, and whether the overview finds the truth."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.conf import settings

from learning.actions import publishing
from learning.management.population import populate
from learning.models import Device, Learner, Period, Sitting
from learning.reports.content import read_content
from learning.reports.differences import by_clinic
from learning.reports.figures import figures
from learning.reports.items import question_rows
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
FILE = Path(settings.CONTENT_DIR) / "population.yaml"


@pytest.fixture
def shipped() -> None:
    """What is in ``fixtures``, published, and the clinics of the model."""
    read = read_content(Path(settings.CONTENT_DIR), today=TODAY)
    assert read.library is not None
    publishing.publish(read.library, actor="operator", now=NOW, same_meaning=True)
    for name in ("North Clinic (simulated)", "South Clinic (simulated)"):
        factories.clinic(name=name)


def test_overview_finds_the_bad_questions_and_the_clinic_of_the_model(shipped: None) -> None:
    """At the top, with the right thing to do."""
    counted: list[tuple[int, int]] = []
    made = populate(FILE, people=None, now=NOW, say=lambda *of: counted.append(of))
    assert made == Learner.objects.count() == 1500
    assert counted[-1] == (1500, 1500)
    assert set(Period.objects.values_list("last_day", flat=True)) == {
        datetime.date(2026, month, day) for month, day in ((8, 31), (9, 30), (10, 31))
    }
    found = figures()
    listed = [(row.asked.key, row.action) for row in question_rows(found) if row.action]
    assert listed[0] == ("fever-night", "fix-now")
    assert ("resting-in-bone", "reword") in listed[:2]
    clinic = by_clinic(found).finding
    assert clinic.startswith("At South Clinic (simulated), of 100 people about ")
    spine = next(idea for idea in found.ideas if idea.key == "bones:spine")
    assert spine.sentence.rstrip(".") in clinic


def test_people_are_the_same_every_time_and_look_like_people(shipped: None) -> None:
    populate(FILE, people=30, now=NOW, say=lambda *_: None)
    assert Device.objects.count() == Learner.objects.count() == 30
    checks = Sitting.objects.prefetch_related("questions__answers")
    assert all(check.finished_at is not None for check in checks)
    assert all(
        check.questions.count() == check.size
        and all(place.answers.count() == 1 for place in check.questions.all())
        for check in checks
    )
    first = list(checks.values_list("module__slug", "occasion", "started_at", "clinic__name"))
    Learner.objects.all().delete()
    populate(FILE, people=30, now=NOW, say=lambda *_: None)
    again = Sitting.objects.values_list("module__slug", "occasion", "started_at", "clinic__name")
    assert list(again) == first
