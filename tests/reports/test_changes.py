"""What changed between two editions, from what is stored of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from learning.models import Edition
from learning.reports.changes import Changes, changes, stored
from learning.rules.changes import ChangedPart
from tests import factories
from tests.counting import counted
from tests.factories import (
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    steps_question,
    steps_section,
)

pytestmark = pytest.mark.django_db


def told(part: ChangedPart) -> tuple[str, str, dict[str, list[str]]]:
    """The part with its changed lines as words: [-gone-] and {+new+}."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return (
        part.kind,
        part.title,
        {
            text.label: [
                " ".join(marks[piece.kind].format(piece.text) for piece in line)
                for line in text.lines
            ]
            for text in part.texts
        },
    )


def chapters(found: Changes) -> dict[str, list[tuple[str, str, dict[str, list[str]]]]]:
    return {
        chapter.title: [told(part) for part in chapter.changed]
        for chapter in found.chapters
        if chapter.changed
    }


def second(folder: Path, **given: Any) -> Edition:
    return factories.published(folder=folder, modules=[module(**given)])


def choices(**texts: str) -> list[dict[str, Any]]:
    return [
        {**choice, "text": texts.get(choice["key"], choice["text"])}
        for choice in one_question()["choices"]
    ]


def test_an_edition_is_no_different_from_itself(edition: Edition) -> None:
    found = changes(stored(edition), stored(edition))
    assert (found.nothing, chapters(found)) == (True, {})
    same = {chapter.title: chapter.parts.same for chapter in found.chapters}
    assert same["Sections"] == ("Three ways to spread", "The steps")
    assert len(same["Questions"]) == 4


def test_reworded_section_and_question_are_told_word_by_word(
    edition: Edition, tmp_path: Path
) -> None:
    body = routes_section()["body"].replace("in three ways", "in these three ways")
    after = second(
        tmp_path,
        title="How cancer spreads",
        objectives={"routes": "The ways cells can move.", "steps": "What a cell does first."},
        sections=[routes_section(body=body, picture=None), steps_section(door=None)],
        questions=[
            one_question(choices=choices(lymph="Through lymph tubes"), action=None),
            several_question(),
            pairs_question(),
            steps_question(),
        ],
    )
    found = chapters(changes(stored(edition), stored(after)))
    assert found["About the module"] == [
        ("changed", "Title, dates and order", {"Title": ["How [-breast-] cancer spreads"]})
    ]
    assert found["What is learned"][0][2]["Objective"] == ["[-How-] {+The ways+} cells can move."]
    (routes, steps) = found["Sections"]
    assert routes[:2] == ("changed", "Three ways to spread")
    assert routes[2]["Text"] == ["Cancer can spread in {+these+} three ways."]
    assert routes[2]["Picture"] == [
        "[-There are three ways.-]",
        "[-A line goes from left to right.-]",
    ]
    assert steps[2] == {"Door": ["[-How a cell leaves. (2 minutes)-]"]}
    (question,) = found["Questions"]
    assert question[2]["Choice “lymph”"] == ["Through lymph {+tubes+}"]
    assert question[2]["Right"] == ["Through lymph {+tubes+}"]
    assert "Feedback to “lymph”" not in question[2]


def test_new_version_tells_its_other_key_and_mix_up(edition: Edition, tmp_path: Path) -> None:
    turned = [
        {
            "key": "lymph",
            "text": "Through touch",
            "misconception": "spreads-by-touch",
            "why": "No.",
        },
        {"key": "touch", "text": "Through the blood", "right": True, "why": "Yes."},
    ]
    after = second(
        tmp_path,
        questions=[
            one_question(version=2, choices=turned),
            pairs_question(),
            steps_question(key="steps-other"),
            several_question(),
        ],
    )
    found = changes(stored(edition), stored(after))
    assert [part.kind for part in found.chapters[3].changed] == ["changed", "new", "gone"]
    (question,) = [told(part) for part in found.chapters[3].changed if part.kind == "changed"]
    assert question[2]["Kind and place"] == ["Version [-1-] {+2+}"]
    assert question[2]["Right"] == ["Through [-lymph-] {+the blood+}"]


def test_comparing_takes_the_same_queries_for_any_editions(
    edition: Edition, tmp_path: Path
) -> None:
    after = second(tmp_path, title="How cancer spreads")
    with counted() as count:
        changes(stored(edition), stored(after))
    assert count.all == 4
