"""What is told of an upload, and what the reading of it remembers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from learning.models import StaffMember
from learning.reports import uploads
from tests import factories
from tests.factories import PICTURE, TODAY, as_yaml, module

pytestmark = pytest.mark.django_db
LONG = "x" * 300


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.CONTENT_DIR = factories.library_folder(folder=tmp_path / "content")
    return Path(settings.CONTENT_DIR)


@pytest.fixture
def vera() -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


def page(by: StaffMember, text: str) -> uploads.DraftPage:
    return uploads.draft_page(factories.draft(by=by, text=text), today=TODAY)


def test_reading_is_remembered_until_a_file_of_the_folder_changes(
    vera: StaffMember, folder: Path
) -> None:
    draft = factories.draft(by=vera)
    first = uploads.read_draft(draft, today=TODAY)
    assert first.library is not None
    assert uploads.read_draft(draft, today=TODAY) is first
    picture = folder / "modules/how-it-spreads/three-routes.en.svg"
    picture.write_text(PICTURE.replace("Three ways", "The three ways"), encoding="utf-8")
    again = uploads.read_draft(draft, today=TODAY)
    assert again is not first
    assert again.library is not None
    (module_read,) = again.library.modules.values()
    assert "The three ways" in module_read.sections[0].picture.svg  # type: ignore[union-attr]
    os.utime(folder / "facts.yaml", ns=(1, 1))
    assert uploads.read_draft(draft, today=TODAY) is not again


def test_long_line_is_shown_around_its_fault(vera: StaffMember) -> None:
    found = page(vera, as_yaml(module(title=f"{LONG} \u202e end")))
    (row,) = (row for row in found.faults if "U+202E" in row.fault.text)
    assert (row.fault.line, row.fault.column) == (3, 309)
    assert row.written == f"…{'x' * 79}   end"


def test_first_faults_are_shown_and_the_others_counted(vera: StaffMember) -> None:
    found = page(vera, as_yaml(module()) + "".join(f"more-{number}: 1\n" for number in range(250)))
    assert (len(found.faults), found.more, found.count) == (uploads.MOST_SHOWN, 50, 250)
    assert found.impact is None
