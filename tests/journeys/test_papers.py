"""What is printed: the sheet for a visit, the wallet card, the check with its answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.answers import AnswerKey
from tests.journeys.asking_states import ASKING, CARD, VISIT
from tests.journeys.conftest import NewReader
from tests.journeys.reader import Reader
from tests.journeys.sites import DEMO, Sites
from tests.journeys.states import SLUG, World

pytestmark = pytest.mark.browser
PX_IN_MM = 96 / 25.4
PX_IN_PT = 96 / 72
SIZES = ("A4", "Letter")


def reached(name: str, new_reader: NewReader, key: AnswerKey, sites: Sites) -> Page:
    """The page of this state, as it is printed."""
    state = next(state for state in ASKING if state.name == name)
    page = state.reach(World(new_reader, key, sites)).page
    page.emulate_media(media="print")
    return page


def pages(page: Page, size: str) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size)))


def fits(page: Page, boxes: str) -> bool:
    """Whether nothing in these boxes is cut off."""
    found: bool = page.locator(boxes).evaluate_all(
        "all => all.length > 0 && all.every((e) => e.scrollHeight <= Math.ceil(e.clientHeight)"
        " && e.scrollWidth <= Math.ceil(e.clientWidth))"
    )
    return found


def least_type(page: Page, box: str) -> float:
    """The size of the smallest type in a box, in points."""
    least: float = page.locator(box).first.evaluate(
        """box => Math.min(...[...box.querySelectorAll("*")].filter((e) => e.innerText)
          .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    return least / PX_IN_PT


def test_sheet_with_the_longest_words_is_one_page_of_large_type(
    new_reader: NewReader, key: AnswerKey, sites: Sites
) -> None:
    page = reached("visit with the longest words", new_reader, key, sites)
    assert [pages(page, size) for size in SIZES] == [1, 1]
    assert least_type(page, ".visit-sheet") >= 15.99
    page.set_viewport_size({"width": 700, "height": 1000})  # A4 within its margins
    bottom = page.locator(".writing-space").evaluate(
        """space => [space.getBoundingClientRect().top + 28 * 4 / 3,
          space.parentElement.getBoundingClientRect().bottom]"""
    )
    assert bottom[0] <= bottom[1], "no line is left to write on"
    text = page.locator(".visit-sheet").inner_text()
    for heading in ("What I want to ask", "What I am unsure of", "What I understand"):
        assert heading in text
    assert re.search(r"and \d+ more in Waymark", text)


@pytest.mark.parametrize("path", [VISIT, CARD])
def test_papers_of_nobody_are_one_page_in_a_demo_too(new_reader: NewReader, path: str) -> None:
    reader = new_reader(site=DEMO)
    reader.open(path)
    assert [pages(reader.page, size) for size in SIZES] == [1, 1]


@pytest.mark.parametrize("name", ["card", "card with a clinics numbers"])
def test_card_has_the_size_of_a_bank_card_and_can_be_read(
    name: str, new_reader: NewReader, key: AnswerKey, sites: Sites
) -> None:
    page = reached(name, new_reader, key, sites)
    for side in page.locator(".wallet-side").all():
        box = side.bounding_box()
        assert box is not None
        assert box["width"] / PX_IN_MM == pytest.approx(85.6, abs=0.1)
        assert box["height"] / PX_IN_MM == pytest.approx(54, abs=0.1)
    assert fits(page, ".wallet-side")
    assert least_type(page, ".wallet") >= 7.49
    assert [pages(page, size) for size in SIZES] == [1, 1]


def test_check_alone_prints_its_answers_on_a_new_page(reader: Reader, key: AnswerKey) -> None:
    reader.open(f"/en/modules/{SLUG}/print/?only=check")
    page = reader.page
    page.emulate_media(media="print")
    text = page.locator("main").inner_text()
    module = key.library.modules[SLUG, "en"]
    assert module.sections[0].title not in text
    breaks = page.locator(".sheet").evaluate_all(
        "all => all.map((sheet) => getComputedStyle(sheet).breakBefore)"
    )
    assert breaks == ["auto", "page"]
    assert page.locator(".sheet-question").evaluate_all(
        "all => [...new Set(all.map((e) => getComputedStyle(e).breakInside))]"
    ) == ["avoid"]
    assert pages(page, "A4") < 10
