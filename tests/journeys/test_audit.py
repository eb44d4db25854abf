"""Somebody looks for lines of the audit log, by mouse, by keyboard and without scripts."""

from __future__ import annotations

import csv
import re

import pytest

from tests.journeys.answers import AnswerKey
from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.conftest import NewReader
from tests.journeys.overview_states import AUDIT
from tests.journeys.reader import KEYBOARD, MOUSE, NO_SCRIPTS, Reader, Way
from tests.journeys.sites import Sites
from tests.journeys.states import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(new_reader: NewReader, key: AnswerKey, sites: Sites) -> World:
    return World(new_reader, key, sites)


def press(reader: Reader, name: str, heading: str | re.Pattern[str]) -> None:
    """Press this and wait until the heading that takes the focus says so."""
    reader.hands.press(reader.control(name))
    reader.page.locator("#found:focus", has_text=heading).wait_for()


def lines(reader: Reader) -> list[list[str]]:
    return [
        row.locator("th, td").all_inner_texts() for row in reader.page.locator("tbody tr").all()
    ]


@pytest.mark.parametrize("way", [MOUSE, KEYBOARD, NO_SCRIPTS], ids=lambda way: way.name)
def test_lines_are_found_paged_and_taken_as_a_file(way: Way, world: World) -> None:
    reader = world.staff(OVERVIEW, way=way)
    reader.open(AUDIT)
    if way.scripts:
        reader.page.evaluate("window.sameDocument = true")
    reader.page.get_by_label("To", exact=True).fill("2099-12-31")
    press(reader, "Show", "Lines 1 to 50 of")
    first = lines(reader)
    press(reader, "On to page 2", "Lines 51 to")
    assert reader.page.url == f"{reader.address}{AUDIT}?until=2099-12-31&page=2"
    reader.page.go_back()
    reader.page.locator("#found", has_text="Lines 1 to 50 of").wait_for()
    assert lines(reader) == first
    reader.page.get_by_label("Who").select_option("The nightly run")  # no journey adds a line
    press(reader, "Show", re.compile(r"^\d+ lines$"))
    found = lines(reader)
    assert {(who, what) for _, who, what, _ in found} == {("The nightly run", "closed a period")}
    with reader.page.expect_download() as download:
        reader.hands.press(reader.control("Take these lines as a file (CSV)"))
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == found
