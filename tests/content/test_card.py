"""The wallet card states no sign that the reviewed lists of Help now do not state."""

from __future__ import annotations

import re

from django.conf import settings
from ruamel.yaml import YAML

TEMPLATES = settings.BASE_DIR / "templates"
FACT = re.compile(r"[A-Z]+-[0-9][0-9a-z.]*")


def cited(html: str) -> list[set[str]]:
    """The ids in each comment, in order."""
    return [set(FACT.findall(note)) for note in re.findall(r"\{#(.*?)#\}", html)]


def lists_of_help_now() -> tuple[set[str], set[str]]:
    source = (TEMPLATES / "public" / "help_now.html").read_text(encoding="utf-8")
    emergency, _, rest = source.partition('id="call-now"')
    call_now, _, _ = rest.partition('id="tell"')
    return set().union(*cited(emergency)), set().union(*cited(call_now))


def lists_of_the_card() -> list[list[tuple[str, set[str]]]]:
    """Each sign of the two lists with the facts behind it."""
    source = (TEMPLATES / "learner" / "card.html").read_text(encoding="utf-8")
    found = []
    for part in re.findall(r"<ul>(.*?)</ul>", source.partition("wallet-back")[2], re.DOTALL):
        rows = re.findall(r"<li>(.*?)</li>( \{#.*?#\})?", part)
        found.append([(sign, set().union(*cited(note))) for sign, note in rows])
    return found


def test_every_sign_of_the_card_traces_to_the_same_list_of_help_now() -> None:
    emergency, call_now = lists_of_the_card()
    for signs, known in zip((emergency, call_now), lists_of_help_now(), strict=True):
        assert len(signs) in (4, 5)
        assert [sign for sign, facts in signs if not facts or not facts <= known] == []


def test_every_fact_of_the_card_is_known() -> None:
    facts = YAML(typ="safe").load(settings.BASE_DIR / "fixtures" / "facts.yaml")
    source = (TEMPLATES / "learner" / "card.html").read_text(encoding="utf-8")
    assert set().union(*cited(source)) <= set(facts)
