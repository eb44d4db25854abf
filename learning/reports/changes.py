"""What changed between two editions: dates, objectives, sections, questions, sources and words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learning.models import Edition, EditionQuestion, Section
from learning.rules.changes import ChangedPart, Part, PartsChanged, parts_changed
from learning.rules.grading import Key
from learning.rules.plain_text import lines_of

KINDS = {"one": "one best answer", "several": "choose all that apply", "pairs": "one for each item"}
CARDS = {
    "emergency": "Emergency: call your local emergency number now.",
    "call-now": "Call your cancer team now, day or night.",
    "tell": "Tell your team.",
}


@dataclass(frozen=True)
class Chapter:
    """The parts of one sort: sections, say."""

    title: str
    parts: PartsChanged

    @property
    def changed(self) -> tuple[ChangedPart, ...]:
        return self.parts.changed


@dataclass(frozen=True)
class Changes:
    before: Edition
    after: Edition
    chapters: tuple[Chapter, ...]

    @property
    def nothing(self) -> bool:
        return not any(chapter.changed for chapter in self.chapters)


@dataclass(frozen=True)
class Contents:
    """An edition with its sections and its questions, stored or not."""

    edition: Edition
    sections: tuple[Section, ...]
    questions: tuple[EditionQuestion, ...]


def stored(edition: Edition) -> Contents:
    questions = edition.questions.select_related("wording__question")
    return Contents(edition, tuple(edition.sections.all()), tuple(questions))


def changes(before: Contents, after: Contents) -> Changes:
    """What changed from one edition to another of the same module and language."""
    old, new = _Told(before), _Told(after)
    return Changes(
        before.edition,
        after.edition,
        tuple(
            Chapter(title, parts_changed(was, now))
            for title, was, now in (
                ("About the module", old.about(), new.about()),
                ("What is learned", old.objectives(), new.objectives()),
                ("Sections", old.sections, new.sections),
                ("Questions", old.questions, new.questions),
                ("Sources and words", old.registries(), new.registries()),
            )
        ),
    )


class _Told:
    """One edition as labelled lines."""

    def __init__(self, contents: Contents) -> None:
        self.edition = contents.edition
        self.sections = [_section(section) for section in contents.sections]
        self.questions = [_question(place) for place in contents.questions]

    def about(self) -> list[Part]:
        edition = self.edition
        texts = {
            "Title": [edition.title],
            "Summary": [edition.summary],
            "Part": [edition.part_title],
            "Minutes to read": [str(edition.minutes)],
            "Checked against its sources on": [_day(edition.reviewed)],
            "Review due on": [_day(edition.review_due)],
            "PEMAT-P": [f"{percent}% {name}" for name, percent in sorted(edition.pemat.items())],
            "Order of the sections, by key": [part.key for part in self.sections],
        }
        return [Part("about", "Title, dates and order", texts)]

    def objectives(self) -> list[Part]:
        must_know = set(self.edition.must_know)
        return [
            Part(
                key,
                sentence,
                {
                    "Objective": [sentence],
                    "What a nurse asks": [self.edition.teach_back.get(key, "")],
                    "Everybody must know it": ["Yes" if key in must_know else "No"],
                },
            )
            for key, sentence in self.edition.objectives
        ]

    def registries(self) -> list[Part]:
        words = [
            " ".join(filter(None, (row["word"], f"({row['say']})" if row["say"] else "")))
            + f": {row['meaning']}"
            for row in self.edition.words
        ]
        return [
            Part("sources", "Sources", {"": [_source(row) for row in self.edition.sources]}),
            Part("words", "Words explained", {"": words}),
        ]


def _section(section: Section) -> Part:
    picture, door = section.picture, section.door
    texts: dict[str, Sequence[str]] = {
        "Title": [section.title],
        "Door": [f"{door['covers']} ({door['minutes']} minutes)"] if door else [],
        "Text": lines_of(section.html),
        "Facts": _statements(section.statements),
    }
    if picture:
        texts["Picture"] = [picture["caption"], *lines_of(picture["twin"])]
        texts["Drawing"] = [f"version {hashlib.sha256(picture['svg'].encode()).hexdigest()[:8]}"]
    return Part(section.key, section.title, texts)


def _question(place: EditionQuestion) -> Part:
    question, text = place.wording.question, place.wording.text
    key = Key.from_meaning(question.meaning)
    parts = {row["key"]: row for row in text.get("items") or text["choices"]}
    places = {row["key"]: row["text"] for row in text.get("places") or ()}
    action = text.get("action")
    texts: dict[str, Sequence[str]] = {
        "Question": [text["stem"]],
        "Hint": _given(text.get("hint")),
        "What is true": [text["truth"]],
        "What to do": [f"{CARDS[action['kind']]} {action['text']}"] if action else [],
    }
    for name, row in parts.items():
        texts[f"Choice “{name}”"] = [row["text"]]
        texts[f"Feedback to “{name}”"] = _given(row.get("why"))
    texts["Places to choose"] = list(places.values())
    texts["Right"] = [
        f"{row['text']} → {places[key.places[name]]}" if places else row["text"]
        for name, row in parts.items()
        if name in key.right or places
    ]
    texts["Mix-ups"] = list(_mixups(key, parts, place.behind["mixups"]))
    texts["Facts"] = _statements(place.behind["statements"])
    texts["Kind and place"] = [
        f"Version {question.version}",
        f"Kind: {KINDS[key.kind]}",
        f"About the objective: {question.objective}",
        f"Taught in the section: {question.section}",
        f"Form {question.form}",
    ]
    return Part(question.key, text["stem"], texts)


def _mixups(key: Key, parts: Mapping[str, Any], known: Mapping[str, Any]) -> Iterable[str]:
    for name, mixup in key.mixups.items():
        row = known.get(mixup)
        if row is not None and name in parts:
            yield f"{parts[name]['text']}: “{row['wording']}” {row['correction']}"


def _statements(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{row['id']}: {row['statement']}" for row in stored]


def _source(row: Mapping[str, Any]) -> str:
    return ", ".join(str(row[name]) for name in ("publisher", "title", "year", "url") if row[name])


def _given(text: str | None) -> list[str]:
    return [text] if text else []


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}"
