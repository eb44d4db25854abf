from __future__ import annotations

import pytest

from learning.models import Edition
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
    assert opened.checked == [("with", second.key)]


def test_print_puts_the_answers_behind_the_questions(edition: Edition, visitor: Visitor) -> None:
    text = visitor.get(PRINT).text
    assert text.index("Questions") < text.index("Which is a way") < text.index("Answers")
    assert text.index("Answers") < text.index("Best answer")


def test_print_of_an_unknown_module_is_not_there(edition: Edition, visitor: Visitor) -> None:
    assert visitor.get("/en/modules/no-such-module/print/").status == 404


def test_print_with_an_unknown_part_prints_the_rest(edition: Edition, visitor: Visitor) -> None:
    assert visitor.get(f"{PRINT}?with=no-such-part").text == visitor.get(PRINT).text
