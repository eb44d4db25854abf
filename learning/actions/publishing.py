"""Publishing modules, and withdrawing what is wrong. Nothing published is ever edited."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from learning.actions.signing import carry_over
from learning.content import digest
from learning.content.editions import edition_data
from learning.content.schema import Library
from learning.content.schema import Module as ModuleFile
from learning.content.schema import Question as QuestionFile
from learning.models import (
    AuditEntry,
    Edition,
    EditionQuestion,
    Module,
    Question,
    Section,
    Sitting,
    Wording,
)
from learning.rules.changes import differing


class MeaningChanged(Exception):
    """A question means something else than was published under its version."""

    def __init__(self, module: str, key: str, version: int, differences: list[str]) -> None:
        super().__init__(
            f"{module}, question {key}: {', '.join(differences)} changed under version {version}. "
            f"Give it version {version + 1}, which starts new figures."
        )


class WordsChanged(Exception):
    """A question was reworded under its version, and nobody said that it means the same."""

    def __init__(self, module: str, keys: list[str]) -> None:
        super().__init__(
            f"{module}: reworded under the same version: {', '.join(keys)}. If each still means "
            "the same, publish again with --same-meaning; if not, give it a new version."
        )


class NotCurrent(Exception):
    """The edition that was named to be replaced is not the current one."""

    def __init__(self, module: str, current: int, named: int | None) -> None:
        super().__init__(
            f"{module}: the current edition is {current}, not {named}. Look at it again before you "
            "replace it."
        )


class NothingRightInstead(Exception):
    """A question should be withdrawn without a word on what is right."""


class NotThere(Exception):
    """What should be replaced or withdrawn is not there."""


@dataclass(frozen=True)
class Change:
    """What publishing did to one module, and the details.

    ``outcome`` is unchanged, rendered again, published, or left alone with the reason.
    """

    module: str
    language: str
    outcome: str
    number: int
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.module} ({self.language}): {self.outcome}"
        head += f", edition {self.number}" if self.number else ""
        return "\n".join([head, *(f"  {line}" for line in self.details)])


def publish(
    library: Library,
    *,
    actor: str,
    now: datetime.datetime,
    same_meaning: bool = False,
    replace: Mapping[str, int] | None = None,
    uploaded: bool = False,
) -> list[Change]:
    """Publish every module of the library in one transaction and say what changed.

    A known digest changes nothing but the HTML, where it would be made differently now. A module
    whose current edition was uploaded by hand is left alone and named, and so is one that was
    withdrawn and has not changed since, unless ``replace`` gives that edition's number for its
    slug; 0 says that there is none yet. ``uploaded`` marks new editions as uploaded by hand.

    Raises MeaningChanged, WordsChanged (unless ``same_meaning``), NotCurrent or NotThere, and then
    nothing of the library is published.
    """
    for slug in replace or {}:
        if not any(known == slug for known, _ in library.modules):
            raise NotThere(f"No module “{slug}” is in the library, so nothing can be replaced.")
    run = _Run(library, actor, now, same_meaning, replace or {}, uploaded)
    with transaction.atomic():
        return [run.publish(file) for file in library.modules.values()]


@dataclass(frozen=True)
class _Run:
    """One run of publishing: what is published, who does it, and what was confirmed."""

    library: Library
    actor: str
    now: datetime.datetime
    same_meaning: bool
    replace: Mapping[str, int]
    uploaded: bool

    def publish(self, file: ModuleFile) -> Change:
        module = self._module(file.slug)
        editions = Edition.objects.filter(module=module, language=file.language)
        current = editions.filter(current=True).first()
        data = edition_data(self.library, file)
        named = self.replace.get(file.slug)
        if current is not None:
            kept = self._kept(file, current, named, same=current.digest == data["digest"])
            if kept is not None:
                return kept
            editions.filter(pk=current.pk).update(current=False)
        latest = editions.order_by("-number").values_list("number", flat=True).first() or 0
        edition = self._edition(file, module, latest + 1, data)
        details = self._questions(file, module, edition)
        details.extend(_no_longer_asked(current, edition))
        details.extend(
            carry_over(
                before=current,
                edition=edition,
                same_meaning=self.same_meaning,
                actor=self.actor,
                now=self.now,
            )
        )
        self._note("published", file, edition.number)
        return Change(file.slug, file.language, "published", edition.number, tuple(details))

    def _module(self, slug: str) -> Module:
        """The module at its place, locked: a second run waits and then finds this one's edition."""
        position = self.library.position(slug)
        Module.objects.get_or_create(slug=slug, defaults={"position": position})
        module = Module.objects.select_for_update().get(slug=slug)
        if module.position != position:
            module.position = position
            module.save(update_fields=["position"])
        return module

    def _kept(
        self, file: ModuleFile, current: Edition, named: int | None, *, same: bool
    ) -> Change | None:
        """Why the current edition stays, or None where a new one takes its place."""
        if same and current.withdrawn_at is None:
            outcome = "unchanged"
            if self._render_again(file, current):
                outcome = "rendered again"
                self._note(outcome, file, current.number)
            return Change(file.slug, file.language, outcome, current.number)
        if named is not None:
            if named != current.number:
                raise NotCurrent(file.slug, current.number, named)
            return None
        if current.uploaded:
            why = "its current edition was uploaded by hand"
        elif same:
            why = "it was withdrawn and has not changed since"
        else:
            return None
        outcome = f"left alone, because {why}"
        hint = f"To replace it: --replace {file.slug}={current.number}"
        return Change(file.slug, file.language, outcome, current.number, (hint,))

    def _render_again(self, file: ModuleFile, edition: Edition) -> bool:
        """Bring the stored HTML up to date; True where anything was different."""
        stored = {section.key: section for section in edition.sections.all()}
        changed = []
        for source in file.sections:
            data, section = self.library.section_data(source), stored[source.key]
            if (section.html, section.picture) != (data["html"], data["picture"]):
                section.html, section.picture = data["html"], data["picture"]
                changed.append(section)
        Section.objects.bulk_update(changed, ["html", "picture"])
        return bool(changed)

    def _edition(
        self, file: ModuleFile, module: Module, number: int, data: Mapping[str, Any]
    ) -> Edition:
        edition = Edition.objects.create(
            module=module,
            number=number,
            uploaded=self.uploaded,
            published_at=self.now,
            **data,
        )
        Section.objects.bulk_create(
            Section(edition=edition, number=place, **self.library.section_data(section))
            for place, section in enumerate(file.sections, start=1)
        )
        return edition

    def _questions(self, file: ModuleFile, module: Module, edition: Edition) -> list[str]:
        """Give the edition its questions; what changed, as lines to print."""
        details: list[str] = []
        reworded: list[str] = []
        for number, source in enumerate(file.questions, start=1):
            question = _question(module, source, details)
            text = self.library.wording_data(source)
            wordings = question.wordings.filter(language=file.language)
            wording_digest = digest.wording_digest(text)
            wording = wordings.filter(digest=wording_digest).first()
            if wording is None:
                if wordings.exists():
                    reworded.append(source.key)
                wording = Wording.objects.create(
                    question=question, language=file.language, digest=wording_digest, text=text
                )
            EditionQuestion.objects.create(
                edition=edition,
                number=number,
                wording=wording,
                behind=self.library.behind(source),
            )
        if reworded and not self.same_meaning:
            raise WordsChanged(file.slug, reworded)
        return [*details, *(f"reworded, same meaning: {key}" for key in reworded)]

    def _note(self, verb: str, file: ModuleFile, number: int) -> None:
        AuditEntry.objects.create(
            at=self.now,
            actor=self.actor,
            verb=verb,
            object_key=f"{file.slug}/{file.language}/{number}",
        )


def _no_longer_asked(before: Edition | None, now: Edition) -> list[str]:
    """The questions of the edition before that the new one leaves out, as lines to print."""
    if before is None:
        return []
    kept = now.questions.values("wording__question")
    gone = Question.objects.filter(wordings__editions__edition=before).exclude(pk__in=kept)
    return [f"no longer asked: {question}" for question in gone.order_by("key", "version")]


def _question(module: Module, source: QuestionFile, details: list[str]) -> Question:
    meaning = source.meaning()
    known = Question.objects.filter(module=module, key=source.key, version=source.version).first()
    if known is not None:
        differences = differing(known.meaning, meaning)
        if differences:
            raise MeaningChanged(module.slug, source.key, source.version, differences)
        return known
    details.append(f"new question: {source.key} version {source.version}")
    return Question.objects.create(
        module=module,
        key=source.key,
        version=source.version,
        objective=source.objective,
        section=source.section,
        form=source.form,
        meaning=meaning,
    )


def withdraw_module(
    *, slug: str, language: str, actor: str, now: datetime.datetime, number: int | None = None
) -> Edition:
    """Stop offering a module. Checks already begun can be finished; answers stay.

    Where ``number`` is given, only that edition: raises NotCurrent where another one is offered.
    """
    with transaction.atomic():
        edition = (
            Edition.objects.offered(language)
            .select_for_update(of=("self",))
            .filter(module__slug=slug)
            .first()
        )
        if edition is None:
            raise NotThere(f"No module “{slug}” is published in “{language}”.")
        if number not in (None, edition.number):
            raise NotCurrent(slug, edition.number, number)
        edition.withdrawn_at = now
        edition.save(update_fields=["withdrawn_at"])
        AuditEntry.objects.create(
            at=now,
            actor=actor,
            verb="withdrew",
            object_key=f"{slug}/{language}/{edition.number}",
        )
        return edition


def withdraw_question(
    *, slug: str, key: str, version: int, note: str, actor: str, now: datetime.datetime
) -> Question:
    """Mark a question "wrong, do not show": it leaves every check and every figure.

    ``note`` says what is right instead; whoever answered it reads it on her next page. Checks
    whose last open question this was are finished.
    """
    if not note.strip():
        raise NothingRightInstead(
            "Say what is right instead (--note): those who answered will read it."
        )
    with transaction.atomic():
        question = (
            Question.objects.select_for_update()
            .filter(module__slug=slug, key=key, version=version)
            .first()
        )
        if question is None:
            raise NotThere(f"No question “{key}” version {version} is published in “{slug}”.")
        question.withdrawn_at = question.withdrawn_at or now
        question.withdrawn_note = note.strip()
        question.save(update_fields=["withdrawn_at", "withdrawn_note"])
        _finish_emptied_sittings(question, now)
        AuditEntry.objects.create(
            at=now, actor=actor, verb="withdrew", object_key=f"{slug}/{key}/{version}"
        )
        return question


def _finish_emptied_sittings(question: Question, now: datetime.datetime) -> None:
    touched = Sitting.objects.filter(
        finished_at__isnull=True, questions__asked__wording__question=question
    )
    # An answer on its way to one of them is waited for, so that one of the two sees the end.
    list(Sitting.objects.select_for_update().filter(pk__in=touched.values("pk")).values_list("pk"))
    still_open = touched.filter(
        pk__in=Sitting.objects.filter(
            questions__answers__isnull=True,
            questions__asked__wording__question__withdrawn_at__isnull=True,
        ).values("pk")
    )
    Sitting.objects.filter(
        pk__in=list(touched.exclude(pk__in=still_open.values("pk")).values_list("pk", flat=True))
    ).update(finished_at=now)
