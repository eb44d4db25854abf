"""Words of the system in templates."""

import pytest
from django.template.loader import render_to_string

from learning.content.markdown import CARDS, render


@pytest.mark.parametrize("kind", CARDS)
def test_advice_card_is_the_same_beside_a_question_as_in_a_section(kind: str) -> None:
    context = {"kind": kind, "body": "Say so.", "language": "en"}
    card = render_to_string("components/advice_card.html", context)
    section = render(f"::: {kind}\nSay so. {{–}}\n:::\n", language="en", words={})
    assert card.strip() == section.html.replace("\n", "")
