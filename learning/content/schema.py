"""What a content library holds once it has been read, and what publishing needs to know of it.

A ``Library`` exists only where nothing was wrong with its files. Fields that take no part in
comparing are made from others, so they take no part in digests either.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["fault", "warning"]


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong at one place of a file, and what is expected. A warning refuses nothing."""

    path: str
    line: int
    column: int
    key_path: str
    text: str
    severity: Severity = "fault"

    def __str__(self) -> str:
        place = " ".join(filter(None, [f"{self.path}:{self.line}:{self.column}", self.key_path]))
        return f"{place} – {self.text}"


@dataclass(frozen=True)
class Source:
    key: str
    title: str
    publisher: str
    year: int | None = None
    url: str = ""
    seen: datetime.date | None = None


@dataclass(frozen=True)
class Fact:
    """A statement of the evidence: ``certainty`` is page, copy or memory."""

    id: str
    statement: str
    sources: tuple[str, ...]
    certainty: str


@dataclass(frozen=True)
class Misconception:
    key: str
    wording: str
    correction: str
    safety: bool
    evidence: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A glossary entry: ``short`` explains in the line, ``also`` are other ways to write it."""

    key: str
    word: str
    say: str
    short: str
    meaning: str
    facts: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A group of modules in reading order, with its title by language."""

    key: str
    title: Mapping[str, str]
    modules: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph or list item as it is read, and where it begins in its file."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Text:
    """A Markdown text: as written, as HTML, and which facts and glossary words it uses."""

    source: str
    html: str = field(compare=False)
    facts: tuple[str, ...]
    words: tuple[str, ...]
    blocks: tuple[Block, ...] = field(compare=False)


@dataclass(frozen=True)
class Picture:
    """A picture: its file as written, the SVG to put into the page, and its words."""

    file: str
    source: str
    svg: str = field(compare=False)
    caption: str
    twin: Text


@dataclass(frozen=True)
class Door:
    covers: str
    minutes: int


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    objectives: tuple[str, ...]
    body: Text
    picture: Picture | None = None
    door: Door | None = None

    @property
    def texts(self) -> tuple[Text, ...]:
        return (self.picture.twin, self.body) if self.picture else (self.body,)


@dataclass(frozen=True)
class Choice:
    key: str
    text: str
    why: str
    right: bool
    misconception: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    key: str
    text: str


@dataclass(frozen=True)
class Item:
    """Something to put in its place, in a question of kind ``pairs``."""

    key: str
    text: str
    why: str
    place: str
    misconception: str | None
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Action:
    """What to do now, shown with the feedback: ``kind`` is emergency, call-now or tell."""

    kind: str
    text: str


@dataclass(frozen=True)
class Question:
    key: str
    version: int
    objective: str
    section: str
    form: str
    kind: str
    stem: str
    hint: str
    truth: str
    facts: tuple[str, ...]
    action: Action | None
    in_order: bool
    choices: tuple[Choice, ...] = ()
    items: tuple[Item, ...] = ()
    places: tuple[Place, ...] = ()
    each_once: bool = False

    @property
    def parts(self) -> tuple[Choice, ...] | tuple[Item, ...]:
        """What can be got right or not: the choices, or the items of ``pairs``."""
        return self.items or self.choices

    @property
    def mixups(self) -> tuple[str, ...]:
        """The misconceptions behind its choices or items, each once."""
        return _once(part.misconception for part in self.parts if part.misconception)

    @property
    def all_facts(self) -> tuple[str, ...]:
        return _once([*self.facts, *(fact for part in self.parts for fact in part.facts)])

    def meaning(self) -> dict[str, Any]:
        """What the question means: no words, and the same in whatever order it is written."""
        meaning: dict[str, Any] = {
            "kind": self.kind,
            "objective": self.objective,
            "form": self.form,
            "section": self.section,
        }
        if self.kind == "pairs":
            meaning["items"] = [
                {"key": item.key, "place": item.place, "misconception": item.misconception}
                for item in sorted(self.items, key=lambda item: item.key)
            ]
            meaning["places"] = sorted(place.key for place in self.places)
            meaning["each_once"] = self.each_once
        else:
            meaning["choices"] = [
                {"key": choice.key, "right": choice.right, "misconception": choice.misconception}
                for choice in sorted(self.choices, key=lambda choice: choice.key)
            ]
        return meaning


@dataclass(frozen=True)
class Pemat:
    """The authors' own PEMAT-P score, out of 100."""

    understandable: int
    actionable: int


@dataclass(frozen=True)
class Module:
    """One module file: a module in one language.

    ``teach_back`` has, for each objective, what a nurse asks to hear it in a person's own words.
    """

    slug: str
    language: str
    title: str
    summary: str
    part: str
    minutes: int
    reviewed: datetime.date
    review_due: datetime.date
    pemat: Pemat
    must_know: tuple[str, ...]
    objectives: Mapping[str, str]
    teach_back: Mapping[str, str]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Library:
    """Everything that can be published. Modules have the key (slug, language)."""

    parts: tuple[Part, ...]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    misconceptions: Mapping[str, Misconception]
    words: Mapping[str, Word]
    modules: Mapping[tuple[str, str], Module]

    def position(self, slug: str) -> int:
        """The place of a module in reading order, from 1."""
        return 1 + [name for part in self.parts for name in part.modules].index(slug)

    def part_title(self, slug: str, language: str) -> str:
        return next(part.title[language] for part in self.parts if slug in part.modules)

    def facts_of(self, module: Module) -> tuple[str, ...]:
        """Every fact behind a module: its texts, questions, mix-ups and glossary words."""
        return _once(
            [
                *(fact for text in _texts(module) for fact in text.facts),
                *(fact for question in module.questions for fact in self._facts_behind(question)),
                *(fact for key in word_keys(module) for fact in self.words[key].facts),
            ]
        )

    def words_of(self, module: Module) -> list[dict[str, Any]]:
        """The glossary entries of a module as an edition stores them."""
        return [
            {"key": word.key, "word": word.word, "say": word.say, "meaning": word.meaning}
            for word in (self.words[key] for key in word_keys(module))
        ]

    def sources_of(self, module: Module) -> list[dict[str, Any]]:
        """The sources behind a module as an edition stores them."""
        return self._sources(
            key for fact in self.facts_of(module) for key in self.facts[fact].sources
        )

    def section_data(self, section: Section) -> dict[str, Any]:
        """What an edition stores of a section."""
        picture, door = section.picture, section.door
        return {
            "key": section.key,
            "title": section.title,
            "html": section.body.html,
            "picture": picture
            and {"svg": picture.svg, "caption": picture.caption, "twin": picture.twin.html},
            "door": door and {"covers": door.covers, "minutes": door.minutes},
            "statements": self._statements(fact for text in section.texts for fact in text.facts),
        }

    def wording_data(self, question: Question) -> dict[str, Any]:
        """What is read of a question; it is stored by its digest."""
        wording: dict[str, Any] = {
            "stem": question.stem,
            "hint": question.hint,
            "truth": question.truth,
            "action": question.action
            and {"kind": question.action.kind, "text": question.action.text},
            "in_order": question.in_order,
        }
        parts = [{"key": part.key, "text": part.text, "why": part.why} for part in question.parts]
        if question.kind == "pairs":
            places = [{"key": place.key, "text": place.text} for place in question.places]
            return {**wording, "items": parts, "places": places}
        return {**wording, "choices": parts}

    def behind(self, question: Question) -> dict[str, Any]:
        """The mix-ups and statements behind a question as an edition stores them."""
        mixups = {key: self.misconceptions[key] for key in question.mixups}
        return {
            "mixups": {
                key: {"wording": mixup.wording, "correction": mixup.correction}
                for key, mixup in mixups.items()
            },
            "statements": self._statements(self._facts_behind(question)),
        }

    def _facts_behind(self, question: Question) -> tuple[str, ...]:
        mixups = [self.misconceptions[key] for key in question.mixups]
        return _once([*question.all_facts, *(fact for mixup in mixups for fact in mixup.facts)])

    def _statements(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {
                "id": fact.id,
                "statement": fact.statement,
                "certainty": fact.certainty,
                "sources": self._sources(fact.sources),
            }
            for fact in (self.facts[key] for key in _once(ids))
        ]

    def _sources(self, keys: Iterable[str]) -> list[dict[str, Any]]:
        return [
            {
                "key": source.key,
                "title": source.title,
                "publisher": source.publisher,
                "year": source.year,
                "url": source.url,
            }
            for source in (self.sources[key] for key in _once(keys))
        ]


def word_keys(module: Module) -> tuple[str, ...]:
    """The glossary words a module explains."""
    return _once(key for text in _texts(module) for key in text.words)


def _texts(module: Module) -> list[Text]:
    return [text for section in module.sections for text in section.texts]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
