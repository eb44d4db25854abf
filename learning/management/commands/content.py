"""``manage.py content``: check and publish files, record approvals, withdraw what is wrong."""

from __future__ import annotations

import datetime
from argparse import ArgumentTypeError
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.actions import publishing, signing
from learning.content.reading import Reading
from learning.content.sampling import draw_sample
from learning.content.schema import Fault
from learning.management.database import refuse_demo
from learning.models.signoffs import SignOffKind
from learning.reports.content import read_content
from learning.reports.desk_module import find_edition

ACTOR = "operator"


class Command(BaseCommand):
    help = "Check the content files, publish them, record approvals, or withdraw what is wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)

        lint = verbs.add_parser("lint", help="Say everything that is wrong with the files.")
        lint.add_argument(
            "paths", nargs="*", type=Path, help="a library, or files and folders of the one here"
        )
        lint.add_argument("--grades", action="store_true", help="also show reading grades")

        draw = verbs.add_parser("draw", help="A random sample to hold against the evidence.")
        draw.add_argument("--seed", type=int, required=True)
        draw.add_argument("--sentences", type=int, default=60)
        draw.add_argument("--questions", type=int, default=30)

        publish = verbs.add_parser("publish", help="Publish what changed, or nothing at all.")
        publish.add_argument("--folder", type=Path, default=settings.CONTENT_DIR)
        publish.add_argument(
            "--same-meaning",
            action="store_true",
            help="the questions that were reworded still mean the same",
        )
        publish.add_argument(
            "--replace",
            action="append",
            default=[],
            type=_slug_and_number,
            metavar="SLUG=N",
            help="replace edition N, which was uploaded by hand or withdrawn",
        )

        withdraw = verbs.add_parser("withdraw", help="Stop offering a module or a question.")
        withdraw.add_argument("slug")
        withdraw.add_argument("--language", default="en")
        withdraw.add_argument("--question", metavar="KEY")
        withdraw.add_argument("--version", type=int, metavar="N", dest="question_version")
        withdraw.add_argument("--note", default="", help="what is right instead")

        signoff = verbs.add_parser("signoff", help="Put on record who approved an edition.")
        signoff.add_argument("slug")
        signoff.add_argument("--language", default="en")
        signoff.add_argument("--edition", type=int, required=True, metavar="N")
        signoff.add_argument("--kind", choices=SignOffKind.values, required=True)
        signoff.add_argument("--name", required=True, help="as readers will see it")
        signoff.add_argument("--role", required=True, help="in plain words")
        signoff.add_argument("--signed", type=_day, required=True, metavar="YYYY-MM-DD")
        signoff.add_argument("--kept-at", required=True, help="where the signed document is kept")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "lint":
            self.lint(options["paths"], grades=options["grades"])
            return
        if verb == "draw":
            self.draw(options["seed"], options["sentences"], options["questions"])
            return
        if not settings.DEMO:
            refuse_demo()
        change = {"publish": self.publish, "withdraw": self.withdraw, "signoff": self.sign_off}
        change[verb](options)

    def lint(self, paths: Sequence[Path], *, grades: bool) -> None:
        folder = _library_of(paths)
        reading = read_content(folder, today=timezone.localdate())
        only = [path.resolve() for path in paths if path.resolve() != folder.resolve()]
        faults = [
            fault
            for fault in reading.faults
            if not only or any((folder / fault.path).resolve().is_relative_to(p) for p in only)
        ]
        if grades:
            self.show_grades(reading)
        self.show_faults(folder, faults)
        count = sum(fault.severity == "fault" for fault in faults)
        summary = f"{_counted(count, 'fault')}, {_counted(len(faults) - count, 'warning')}."
        if count:
            raise CommandError(summary)
        self.stdout.write(summary)

    def show_faults(self, folder: Path, faults: Sequence[Fault]) -> None:
        shown = folder.resolve()
        if shown.is_relative_to(Path.cwd()):
            shown = shown.relative_to(Path.cwd())
        for fault in faults:
            mark = " (warning)" if fault.severity == "warning" else ""
            self.stdout.write(f"{(shown / str(fault)).as_posix()}{mark}")

    def show_grades(self, reading: Reading) -> None:
        """A table of reading grades: each section, and each module as a whole."""
        width = max((len(grade.section) for grade in reading.grades), default=0) + 2
        for grade in reading.grades:
            name = f"  {grade.section}" if grade.section else f"{grade.slug} ({grade.language})"
            self.stdout.write(
                f"{name:<{max(width, 30)}} Flesch-Kincaid {_grade(grade.flesch_kincaid)}"
                f"  SMOG {_grade(grade.smog)}"
            )

    def draw(self, seed: int, sentences: int, questions: int) -> None:
        reading = read_content(settings.CONTENT_DIR, today=timezone.localdate())
        if reading.library is None:
            raise CommandError("The content has faults. See content lint.")
        sample = draw_sample(reading.library, seed=seed, sentences=sentences, questions=questions)
        for number, sentence in enumerate(sample.sentences, start=1):
            facts = " ".join(sentence.facts)
            self.stdout.write(f"S{number:02} {sentence.place} {{{facts}}}\n    {sentence.text}")
        for number, (slug, question) in enumerate(sample.questions, start=1):
            self.stdout.write(f"Q{number:02} {slug}#{question.key}")

    def publish(self, options: dict[str, Any]) -> None:
        folder = options["folder"]
        reading = read_content(folder, today=timezone.localdate())
        if reading.library is None:
            faults = [fault for fault in reading.faults if fault.severity == "fault"]
            self.show_faults(folder, faults)
            raise CommandError(f"{_counted(len(faults), 'fault')}. Nothing was published.")
        try:
            changes = publishing.publish(
                reading.library,
                actor=ACTOR,
                now=timezone.now(),
                same_meaning=options["same_meaning"],
                replace=dict(options["replace"]),
            )
        except (
            publishing.MeaningChanged,
            publishing.WordsChanged,
            publishing.NotCurrent,
            publishing.NotThere,
        ) as refused:
            raise CommandError(f"{refused} Nothing was published.") from refused
        for change in changes:
            self.stdout.write(str(change))

    def withdraw(self, options: dict[str, Any]) -> None:
        slug, key, version = options["slug"], options["question"], options["question_version"]
        if (key is None) != (version is None):
            raise CommandError("To withdraw a question give --question, --version and --note.")
        try:
            if key is None:
                edition = publishing.withdraw_module(
                    slug=slug, language=options["language"], actor=ACTOR, now=timezone.now()
                )
                self.stdout.write(f"{edition} is no longer offered.")
                return
            question = publishing.withdraw_question(
                slug=slug,
                key=key,
                version=version,
                note=options["note"],
                actor=ACTOR,
                now=timezone.now(),
            )
        except (publishing.NotThere, publishing.NothingRightInstead) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{slug}: {question} is no longer asked.")

    def sign_off(self, options: dict[str, Any]) -> None:
        slug, number = options["slug"], options["edition"]
        edition = find_edition(options["language"], slug, number)
        if edition is None:
            raise CommandError(f"{slug} has no edition {number} in “{options['language']}”.")
        approval = signing.Approval(
            kind=options["kind"],
            name=options["name"],
            role=options["role"],
            signed_on=options["signed"],
            kept_at=options["kept_at"],
        )
        try:
            signing.sign_off(edition=edition, approval=approval, by=None, now=timezone.now())
        except (
            signing.SignedTooEarly,
            signing.NotSignedYet,
            signing.OnRecordAlready,
        ) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{edition}: approval by {approval.name} is on record.")


def _library_of(paths: Sequence[Path]) -> Path:
    """The library that the paths belong to: one that is named as a whole, or the one here."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} is not there.")
        if (path / "parts.yaml").exists():
            return path
    return Path(settings.CONTENT_DIR)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day like 2027-01-31") from None


def _slug_and_number(text: str) -> tuple[str, int]:
    slug, _, number = text.partition("=")
    if not slug or not number.isdecimal():
        raise ArgumentTypeError(f"“{text}” is not like bones=3")
    return slug, int(number)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _grade(value: float | None) -> str:
    return "   –" if value is None else f"{value:4.1f}"
