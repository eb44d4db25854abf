"""Uploaded module files: what is wrong with one, and what publishing it would change."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from learning.content import digest
from learning.content.files import lines_as_read
from learning.content.reading import Reading
from learning.content.schema import Fault, Library, Module
from learning.content.schema import Question as QuestionFile
from learning.models import Draft, Edition, Question, SignOff, Wording
from learning.reports.content import read_one
from learning.reports.desk_module import current_edition
from learning.rules.changes import differing

MOST_SHOWN = 200  # faults
MOST_LISTED = 100  # drafts
_AROUND = 80  # letters of a line before and after the place of a fault


@dataclass(frozen=True)
class FileToStart:
    """A module whose current file can be downloaded."""

    slug: str
    title: str


def drafts() -> QuerySet[Draft]:
    """The newest drafts, without the texts."""
    found = Draft.objects.defer("text").select_related("uploaded_by", "published_as")
    return found[:MOST_LISTED]


def find_draft(key: str) -> Draft | None:
    return (
        Draft.objects.select_related("uploaded_by", "published_as__module").filter(key=key).first()
    )


def files_to_start(language: str) -> tuple[FileToStart, ...]:
    """The modules with a file in the folder of the content or behind their edition, by title."""
    titles = dict(
        Edition.objects.filter(language=language, current=True).values_list("module__slug", "title")
    )
    slugs = {path.parent.name for path in _folder().glob(f"*/{language}.yaml")}
    slugs |= set(_behind_editions(language).values_list("slug", flat=True))
    found = [FileToStart(slug, titles.get(slug, slug)) for slug in slugs]
    return tuple(sorted(found, key=lambda file: file.title.casefold()))


def file_to_start(language: str, slug: str) -> str | None:
    """The file of the current edition where it was uploaded, else the one in the folder."""
    if slug not in {file.slug for file in files_to_start(language)}:
        return None
    uploaded = _behind_editions(language).filter(slug=slug).first()
    if uploaded is not None:
        return uploaded.text
    return (_folder() / slug / f"{language}.yaml").read_text(encoding="utf-8")


def _behind_editions(language: str) -> QuerySet[Draft]:
    return Draft.objects.filter(language=language, published_as__current=True)


def _folder() -> Path:
    return Path(settings.CONTENT_DIR) / "modules"


# What is wrong


@dataclass(frozen=True)
class FaultRow:
    """A fault with the line it is in, as it is written."""

    fault: Fault
    written: str


@dataclass(frozen=True)
class DraftPage:
    """``elsewhere`` are faults of other files, such as a picture; ``more`` are not shown."""

    draft: Draft
    reading: Reading
    faults: tuple[FaultRow, ...]
    warnings: tuple[FaultRow, ...]
    elsewhere: tuple[Fault, ...]
    more: int
    impact: Impact | None

    @property
    def count(self) -> int:
        return len(self.faults) + self.more


def read_draft(draft: Draft, *, today: datetime.date) -> Reading:
    return read_one(Path(settings.CONTENT_DIR), draft.path, draft.text, today=today)


def draft_page(draft: Draft, *, today: datetime.date) -> DraftPage:
    """What is wrong with it and, where nothing is, what publishing it would change."""
    reading = read_draft(draft, today=today)
    lines = lines_as_read(draft.text)
    mine = [fault for fault in reading.faults if fault.path == draft.path]
    faults = [fault for fault in mine if fault.severity == "fault"]
    warnings = [fault for fault in mine if fault.severity == "warning"]
    return DraftPage(
        draft=draft,
        reading=reading,
        faults=_rows(faults, lines),
        warnings=_rows(warnings, lines),
        elsewhere=tuple(
            fault
            for fault in reading.faults
            if fault.path != draft.path and fault.severity == "fault"
        )[:MOST_SHOWN],
        more=max(0, len(faults) - MOST_SHOWN),
        impact=impact(reading.library) if reading.library else None,
    )


def _rows(faults: Iterable[Fault], lines: list[str]) -> tuple[FaultRow, ...]:
    return tuple(FaultRow(fault, _written(fault, lines)) for fault in list(faults)[:MOST_SHOWN])


def _written(fault: Fault, lines: list[str]) -> str:
    """The line of a fault; of a very long one what is around its place."""
    line = lines[fault.line - 1] if fault.line <= len(lines) else ""
    begin, end = max(0, fault.column - 1 - _AROUND), fault.column - 1 + _AROUND
    if len(line) <= 2 * _AROUND:
        return line.strip()
    return ("…" if begin else "") + line[begin:end].strip() + ("…" if end < len(line) else "")


# What publishing would change


@dataclass(frozen=True)
class MeaningChange:
    """A question whose meaning changed under the version that was published with another."""

    question: QuestionFile
    differences: tuple[str, ...]

    @property
    def next_version(self) -> int:
        return self.question.version + 1


@dataclass(frozen=True)
class Impact:
    """What publishing would change against ``current``, where there is an edition.

    ``gone`` are the stems of questions that would no longer be asked. ``same`` says that the file
    holds what the current edition holds, ``approved`` that somebody approved that edition.
    """

    module: Module
    current: Edition | None
    same: bool
    approved: bool
    new: tuple[QuestionFile, ...]
    reworded: tuple[QuestionFile, ...]
    meaning: tuple[MeaningChange, ...]
    gone: tuple[str, ...]

    @property
    def replaces(self) -> int:
        """The number of the edition that would be replaced; 0 where there is none."""
        return self.current.number if self.current else 0

    @property
    def next_number(self) -> int:
        return self.replaces + 1

    @property
    def can_be_published(self) -> bool:
        return not self.meaning and not self.same


def impact(library: Library) -> Impact:
    """For a library with one module."""
    (module,) = library.modules.values()
    current = current_edition(module.language, module.slug)
    known = {
        (question.key, question.version): question
        for question in Question.objects.filter(module__slug=module.slug)
    }
    worded: dict[int, set[str]] = {}
    for pk, found in Wording.objects.filter(
        question__in=known.values(), language=module.language
    ).values_list("question_id", "digest"):
        worded.setdefault(pk, set()).add(found)
    new, reworded, meaning = [], [], []
    for question in module.questions:
        stored = known.get((question.key, question.version))
        if stored is None:
            new.append(question)
            continue
        if differences := differing(stored.meaning, question.meaning()):
            meaning.append(MeaningChange(question, tuple(differences)))
        wordings = worded.get(stored.pk)
        if wordings and digest.wording_digest(library.wording_data(question)) not in wordings:
            reworded.append(question)
    return Impact(
        module=module,
        current=current,
        same=_is_same(library, module, current),
        approved=current is not None
        and SignOff.objects.standing().filter(edition=current).exists(),
        new=tuple(new),
        reworded=tuple(reworded),
        meaning=tuple(meaning),
        gone=tuple(_gone(module, current)),
    )


def _is_same(library: Library, module: Module, current: Edition | None) -> bool:
    """Also where the current edition was withdrawn, a new one may bring it back."""
    return (
        current is not None
        and current.withdrawn_at is None
        and current.digest == digest.edition_digest(library, module)
    )


def _gone(module: Module, current: Edition | None) -> Iterable[str]:
    if current is None:
        return
    kept = {(question.key, question.version) for question in module.questions}
    for place in current.questions.select_related("wording__question"):
        asked = place.wording.question
        if (asked.key, asked.version) not in kept:
            yield place.wording.text["stem"]
