"""A whole module on paper: its sections, its questions, and the explained answers at the back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from learning.models import Edition, EditionQuestion, Section
from learning.reports.approvals import Approvals, approvals_of_one
from learning.rules.drawing import FORMS
from learning.rules.grading import Key


@dataclass(frozen=True)
class PrintedAnswer:
    """One choice or item with what is true of it, why, and the mix-up behind getting it wrong."""

    text: str
    best: str
    right: bool
    why: str
    mixup: str


@dataclass(frozen=True)
class PrintedQuestion:
    number: int
    kind: str
    stem: str
    hint: str
    places: tuple[str, ...]
    truth: str
    action: Mapping[str, str] | None
    answers: tuple[PrintedAnswer, ...]


@dataclass(frozen=True)
class PrintedSection:
    """``html`` has its headings one level down, because the section is a part of a page here."""

    title: str
    html: str
    picture: Mapping[str, Any] | None


@dataclass(frozen=True)
class PrintPage:
    """``sections`` are those to print; ``doors`` those behind a door, with whether it is open."""

    edition: Edition
    approvals: Approvals
    sections: tuple[PrintedSection, ...]
    doors: tuple[tuple[Section, bool], ...]
    questions: tuple[PrintedQuestion, ...]

    @property
    def left_out(self) -> bool:
        """Whether a section stays behind its door."""
        return not all(is_open for _, is_open in self.doors)


def print_page(language: str, slug: str, opened: Collection[str]) -> PrintPage | None:
    """The module as it is printed, or None where it is not offered.

    A section behind a door is left out unless its key is among ``opened``. Questions of form c
    are kept for later checks and not printed; nor is a question that was withdrawn.
    """
    edition = Edition.objects.offered(language).filter(module__slug=slug).first()
    if edition is None:
        return None
    sections = tuple(edition.sections.all())
    asked = edition.questions.select_related("wording__question").filter(
        wording__question__withdrawn_at__isnull=True, wording__question__form__in=FORMS
    )
    return PrintPage(
        edition=edition,
        approvals=approvals_of_one(edition),
        sections=tuple(
            PrintedSection(s.title, _for_paper(s.html), s.picture)
            for s in sections
            if s.door is None or s.key in opened
        ),
        doors=tuple((s, s.key in opened) for s in sections if s.door is not None),
        questions=tuple(_printed(number, place) for number, place in enumerate(asked, start=1)),
    )


def _for_paper(html: str) -> str:
    """Rendered content as a part of a page: its headings, all of level 2, one level down.

    A paragraph that is one link and nothing else is pressed, not read, so paper goes without it.
    """
    html = re.sub(r'<p><a href="[^"]*">[^<]*</a></p>\n?', "", html)
    return html.replace("<h2", "<h3").replace("</h2>", "</h3>")


def _printed(number: int, place: EditionQuestion) -> PrintedQuestion:
    text, meaning = place.wording.text, place.wording.question.meaning
    key = Key.from_meaning(meaning)
    places = {row["key"]: row["text"] for row in text.get("places") or ()}
    return PrintedQuestion(
        number=number,
        kind=key.kind,
        stem=text["stem"],
        hint=text.get("hint") or "",
        places=tuple(places.values()),
        truth=text["truth"],
        action=text.get("action"),
        answers=tuple(
            _answer(part, key, places, place.behind["mixups"])
            for part in text.get("items") or text["choices"]
        ),
    )


def _answer(
    part: Mapping[str, Any], key: Key, places: Mapping[str, str], mixups: Mapping[str, Any]
) -> PrintedAnswer:
    if key.kind == "pairs":
        best, right = places[key.places[part["key"]]], True
    else:
        right = part["key"] in key.right
        best = "Best answer" if right else ""
        if key.kind == "several":
            best = "It belongs" if right else "It does not belong"
    mixup = mixups.get(key.mixups.get(part["key"], ""))
    return PrintedAnswer(
        text=part["text"],
        best=best,
        right=right,
        why=part.get("why") or "",
        mixup=_quoted(mixup["wording"]) if mixup and not right else "",
    )


def _quoted(words: str) -> str:
    """Words as they stand between “ and ”: what they quote themselves stands between ‘ and ’."""
    return words.replace("“", "‘").replace("”", "’")
