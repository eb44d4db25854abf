"""What there is to read, and where one reader stands."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from learning.models import Edition, Learner, Section, SectionRead, Sitting
from learning.models.sittings import Occasion
from learning.reports.approvals import Approvals, approvals_of_one
from learning.reports.evidence import Evidence, evidence
from learning.rules.places import PLACES, fold
from learning.rules.progress import ModuleState, module_state, next_section


@dataclass(frozen=True)
class ModuleRow:
    slug: str
    title: str
    summary: str
    minutes: int
    state: ModuleState
    sections: int
    sections_read: int


@dataclass(frozen=True)
class Part:
    """``folded`` are the places in the body that this reader did not choose."""

    title: str
    modules: tuple[ModuleRow, ...]
    folded: tuple[ModuleRow, ...] = ()
    has_places: bool = False


@dataclass(frozen=True)
class Place:
    """Where to go on: a check at its first open question, or a module at its next section."""

    slug: str
    title: str
    check_key: str | None = None
    question: int = 0
    size: int = 0
    section: str | None = None


@dataclass(frozen=True)
class _Footprints:
    read: Mapping[int, set[str]]
    open_checks: Mapping[int, list[Sitting]]
    finished: frozenset[int]


def _footprints(learner: Learner | None) -> _Footprints:
    read: dict[int, set[str]] = {}
    open_checks: dict[int, list[Sitting]] = {}
    finished: set[int] = set()
    if learner is not None:
        for module_id, section in SectionRead.objects.filter(learner=learner).values_list(
            "module_id", "section"
        ):
            read.setdefault(module_id, set()).add(section)
        for sitting in Sitting.objects.filter(learner=learner):
            if sitting.finished_at is None:
                open_checks.setdefault(sitting.module_id, []).append(sitting)
            elif sitting.occasion == Occasion.AFTER:
                finished.add(sitting.module_id)
    return _Footprints(read, open_checks, frozenset(finished))


def _section_keys(editions: Iterable[Edition]) -> dict[int, list[str]]:
    keys: dict[int, list[str]] = {}
    rows = Section.objects.filter(edition__in=list(editions)).order_by("edition", "number")
    for edition_id, key in rows.values_list("edition_id", "key"):
        keys.setdefault(edition_id, []).append(key)
    return keys


def _row(edition: Edition, keys: list[str], steps: _Footprints) -> ModuleRow:
    read = steps.read.get(edition.module_id, set())
    checks = steps.open_checks.get(edition.module_id, [])
    return ModuleRow(
        slug=edition.module.slug,
        title=edition.title,
        summary=edition.summary,
        minutes=edition.minutes,
        state=module_state(
            sections=keys,
            read=read,
            open_check=any(check.occasion == Occasion.AFTER for check in checks),
            finished=edition.module_id in steps.finished,
        ),
        sections=len(keys),
        sections_read=len(read.intersection(keys)),
    )


def _without_lists(editions: QuerySet[Edition]) -> QuerySet[Edition]:
    """Without the glossary and the sources, which are long to read and not on these pages."""
    return editions.defer("words", "sources")


def module_list(language: str, learner: Learner | None) -> tuple[Part, ...]:
    """The modules offered in this language by part, with where this reader stands in each."""
    editions = list(_without_lists(Edition.objects.offered(language)))
    keys, steps = _section_keys(editions), _footprints(learner)
    chosen = learner.places if learner else ()
    parts = []
    for title, group in groupby(editions, key=lambda edition: edition.part_title):
        rows = [_row(edition, keys.get(edition.pk, []), steps) for edition in group]
        shown, folded = fold([(row.slug, row) for row in rows], chosen)
        parts.append(Part(title, shown, folded, any(row.slug in PLACES for row in rows)))
    return tuple(parts)


@dataclass(frozen=True)
class Next:
    """The module to go on with, or None where all are finished; ``begun``: it is not the first."""

    module: ModuleRow | None
    begun: bool


def next_module(parts: Iterable[Part], *, after: str = "", first: Collection[str] = ()) -> Next:
    """The module that is proposed next: of those not finished, one of ``first``, else the one that
    comes behind ``after``, else the first of all that are shown.

    What this reader folded away is proposed only where it is one of ``first``.
    """
    parts = list(parts)
    shown = [row for part in parts for row in part.modules]
    place = next((i for i, row in enumerate(shown, start=1) if row.slug == after), 0)
    wished = [row for part in parts for row in (*part.modules, *part.folded) if row.slug in first]
    rows = (*wished, *shown[place:], *shown[:place])
    open_rows = (row for row in rows if row.state != "finished")
    return Next(next(open_rows, None), any(row.state != "new" for row in shown))


def place_to_go_on(language: str, learner: Learner) -> Place | None:
    """The latest open check, else the latest module begun and not read to its end, else None."""
    check = (
        Sitting.objects.filter(learner=learner, finished_at__isnull=True)
        .select_related("module", "edition")
        .order_by("-started_at", "-id")
        .first()
    )
    if check is not None:
        return Place(
            slug=check.module.slug,
            title=check.edition.title,
            check_key=check.key,
            question=first_open_question(check) or check.size,
            size=check.size,
        )
    latest = (
        SectionRead.objects.filter(learner=learner).order_by("-at", "-id").values("module")
    ).first()
    edition = latest and Edition.objects.offered(language).filter(module=latest["module"]).first()
    if not edition:
        return None
    read = SectionRead.objects.filter(learner=learner, module=edition.module_id)
    upcoming = next_section(
        edition.sections.values_list("key", flat=True), read.values_list("section", flat=True)
    )
    if upcoming is None:
        return None
    return Place(slug=edition.module.slug, title=edition.title, section=upcoming)


def first_open_question(sitting: Sitting) -> int | None:
    """The number of the first question without an answer that may still be asked."""
    return (
        sitting.questions.filter(
            answers__isnull=True, asked__wording__question__withdrawn_at__isnull=True
        )
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )


@dataclass(frozen=True)
class SectionRow:
    key: str
    title: str
    read: bool
    door: Mapping[str, Any] | None


@dataclass(frozen=True)
class ModulePage:
    row: ModuleRow
    edition: Edition
    approvals: Approvals
    sections: tuple[SectionRow, ...]
    next_section: str
    open_before: Place | None
    open_check: Place | None
    questions: int


def module_page(language: str, slug: str, learner: Learner | None) -> ModulePage | None:
    """One module as this reader sees it, or None where it is not offered."""
    edition = Edition.objects.offered(language).filter(module__slug=slug).first()
    if edition is None:
        return None
    steps = _footprints(learner)
    read = steps.read.get(edition.module_id, set())
    sections = tuple(
        SectionRow(section.key, section.title, section.key in read, section.door)
        for section in edition.sections.only("key", "title", "door", "edition", "number")
    )
    keys = [section.key for section in sections]
    row = _row(edition, keys, steps)
    open_places = {
        check.occasion: Place(
            slug=slug,
            title=edition.title,
            check_key=check.key,
            question=first_open_question(check) or check.size,
            size=check.size,
        )
        for check in steps.open_checks.get(edition.module_id, [])
    }
    return ModulePage(
        row=row,
        edition=edition,
        approvals=approvals_of_one(edition),
        sections=sections,
        next_section=next_section(keys, read) or keys[0],
        open_before=open_places.get(Occasion.BEFORE),
        open_check=open_places.get(Occasion.AFTER),
        questions=len(edition.objectives),
    )


@dataclass(frozen=True)
class SectionPage:
    edition: Edition
    approvals: Approvals
    section: Section
    evidence: Evidence
    number: int
    size: int
    next_key: str | None
    next_title: str | None
    next_is_door: bool


def section_page(language: str, slug: str, key: str) -> SectionPage | None:
    """One section and the way on, or None where it is not offered."""
    edition = (
        Edition.objects.offered(language)
        .filter(module__slug=slug)
        .only("title", "reviewed", "module__slug")
        .first()
    )
    if edition is None:
        return None
    outline = list(edition.sections.values_list("key", "title", "door"))
    keys = [row[0] for row in outline]
    if key not in keys:
        return None
    index = keys.index(key)
    after = outline[index + 1] if index + 1 < len(outline) else None
    section = edition.sections.get(key=key)
    return SectionPage(
        edition=edition,
        approvals=approvals_of_one(edition),
        section=section,
        evidence=evidence(section.statements),
        number=index + 1,
        size=len(outline),
        next_key=after and after[0],
        next_title=after and after[1],
        next_is_door=bool(after and after[2]),
    )


@dataclass(frozen=True)
class Entry:
    """A word or source with the modules that use it."""

    data: Mapping[str, Any]
    modules: tuple[tuple[str, str], ...]


def words(language: str) -> tuple[Entry, ...]:
    """The words the offered modules explain, by alphabet."""
    return _entries(language, "words", lambda word: str(word["word"]).casefold())


def sources(language: str) -> tuple[Entry, ...]:
    """The sources the offered modules rest on, by publisher and title."""
    return _entries(
        language, "sources", lambda source: f"{source['publisher']} {source['title']}".casefold()
    )


def _entries(language: str, column: str, order: Any) -> tuple[Entry, ...]:
    found: dict[str, tuple[Mapping[str, Any], list[tuple[str, str]]]] = {}
    for edition in Edition.objects.offered(language):
        for data in getattr(edition, column):
            entry = found.setdefault(data["key"], (data, []))
            entry[1].append((edition.module.slug, edition.title))
    entries = [Entry(data, tuple(modules)) for data, modules in found.values()]
    return tuple(sorted(entries, key=lambda entry: order(entry.data)))


def content_checked_on(language: str) -> datetime.date | None:
    """The oldest date on which an offered module was checked against its sources."""
    return (
        Edition.objects.offered(language)
        .order_by("reviewed")
        .values_list("reviewed", flat=True)
        .first()
    )
