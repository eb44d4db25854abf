"""One module file: what it is, its sections, its questions, and how hard it is to read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from learning.content import markdown, pictures
from learning.content.files import File, lines_as_read
from learning.content.measuring import AIM_GRADE, REFUSED_GRADE, Grade, Measure
from learning.content.nodes import LONGEST_SLUG, SLUG, Cursor, Entry, Fields, open_file, unique
from learning.content.phrases import PHRASES
from learning.content.prompts import PromptReader
from learning.content.questions import Outline, check_set, read_questions
from learning.content.registries import Registries
from learning.content.schema import (
    Block,
    Door,
    Module,
    Pemat,
    Picture,
    Section,
    Text,
)

# Addresses under a module that are no sections, and one beside the modules that is no module.
RESERVED = frozenset({"before", "check", "later", "print"})
RESERVED_SLUGS = frozenset({"uploads"})
_REQUIRED = (
    "slug",
    "language",
    "title",
    "summary",
    "part",
    "minutes",
    "reviewed",
    "review_due",
    "pemat",
    "objectives",
    "teach_back",
    "sections",
    "questions",
)
_PICTURE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z]+(-[a-z0-9]+)*\.svg")
_LONGEST_TEXT = 5_000
_MOST_PARTS = 40  # sections, or questions
_AIM_SMOG = 8.0


_NAMED = {
    "slug": re.compile(rf"""^slug *: *["']?({SLUG.pattern})["']? *(#.*)?$""", re.MULTILINE),
    "language": re.compile(
        r"""^language *: *["']?([a-z]{2,3}(-[a-z]+)?)["']? *(#.*)?$""", re.MULTILINE
    ),
}


def names_in(text: str) -> tuple[str, str] | None:
    """Slug and language of the module in a text, found without reading it as YAML.

    So that a broken file has its place too. None where it names none: it is no module file.
    """
    lines = "\n".join(lines_as_read(text))
    found = [pattern.search(lines) for pattern in _NAMED.values()]
    slug, language = (match[1] if match else "" for match in found)
    known = slug and len(slug) <= LONGEST_SLUG and language
    return (slug, language) if known else None


@dataclass
class ModuleReader:
    """Reads module files against the registries and the slugs of all modules that have a file.

    ``grades`` collects how hard they are to read.
    """

    found: Registries
    slugs: Collection[str]
    measure: Measure
    today: datetime.date
    grades: list[Grade] = field(default_factory=list)

    def read(self, file: File, data: bytes, folder: Path) -> Module | None:
        """The module in a file that lies in this folder; None where nothing can be read."""
        root = open_file(file, data)
        return None if root is None else self._module(root, folder)

    def _module(self, root: Cursor, folder: Path) -> Module:
        fields = root.fields(_REQUIRED, ("must_know",))
        slug = self._named(fields, "slug", folder.name)
        if slug in RESERVED_SLUGS:
            fields.values["slug"].fault(
                f"“{slug}” is the address of something else; choose another"
            )
        language = self._named(fields, "language", Path(root.file.path).stem)
        if language and language not in PHRASES:
            fields.values["language"].fault(
                f"the system has no words in “{language}” yet; expected {', '.join(PHRASES)}"
            )
        entries = fields.entries("objectives", least=1)
        objectives = {entry.key.slug(): entry.value.text() for entry in entries.values()}
        prompts = PromptReader(language, self.measure, self.found.terms)
        teach_back = prompts.read(fields, objectives)
        named = [(cursor, cursor.one_of(objectives)) for cursor in fields.each("must_know")]
        unique(named, "objective")
        must_know = tuple(key for _, key in named if key)
        sections = self._sections(fields, objectives, language, folder)
        outline = Outline(
            slug, language, objectives, {one.key: one.objectives for one in sections}, must_know
        )
        questions = read_questions(_parts(fields, "questions"), outline, self.found)
        if place := fields.get("questions"):
            check_set(place, questions, outline)
        self._check_taught(entries, outline)
        module = Module(
            slug=slug,
            language=language,
            title=fields.text("title", most=200),
            summary=fields.text("summary", most=500),
            part=self._part(fields, slug, language),
            minutes=fields.number("minutes", 1, 60),
            reviewed=fields.date("reviewed"),
            review_due=fields.date("review_due"),
            pemat=self._pemat(fields),
            must_know=must_know,
            objectives=objectives,
            teach_back=teach_back,
            sections=sections,
            questions=questions,
        )
        self._check_dates(fields, module)
        self._grade(fields, module)
        return module

    def _named(self, fields: Fields, name: str, expected: str) -> str:
        """A slug that must be the same as the name of the folder or file."""
        value = fields.slug(name)
        if value and value != expected:
            fields.values[name].fault(f"“{value}”, but the file lies under “{expected}”")
        return value

    def _part(self, fields: Fields, slug: str, language: str) -> str:
        if self.found.parts is None or not fields.get("part"):
            return ""
        key = fields.one_of("part", [part.key for part in self.found.parts])
        place = fields.values["part"]
        for part in self.found.parts:
            if part.key == key and slug and slug not in part.modules:
                place.fault(f"part “{key}” does not list “{slug}” in parts.yaml")
            if part.key == key and language and language not in part.title:
                place.fault(f"part “{key}” has no title in “{language}” in parts.yaml")
        return key

    def _pemat(self, fields: Fields) -> Pemat:
        place = fields.get("pemat")
        inner = place.fields(("understandable", "actionable")) if place else Fields()
        return Pemat(inner.number("understandable", 0, 100), inner.number("actionable", 0, 100))

    def _check_taught(self, entries: Mapping[str, Entry], outline: Outline) -> None:
        taught = {key for keys in outline.sections.values() for key in keys}
        for key, entry in entries.items():
            if outline.sections and key not in taught:
                entry.key.fault("no section teaches this objective")

    def _check_dates(self, fields: Fields, module: Module) -> None:
        place = fields.get("review_due")
        if place is None or module.reviewed == datetime.date.max:
            return
        if module.review_due < module.reviewed:
            place.fault(f"before the review on {module.reviewed}")
        elif module.review_due < self.today:
            place.warn(f"this review was due on {module.review_due}")

    # Sections

    def _sections(
        self, fields: Fields, objectives: dict[str, str], language: str, folder: Path
    ) -> tuple[Section, ...]:
        sections, keys = [], []
        for cursor in _parts(fields, "sections"):
            inner = cursor.fields(("key", "title", "objectives", "body"), ("picture", "door"))
            section = Section(
                key=inner.slug("key"),
                title=inner.text("title", most=200),
                objectives=tuple(
                    each.one_of(objectives) for each in inner.each("objectives", least=1)
                ),
                body=self._text(inner.get("body"), language),
                picture=self._picture(inner, language, folder),
                door=self._door(inner),
            )
            place = inner.get("key") or cursor
            if section.key in RESERVED:
                place.fault(f"“{section.key}” is the address of something else; choose another")
            keys.append((place, section.key))
            sections.append(section)
        unique(keys, "section")
        return tuple(sections)

    def _text(self, cursor: Cursor | None, language: str) -> Text:
        """A Markdown text with what it cites looked up."""
        source = cursor.raw_text() if cursor else ""
        if cursor is not None and len(source) > _LONGEST_TEXT:
            cursor.fault(f"{len(source)} characters; expected {_LONGEST_TEXT} at most")
            source = ""
        if cursor is None or not source.strip():
            return Text(source, "", (), (), ())
        known = self.found.words or {}
        rendered = markdown.render(
            source, language=language if language in PHRASES else "en", words=known
        )
        for trouble in rendered.troubles:
            cursor.note_inside(trouble.line, trouble.column, trouble.text, trouble.severity)
        for mark in rendered.facts:
            if text := self.found.trouble(mark.key):
                cursor.note_inside(mark.line, mark.column, text)
        for mark in rendered.words:
            if self.found.words is not None and mark.key not in known:
                text = f"word “{mark.key}” is not in glossary.yaml"
                cursor.note_inside(mark.line, mark.column, text)
        for mark in rendered.links:
            linked = re.match(r"/[a-z-]+/modules/([a-z0-9-]+)/", mark.key)
            if linked and linked[1] not in self.slugs:
                text = f"a link to module “{linked[1]}”, which has no file"
                cursor.note_inside(mark.line, mark.column, text)
        return Text(
            source=source,
            html=rendered.html,
            facts=tuple(dict.fromkeys(mark.key for mark in rendered.facts)),
            words=tuple(dict.fromkeys(mark.key for mark in rendered.words)),
            blocks=tuple(
                Block(*cursor.inside(mark.line, mark.column), mark.key) for mark in rendered.blocks
            ),
        )

    def _picture(self, inner: Fields, language: str, folder: Path) -> Picture | None:
        place = inner.get("picture")
        if place is None:
            return None
        fields = place.fields(("file", "caption", "twin"))
        name, prefix = fields.get("file"), inner.get("key")
        drawn, source = "", ""
        if name is not None:
            source, drawn = self._drawing(
                name, folder, str(prefix.node.value) if prefix else "picture"
            )
        return Picture(
            file=str(name.node.value) if name else "",
            source=source,
            svg=drawn,
            caption=fields.text("caption"),
            twin=self._text(fields.get("twin"), language),
        )

    def _drawing(self, name: Cursor, folder: Path, prefix: str) -> tuple[str, str]:
        """The picture file as written, and as it goes into the page."""
        written = name.raw_text()
        if not _PICTURE_NAME.fullmatch(written):
            if written:
                name.fault("expected the name of a file in this folder, as three-routes.en.svg")
            return "", ""
        try:
            data = (folder / written).read_bytes()
        except OSError:
            name.fault(f"picture “{written}” is missing in this folder")
            return "", ""
        drawn = pictures.draw(data, prefix=prefix)
        file = File(str(Path(name.file.path).with_name(written)), name.file.faults)
        for line, column, text in drawn.troubles:
            file.note(line, column, "", text)
        return data.decode("utf-8", "replace"), drawn.svg

    def _door(self, inner: Fields) -> Door | None:
        place = inner.get("door")
        if place is None:
            return None
        fields = place.fields(("covers", "minutes"))
        return Door(fields.text("covers"), fields.number("minutes", 1, 60))

    # Reading grades

    def _grade(self, fields: Fields, module: Module) -> None:
        terms = self.found.terms
        blocks: list[str] = []
        places = fields.each_quietly("sections")[:_MOST_PARTS]
        for cursor, section in zip(places, module.sections, strict=True):
            mine = _blocks(section)
            blocks.extend(block.text for block in mine)
            measured = self.measure([block.text for block in mine], terms=terms)
            grade = measured.flesch_kincaid
            self.grades.append(
                Grade(module.slug, module.language, section.key, grade, measured.smog)
            )
            if grade is not None and grade > REFUSED_GRADE:
                cursor.fault(f"reading grade {grade:.1f}; refused above {REFUSED_GRADE:.0f}")
            elif grade is not None and grade > AIM_GRADE:
                cursor.warn(f"reading grade {grade:.1f}; aim at {AIM_GRADE:.0f}")
            for long in measured.long_sentences:
                block = mine[long.index]
                text = f"a sentence of {long.words} words; aim at 20 at most"
                line, column = block.line + block.text[: long.offset].count("\n"), block.column
                if line > block.line:
                    written = cursor.file.lines[line - 1]
                    column = 1 + len(written) - len(written.lstrip())
                cursor.file.note(line, column, cursor.path, text, "warning")
        whole = self.measure(blocks, terms=terms)
        self.grades.append(
            Grade(module.slug, module.language, "", whole.flesch_kincaid, whole.smog)
        )
        place = fields.get("sections")
        if place and whole.smog is not None and whole.smog > _AIM_SMOG:
            place.warn(f"SMOG {whole.smog:.1f} over the module; aim at {_AIM_SMOG:.0f}")


def _parts(fields: Fields, name: str) -> list[Cursor]:
    """The values of a list that has one at least; of a far too long one the first."""
    cursors = fields.each(name, least=1)
    if len(cursors) > _MOST_PARTS:
        fields.values[name].fault(f"{len(cursors)} in this list; expected {_MOST_PARTS} at most")
    return cursors[:_MOST_PARTS]


def _blocks(section: Section) -> Sequence[Block]:
    """What is read of a section in paragraphs, in words of the picture too."""
    return [block for text in section.texts for block in text.blocks]
