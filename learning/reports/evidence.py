"""What stands behind a section or a question: statements, and each source once, by number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Statement:
    """``sources`` are the numbers of its sources, from 1; ``certainty`` as in the content."""

    text: str
    certainty: str
    sources: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    statements: tuple[Statement, ...]
    sources: tuple[Mapping[str, Any], ...]


def evidence(stored: Iterable[Mapping[str, Any]]) -> Evidence:
    """The stored statements with their sources numbered in the order they are first met."""
    numbers: dict[str, int] = {}
    sources: list[Mapping[str, Any]] = []
    statements = []
    for row in stored:
        for source in row["sources"]:
            if source["key"] not in numbers:
                sources.append(source)
                numbers[source["key"]] = len(sources)
        found = tuple(sorted(numbers[source["key"]] for source in row["sources"]))
        statements.append(Statement(row["statement"], row["certainty"], found))
    return Evidence(tuple(statements), tuple(sources))
