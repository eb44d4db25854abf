"""One module on the content desk: its editions with what each changed, and its questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from learning.models import Edition, EditionQuestion, Question, Section, SignOff
from learning.rules.changes import Counts, counts
from learning.rules.plain_text import lines_of


@dataclass(frozen=True)
class EditionLine:
    """``changed`` is what it changed against the edition before, in one line; ``records`` are all
    sign-offs, also those that were taken back.
    """

    edition: Edition
    changed: str
    records: tuple[SignOff, ...]


@dataclass(frozen=True)
class QuestionLine:
    question: Question
    stem: str


@dataclass(frozen=True)
class DeskModule:
    """Editions newest first; ``questions`` are those of the current one."""

    current: Edition
    editions: tuple[EditionLine, ...]
    questions: tuple[QuestionLine, ...]


def desk_module(language: str, slug: str) -> DeskModule | None:
    """The module, or None where it was never published in this language."""
    editions = list(editions_of(language, slug))
    current = next((edition for edition in editions if edition.current), None)
    if current is None:
        return None
    records: dict[int, list[SignOff]] = {}
    for row in SignOff.objects.filter(edition__in=editions).select_related(
        "recorded_by", "carried_from__edition"
    ):
        records.setdefault(row.edition_id, []).append(row)
    asked = current.questions.select_related("wording__question__module")
    changed = _changed_in_each(editions)
    return DeskModule(
        current,
        tuple(
            EditionLine(edition, changed[edition.pk], tuple(records.get(edition.pk, ())))
            for edition in editions
        ),
        tuple(QuestionLine(row.wording.question, row.wording.text["stem"]) for row in asked),
    )


def editions_of(language: str, slug: str) -> QuerySet[Edition]:
    """The editions of a module in a language, newest first."""
    return (
        Edition.objects.filter(language=language, module__slug=slug)
        .select_related("module")
        .defer("words", "sources", "teach_back")
        .order_by("-number")
    )


def editions_to_compare(language: str, slug: str) -> list[Edition]:
    """The same editions with all that is compared."""
    return list(editions_of(language, slug).defer(None))


def current_edition(language: str, slug: str) -> Edition | None:
    """Also where it was withdrawn."""
    return editions_of(language, slug).filter(current=True).first()


def find_edition(language: str, slug: str, number: int) -> Edition | None:
    return editions_of(language, slug).filter(number=number).first()


def find_sign_off(language: str, slug: str, key: str) -> SignOff | None:
    return (
        SignOff.objects.select_related("edition__module", "recorded_by")
        .filter(edition__language=language, edition__module__slug=slug, key=key)
        .first()
    )


def _changed_in_each(editions: Iterable[Edition]) -> dict[int, str]:
    """What each edition changed, by its id; the same few queries for any number of editions."""
    editions = sorted(editions, key=lambda edition: edition.number)
    sections: dict[int, dict[str, tuple[Any, ...]]] = {edition.pk: {} for edition in editions}
    questions: dict[int, dict[str, tuple[Any, ...]]] = {edition.pk: {} for edition in editions}
    for pk, key, *told in Section.objects.filter(edition__in=editions).values_list(
        "edition_id", "key", "title", "html", "picture__svg", "picture__caption"
    ):
        sections[pk][key] = tuple(told)
    for pk, key, *told in EditionQuestion.objects.filter(edition__in=editions).values_list(
        "edition_id", "wording__question__key", "wording__question__version", "wording_id"
    ):
        questions[pk][key] = tuple(told)
    found = {}
    before: Edition | None = None
    for edition in editions:
        found[edition.pk] = (
            _in_words(
                _sections_changed(sections[before.pk], sections[edition.pk]),
                counts(questions[before.pk], questions[edition.pk]),
            )
            if before is not None
            else f"The first edition, with {_counted(len(sections[edition.pk]), 'section')} and "
            f"{_counted(len(questions[edition.pk]), 'question')}."
        )
        before = edition
    return found


def _sections_changed(
    before: Mapping[str, tuple[Any, ...]], after: Mapping[str, tuple[Any, ...]]
) -> Counts:
    """Where the stored HTML differs, its text decides: it may only have been rendered again."""
    return counts(
        {key: _read(told) if told != after.get(key) else told for key, told in before.items()},
        {key: _read(told) if told != before.get(key) else told for key, told in after.items()},
    )


def _read(told: tuple[Any, ...]) -> tuple[Any, ...]:
    title, html, *picture = told
    return (title, lines_of(html), *picture)


def _in_words(sections: Counts, questions: Counts) -> str:
    told = [
        f"{_counted(number, what)} {verb}"
        for what, found in (("section", sections), ("question", questions))
        for verb, number in (("added", found.new), ("changed", found.changed), ("gone", found.gone))
        if number
    ]
    if not told:
        return "No section and no question changed."
    return f"{', '.join(told)}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
