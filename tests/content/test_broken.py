"""Deliberately broken files: each says in its head which faults are expected, and where.

The folder of a file is the place it takes in an otherwise valid library. A line ``expect:`` or
``expect warning:`` names a fault by line, column, key path and text; a fault in another file
begins with the path of that file.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from learning.models import AuditEntry, Edition, Module, Question, Section, Wording
from learning.reports.content import read_content
from tests.factories import TODAY, library_folder

BROKEN = Path(__file__).parent / "broken"
PLACES = {
    "facts": "facts.yaml",
    "glossary": "glossary.yaml",
    "misconceptions": "misconceptions.yaml",
    "module": "modules/how-it-spreads/en.yaml",
    "parts": "parts.yaml",
    "picture": "modules/how-it-spreads/three-routes.en.svg",
    "sources": "sources.yaml",
}
FILES = sorted(path for path in BROKEN.rglob("*") if path.is_file())


def name(path: Path) -> str:
    return path.relative_to(BROKEN).as_posix()


def broken_library(path: Path, folder: Path) -> Path:
    library_folder(folder=folder)
    (folder / PLACES[path.parent.name]).write_bytes(path.read_bytes())
    return folder


def expected(path: Path) -> list[str]:
    found = []
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        if match := re.fullmatch(r"(?:# )?expect( warning)?: (.*)", line):
            own = re.match(r"\d+:\d+ ", match[2])
            place = f"{PLACES[path.parent.name]}:" if own else ""
            found.append(f"{place}{match[2]}{match[1] or ''}")
    return found


def test_broken_files_are_many() -> None:
    assert len(FILES) >= 40
    assert {path.parent.name for path in FILES} == set(PLACES)
    assert not [name(path) for path in FILES if not expected(path)]


@pytest.mark.parametrize("path", FILES, ids=name)
def test_broken_file_has_exactly_the_expected_faults(path: Path, tmp_path: Path) -> None:
    """R-065: what is wrong, where, and what is expected; all of it at once."""
    reading = read_content(broken_library(path, tmp_path), today=TODAY)
    found = [
        f"{fault}{' warning' if fault.severity == 'warning' else ''}" for fault in reading.faults
    ]
    assert found == expected(path)
    assert reading.library is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(PLACES))
def test_broken_file_publishes_nothing(kind: str, tmp_path: Path) -> None:
    """R-065: without a library there is nothing to publish, and no row is written."""
    path = next(path for path in FILES if path.parent.name == kind)
    with pytest.raises(CommandError, match=r"Nothing was published\."):
        call_command("content", "publish", folder=broken_library(path, tmp_path))
    for model in (Module, Edition, Section, Question, Wording, AuditEntry):
        assert not model.objects.exists()
