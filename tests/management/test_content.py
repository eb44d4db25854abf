"""The command ``content``: lint, publish, withdraw."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from learning.models import AuditEntry, Edition, Question
from learning.reports.content import read_content
from tests.factories import (
    PICTURE,
    TODAY,
    library_folder,
    module,
    one_question,
    pairs_question,
    routes_section,
    several_question,
    steps_question,
    steps_section,
)


def said(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("content", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def refused(*arguments: Any) -> tuple[str, str]:
    """What was printed before the command refused, and why it did."""
    out = io.StringIO()
    with pytest.raises(CommandError) as why:
        call_command("content", *map(str, arguments), stdout=out)
    return out.getvalue(), str(why.value)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid library where the settings say that content lies, and the folder around it."""
    monkeypatch.chdir(tmp_path)
    settings.CONTENT_DIR = library_folder(folder=tmp_path / "fixtures")
    return tmp_path / "fixtures"


def two_modules(folder: Path) -> None:
    """A library in which one module has a fault and the other a warning."""
    library_folder(
        folder=folder,
        modules=[
            module(minutes=0),
            module(slug="bones", summary="It's a straight mark."),
        ],
    )


def test_lint_of_a_library_without_faults(folder: Path) -> None:
    assert said("lint") == "0 faults, 0 warnings.\n"


def test_lint_names_every_fault_and_fails(folder: Path) -> None:
    two_modules(folder)
    assert refused("lint") == (
        (
            "fixtures/modules/bones/en.yaml:4:10 summary – a straight quotation mark; write ’ “ ” "
            "(warning)\n"
            "fixtures/modules/how-it-spreads/en.yaml:6:10 minutes – 0 is out of range; "
            "expected 1 to 60\n"
        ),
        "1 fault, 1 warning.",
    )


def test_lint_of_one_module_or_file_shows_its_faults_only(folder: Path) -> None:
    two_modules(folder)
    assert said("lint", folder / "modules" / "bones").endswith("0 faults, 1 warning.\n")
    path = folder / "modules" / "how-it-spreads" / "en.yaml"
    assert refused("lint", path)[1] == "1 fault, 0 warnings."
    assert said("lint", folder / "facts.yaml") == "0 faults, 0 warnings.\n"


def test_lint_of_another_library(folder: Path, tmp_path: Path) -> None:
    two_modules(tmp_path / "other")
    out, why = refused("lint", tmp_path / "other")
    assert (out.count("\n"), why) == (2, "1 fault, 1 warning.")
    assert out.startswith("other/modules/bones/en.yaml:4:10 ")


def test_lint_shows_whole_paths_outside_the_working_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_modules(folder)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert refused("lint")[0].startswith(f"{folder.resolve()}/modules/bones/en.yaml:4:10 ")


def test_lint_of_a_path_that_is_not_there(folder: Path) -> None:
    assert refused("lint", folder / "nothing") == ("", f"{folder / 'nothing'} is not there.")


def test_lint_shows_reading_grades(folder: Path) -> None:
    library_folder(
        folder=folder,
        modules=[module(sections=[routes_section(), steps_section(body="## Then\n")])],
    )
    assert said("lint", "--grades") == (
        "  three-routes                 Flesch-Kincaid -1.4  SMOG  3.1\n"
        "  five-steps                   Flesch-Kincaid    –  SMOG    –\n"
        "how-it-spreads (en)            Flesch-Kincaid -1.4  SMOG  3.1\n"
        "0 faults, 0 warnings.\n"
    )


def test_command_runs_from_the_shell_and_its_status_tells(tmp_path: Path) -> None:
    """Status 1 with any fault, 0 with warnings alone."""
    two_modules(tmp_path / "other")
    lint = [sys.executable, str(settings.BASE_DIR / "manage.py"), "content", "lint"]
    bad = subprocess.run(
        [*lint, str(tmp_path / "other")], capture_output=True, check=False, text=True
    )
    assert (bad.returncode, bad.stderr) == (1, "CommandError: 1 fault, 1 warning.\n")
    good = subprocess.run(
        [*lint, str(library_folder(folder=tmp_path / "good"))],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (good.returncode, good.stdout) == (0, "0 faults, 0 warnings.\n")


@pytest.mark.django_db
def test_publish_says_what_changed(folder: Path) -> None:
    assert said("publish") == (
        "how-it-spreads (en): published, edition 1\n"
        "  new question: routes-one version 1\n"
        "  new question: routes-several version 1\n"
        "  new question: steps-order version 1\n"
        "  new question: steps-one version 1\n"
    )
    assert said("publish") == "how-it-spreads (en): unchanged, edition 1\n"
    assert list(AuditEntry.objects.values_list("actor", "verb")) == [("operator", "published")]


@pytest.mark.django_db
def test_publish_refuses_everything_on_any_fault_and_shows_faults_only(folder: Path) -> None:
    two_modules(folder)
    assert refused("publish") == (
        (
            "fixtures/modules/how-it-spreads/en.yaml:6:10 minutes – 0 is out of range; "
            "expected 1 to 60\n"
        ),
        "1 fault. Nothing was published.",
    )
    assert not Edition.objects.exists()


def reworded(folder: Path) -> None:
    questions = [
        one_question(stem="How can cancer spread?"),
        several_question(),
        pairs_question(),
        steps_question(),
    ]
    library_folder(folder=folder, modules=[module(questions=questions)])


@pytest.mark.django_db
def test_publish_of_reworded_questions_needs_same_meaning(folder: Path) -> None:
    said("publish")
    reworded(folder)
    assert refused("publish") == (
        "",
        (
            "how-it-spreads: reworded under the same version: routes-one. If each still means the "
            "same, publish again with --same-meaning; if not, give it a new version. Nothing was "
            "published."
        ),
    )
    assert said("publish", "--same-meaning") == (
        "how-it-spreads (en): published, edition 2\n  reworded, same meaning: routes-one\n"
    )


@pytest.mark.django_db
def test_publish_replaces_what_was_uploaded_when_it_is_named(folder: Path) -> None:
    said("publish")
    Edition.objects.update(uploaded=True)
    library_folder(folder=folder, picture=PICTURE.replace("M2", "M3"))
    assert said("publish") == (
        "how-it-spreads (en): left alone, because its current edition was uploaded by hand, "
        "edition 1\n  To replace it: --replace how-it-spreads=1\n"
    )
    assert refused("publish", "--replace", "how-it-spreads=2")[1] == (
        "how-it-spreads: the current edition is 1, not 2. Look at it again before you replace it. "
        "Nothing was published."
    )
    for wrong in ("how-it-spreads", "=1", "how-it-spreads=x"):
        assert refused("publish", "--replace", wrong)[1].endswith("is not like bones=3")
    assert said("publish", "--replace", "how-it-spreads=1") == (
        "how-it-spreads (en): published, edition 2\n"
    )


@pytest.mark.django_db
def test_publish_of_another_folder(folder: Path, tmp_path: Path) -> None:
    other = library_folder(folder=tmp_path / "other", modules=[module(slug="bones")])
    assert said("publish", "--folder", other).startswith("bones (en): published, edition 1\n")


@pytest.mark.django_db
def test_withdraw_a_module(folder: Path) -> None:
    said("publish")
    assert said("withdraw", "how-it-spreads") == (
        "how-it-spreads in en, edition 1 is no longer offered.\n"
    )
    assert not Edition.objects.offered("en").exists()
    assert refused("withdraw", "how-it-spreads") == (
        "",
        "No module “how-it-spreads” is published in “en”.",
    )


@pytest.mark.django_db
def test_withdraw_a_question(folder: Path) -> None:
    said("publish")
    question = ["withdraw", "how-it-spreads", "--question", "routes-one"]
    assert refused(*question)[1] == (
        "To withdraw a question give --question, --version and --note."
    )
    question += ["--version", "1"]
    assert refused(*question)[1] == (
        "Say what is right instead (--note): those who answered will read it."
    )
    assert said(*question, "--note", "Blood is right too.") == (
        "how-it-spreads: routes-one version 1 is no longer asked.\n"
    )
    assert Question.objects.get(key="routes-one").withdrawn_note == "Blood is right too."


@pytest.mark.django_db
def test_real_work_refuses_the_demo_database_and_the_demo_does_not(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_demo() -> None:
        raise CommandError("This database belongs to the demo.")

    monkeypatch.setattr("learning.management.commands.content.refuse_demo", is_demo)
    assert refused("publish") == ("", "This database belongs to the demo.")
    assert refused("withdraw", "how-it-spreads")[1] == "This database belongs to the demo."
    assert said("lint") == "0 faults, 0 warnings.\n"
    settings.DEMO = True
    assert said("publish").startswith("how-it-spreads (en): published")


def test_shipped_content_has_no_faults() -> None:
    """Everything in ``fixtures`` can be published, within the sizes set for modules."""
    reading = read_content(settings.CONTENT_DIR, today=TODAY)
    assert [str(fault) for fault in reading.faults if fault.severity == "fault"] == []
    assert reading.library is not None
    for shipped in reading.library.modules.values():
        most = 10 if shipped.slug == "when-to-call" else 7
        assert 4 <= len(shipped.sections) <= most, shipped.slug
        assert len(shipped.objectives) >= 3, shipped.slug
        assert len(shipped.questions) >= 8, shipped.slug


def test_draw_names_each_sentence_and_question_of_the_sample(folder: Path) -> None:
    out = said("draw", "--seed", 1, "--sentences", 1, "--questions", 1)
    first, text, question = out.splitlines()
    assert first.startswith("S01 how-it-spreads/")
    assert text.startswith("    ")
    assert question.startswith("Q01 how-it-spreads#")
    assert out == said("draw", "--seed", 1, "--sentences", 1, "--questions", 1)


def test_draw_from_content_with_faults_is_refused(folder: Path) -> None:
    two_modules(folder)
    assert refused("draw", "--seed", 1) == ("", "The content has faults. See content lint.")


# Approvals


SIGNED = (
    *("signoff", "how-it-spreads", "--edition", 1, "--kind", "clinical"),
    *("--name", "Doctor Demo", "--role", "breast cancer doctor", "--kept-at", "Folder 3"),
)


@pytest.mark.django_db
def test_signoff_puts_an_approval_on_record_and_publish_says_that_it_carries(folder: Path) -> None:
    said("publish")
    today = f"{timezone.localdate()}"
    assert said(*SIGNED, "--signed", today) == (
        "how-it-spreads in en, edition 1: approval by Doctor Demo is on record.\n"
    )
    assert refused(*SIGNED, "--signed", today) == (
        "",
        "An approval of that day by Doctor Demo is on record already.",
    )
    library_folder(folder=folder, modules=[module(title="How it can spread")])
    assert said("publish", "--same-meaning") == (
        "how-it-spreads (en): published, edition 2\n"
        "  carried over: approval by Doctor Demo, breast cancer doctor\n"
    )


@pytest.mark.django_db
def test_signoff_refuses_what_cannot_be(folder: Path) -> None:
    assert refused(*SIGNED, "--signed", "2026-11-25") == (
        "",
        "how-it-spreads has no edition 1 in “en”.",
    )
    said("publish")
    assert refused(*SIGNED, "--signed", "2099-01-01") == (
        "",
        "The date of the approval is still to come. Write the day it was signed.",
    )
    assert "is not a day like 2027-01-31" in refused(*SIGNED, "--signed", "yesterday")[1]
