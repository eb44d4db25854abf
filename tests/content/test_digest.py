"""Digests change exactly when what is published would change."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from learning.content.digest import edition_digest, wording_digest
from learning.content.files import unbroken
from learning.reports.content import read_content
from tests.factories import (
    FACTS,
    GLOSSARY,
    MISCONCEPTIONS,
    PICTURE,
    SOURCES,
    TODAY,
    library,
    library_folder,
    module,
)

PROMPTS: dict[str, str] = module()["teach_back"]


def digest_of(folder: Path, **changes: Any) -> str:
    content = library(folder=folder, **changes)
    return edition_digest(content, content.modules["how-it-spreads", "en"])


def changed(registry: dict[str, Any], key: str, **changes: Any) -> dict[str, Any]:
    return {**registry, key: {**registry[key], **changes}}


def test_edition_digest_is_the_same_for_the_same_files(tmp_path: Path) -> None:
    assert digest_of(tmp_path / "a") == digest_of(tmp_path / "b")


@pytest.mark.parametrize(
    "changes",
    [
        {"modules": [module(title="Another title")]},
        {"modules": [module(reviewed=datetime.date(2026, 11, 24))]},
        {"modules": [module(objectives={"steps": "S.", "routes": "R."})]},
        {"modules": [module(teach_back={**PROMPTS, "steps": "What comes first?"})]},
        {"facts": changed(FACTS, "D-2.1", statement="Cancer spreads in three ways.")},
        {"facts": changed(FACTS, "D-2.29", certainty="copy")},
        {"sources": changed(SOURCES, "s13", title="Other words")},
        {"sources": changed(SOURCES, "s12", seen=datetime.date(2026, 11, 2))},
        {"misconceptions": changed(MISCONCEPTIONS, "grows-first", correction="It leaves first.")},
        {"glossary": changed(GLOSSARY, "lymph-system", meaning="Thin tubes.")},
        {"picture": PICTURE.replace("M2", "M3")},
        {"parts": [{"key": "basics", "title": {"en": "B"}, "modules": ["how-it-spreads"]}]},
    ],
)
def test_edition_digest_changes_with_what_is_used(changes: dict[str, Any], tmp_path: Path) -> None:
    assert digest_of(tmp_path / "a", **changes) != digest_of(tmp_path / "b")


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": changed(FACTS, "D-4.10", statement="Press for ten minutes.")},
        {"sources": {**SOURCES, "s99": {"title": "T", "publisher": "P"}}},
        {"misconceptions": {**MISCONCEPTIONS, "x": MISCONCEPTIONS["grows-first"]}},
        {"glossary": {**GLOSSARY, "cell": GLOSSARY["lymph-system"]}},
        {"modules": [module(), module(slug="other")]},
        {"modules": [module(teach_back=dict(reversed(PROMPTS.items())))]},
    ],
)
def test_edition_digest_stays_where_nothing_used_changed(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    assert digest_of(tmp_path / "a", **changes) == digest_of(tmp_path / "b")


def test_edition_digest_stays_with_comments_and_layout(tmp_path: Path) -> None:
    before = digest_of(tmp_path)
    path = library_folder(folder=tmp_path) / "modules" / "how-it-spreads" / "en.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("# a remark\n" + text.replace("minutes: 5", "minutes:    5"), encoding="utf-8")
    content = read_content(tmp_path, today=TODAY).library
    assert content is not None
    assert edition_digest(content, content.modules["how-it-spreads", "en"]) == before


def test_wording_digest_is_stable() -> None:
    """Stored digests must be found again by every later release."""
    text = {"stem": "What is “it”?", "action": None, "in_order": False, "choices": [{"key": "a"}]}
    assert wording_digest(text) == wording_digest(dict(text))
    assert wording_digest(text) == (
        "bcdcb8ae975de5142aa4ed285dde59790a7df3876aaa56b445f51529f58f6ebd"
    )
    assert wording_digest({**text, "stem": "What is it?"}) != wording_digest(text)


def test_digest_stays_whether_a_line_may_end_before_a_degree_or_not() -> None:
    """What was published before degrees were kept beside their number is the same text."""
    stem = "Is 38.6 °C a fever?"
    assert wording_digest({"stem": unbroken(stem)}) == wording_digest({"stem": stem})
