"""What is left in a browser, and what is gone when a reader wants it gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.answers import RIGHT, AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.reader import MOUSE, NO_SCRIPTS, Reader, Way

pytestmark = pytest.mark.browser

SLUG = "how-it-spreads"
BOTH = pytest.mark.parametrize("way", [MOUSE, NO_SCRIPTS], ids=lambda way: way.name)
STORED = """async () => [
  localStorage.length, sessionStorage.length, (await caches.keys()).length,
  (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length,
]"""
# Pages that hold a form or may, that belong to nobody yet, or to staff.
NOT_FOR_READING = ("/before/", "/check/", "/me/", "/join/", "/return/", "/account/")


def links(reader: Reader) -> list[str]:
    """The addresses of this site that the page links to."""
    found: list[str] = reader.page.evaluate(
        "[...document.links].filter(link => link.host === location.host)"
        ".map(link => link.pathname + link.search)"
    )
    return found


def test_reading_leaves_nothing_behind(reader: Reader) -> None:
    """Every page that links lead to: no cookie, nothing stored, nobody else asked. A-005.

    No two of them have the same title.
    """
    waiting, seen, titles = ["/en/"], set(), dict[str, set[str]]()
    reader.open("/")
    while waiting:
        path = waiting.pop()
        if path in seen or any(part in path for part in NOT_FOR_READING):
            continue
        seen.add(path)
        reader.open(path)
        assert reader.page.locator("main form[method=post]").count() == 0
        assert reader.page.locator("script").count() == 0
        titles.setdefault(reader.page.title(), set()).add(path.partition("?")[0])
        waiting += links(reader)
    assert len(seen) > 25
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}
    assert reader.context.cookies() == []
    assert reader.page.evaluate(STORED) == [0, 0, 0, 0, 0]
    assert reader.posts == []


def test_beginning_stores_two_cookies_and_nothing_else(reader: Reader, key: AnswerKey) -> None:
    reader.begin(SLUG)
    reader.answer(key, RIGHT)
    kept = {
        cookie["name"]: (cookie["httpOnly"], cookie["sameSite"], cookie["expires"] > 0)
        for cookie in reader.context.cookies()
    }
    assert kept == {"device": (True, "Lax", True), "form": (True, "Lax", False)}
    assert reader.page.evaluate(STORED) == [0, 0, 0, 0, 0]


@BOTH
def test_shared_device_is_forgotten_with_the_browser(
    way: Way, new_reader: NewReader, key: AnswerKey
) -> None:
    reader = new_reader(way)
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.hands.tick(reader.page.get_by_role("radio", name="I share it with others"))
    reader.follow("Begin the check")
    reader.answer(key, RIGHT)
    assert len(reader.kept_answers()) == 1
    assert sorted(cookie["name"] for cookie in reader.context.cookies()) == ["device", "form"]
    assert reader.lasting_cookies() == []
    reader.open("/en/me/")
    assert "It forgets you when the browser closes" in reader.text()


@BOTH
def test_cleared_device_shows_nothing_afterwards(
    way: Way, new_reader: NewReader, key: AnswerKey
) -> None:
    """Also not by Back: no page of hers comes out of the browser's cache."""
    reader = new_reader(way)
    reader.begin(SLUG)
    question = reader.answer(key, RIGHT)
    reader.follow("Continue")
    reader.follow("Stop here for now")
    results = reader.page.url
    reader.follow("My progress")
    reader.follow("Clear this device")
    reader.follow("Clear this device")
    assert reader.heading() == "This device is clear"
    assert reader.context.cookies() == []
    for _ in range(5):
        reader.page.go_back()
        assert question.truth not in reader.page.content()
        assert "Saved." not in reader.page.content()
        assert "Your answers so far" not in reader.page.content()
    assert {cookie["name"] for cookie in reader.context.cookies()} <= {"form"}
    reader.open(results.removeprefix(reader.address), status=404)
    assert reader.heading() == "This page is not on this device"
    reader.open("/en/me/")
    assert "Nothing is kept about you on this device." in reader.text()


@BOTH
def test_erase(way: Way, new_reader: NewReader, key: AnswerKey) -> None:
    """The yes is asked for first; then everything is gone, on every device of hers."""
    reader = new_reader(way)
    reader.begin(SLUG)
    reader.answer(key, RIGHT)
    other = new_reader(way)
    other.context.add_cookies(reader.lasting_cookies())
    reader.open("/en/me/")
    reader.follow("Erase everything kept about me")
    reader.follow("Erase everything")
    assert reader.focused().startswith("There is a problem")
    assert len(reader.kept_answers()) == 1
    reader.hands.tick(reader.page.get_by_role("checkbox"))
    reader.follow("Erase everything")
    assert reader.heading() == "This device is clear"
    assert reader.context.cookies() == []
    other.open("/en/me/")
    assert "Nothing is kept about you on this device." in other.text()


def test_download(reader: Reader, key: AnswerKey, tmp_path: Path) -> None:
    """The page and the file say the same, and it is what she did."""
    reader.begin(SLUG)
    question = reader.answer(key, RIGHT)
    reader.open("/en/me/")
    reader.follow("See or download everything kept about me")
    with reader.page.expect_download() as download:
        reader.hands.press(reader.control("Download as a file (JSON)"))
    file = tmp_path / "kept.json"
    download.value.save_as(file)
    kept = json.loads(file.read_text())
    assert download.value.suggested_filename == "waymark.json"
    assert [answer["question"] for check in kept["checks"] for answer in check["answers"]] == [
        question.stem
    ]
    assert question.stem in reader.text()
    assert kept["what_this_is"] in reader.text()
