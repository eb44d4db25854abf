from __future__ import annotations

from learning.reports.evidence import Evidence, Statement, evidence

BOOK = {"key": "book", "title": "A book"}
PAGE = {"key": "page", "title": "A page"}


def row(text: str, *sources: dict[str, str], certainty: str = "page") -> dict[str, object]:
    return {"id": text, "statement": text, "certainty": certainty, "sources": list(sources)}


def test_each_source_is_there_once_with_its_number() -> None:
    found = evidence(
        [row("one", PAGE), row("two", BOOK, PAGE), row("three", certainty="memory"), row("4", BOOK)]
    )
    assert found == Evidence(
        statements=(
            Statement("one", "page", (1,)),
            Statement("two", "page", (1, 2)),
            Statement("three", "memory", ()),
            Statement("4", "page", (2,)),
        ),
        sources=(PAGE, BOOK),
    )


def test_nothing_stands_behind_nothing() -> None:
    assert evidence([]) == Evidence((), ())
