"""A nurse has eleven minutes: who needs her, about what, and what came of talking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route

from tests.journeys.answers import AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.nurse_states import HOME, PEOPLE, at_home, press, show_second
from tests.journeys.reader import KEYBOARD, MOUSE, NO_SCRIPTS, Reader, Way
from tests.journeys.sites import Sites
from tests.journeys.states import World

pytestmark = pytest.mark.browser
WAYS = [MOUSE, KEYBOARD, NO_SCRIPTS]


@pytest.fixture
def world(new_reader: NewReader, key: AnswerKey, sites: Sites) -> World:
    return World(new_reader, key, sites)


def shown(reader: Reader) -> tuple[str, list[str]]:
    """The heading of the list, and who is in it."""
    return reader.page.locator("#who h2").first.inner_text(), reader.page.locator(
        PEOPLE
    ).all_inner_texts()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_filter_leads_to_a_part_of_the_list_and_back_leads_back(way: Way, world: World) -> None:
    reader = at_home(world, way)
    everybody = shown(reader)
    if way.scripts:
        reader.page.evaluate("window.sameDocument = true")
    sentence = show_second(reader)
    assert reader.page.url == f"{reader.address}{HOME}?about=safety"
    if way.scripts:
        assert reader.page.evaluate("window.sameDocument")
    safety = shown(reader)
    assert safety[0] == reader.focused() == sentence
    assert set(safety[1]) <= set(everybody[1])
    assert reader.page.title().startswith(sentence.removesuffix("."))
    if way.scripts:
        reader.page.reload()
        assert shown(reader) == safety
    reader.page.go_back()
    reader.page.wait_for_url(f"{reader.address}{HOME}")
    reader.page.locator(".who-found a[aria-current]", has_text="may need you").wait_for()
    assert shown(reader) == everybody
    show_second(reader)
    press(reader, PEOPLE)
    assert reader.heading().startswith(safety[1][0])
    reader.page.go_back()
    assert shown(reader) == safety


def test_filter_on_a_broken_line_is_opened_as_a_page(world: World) -> None:
    reader = at_home(world, MOUSE)
    reader.line_is_bad = True

    def cut(route: Route) -> None:
        scripted = "hx-request" in route.request.headers
        route.abort() if scripted else route.continue_()

    reader.page.route("**/en/nurse/?*", cut)
    show_second(reader)
    reader.page.wait_for_url(f"{reader.address}{HOME}?about=safety")
    assert reader.focused() == shown(reader)[0]


def test_filter_after_the_session_ended_leads_to_the_sign_in_page(world: World) -> None:
    """S-027: the page as a whole, not a sign-in page inside of it."""
    reader = at_home(world, MOUSE)
    reader.context.clear_cookies()
    reader.page.locator(".who-found a").nth(1).click()
    reader.page.wait_for_url(re.compile("/en/account/sign-in/"))
    assert reader.page.locator("#who").count() == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_teach_back_is_noted_and_taken_back(way: Way, world: World) -> None:
    reader = at_home(world, way)
    press(reader, PEOPLE)
    talks = reader.page.locator(".talk h3")
    ideas = talks.all_inner_texts()
    reader.follow("Said it in own words")
    assert reader.focused().startswith("Noted: said it in own words.")
    assert talks.all_inner_texts() == ideas[1:]
    with reader.page.expect_navigation():
        reader.hands.press(reader.page.get_by_role("button", name="Take this back").first)
    assert reader.focused().startswith("Taken back.")
    assert talks.all_inner_texts() == ideas


def test_note_is_selected_whole_and_copied_by_keyboard(world: World) -> None:
    reader = at_home(world, NO_SCRIPTS)
    press(reader, PEOPLE)
    reader.follow("A note for the chart, to copy")
    box = reader.page.get_by_label("Note", exact=True)
    assert box.input_value().startswith("Waymark (patient education), ")
    box.press("x")
    box.press("Control+a")
    assert "x" not in box.input_value()[:1]
