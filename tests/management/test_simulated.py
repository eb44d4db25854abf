"""The simulated people of the demo: who they are, and that they come about as real ones do."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from learning.actions import publishing
from learning.management.simulated import right_response, simulate, wrong_response
from learning.models import (
    Answer,
    Assignment,
    Clinic,
    Edition,
    Group,
    Invitation,
    Membership,
    Sitting,
    StaffMember,
    TalkedOver,
    TeachBack,
    TeamQuestion,
)
from learning.reports.content import read_content
from learning.reports.shared import Shared, shared_in
from learning.rules.clinics import is_phone
from learning.rules.grading import Key, Response, grade
from tests.factories import NOW, TODAY

FILE = Path(settings.CONTENT_DIR) / "demo.yaml"


def rows() -> dict[str, int]:
    models = apps.get_app_config("learning").get_models()
    return {model.__name__: model._default_manager.count() for model in models}


@pytest.fixture
def shipped(db: None) -> None:
    """What is in ``fixtures``, published."""
    read = read_content(Path(settings.CONTENT_DIR), today=TODAY)
    assert read.library is not None, "\n".join(map(str, read.faults))
    publishing.publish(read.library, actor="operator", now=NOW, same_meaning=True)


def shared_lines() -> dict[str, Shared]:
    """What each member shares, by the nurse's label."""
    members = list(Membership.objects.select_related("learner"))
    return {one.label: shared for one, shared in zip(members, shared_in(members), strict=True)}


def outline() -> list[Any]:
    """Everybody, and what her nurses see of her, without what is random on purpose."""
    people = Membership.objects.order_by("group__name", "label")
    lines = shared_lines()
    return [
        (
            one.group.name,
            one.label,
            one.call_name,
            one.own_name,
            one.joined_at,
            lines[one.label].finished,
            [(idea.slug, idea.objective, idea.state) for idea in lines[one.label].ideas],
            [question.text for question in lines[one.label].questions],
        )
        for one in people
    ]


def test_people_of_the_demo(shipped: None) -> None:
    """One test, because publishing everything takes its time."""
    assert simulate(FILE, now=NOW)
    check_staff()
    check_members()
    check_answers()
    check_nothing_is_ahead_of_its_time()


SMALL = """
overview: {name: Overview, email: overview@example.org}
clinics:
  - details: {name: North, day_phone: 555-0110, night_phone: 555-0111}
    nurses:
      - {name: First, email: first@example.org}
      - {name: Second, email: second@example.org}
ways_to_answer:
  mistaken: {right: 30, unsure: 30, very_sure: 50}
groups:
  - name: Tuesday
    nurses: [First, Second]
    made: 30
    assigned: []
    members:
      - joined: 20
        sharing: ideas
        answers: mistaken
        before: [how-it-spreads]
        finished: [how-it-spreads]
        again: [how-it-spreads]
        talked: [again]
        asks: [{text: Why?, shared: true, talked: true}]
        assigned: {modules: [how-it-spreads], days_ago: 2, visit_in: 3, note: Please.}
      - {joined: 9, sharing: joined, answers: mistaken, finished: [], open: how-it-spreads}
"""


def test_people_are_made_once_and_are_the_same_every_time(edition: Edition, tmp_path: Path) -> None:
    file = tmp_path / "demo.yaml"
    file.write_text(SMALL, encoding="utf-8")
    assert simulate(file, now=NOW)
    kept, seen = rows(), outline()
    assert len(seen) == 2
    assert not simulate(file, now=NOW + datetime.timedelta(days=3))
    assert (rows(), outline()) == (kept, seen)
    for model in (TeachBack, Assignment, Membership, Invitation, Sitting, Group, StaffMember):
        model._default_manager.all().delete()
    Clinic.objects.all().delete()
    assert simulate(file, now=NOW)
    assert outline() == seen


def check_staff() -> None:
    """Two clinics, three nurses of whom two share a group, one of the overview who publishes."""
    staff = StaffMember.objects.order_by("overview", "id").values_list(
        "name", "clinic__name", "overview", "publisher", "is_active"
    )
    north, south = "North Clinic (simulated)", "South Clinic (simulated)"
    assert list(staff) == [
        ("Nurse Demo North", north, False, False, True),
        ("Nurse Demo Northeast", north, False, False, True),
        ("Nurse Demo South", south, False, False, True),
        ("Overview Demo", None, True, True, True),
    ]
    assert not any(someone.has_usable_password() for someone in StaffMember.objects.all())
    numbers = [
        number
        for clinic in Clinic.objects.all()
        for number in (clinic.day_phone, clinic.night_phone)
    ]
    assert all(is_phone(number) and number.startswith("555-01") for number in numbers)
    groups = {
        group.name: [nurse.name for nurse in group.nurses.all()] for group in Group.objects.all()
    }
    assert groups == {
        "Tuesday clinic": ["Nurse Demo North", "Nurse Demo Northeast"],
        "New this month": ["Nurse Demo South"],
    }
    for group in Group.objects.all():  # whoever looks around can join it
        assert Invitation.objects.open(NOW).filter(group=group, sheet="").count() == 1


def check_members() -> None:
    """All levels of sharing; ideas about safety and aims, unsure and not; questions; teach-backs.

    How many ideas are open hangs on the questions that are published, so only a few are asked for.
    """
    members = Membership.objects.all()
    assert Counter(members.values_list("group__name", "sharing")) == {
        ("Tuesday clinic", 1): 3,
        ("Tuesday clinic", 2): 5,
        ("Tuesday clinic", 3): 16,
        ("New this month", 1): 1,
        ("New this month", 2): 1,
        ("New this month", 3): 4,
    }
    labels = {f"Simulated person {number}" for number in range(1, 31)}
    assert set(members.values_list("label", flat=True)) == labels
    lines = shared_lines()
    ideas = [idea for one in lines.values() for idea in one.ideas]
    assert {(idea.kind, idea.unsure) for idea in ideas if idea.kind != "other"} == {
        ("safety", True),
        ("safety", False),
        ("aim", True),
        ("aim", False),
    }
    assert sum(bool(one.ideas) for one in lines.values()) < len(lines) / 2
    assert len({one.slug for line in lines.values() for one in line.finished}) == 12
    questions = TeamQuestion.objects.values_list("shared_at", flat=True)
    assert (len(questions), list(questions).count(None)) == (7, 1)
    assert {"own_words", "again"} <= set(TeachBack.objects.values_list("result", flat=True))
    assert TalkedOver.objects.count() == 1
    assigned = Assignment.objects.order_by("created_at", "id")
    days = assigned.values_list("module__slug", "membership__label", "visit_on")
    soon, later = (TODAY + datetime.timedelta(days=days) for days in (6, 13))
    assert list(days) == [
        ("how-it-spreads", None, None),
        ("what-it-is", None, None),
        ("when-to-call", None, soon),
        ("kinds-of-treatment", "Simulated person 10", later),
    ]


def check_answers() -> None:
    """Each answer is one to the very question that was asked, with the verdict that it has."""
    answers = Answer.objects.select_related("question__asked__wording__question")
    assert answers.count() > 300
    for answer in answers:
        key = Key.from_meaning(answer.question.meaning.meaning)
        assert grade(key, Response.from_json(answer.response)).verdict == answer.verdict
    current = Edition.objects.offered("en")
    assert not Sitting.objects.exclude(edition__in=current).exists()
    stamped = Sitting.objects.values_list(
        "clinic__name", "learner__memberships__group__clinic__name"
    )
    assert all(clinic == own for clinic, own in stamped)


def check_nothing_is_ahead_of_its_time() -> None:
    models = (Answer, TeachBack)
    assert all(model.objects.filter(at__gte=NOW).count() == 0 for model in models)
    assert not Membership.objects.filter(joined_at__gte=NOW).exists()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "key",
    [
        Key("one", choices=("a", "b", "c"), right=frozenset("b")),
        Key("several", choices=("a", "b", "c"), right=frozenset("ac")),
        Key("several", choices=("a", "b", "c"), right=frozenset("abc")),
        Key("pairs", places={"x": "1", "y": "1", "z": "2"}, place_keys=("1", "2")),
        Key("pairs", places={"x": "1", "y": "2"}, place_keys=("1", "2"), each_once=True),
    ],
    ids=["one", "several", "all right", "pairs", "each once"],
)
def test_answers_are_right_and_wrong_as_wanted(key: Key, seed: int) -> None:
    rng = random.Random(seed)
    assert grade(key, right_response(key)).verdict == "right"
    assert grade(key, wrong_response(key, rng)).verdict == "not_right"
