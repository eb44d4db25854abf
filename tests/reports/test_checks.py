"""A check as its learner sees it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from learning.actions.publishing import withdraw_module, withdraw_question
from learning.models import Edition, Learner, Sitting, SittingQuestion
from learning.reports import checks
from learning.reports.checks import (
    CheckRow,
    Correction,
    Feedback,
    Line,
    Option,
    QuestionPage,
    ResultRow,
    ResultsPage,
)
from learning.reports.evidence import Evidence, Statement
from learning.rules.grading import Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW

ROUTES, STEPS = "How cells can move.", "What a cell does first."
S12 = {
    "key": "s12",
    "title": "How cancer spreads",
    "publisher": "A health service",
    "year": 2024,
    "url": "https://example.org/spread",
}
S13 = {
    "key": "s13",
    "title": "Words for patients",
    "publisher": "A charity",
    "year": None,
    "url": "",
}
THREE_WAYS = Statement("Cancer can spread in three ways.", "page", (1,))
BY_TOUCH = Statement("You cannot catch cancer by touch.", "page", (2,))
BREAKS_OUT = Statement("First a cell breaks out.", "page", (1,))
TOUCH_MIXUP = {"wording": "Cancer spreads by touch", "correction": "Nobody can catch cancer."}
GROWS_MIXUP = {
    "wording": "A cell grows before it breaks out",
    "correction": "First a cell breaks out.",
}
FOUR = ("routes-one", "routes-several", "steps-order", "steps-one")


@pytest.fixture
def learner(edition: Edition) -> Learner:
    return factories.learner()


@pytest.fixture
def sitting(learner: Learner, edition: Edition) -> Sitting:
    return factories.sitting(learner=learner, edition=edition, keys=FOUR)


def place(sitting: Sitting, number: int) -> SittingQuestion:
    found = checks.question_place(sitting.learner, sitting.key, number)
    assert found is not None
    return found


def withdraw(key: str, note: str = "It is so.", now: datetime.datetime = NOW) -> None:
    withdraw_question(
        slug="how-it-spreads", key=key, version=1, note=note, actor="operator", now=now
    )


# One question


def test_question_place_is_found_through_its_learner_alone(sitting: Sitting) -> None:
    stranger = factories.learner()
    assert place(sitting, 2).number == 2
    assert checks.question_place(stranger, sitting.key, 2) is None
    assert checks.question_place(sitting.learner, sitting.key, 5) is None
    assert checks.question_place(sitting.learner, "no-such-check", 1) is None
    assert checks.question_place(sitting.learner, sitting.key, 10**30) is None


def test_question_page_of_one_before_it_is_answered(sitting: Sitting) -> None:
    """S-013: nothing on the page says which choice is right."""
    first = place(sitting, 1)
    page = checks.question_page(first)
    assert page == QuestionPage(
        place=first,
        kind="one",
        stem="Which is a way that cancer can spread?",
        hint="Choose one.",
        options=(Option("1", "lymph", "Through lymph"), Option("2", "touch", "Through touch")),
        places=(),
        each_once=False,
    )
    assert (page.sitting, page.number, page.next_number) == (sitting, 1, 2)
    assert (page.is_last, page.withdrawn) == (False, "")


def test_question_page_shows_the_choices_in_the_order_of_this_check(sitting: Sitting) -> None:
    first = place(sitting, 1)
    first.order = ["touch", "lymph"]
    assert checks.question_page(first).options == (
        Option("1", "touch", "Through touch"),
        Option("2", "lymph", "Through lymph"),
    )


def test_question_page_of_several_answered_in_part(sitting: Sitting) -> None:
    second = place(sitting, 2)
    given = factories.answer(
        place=second, response=Response(picked=frozenset({"blood", "hands"})), sure="fairly"
    )
    assert checks.question_page(second) == QuestionPage(
        place=second,
        kind="several",
        stem="Sam asks you how cancer cells travel. What do you say?",
        hint="Choose all that apply.",
        options=(
            Option("1", "blood", "In the blood"),
            Option("2", "hands", "From hands"),
            Option("3", "tubes", "In the lymph"),
        ),
        places=(),
        each_once=False,
        tries=(given,),
        feedback=Feedback(
            verdict="not_right",
            truth="Cells travel through lymph and blood.",
            why="",
            chosen=("In the blood", "From hands"),
            best=("In the blood", "In the lymph"),
            lines=(
                Line("In the blood", "Rightly ticked", "", True, "It is a way."),
                Line(
                    "From hands",
                    "You ticked this",
                    "It does not belong",
                    False,
                    "You cannot catch it.",
                ),
                Line("In the lymph", "You left this out", "It belongs", False, "It is a way."),
            ),
            mixups=(TOUCH_MIXUP,),
            action=None,
            evidence=Evidence((THREE_WAYS, BY_TOUCH), (S12, S13)),
            sure="fairly",
            tries=1,
        ),
    )


def test_question_page_of_pairs_answered_with_one_unsure(sitting: Sitting) -> None:
    third = place(sitting, 3)
    given = factories.answer(
        place=third, response=Response(placed={"break-out": "first", "grow": "unsure"})
    )
    assert checks.question_page(third) == QuestionPage(
        place=third,
        kind="pairs",
        stem="Put the steps in order.",
        hint="Choose one for each.",
        options=(
            Option("1", "break-out", "It breaks out"),
            Option("2", "grow", "It grows elsewhere"),
        ),
        places=(Option("1", "first", "First"), Option("2", "second", "Second")),
        each_once=True,
        tries=(given,),
        feedback=Feedback(
            verdict="not_right",
            truth="First a cell breaks out. Then it grows somewhere else.",
            why="",
            chosen=(),
            best=(),
            lines=(
                Line("It breaks out", "First", "First", True, "It must leave."),
                Line("It grows elsewhere", "I’m not sure", "Second", False, "It comes last."),
            ),
            mixups=(),
            action=None,
            evidence=Evidence((BREAKS_OUT,), (S12,)),
            sure="",
            tries=1,
        ),
    )


def feedback_of(sitting: Sitting, number: int, response: Response) -> dict[str, Any]:
    asked = place(sitting, number)
    factories.answer(place=asked, response=response)
    page = checks.question_page(asked)
    assert page.feedback is not None
    return {
        field.name: getattr(page.feedback, field.name)
        for field in dataclasses.fields(page.feedback)
    }


def test_feedback_to_the_wrong_one_names_its_why_its_mixup_and_the_action(
    sitting: Sitting,
) -> None:
    assert feedback_of(sitting, 4, Response(picked=frozenset({"grow"}))) == {
        "verdict": "not_right",
        "truth": "First a cell breaks out.",
        "why": "That comes last.",
        "chosen": ("Grow elsewhere",),
        "best": ("Break out",),
        "lines": (),
        "mixups": (GROWS_MIXUP,),
        "action": {"kind": "tell", "text": "Tell your team."},
        "evidence": Evidence((BREAKS_OUT,), (S12,)),
        "sure": "",
        "tries": 1,
    }


def test_feedback_to_not_sure_gives_the_why_of_the_best_answer(sitting: Sitting) -> None:
    assert feedback_of(sitting, 4, Response(unsure=True)) == {
        "verdict": "unsure",
        "truth": "First a cell breaks out.",
        "why": "It must leave.",
        "chosen": ("I’m not sure",),
        "best": ("Break out",),
        "lines": (),
        "mixups": (),
        "action": {"kind": "tell", "text": "Tell your team."},
        "evidence": Evidence((BREAKS_OUT,), (S12,)),
        "sure": "",
        "tries": 1,
    }


def test_feedback_to_not_sure_of_pairs_shows_every_best_place(sitting: Sitting) -> None:
    feedback = feedback_of(sitting, 3, Response(unsure=True))
    assert (feedback["verdict"], feedback["chosen"]) == ("unsure", ("I’m not sure",))
    assert feedback["lines"] == (
        Line("It breaks out", "I’m not sure", "First", False, "It must leave."),
        Line("It grows elsewhere", "I’m not sure", "Second", False, "It comes last."),
    )


def test_feedback_is_that_of_the_latest_try(sitting: Sitting) -> None:
    first = place(sitting, 1)
    factories.answer(place=first, response=factories.wrong(place=first), sure="very")
    feedback = feedback_of(sitting, 1, factories.right(place=first))
    assert (feedback["verdict"], feedback["tries"], feedback["sure"]) == ("right", 2, "")
    assert (feedback["chosen"], feedback["mixups"]) == (("Through lymph",), ())


def test_question_page_knows_tries_it_is_given(sitting: Sitting) -> None:
    first = place(sitting, 1)
    given = factories.answer(place=first)
    with counted() as count:
        page = checks.question_page(first, [given])
    assert page == checks.question_page(first)
    assert count.all == 0


def test_question_page_says_why_it_was_withdrawn(sitting: Sitting) -> None:
    """R-062"""
    withdraw("routes-one", note="Lymph and blood.")
    assert checks.question_page(place(sitting, 1)).withdrawn == "Lymph and blood."


def test_question_page_of_the_last(sitting: Sitting) -> None:
    page = checks.question_page(place(sitting, 4))
    assert (page.is_last, page.next_number) == (True, 5)


def test_question_page_names_no_section_that_cannot_be_read(sitting: Sitting) -> None:
    """R-063: after the module is withdrawn no link leads into nothing."""
    assert checks.question_page(place(sitting, 1)).section == "three-routes"
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert checks.question_page(place(sitting, 1)).section is None


# Where she stands


def test_results_page_of_a_check_begun(sitting: Sitting) -> None:
    first, second = place(sitting, 1), place(sitting, 2)
    factories.answer(place=first)
    factories.answer(place=second, response=Response(unsure=True))
    page = checks.results_page(sitting.learner, sitting.key)
    rows = (
        ResultRow(ROUTES, "look_again", "three-routes", (1, 2)),
        ResultRow(STEPS, "open", "five-steps", (3, 4)),
    )
    assert page == ResultsPage(sitting=sitting, rows=rows, answered=2, next_number=3, offered=True)
    assert (page.known, page.look_again, page.open) == ((), rows[:1], rows[1:])


def test_results_page_counts_the_latest_try(sitting: Sitting) -> None:
    for number in (1, 2, 3, 4):
        asked = place(sitting, number)
        factories.answer(place=asked, response=factories.wrong(place=asked))
        if number < 3:
            factories.answer(place=asked)
    sitting.refresh_from_db()
    assert checks.results_page(sitting.learner, sitting.key) == ResultsPage(
        sitting=sitting,
        rows=(
            ResultRow(ROUTES, "known", "three-routes", (1, 2)),
            ResultRow(STEPS, "look_again", "five-steps", (3, 4)),
        ),
        answered=4,
        next_number=None,
        offered=True,
    )


def test_results_page_leaves_withdrawn_questions_out(sitting: Sitting) -> None:
    """R-062: kept, not counted, not waited for."""
    factories.answer(place=place(sitting, 1), response=factories.wrong(place=place(sitting, 1)))
    factories.answer(place=place(sitting, 2))
    for key in ("routes-one", "steps-order"):
        withdraw(key)
    assert checks.results_page(sitting.learner, sitting.key) == ResultsPage(
        sitting=sitting,
        rows=(
            ResultRow(ROUTES, "known", "three-routes", (2,)),
            ResultRow(STEPS, "open", "five-steps", (4,)),
        ),
        answered=2,
        next_number=4,
        offered=True,
    )


def test_results_page_of_a_withdrawn_module_names_no_section(sitting: Sitting) -> None:
    """R-063"""
    withdraw_module(slug="how-it-spreads", language="en", actor="operator", now=NOW)
    assert checks.results_page(sitting.learner, sitting.key) == ResultsPage(
        sitting=sitting,
        rows=(ResultRow(ROUTES, "open", None, (1, 2)), ResultRow(STEPS, "open", None, (3, 4))),
        answered=0,
        next_number=1,
        offered=False,
    )


def test_results_page_is_found_through_its_learner_alone(sitting: Sitting) -> None:
    assert checks.results_page(factories.learner(), sitting.key) is None
    assert checks.results_page(sitting.learner, "no-such-check") is None


# Corrections


def test_corrections_name_what_was_answered_and_withdrawn_since(sitting: Sitting) -> None:
    stranger = factories.learner()
    for number in (1, 3):
        for _ in range(2):
            factories.answer(place=place(sitting, number))
    withdraw("steps-order", note="Another order.")
    withdraw("routes-one", note="Lymph.", now=NOW + datetime.timedelta(hours=1))
    withdraw("steps-one", note="Never answered.")
    title = "How breast cancer spreads"
    assert checks.corrections(sitting.learner) == (
        Correction(title, "Put the steps in order.", "Another order."),
        Correction(title, "Which is a way that cancer can spread?", "Lymph."),
    )
    assert checks.corrections(stranger) == ()
    sitting.questions.update(correction_seen_at=NOW)
    assert checks.corrections(sitting.learner) == ()


# All checks


def test_check_rows_are_newest_first_and_whole(learner: Learner, edition: Edition) -> None:
    before = factories.sitting(
        learner=learner,
        edition=edition,
        occasion="before",
        keys=("routes-one",),
        started_at=NOW - datetime.timedelta(days=1),
    )
    after = factories.sitting(learner=learner, edition=edition)
    factories.sitting(learner=factories.learner(), edition=edition)
    factories.answer(place=place(before, 1))
    factories.answer(place=place(after, 2), response=factories.wrong(place=place(after, 2)))
    shared: dict[str, Any] = {"slug": "how-it-spreads", "title": "How breast cancer spreads"}
    assert checks.check_rows(learner) == (
        CheckRow(
            key=after.key,
            occasion="after",
            started_at=NOW,
            finished=False,
            answered=1,
            size=2,
            rows=((ROUTES, "open"), (STEPS, "look_again")),
            standings={"routes": "open", "steps": "look_again"},
            **shared,
        ),
        CheckRow(
            key=before.key,
            occasion="before",
            started_at=NOW - datetime.timedelta(days=1),
            finished=True,
            answered=1,
            size=1,
            rows=((ROUTES, "known"),),
            standings={"routes": "known"},
            **shared,
        ),
    )


def test_check_rows_take_as_many_queries_for_three_as_for_one(
    learner: Learner, edition: Edition
) -> None:
    counts = []
    for _ in range(3):
        check = factories.sitting(learner=learner, edition=edition)
        for asked in check.questions.all():
            factories.answer(place=asked)
        with counted() as count:
            rows = checks.check_rows(learner)
        counts.append(count.all)
    assert len(rows) == 3
    assert counts == [counts[0]] * 3


def test_results_page_takes_as_many_queries_for_four_questions_as_for_one(
    learner: Learner, edition: Edition
) -> None:
    counts = []
    for number in range(1, 5):
        check = factories.sitting(learner=learner, edition=edition, keys=FOUR[:number])
        for asked in check.questions.all():
            factories.answer(place=asked)
        with counted() as count:
            checks.results_page(learner, check.key)
        counts.append(count.all)
    assert counts == [counts[0]] * 4


def test_corrections_take_one_query_for_none_and_two_for_any_number(sitting: Sitting) -> None:
    counts = []
    for number, key in enumerate(FOUR[:3], start=1):
        factories.answer(place=place(sitting, number))
        with counted() as count:
            found = checks.corrections(sitting.learner)
        counts.append(count.all)
        assert len(found) == number - 1
        withdraw(key)
    assert counts == [1, 2, 2]
