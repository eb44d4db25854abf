"""The registries that modules share: parts, sources, facts, misconceptions and the glossary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from learning.content.do_not_teach import why_not_asked, why_not_taught
from learning.content.files import File
from learning.content.nodes import SLUG, Cursor, Entry, Fields, open_file, unique
from learning.content.schema import Fact, Fault, Misconception, Part, Source, Word

FACT_ID = re.compile(r"(D|T|NEW|M)-[0-9]+(\.[0-9]+)?[a-z]?(-[a-z0-9]+)*")
EVIDENCE_ID = re.compile(r"(M-[0-9]+|T-6\.[0-9]+[a-z]?)")
SLIP = "slip: not surveyed"
CERTAINTIES = ("page", "copy", "memory")

Kept = TypeVar("Kept")


@dataclass
class Registries:
    """What was read of each registry, or None where the file could not be read at all."""

    parts: tuple[Part, ...] | None = None
    sources: Mapping[str, Source] | None = None
    facts: Mapping[str, Fact] | None = None
    misconceptions: Mapping[str, Misconception] | None = None
    words: Mapping[str, Word] | None = None
    part_places: dict[str, Cursor] = field(default_factory=dict)

    @property
    def terms(self) -> frozenset[str]:
        """Every way to write the words that readers are taught."""
        words = (self.words or {}).values()
        return frozenset(term for word in words for term in (word.word, *word.also) if term)

    def cited(self, cursor: Cursor, *, asked: bool = False) -> str:
        """The fact id under the cursor, with what speaks against using it noted."""
        value = cursor.raw_text()
        if value and (trouble := self.trouble(value, asked=asked)):
            cursor.fault(trouble)
        return value

    def trouble(self, fact: str, *, asked: bool = False) -> str:
        """What speaks against using this fact, or nothing."""
        if not FACT_ID.fullmatch(fact):
            return f"“{fact}” is no fact id; expected one such as D-2.13, T-1.2 or NEW-3"
        if why := why_not_taught(fact):
            return f"{fact} is not to be taught: {why}"
        if asked and (why := why_not_asked(fact)):
            return f"{fact} may be taught but not asked: {why}"
        if self.facts is None:
            return ""
        if fact not in self.facts:
            return f"fact {fact} is not in facts.yaml"
        if asked and self.facts[fact].certainty == "memory":
            return f"{fact} is from memory only, so no question may rest on it"
        return ""


def read_registries(folder: Path, faults: list[Fault]) -> Registries:
    """Read the five registry files of a library."""
    found = Registries()
    found.sources = _registry(folder, faults, "sources", _source)
    found.facts = _registry(folder, faults, "facts", lambda entry: _fact(entry, found.sources))
    found.misconceptions = _registry(
        folder, faults, "misconceptions", lambda entry: _misconception(entry, found)
    )
    found.words = _registry(folder, faults, "glossary", lambda entry: _word(entry, found))
    _read_parts(folder, faults, found)
    return found


def _open(folder: Path, faults: list[Fault], name: str) -> Cursor | None:
    file = File(f"{name}.yaml", faults)
    try:
        data = (folder / file.path).read_bytes()
    except OSError:
        file.note(1, 1, "", "this file is missing or cannot be read")
        return None
    return open_file(file, data)


def _registry(
    folder: Path, faults: list[Fault], name: str, read: Callable[[Entry], Kept]
) -> Mapping[str, Kept] | None:
    root = _open(folder, faults, name)
    if root is None:
        return None
    kept = {key: read(entry) for key, entry in root.entries().items()}
    # Where the file holds something else, every use of it would be a fault too.
    return kept if root.what() == "keys with values" else None


def _key(entry: Entry) -> str:
    """The key of an entry; a wrong one is noted."""
    return entry.key.slug()


def _source(entry: Entry) -> Source:
    fields = entry.value.fields(("title", "publisher"), ("year", "url", "seen"))
    url = fields.get("url")
    if url and not re.fullmatch(r"https?://[^\s<>\"]+", url.raw_text()):
        url.fault("expected an address that begins with https:// or http://")
    return Source(
        key=_key(entry),
        title=fields.text("title"),
        publisher=fields.text("publisher"),
        year=fields.number("year", 1900, 2100) if fields.get("year") else None,
        url=url.raw_text() if url else "",
        seen=fields.date("seen") if fields.get("seen") else None,
    )


def _fact(entry: Entry, sources: Mapping[str, Source] | None) -> Fact:
    if not FACT_ID.fullmatch(str(entry.key.node.value)):
        entry.key.fault("this is no fact id; expected one such as D-2.13, T-1.2 or NEW-3")
    elif why := why_not_taught(str(entry.key.node.value)):
        entry.key.fault(f"this fact is not to be taught: {why}")
    fields = entry.value.fields(("statement", "sources", "certainty"))
    certainty = fields.one_of("certainty", CERTAINTIES)
    keys = []
    for cursor in fields.each("sources"):
        keys.append(cursor.raw_text())
        if keys[-1] and sources is not None and keys[-1] not in sources:
            cursor.fault(f"source “{keys[-1]}” is not in sources.yaml")
    if not keys and certainty in ("page", "copy") and (place := fields.get("sources")):
        place.fault("no source; only a fact with certainty memory may have none")
    return Fact(
        id=str(entry.key.node.value),
        statement=fields.text("statement"),
        sources=tuple(keys),
        certainty=certainty,
    )


def _misconception(entry: Entry, found: Registries) -> Misconception:
    fields = entry.value.fields(("wording", "correction", "evidence", "facts"), ("safety",))
    return Misconception(
        key=_key(entry),
        wording=fields.text("wording"),
        correction=fields.text("correction"),
        safety=fields.flag("safety"),
        evidence=_evidence(fields),
        facts=facts_of(fields, found),
    )


def _evidence(fields: Fields) -> tuple[str, ...]:
    place = fields.get("evidence")
    if place is None:
        return ()
    if place.what() == "text":
        if place.raw_text() != SLIP:
            place.fault(f"expected a list of ids such as M-4 or T-6.11, or “{SLIP}”")
        return ()
    ids = []
    for cursor in place.each(least=1):
        ids.append(cursor.raw_text())
        if ids[-1] and not EVIDENCE_ID.fullmatch(ids[-1]):
            cursor.fault(f"“{ids[-1]}” is no misconception of the evidence; expected M-4 or T-6.11")
    return tuple(ids)


def facts_of(fields: Fields, found: Registries, *, asked: bool = False) -> tuple[str, ...]:
    """The fact ids in the field ``facts``."""
    return tuple(found.cited(cursor, asked=asked) for cursor in fields.each("facts"))


def _word(entry: Entry, found: Registries) -> Word:
    fields = entry.value.fields(("word", "short", "meaning", "facts"), ("say", "also"))
    short = fields.text("short")
    if len(short.split()) > 8 and (place := fields.get("short")):
        place.fault(f"{len(short.split())} words; expected 8 at most, as it stands in the line")
    return Word(
        key=_key(entry),
        word=fields.text("word"),
        say=fields.text("say"),
        short=short,
        meaning=fields.text("meaning"),
        facts=facts_of(fields, found),
        also=tuple(cursor.text() for cursor in fields.each("also")),
    )


def _read_parts(folder: Path, faults: list[Fault], found: Registries) -> None:
    root = _open(folder, faults, "parts")
    if root is None:
        return
    parts, keys, slugs = [], [], []
    for cursor in root.each(least=1):
        fields = cursor.fields(("key", "title", "modules"))
        titles = {}
        for language, entry in fields.entries("title").items():
            if not SLUG.fullmatch(language):
                entry.key.fault(f"“{language}” is no language; expected one such as en")
            titles[language] = entry.value.text(most=100)
        modules = [(place, place.slug()) for place in fields.each("modules")]
        slugs.extend(modules)
        key = fields.slug("key")
        keys.append((fields.get("key") or cursor, key))
        parts.append(Part(key, titles, tuple(slug for _, slug in modules)))
    unique(keys, "part")
    unique(slugs, "module")
    found.parts = tuple(parts) or None
    found.part_places = {slug: place for place, slug in slugs}
