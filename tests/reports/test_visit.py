"""The sheet for a visit: what is known, what is not, what to ask; cut so that it fits."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from learning.actions.publishing import withdraw_module
from learning.models import Edition, Learner, Sitting
from learning.reports.clinics import Numbers
from learning.reports.visit import Listed, VisitSheet, visit_sheet
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ROUTES, STEPS = "How cells can move.", "What a cell does first."
EMPTY = Listed()


@pytest.fixture
def learner(edition: Edition) -> Learner:
    return factories.learner()


def check(learner: Learner, edition: Edition, *right: bool | None, days: int = 0) -> Sitting:
    """A check of both objectives, answered rightly, with “I’m not sure”, or not at all (None)."""
    made = factories.sitting(
        learner=learner, edition=edition, started_at=NOW + datetime.timedelta(days=days)
    )
    for place, good in zip(made.questions.all(), right, strict=True):
        if good is not None:
            factories.answer(place=place, response=None if good else Response(unsure=True))
    return made


def test_sheet_of_nobody_is_empty(edition: Edition) -> None:
    assert visit_sheet("en", None) == VisitSheet(EMPTY, EMPTY, EMPTY, Numbers())


def test_sheet_says_what_stands_and_what_she_asks(learner: Learner, edition: Edition) -> None:
    check(learner, edition, True, False)
    check(factories.learner(), edition, False, True)
    for text in ("A?", "B?"):
        factories.team_question(learner=learner, text=text)
    learner.team_phone = "555-0177"
    assert visit_sheet("en", learner) == VisitSheet(
        known=Listed((ROUTES,)),
        unsure=Listed((STEPS,)),
        questions=Listed(("A?", "B?")),
        numbers=Numbers((), "555-0177"),
    )


def test_an_objective_stands_as_in_the_latest_check_that_says_something(
    learner: Learner, edition: Edition
) -> None:
    check(learner, edition, True, False)
    check(learner, edition, False, True, days=1)
    sheet = visit_sheet("en", learner)
    assert (sheet.known, sheet.unsure) == (Listed((STEPS,)), Listed((ROUTES,)))
    Sitting.objects.update(finished_at=NOW)
    check(learner, edition, None, True, days=2)
    sheet = visit_sheet("en", learner)
    assert (sheet.known, sheet.unsure) == (Listed((STEPS,)), Listed((ROUTES,)))


def test_what_is_no_longer_taught_is_not_printed(
    learner: Learner, edition: Edition, tmp_path: Path
) -> None:
    check(learner, edition, True, False)
    shorter = factories.module(
        objectives={"routes": "How cells move now."},
        teach_back={"routes": "How can cells move?"},
        sections=[factories.routes_section(), factories.steps_section(objectives=["routes"])],
        questions=[factories.one_question(), factories.several_question()],
    )
    factories.published(folder=tmp_path, modules=[shorter])
    sheet = visit_sheet("en", learner)
    assert (sheet.known, sheet.unsure) == (Listed(("How cells move now.",)), EMPTY)
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert visit_sheet("en", learner) == VisitSheet(EMPTY, EMPTY, EMPTY, Numbers())


def test_sheet_takes_eight_questions_and_says_how_many_more(learner: Learner) -> None:
    texts = [f"Question {number}?" for number in range(10)]
    for text in texts:
        factories.team_question(learner=learner, text=text)
    assert visit_sheet("en", learner).questions == Listed(tuple(texts[:8]), more=2)


def test_sheet_with_the_longest_words_takes_what_fits(learner: Learner, edition: Edition) -> None:
    for number in range(9):
        factories.team_question(learner=learner, text=f"{number}{'W' * 299}")
    clinics = [factories.clinic(name=f"{name} {'w' * 70}") for name in "ABC"]
    for clinic in clinics:
        nurse = factories.staff_member(name=f"Nurse {clinic.name[0]}", clinic=clinic)
        factories.membership(group=factories.group(nurses=[nurse]), learner=learner)
    check(learner, edition, True, False)
    sheet = visit_sheet("en", learner)
    assert sheet.numbers == Numbers(tuple(clinics[:2]))
    assert (len(sheet.questions.shown), sheet.questions.more) == (1, 8)
    assert (sheet.unsure, sheet.known) == (Listed((STEPS,)), Listed((ROUTES,)))


def test_sheet_takes_as_many_queries_for_three_checks_as_for_one(
    learner: Learner, edition: Edition
) -> None:
    counts = []
    for days in range(3):
        check(learner, edition, True, False, days=days)
        factories.team_question(learner=learner, text=f"{days}?")
        with counted() as count:
            visit_sheet("en", learner)
        counts.append(count.all)
    assert counts == [counts[0]] * 3
