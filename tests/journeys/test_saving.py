"""What a reader does to a page that no page expects: nothing of hers is lost, or kept twice."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Route

from learning.content.schema import Question
from tests.journeys.answers import NOT_QUITE, RIGHT, AnswerKey, response
from tests.journeys.conftest import NewReader
from tests.journeys.reader import MOUSE, NO_SCRIPTS, Reader, Way
from tests.journeys.sites import REAL, Sites

pytestmark = pytest.mark.browser

SLUG = "how-it-spreads"
CHECKS = "**/en/checks/**"
PORTAL = "<!doctype html><title>Hotel</title><main id='main'><h1>Sign in to the network</h1></main>"
BOTH = pytest.mark.parametrize("way", [MOUSE, NO_SCRIPTS], ids=lambda way: way.name)


@pytest.fixture
def at_question(reader: Reader) -> Reader:
    reader.begin(SLUG)
    return reader


def choose(reader: Reader, key: AnswerKey, verdict: str) -> Question:
    question = key.question(reader.heading())
    reader.choose(response(question, verdict))
    return question


def slow_down(reader: Reader, *, milliseconds: float, bits: float = -8) -> CDPSession:
    line = reader.context.new_cdp_session(reader.page)
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": milliseconds,
            "downloadThroughput": bits / 8,
            "uploadThroughput": bits / 8,
        },
    )
    return line


def results(reader: Reader) -> list[tuple[int, str]]:
    return [(row[1], row[3]) for row in reader.kept_answers()]


def not_saved_yet(reader: Reader) -> None:
    """The message has the focus, and what was chosen is still chosen."""
    message = reader.page.locator("[data-not-saved]")
    message.wait_for(timeout=16_000)
    assert message.evaluate("element => element === document.activeElement")
    assert reader.focused().startswith("We could not save this yet. Your answer is still on this")
    chosen = "input:checked, select:has(option:checked:not([value='']))"
    assert reader.page.locator(f"main {chosen.replace(', ', ', main ')}").count() > 0


# Twice at once


@BOTH
def test_button_pressed_twice(way: Way, new_reader: NewReader, key: AnswerKey) -> None:
    """R-001, with a slow line in between."""
    reader = new_reader(way)
    reader.begin(SLUG)
    choose(reader, key, RIGHT)
    slow_down(reader, milliseconds=400)
    reader.page.get_by_role("button", name="Check my answer").dblclick()
    reader.page.locator("#feedback").wait_for()
    reader.page.wait_for_load_state("networkidle")
    assert results(reader) == [(1, "right")]
    assert "Saved." in reader.text()
    assert "perhaps in another tab" not in reader.text()


@BOTH
def test_begin_pressed_twice(way: Way, new_reader: NewReader) -> None:
    """R-002."""
    reader = new_reader(way)
    reader.open(f"/en/modules/{SLUG}/check/")
    slow_down(reader, milliseconds=300)
    reader.page.get_by_role("button", name="Begin the check").dblclick()
    reader.page.locator("fieldset.question").wait_for()
    assert [len(check["answers"]) for check in reader.kept()["checks"]] == [0]


def test_enter_held_down(at_question: Reader, key: AnswerKey) -> None:
    """R-003: the key repeats while the answer is on its way."""
    choose(at_question, key, RIGHT)
    slow_down(at_question, milliseconds=400)
    button = at_question.page.get_by_role("button", name="Check my answer")
    button.focus()
    for _ in range(8):
        at_question.page.keyboard.down("Enter")
    at_question.page.keyboard.up("Enter")
    at_question.page.locator("#feedback").wait_for()
    assert results(at_question) == [(1, "right")]
    assert len(at_question.posts) == 2  # the start, and the answer


def test_reload_while_the_answer_is_on_its_way(at_question: Reader, key: AnswerKey) -> None:
    """R-003: the page after it is either the question or its feedback, and the answer is one."""
    question = choose(at_question, key, RIGHT)
    line = slow_down(at_question, milliseconds=300)
    at_question.page.get_by_role("button", name="Check my answer").click(no_wait_after=True)
    at_question.page.reload()
    slow_down(at_question, milliseconds=0)
    line.detach()
    if at_question.page.locator("#feedback").count() == 0:
        at_question.answer(key, RIGHT)
    assert at_question.heading() == question.stem
    at_question.page.reload()
    assert at_question.focused() == f"That’s right. {question.truth}"
    assert [row[0] for row in at_question.kept_answers()][:1] == [question.stem]


@BOTH
@pytest.mark.parametrize("first", ["first tab first", "second tab first"])
def test_question_answered_in_two_tabs(
    way: Way, first: str, new_reader: NewReader, key: AnswerKey
) -> None:
    """R-004: both are kept, the first one counts, and the page says so."""
    reader = new_reader(way)
    reader.begin(SLUG)
    tabs = [reader.page, reader.other_tab()]
    if first == "second tab first":
        tabs.reverse()
    question = key.question(reader.heading())
    for tab, verdict in zip(tabs, (RIGHT, NOT_QUITE), strict=True):
        reader.page, reader.hands = tab, way.hands(tab)
        tab.bring_to_front()
        reader.answer(key, verdict)
    late = "You had answered this question before, perhaps in another tab."
    assert late in reader.text()
    assert results(reader) == [(1, "right"), (2, "not quite")]
    tabs[0].reload()
    assert tabs[0].locator("h1").inner_text() == question.stem
    assert "All your tries are kept; the first one counts." in tabs[0].locator("main").inner_text()


# Back, another device, another day


@BOTH
def test_back_after_answering(way: Way, new_reader: NewReader, key: AnswerKey) -> None:
    """R-007, A-057: Back and Forward show saved answers, and send nothing."""
    reader = new_reader(way)
    reader.begin(SLUG)
    questions = []
    while reader.page.title().startswith("Question"):
        questions.append(reader.answer(key, RIGHT))
        reader.follow("Continue")
    posts = len(reader.posts)
    shown: list[str] = []
    for _ in range(2 * len(questions)):
        reader.page.go_back()
        if "/checks/" not in reader.page.url:
            break
        shown.append(reader.heading())
        assert reader.focused() == f"That’s right. {key.question(shown[-1]).truth}"
    assert list(dict.fromkeys(shown)) == [question.stem for question in reversed(questions)]
    reader.page.go_forward()
    reader.page.go_forward()
    assert reader.heading() == questions[1].stem
    assert len(reader.posts) == posts
    assert results(reader) == [(1, "right")] * len(questions)


def test_link_opened_by_somebody_else(
    at_question: Reader, new_reader: NewReader, key: AnswerKey
) -> None:
    """R-008: she is told that it is not hers; the same as for a check that was never there."""
    question = at_question.answer(key, RIGHT)
    path = at_question.page.url.removeprefix(at_question.address)
    other = new_reader()
    other.open(path, status=404)
    assert other.heading() == "This page is not on this device"
    assert question.stem not in other.page.content()
    assert other.context.cookies() == []
    shown = other.text()
    other.open("/en/checks/nobody/1/", status=404)
    assert other.text() == shown


def test_browser_closed_before_the_button(
    at_question: Reader, new_reader: NewReader, key: AnswerKey
) -> None:
    """R-009, R-010: the same question waits, and nothing that was not sent is called saved."""
    question = choose(at_question, key, RIGHT)
    path = at_question.page.url.removeprefix(at_question.address)
    cookies = at_question.lasting_cookies()
    at_question.context.close()
    later = new_reader()
    later.context.add_cookies(cookies)
    later.open("/en/")
    later.follow(re.compile("question 1 of"))
    assert (later.page.url, later.heading()) == (later.address + path, question.stem)
    assert later.page.locator("input:checked").count() == 0
    assert later.kept_answers() == []


# A bad line


def test_offline_and_online_again(at_question: Reader, key: AnswerKey) -> None:
    """R-016, A-060."""
    question = choose(at_question, key, RIGHT)
    at_question.line_is_bad = True
    at_question.context.set_offline(True)
    at_question.hands.press(at_question.control("Check my answer"))
    not_saved_yet(at_question)
    at_question.context.set_offline(False)
    assert at_question.kept_answers() == []
    at_question.send("Try again")
    assert at_question.focused() == f"That’s right. {question.truth}"
    assert results(at_question) == [(1, "right")]


def _lost(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")


def _portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body=PORTAL)


def _bad_gateway(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")


@pytest.mark.parametrize(
    "between", [_lost, _portal, _bad_gateway], ids=["response lost", "hotel", "bad gateway"]
)
def test_answer_when_something_is_in_between(
    between: Callable[[Route], None], at_question: Reader, key: AnswerKey
) -> None:
    """R-015, R-017, A-059: nothing foreign takes the form's place, and the answer is kept once."""
    question = choose(at_question, key, NOT_QUITE)
    at_question.line_is_bad = True
    at_question.page.route(CHECKS, between)
    at_question.hands.press(at_question.control("Check my answer"))
    not_saved_yet(at_question)
    assert at_question.heading() == question.stem
    at_question.page.unroute(CHECKS)
    at_question.send("Try again")
    assert at_question.focused() == f"Not quite. {question.truth}"
    assert results(at_question) == [(1, "not quite")]


def test_response_lost_without_scripts(new_reader: NewReader, key: AnswerKey) -> None:
    """R-017: the browser's own error page, then Back and the button once more."""
    reader = new_reader(NO_SCRIPTS)
    reader.begin(SLUG)
    question = choose(reader, key, RIGHT)
    reader.line_is_bad = True
    reader.page.route(CHECKS, _lost)
    with reader.page.expect_event("requestfailed"):
        reader.hands.press(reader.control("Check my answer"))
    reader.page.unroute(CHECKS)
    reader.page.wait_for_load_state()
    reader.page.reload()
    reader.page.goto(reader.page.url)
    assert reader.focused() == f"That’s right. {question.truth}"
    assert results(reader) == [(1, "right")]


def test_slow_line_shows_at_once_that_something_happens(
    at_question: Reader, key: AnswerKey
) -> None:
    """A-061: 400 ms and 400 kbit/s; the button changes within 100 ms of the tap."""
    page = at_question.page
    choose(at_question, key, RIGHT)
    slow_down(at_question, milliseconds=400, bits=400_000)
    waited = page.evaluate(
        """() => new Promise((done) => {
          const button = [...document.querySelectorAll("main form button")].at(-1);
          const idle = getComputedStyle(button).backgroundColor;
          const began = performance.now();
          const look = () => getComputedStyle(button).backgroundColor === idle
            ? requestAnimationFrame(look) : done(performance.now() - began);
          button.click();
          requestAnimationFrame(look);
        })"""
    )
    assert waited < 100
    assert page.get_by_role("button", name="Check my answer").get_attribute("aria-disabled")
    page.locator("#feedback").wait_for()
    assert results(at_question) == [(1, "right")]


def test_database_busy_without_scripts(new_reader: NewReader, key: AnswerKey, sites: Sites) -> None:
    """The answer travels with the page that says so, and is kept at the next press."""
    reader = new_reader(NO_SCRIPTS)
    reader.begin(SLUG)
    question = choose(reader, key, RIGHT)
    other = sqlite3.connect(sites.url(REAL).removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        reader.follow("Check my answer")
        assert reader.heading() == "We could not save this yet"
        assert reader.focused() == "We could not save this yet"
        other.execute("ROLLBACK")
    finally:
        other.close()
    reader.follow("Try again")
    assert reader.focused() == f"That’s right. {question.truth}"
    assert results(reader) == [(1, "right")]


# A browser that has forgotten


@BOTH
def test_form_whose_cookie_was_cleared(way: Way, new_reader: NewReader, key: AnswerKey) -> None:
    """R-033: the same page with what was chosen, and the second press works."""
    reader = new_reader(way)
    reader.begin(SLUG)
    question = choose(reader, key, NOT_QUITE)
    chosen = (
        "[...document.querySelectorAll('main :is(input, select)')].map(e => e.checked || e.value)"
    )
    before = reader.page.evaluate(chosen)
    reader.context.clear_cookies(name="form")
    reader.send(until=".notice[autofocus]")
    assert reader.focused().startswith("This page was open for a while. Your answer is still here")
    assert len(reader.page.evaluate(chosen)) == len(before)
    assert reader.heading() == question.stem
    assert reader.kept_answers() == []
    reader.send()
    assert reader.focused() == f"Not quite. {question.truth}"
    assert results(reader) == [(1, "not quite")]


@BOTH
def test_device_that_was_forgotten(way: Way, new_reader: NewReader, key: AnswerKey) -> None:
    """R-031, R-013: it is said that nothing was saved, and the way to begin again is one press."""
    reader = new_reader(way)
    reader.begin(SLUG)
    choose(reader, key, RIGHT)
    reader.context.clear_cookies(name="device")
    reader.send(until="h1:text-is('This device has forgotten you')")
    assert reader.focused() == "This device has forgotten you"
    assert "What you sent just now was not saved." in reader.text()
    assert reader.page.title() == "This device has forgotten you – Waymark"
    reader.follow("Go to the module again")
    assert reader.page.url == f"{reader.address}/en/modules/{SLUG}/"


@BOTH
def test_start_without_any_cookie(way: Way, new_reader: NewReader) -> None:
    """R-013, R-033: a start that lost its cookies is offered again, and begins."""
    reader = new_reader(way)
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.context.clear_cookies()
    reader.follow("Begin the check")
    assert reader.focused() == "Press the button once more"
    reader.follow("Go on")
    assert reader.page.title().startswith("Question 1 of ")


def test_answer_after_an_hour(at_question: Reader, key: AnswerKey) -> None:
    """A-046: the page has no clock, so an hour changes nothing."""
    at_question.page.clock.install(time=time.time())
    at_question.page.reload()
    question = choose(at_question, key, RIGHT)
    at_question.page.clock.fast_forward(3_600_000)
    at_question.page.clock.resume()
    at_question.send()
    assert at_question.focused() == f"That’s right. {question.truth}"
