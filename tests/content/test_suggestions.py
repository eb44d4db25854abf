"""Suggested questions claim nothing of their own: each stands in what is published."""

from __future__ import annotations

import datetime
import re
from functools import cache

import pytest
from django.conf import settings

from learning.content.schema import Library
from learning.content.suggestions import GENERAL, SUGGESTIONS, is_suggested
from learning.reports.content import read_content

ELSEWHERE = {"when-to-call": "what-it-is"}  # where the question of a module stands, if not in it


@cache
def library() -> Library:
    found = read_content(settings.CONTENT_DIR, today=datetime.date(2026, 11, 25)).library
    assert found is not None
    return found


def text(slug: str) -> str:
    module = library().modules[slug, "en"]
    return re.sub(r"\s+", " ", " ".join(section.body.source for section in module.sections))


def test_every_module_has_suggestions_and_nothing_else_has() -> None:
    assert set(SUGGESTIONS["en"]) == {slug for slug, language in library().modules}
    assert GENERAL in SUGGESTIONS["en"]


@pytest.mark.parametrize("slug", SUGGESTIONS["en"])
def test_suggestions_stand_word_for_word_in_the_published_text(slug: str) -> None:
    questions = SUGGESTIONS["en"][slug]
    published = text(ELSEWHERE.get(slug, slug))
    assert [question for question in questions if question not in published] == []
    assert all(question.endswith("?") and len(question) <= 300 for question in questions)
    assert len(set(questions)) == len(questions)


def test_is_suggested_knows_whole_questions_only() -> None:
    assert is_suggested("Which treatments could fit me?", language="en")
    assert not is_suggested("Which treatments", language="en")
    assert not is_suggested("Which treatments could fit me?", language="xx")
