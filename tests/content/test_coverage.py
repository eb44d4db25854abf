"""docs/coverage.yaml: no row of the evidence is unaccounted for, and what is said of it holds."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML

from learning.content.schema import Choice, Item, Module, Question
from tests.shipped import shipped_library

# How many rows the evidence has. The file says it too, for its readers; both must be changed.
ROWS = {
    "seed-disease": 45,
    "seed-symptoms": 30,
    "seed-treatment": 42,
    "red-flags": 12,
    "red-flag-card": 12,
    "urgency-tiers": 31,
    "misconceptions-disease": 32,
    "misconceptions-treatment": 45,
    "do-not-teach-disease": 12,
    "cautions-treatment": 5,
    "never-use": 25,
    "additions": 30,
}
SAFETY = ("red-flags", "red-flag-card", "urgency-tiers")
BANS = ("do-not-teach-disease", "cautions-treatment", "never-use")
MISCONCEPTIONS = ("misconceptions-disease", "misconceptions-treatment")
KNOWN = {"id", "claim", "taught", "asked", "kept", "absent", "left_out", "note"}
EVIDENCE_FACT = re.compile(r"(D|NEW)-[0-9]+(\.[0-9]+)?")
SENTENCE = re.compile(r"[A-Z].{25,}\.")
HELP = settings.BASE_DIR / "templates" / "public" / "help_now.html"

Row = dict[str, Any]


@cache
def table() -> dict[str, dict[str, Any]]:
    file = settings.BASE_DIR / "docs" / "coverage.yaml"
    groups: dict[str, dict[str, Any]] = YAML(typ="safe").load(file)
    return groups


def modules() -> Iterator[Module]:
    yield from shipped_library().modules.values()


def rows(*groups: str) -> list[Row]:
    return [row for group in groups or tuple(table()) for row in table()[group]["table"]]


def answers(question: Question) -> tuple[Choice | Item, ...]:
    return (*question.choices, *question.items)


@cache
def sections() -> dict[str, frozenset[str]]:
    """Each section as module/section, with the facts that stand behind it."""
    return {
        f"{module.slug}/{section.key}": frozenset(
            (*section.body.facts, *(section.picture.twin.facts if section.picture else ()))
        )
        for module in modules()
        for section in module.sections
    }


@cache
def questions() -> dict[str, frozenset[str]]:
    """Each question as module#question, with the surveyed misconceptions among its answers."""
    known = shipped_library().misconceptions
    return {
        f"{module.slug}#{question.key}": frozenset(
            evidence
            for answer in answers(question)
            if answer.misconception
            for evidence in known[answer.misconception].evidence
        )
        for module in modules()
        for question in module.questions
    }


@cache
def told() -> str:
    """All that readers are told: no wrong choices, no wordings of misconceptions."""
    texts = [HELP.read_text(encoding="utf-8")]
    for module in modules():
        texts += [module.title, module.summary, *module.objectives.values()]
        texts += module.teach_back.values()
        for section in module.sections:
            texts += [section.title, section.body.source]
            if section.picture:
                texts += [section.picture.caption, section.picture.twin.source]
            if section.door:
                texts.append(section.door.covers)
        for question in module.questions:
            texts += [question.stem, question.truth, question.hint]
            texts += [question.action.text] if question.action else []
            texts += [answer.why for answer in answers(question)]
            texts += [choice.text for choice in question.choices if choice.right]
    texts += [entry.correction for entry in shipped_library().misconceptions.values()]
    texts += [f"{word.short}\n{word.meaning}" for word in shipped_library().words.values()]
    texts += [fact.statement for fact in shipped_library().facts.values()]
    return re.sub(r"[ \n]+", " ", "\n".join(texts))


def numbered(row_id: str) -> tuple[str, int]:
    """An id that ends in a number, as what comes before the number and the number."""
    found = re.fullmatch(r"(.+?)([0-9]+)([a-z]?)", row_id)
    assert found, row_id
    return (f"{found[1]}0", ord(found[3]) - ord("a")) if found[3] else (found[1], int(found[2]))


def test_coverage_has_as_many_rows_as_the_evidence() -> None:
    assert {group: entry["rows"] for group, entry in table().items()} == ROWS
    assert {group: len(entry["table"]) for group, entry in table().items()} == ROWS


def test_coverage_ids_are_unique_and_without_a_gap() -> None:
    ids = [row["id"] for row in rows()]
    assert [row_id for row_id, count in Counter(ids).items() if count > 1] == []
    runs: dict[str, list[int]] = {}
    for row_id in ids:
        prefix, number = numbered(row_id)
        runs.setdefault(prefix, []).append(number)
    starts = {prefix: run[0] for prefix, run in runs.items()}
    assert runs == {
        prefix: list(range(starts[prefix], starts[prefix] + len(run)))
        for prefix, run in runs.items()
    }
    # D-4 and the surveys of T-6 begin at nought.
    assert {prefix for prefix, start in starts.items() if start != 1} == {"D-4.", "T-6.0"}


def test_coverage_says_exactly_one_thing_of_each_row() -> None:
    for row in rows():
        assert set(row) <= KNOWN, row
        ways = [bool(row.get("taught") or row.get("asked")), "kept" in row, "left_out" in row]
        assert ways.count(True) == 1, row
        assert 0 < len(row["claim"]) <= 90, row
        assert "absent" not in row or "kept" in row, row


def test_coverage_names_sections_and_questions_that_there_are() -> None:
    for row in rows():
        taught, asked = row.get("taught", []), row.get("asked", [])
        assert [place for place in taught if place not in sections()] == [], row["id"]
        assert [place for place in asked if place not in questions()] == [], row["id"]
        assert len({*taught, *asked}) == len(taught) + len(asked), row["id"]


def test_coverage_of_a_fact_names_sections_that_rest_on_it() -> None:
    for row in rows("red-flags", "additions"):
        assert EVIDENCE_FACT.fullmatch(row["id"]), row
        own = re.compile(rf"{re.escape(row['id'])}([a-z].*|-.*)?")
        silent = [
            place for place in row["taught"] if not any(map(own.fullmatch, sections()[place]))
        ]
        assert silent == [], row["id"]


def test_coverage_of_a_sign_is_never_left_out() -> None:
    for row in rows(*SAFETY):
        assert any(place.startswith("when-to-call/") for place in row.get("taught", [])), row


def test_coverage_of_a_misconception_names_questions_that_offer_it() -> None:
    for row in rows(*MISCONCEPTIONS):
        offered = {place for place, evidence in questions().items() if row["id"] in evidence}
        assert set(row.get("asked", [])) == offered, row["id"]


def test_coverage_has_a_row_for_every_misconception_in_use() -> None:
    used = {key for entry in shipped_library().misconceptions.values() for key in entry.evidence}
    assert used - {row["id"] for row in rows(*MISCONCEPTIONS)} == set()


def test_coverage_keeps_bans_by_something_that_can_be_checked() -> None:
    for row in rows(*BANS):
        checked = "absent" in row
        for kept in row["kept"]:
            if kept.startswith("learning."):
                module, name = kept.split(":")
                assert getattr(importlib.import_module(module), name), row
            elif not SENTENCE.fullmatch(kept):
                assert kept in sections() or kept in questions(), row
            else:
                continue
            checked = True
        assert checked, row


def test_coverage_of_a_ban_holds_in_all_that_readers_are_told() -> None:
    found = [
        (row["id"], told()[max(0, match.start() - 40) : match.end() + 40])
        for row in rows(*BANS)
        for words in row.get("absent", [])
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", told(), re.IGNORECASE)
    ]
    assert found == []


def test_coverage_gives_a_sentence_as_reason_for_leaving_out() -> None:
    reasons = {row["id"]: row["left_out"] for row in rows() if "left_out" in row}
    assert [key for key, reason in reasons.items() if not SENTENCE.fullmatch(reason)] == []


def test_registries_hold_nothing_unused() -> None:
    """Each entry is used by a module, the help page or another entry."""
    known = shipped_library()
    told_by_help = set(re.findall(r"(?:D|T|NEW|M)-[0-9.]*[0-9][a-z]?", HELP.read_text("utf-8")))
    mix_ups: set[str | None] = set()
    words: set[str] = set()
    facts = {fact for found in sections().values() for fact in found} | told_by_help
    for module in modules():
        for section in module.sections:
            words.update(section.body.words)
            words.update(section.picture.twin.words if section.picture else ())
        for question in module.questions:
            facts.update(question.facts)
            for answer in answers(question):
                facts.update(answer.facts)
                mix_ups.add(answer.misconception)
    facts.update(*(entry.facts for entry in known.misconceptions.values()))
    facts.update(*(word.facts for word in known.words.values()))
    sources = {source for fact in known.facts.values() for source in fact.sources}
    assert {
        "facts": sorted(set(known.facts) - facts),
        "sources": sorted(set(known.sources) - sources),
        "misconceptions": sorted(set(known.misconceptions) - mix_ups),
        "glossary": sorted(set(known.words) - words),
    } == {"facts": [], "sources": [], "misconceptions": [], "glossary": []}
