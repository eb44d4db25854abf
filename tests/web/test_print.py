from __future__ import annotations

import re
from pathlib import Path

import pytest

from learning.models import Edition
from tests.factories import (
    module,
    one_question,
    pairs_question,
    published,
    several_question,
    steps_question,
)
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
PRINT = "/en/modules/how-it-spreads/print/"


def test_print_shows_everything_but_what_is_behind_a_door(
    edition: Edition, visitor: Visitor
) -> None:
    first, second = edition.sections.all()
    shown = visitor.get(PRINT)
    assert shown.status == 200
    assert first.title in shown.text
    assert second.title in shown.text  # as a choice, with what it covers
    assert f"<h2>{second.title}</h2>" not in shown.html
    assert shown.checked == []
    opened = visitor.get(f"{PRINT}?with={second.key}")
    assert f"<h2>{second.title}</h2>" in opened.html
    left_out = "What waits behind a door is not printed here."
    assert (left_out in shown.text, left_out in opened.text) == (True, False)
    assert opened.checked == [("with", second.key)]


def test_print_puts_the_answers_behind_the_questions(edition: Edition, visitor: Visitor) -> None:
    text = visitor.get(PRINT).text
    assert text.index("Questions") < text.index("Which is a way") < text.index("Answers")
    assert text.index("Answers") < text.index("Best answer")


def test_print_has_a_number_for_each_place_and_a_line_for_each_thing(
    edition: Edition, visitor: Visitor
) -> None:
    html = visitor.get(PRINT).html
    asked = html[html.index("Put the steps in order.") : html.index("What must a cell do")]
    assert "Choose one for each. Write its number on the line." in asked
    assert re.findall(r"<(?:ol|ul) [^>]*>|<li[^>]*>[^<]*", asked) == [
        '<ol class="sheet-places">',
        "<li>First",
        "<li>Second",
        '<ul class="sheet-options">',
        '<li class="sheet-line">It breaks out',
        '<li class="sheet-line">It grows elsewhere',
    ]


def test_print_ends_the_answer_once(visitor: Visitor, tmp_path: Path) -> None:
    """A place that is a question keeps its mark; any other gets a period."""
    places = [{"key": "first", "text": "First?"}, {"key": "second", "text": "Second"}]
    questions = [one_question(), several_question(), pairs_question(places=places)]
    published(folder=tmp_path, modules=[module(questions=[*questions, steps_question()])])
    text = visitor.get(PRINT).text
    assert "It breaks out – First? It must leave." in text
    assert "It grows elsewhere – Second. It comes last." in text


def test_print_of_an_unknown_module_is_not_there(edition: Edition, visitor: Visitor) -> None:
    assert visitor.get("/en/modules/no-such-module/print/").status == 404


def test_print_with_an_unknown_part_prints_the_rest(edition: Edition, visitor: Visitor) -> None:
    assert visitor.get(f"{PRINT}?with=no-such-part").text == visitor.get(PRINT).text


def test_print_of_the_check_alone_leaves_the_reading_out(
    edition: Edition, visitor: Visitor
) -> None:
    first, second = edition.sections.all()
    everything = visitor.get(PRINT)
    link = everything.links["Print only the questions, with the answers at the back"]
    assert link == f"{PRINT}?only=check"
    shown = visitor.get(link)
    assert (shown.status, shown.heading) == (200, "How breast cancer spreads")
    assert shown.links["Print everything"] == PRINT
    assert first.title not in shown.text
    assert second.title not in shown.text
    assert shown.page.all("form") == []
    for words in ("Questions", "Answers"):
        assert shown.text.partition(f"{words} ")[2][:40] in everything.text
    assert shown.text.index("Which is a way") < shown.text.index("Answers 1.")
    assert visitor.get(f"{PRINT}?only=other").text == everything.text
