"""The earlier edition that a new demo has of one module."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from learning.management.earlier import SLUG, publish_earlier
from learning.models import Edition
from learning.reports.desk_module import desk_module
from tests.factories import NOW, library_folder, module

pytestmark = pytest.mark.django_db


def test_new_demo_has_two_editions_to_compare(tmp_path: Path) -> None:
    folder = library_folder(folder=tmp_path, modules=[module(slug=SLUG)])
    assert publish_earlier(folder, now=NOW)
    call_command("content", "publish", folder=folder)
    found = desk_module("en", SLUG)
    assert found is not None
    assert [(line.edition.number, line.changed) for line in found.editions] == [
        (2, "1 section changed, 1 question added."),
        (1, "The first edition, with 2 sections and 3 questions."),
    ]
    assert not publish_earlier(folder, now=NOW)
    assert Edition.objects.count() == 2


def test_without_that_module_there_is_no_earlier_edition(tmp_path: Path) -> None:
    assert not publish_earlier(library_folder(folder=tmp_path), now=NOW)
    assert not Edition.objects.exists()
