from pathlib import Path

import pytest

from learning.models import Edition, Question
from learning.reports.printing import PrintedAnswer, PrintedQuestion, print_page
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_print_page_leaves_out_parts_behind_a_door_until_they_are_chosen(
    edition: Edition,
) -> None:
    closed = print_page("en", edition.module.slug, ())
    opened = print_page("en", edition.module.slug, ("five-steps",))
    assert closed is not None
    assert opened is not None
    titles = [section.title for section in edition.sections.all()]
    assert [section.title for section in closed.sections] == titles[:1]
    assert [section.title for section in opened.sections] == titles
    assert [(door.key, is_open) for door, is_open in closed.doors] == [("five-steps", False)]
    assert [(door.key, is_open) for door, is_open in opened.doors] == [("five-steps", True)]
    assert (closed.left_out, opened.left_out) == (True, False)


def test_print_page_lowers_headings_and_keeps_pictures(tmp_path: Path) -> None:
    section = factories.routes_section(body="## Why\n\nCells can travel. {D-2.1}\n")
    edition = factories.published(
        folder=tmp_path, modules=[factories.module(sections=[section, factories.steps_section()])]
    )
    page = print_page("en", edition.module.slug, ())
    assert page is not None
    assert page.sections[0].html == "<h3>Why</h3>\n<p>Cells can travel.</p>"


def test_print_page_goes_without_paragraphs_that_are_a_link(tmp_path: Path) -> None:
    """Such a link is pressed, not read. One within a sentence stays."""
    there = "(/en/modules/how-it-spreads/)"
    section = factories.routes_section(
        body=f"[Hide this]{there} {{–}}\n\nRead [more]{there}. {{–}}\n\n[Hide this]{there} {{–}}\n"
    )
    edition = factories.published(
        folder=tmp_path, modules=[factories.module(sections=[section, factories.steps_section()])]
    )
    page = print_page("en", edition.module.slug, ())
    assert page is not None
    assert page.sections[0].html == (
        '<p>Read <a href="/en/modules/how-it-spreads/">more</a>.</p>\n'
    )


def test_print_page_quotes_a_mix_up_that_quotes(tmp_path: Path) -> None:
    mixup = {**factories.MISCONCEPTIONS["spreads-by-touch"], "wording": "“Touch” spreads cancer"}
    edition = factories.published(
        folder=tmp_path,
        misconceptions={**factories.MISCONCEPTIONS, "spreads-by-touch": mixup},
    )
    page = print_page("en", edition.module.slug, ())
    assert page is not None
    assert [answer.mixup for answer in page.questions[0].answers] == ["", "‘Touch’ spreads cancer"]


def test_print_page_explains_every_answer(edition: Edition) -> None:
    page = print_page("en", edition.module.slug, ())
    assert page is not None
    assert [(question.number, question.kind) for question in page.questions] == [
        (1, "one"),
        (2, "several"),
        (3, "pairs"),
        (4, "one"),
    ]
    one, several, pairs = page.questions[0], page.questions[1], page.questions[2]
    assert one == PrintedQuestion(
        number=1,
        kind="one",
        stem="Which is a way that cancer can spread?",
        hint="Choose one.",
        places=(),
        truth="Cancer can spread through the lymph system.",
        action=None,
        answers=one.answers,
    )
    wrong = next(answer for answer in one.answers if not answer.right)
    assert (wrong.best, wrong.mixup) == ("", "Cancer spreads by touch")
    assert [answer.best for answer in one.answers if answer.right] == ["Best answer"]
    assert {answer.best for answer in several.answers} == {"It belongs", "It does not belong"}
    assert all(answer.mixup == "" for answer in pairs.answers)
    assert {answer.best for answer in pairs.answers} <= set(pairs.places)
    assert isinstance(pairs.answers[0], PrintedAnswer)


def test_print_page_leaves_out_form_c_and_what_was_withdrawn(edition: Edition) -> None:
    Question.objects.filter(key="routes-one").update(withdrawn_at=NOW, withdrawn_note="Wrong.")
    Question.objects.filter(key="steps-one").update(form="c")
    page = print_page("en", edition.module.slug, ())
    assert page is not None
    assert [question.number for question in page.questions] == [1, 2]
    assert [question.kind for question in page.questions] == ["several", "pairs"]


def test_print_page_of_a_module_not_offered_is_none(edition: Edition) -> None:
    assert print_page("en", "no-such-module", ()) is None
    assert print_page("xx", edition.module.slug, ()) is None
