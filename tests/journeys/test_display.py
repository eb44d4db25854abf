"""How pages show themselves: focus, forced colours, more contrast, print, motion, lines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.journeys.answers import NOT_QUITE, RIGHT, UNSURE, AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.inspection import axe, sideways
from tests.journeys.pixels import changed, picture, place_of
from tests.journeys.reader import KEYBOARD, PHONE_WAY, Reader

pytestmark = pytest.mark.browser

SLUG = "how-it-spreads"
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])

# A stop must be seen, lie inside the window, and have nothing in front of it.
STOP = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect();
  const inside = box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.width > 0;
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const front = Boolean(hit) && (element.contains(hit) || hit.contains(element));
  const order = [...document.querySelectorAll("*")].indexOf(element);
  return {order, inside, front, top: box.top, bottom: box.bottom,
    visible: element.checkVisibility({visibilityProperty: true}),
    text: element.outerHTML.slice(0, 90)};
}"""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page to compare pictures in."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def opened(reader: Reader, key: AnswerKey, name: str) -> Page:
    """One of the pages these tests look at."""
    paths = {
        "home": "/en/",
        "modules": "/en/modules/",
        "help": "/en/help-now/",
        "section": f"/en/modules/{SLUG}/three-routes/",
        "start": f"/en/modules/{SLUG}/check/",
    }
    if name in paths:
        reader.open(paths[name])
        return reader.page
    kind = name.split()[-1]
    reader.seek(SLUG, lambda stem: key.question(stem).kind == kind)
    if name.startswith("feedback"):
        reader.answer(key, NOT_QUITE)
    else:
        reader.page.reload()
    return reader.page


@pytest.mark.parametrize(
    "name", ["home", "modules", "section", "start", "question one", "feedback several"]
)
def test_tab_goes_through_the_page_in_its_order(
    name: str, new_reader: NewReader, key: AnswerKey
) -> None:
    """A-006, A-007, A-008, A-012, on a phone with a keyboard on half of its screen."""
    reader = new_reader(PHONE_WAY)
    page = opened(reader, key, name)
    page.set_viewport_size({"width": 390, "height": 420})
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    if name.startswith("feedback"):
        page.reload()
        page.evaluate("document.activeElement.blur()")
        page.locator(".skip-link").focus()
    else:
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the text"
    orders = []
    for _ in range(150):
        stop = page.evaluate(STOP)
        if stop is None:
            break
        assert (stop["visible"], stop["inside"], stop["front"]) == (True, True, True), str(stop)
        orders.append(stop["order"])
        page.keyboard.press("Tab")
    assert orders == sorted(set(orders))
    assert len(orders) > 8
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('main'))")


COMPONENTS = [
    ("home", "header .help-link"),
    ("home", "main .button"),
    ("home", "main .quiet-links a"),
    ("modules", ".task"),
    ("section", "summary"),
    ("start", ".option"),
    ("question pairs", "select"),
]


@THEMES
@pytest.mark.parametrize(("name", "selector"), COMPONENTS, ids=lambda value: value)
def test_focus_is_seen(
    name: str, selector: str, theme: str, new_reader: NewReader, key: AnswerKey, blank: Page
) -> None:
    """A-011: as many pixels change by 3:1 as a line of 2 px around it has (WCAG 2.4.13)."""
    reader = new_reader(PHONE_WAY, color_scheme=theme)
    page = opened(reader, key, name)
    target = page.locator(selector).first
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    place = place_of(target)
    before = picture(page, place)
    inner = {".option": "input", ".task": "a"}
    focused = target.locator(inner[selector]) if selector in inner else target
    focused.evaluate("element => element.focus({focusVisible: true, preventScroll: true})")
    after = picture(page, place)
    around = 2 * 2 * (place["width"] + place["height"])
    assert changed(blank, before, after) >= around


def _borders(element: Locator) -> str:
    return str(
        element.evaluate(
            "e => { const s = getComputedStyle(e);"
            " return `${s.borderTopStyle} ${parseFloat(s.borderTopWidth) >= 2}`; }"
        )
    )


def test_forced_colours_keep_borders_words_and_what_is_chosen(
    new_reader: NewReader, key: AnswerKey, blank: Page
) -> None:
    """A-052, A-076."""
    reader = new_reader(PHONE_WAY, forced_colors="active")
    page = opened(reader, key, "question one")
    option = page.locator(".option").first
    place = place_of(option)
    before = picture(page, place)
    option.locator("input").evaluate("input => { input.checked = true; }")
    assert changed(blank, before, picture(page, place)) > 100
    for selector in (".option", "main .button >> visible=true"):
        assert _borders(page.locator(selector).first) == "solid true"
    assert (
        page.locator("main a").first.evaluate("link => getComputedStyle(link).textDecorationLine")
        == "underline"
    )
    reader.answer(key, NOT_QUITE)
    assert _borders(page.locator(".verdict")) == "solid true"
    assert reader.focused().startswith("Not quite. ")
    icon = page.locator(".verdict-word")
    assert icon.evaluate("e => getComputedStyle(e, '::before').backgroundColor") == icon.evaluate(
        "e => getComputedStyle(e).color"
    )


def test_verdicts_differ_by_word_and_sign(new_reader: NewReader, key: AnswerKey) -> None:
    """A-052: colour never speaks alone."""
    signs = {}
    for verdict in (RIGHT, NOT_QUITE, UNSURE):
        reader = new_reader(PHONE_WAY)
        reader.begin(SLUG)
        reader.answer(key, verdict)
        word = reader.page.locator(".verdict-word")
        sign = word.evaluate(
            "e => { const s = getComputedStyle(e, '::before');"
            " return [s.clipPath, s.display, parseInt(s.width)]; }"
        )
        signs[word.inner_text()] = sign
    assert set(signs) == {"That’s right.", "Not quite.", "Good to know."}
    assert len({sign[0] for sign in signs.values()}) == 3
    assert all(sign[1] != "none" and sign[2] >= 20 for sign in signs.values())


@THEMES
def test_more_contrast(theme: str, new_reader: NewReader, key: AnswerKey) -> None:
    """A-074, where somebody's system asks for more."""
    reader = new_reader(PHONE_WAY, color_scheme=theme, contrast="more")
    page = opened(reader, key, "question one")
    assert axe(page) == []
    reader.answer(key, NOT_QUITE)
    assert axe(page) == []
    assert page.evaluate("getComputedStyle(document.body).color") == (
        "rgb(0, 0, 0)" if theme == "light" else "rgb(255, 255, 255)"
    )


@THEMES
def test_borders_of_controls_are_seen(theme: str, new_reader: NewReader, key: AnswerKey) -> None:
    """A-074: 3:1 against what is inside and outside of them."""
    reader = new_reader(PHONE_WAY, color_scheme=theme)
    page = opened(reader, key, "question pairs")
    contrasts = page.evaluate(
        """() => {
          const light = (color) => {
            const [r, g, b] = color.match(/[\\d.]+/g).map((part) => part / 255)
              .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const contrast = (one, two) => {
            const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
            return (high + 0.05) / (low + 0.05);
          };
          const paper = getComputedStyle(document.documentElement).backgroundColor;
          return [...document.querySelectorAll("select, .option:not(.option-apart)")]
            .map((element) => getComputedStyle(element))
            .map((style) => Math.min(contrast(style.borderTopColor, paper),
                                     contrast(style.borderTopColor, style.backgroundColor)));
        }"""
    )
    assert len(contrasts) > 3
    assert min(contrasts) >= 3


def test_print_holds_the_reading_and_no_navigation(new_reader: NewReader, key: AnswerKey) -> None:
    """A-080: black on white, with the addresses of links, without anything to press."""
    reader = new_reader(color_scheme="dark")
    page = opened(reader, key, "section")
    page.emulate_media(media="print", color_scheme="dark")
    text = page.locator("body").inner_text()
    section = key.library.modules[SLUG, "en"].sections[0]
    assert section.title in text
    assert "Skip to the text" not in text
    for selector in ("header", "footer", ".button", ".quiet-links", ".skip-link"):
        for element in page.locator(selector).all():
            assert not element.is_visible(), selector
    assert page.evaluate(
        "[getComputedStyle(document.body).color,"
        " getComputedStyle(document.documentElement).backgroundColor]"
    ) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.pdf().startswith(b"%PDF")
    reader.open("/en/sources/")
    link = page.locator("main a[href^=http]").first
    address = link.get_attribute("href")
    assert (
        link.evaluate("link => getComputedStyle(link, '::after').content")
        == (f'" (" "{address}" ")"')
        or link.evaluate("link => getComputedStyle(link, '::after').content") == f'" ({address})"'
    )
    assert link.is_visible()


def test_print_of_a_module_keeps_questions_whole(reader: Reader, key: AnswerKey) -> None:
    """A-080: the reading, the questions and the answers; nothing that only a screen needs."""
    reader.open(f"/en/modules/{SLUG}/print/")
    page = reader.page
    page.emulate_media(media="print")
    module = key.library.modules[SLUG, "en"]
    text = page.locator("body").inner_text()
    for title in [module.title, *(section.title for section in module.sections)]:
        assert title in text
    questions = page.locator(".sheet-question")
    assert questions.count() > 2 * len(module.objectives)
    assert questions.evaluate_all(
        "all => [...new Set(all.map(e => getComputedStyle(e).breakInside))]"
    ) == ["avoid"]
    assert not page.locator(".screen-only").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_nothing_moves(new_reader: NewReader, key: AnswerKey) -> None:
    """A-077, A-078: there is no motion at all, so there is none to reduce."""
    reader = new_reader()
    for name in ("home", "section", "feedback one"):
        page = opened(reader, key, name)
        assert page.evaluate("document.getAnimations().length") == 0
        assert (
            page.evaluate(
                """[...document.querySelectorAll("*")].map((e) => getComputedStyle(e))
              .filter((style) => style.animationName !== "none" || style.scrollBehavior !== "auto"
                || style.transitionDuration !== "0s").length"""
            )
            == 0
        )
        assert page.locator("video, audio, marquee, blink, img[src$=gif]").count() == 0


def test_lines_are_short_and_apart(new_reader: NewReader, key: AnswerKey) -> None:
    """A-075: at most 80 characters on a line, 1.5 lines apart, ragged at the end."""
    reader = new_reader()
    page = opened(reader, key, "section")
    rows = page.evaluate(
        """() => {
          const pen = new OffscreenCanvas(1, 1).getContext("2d");
          return [...document.querySelectorAll(".prose p, .prose li")].map((block) => {
            const style = getComputedStyle(block);
            pen.font = style.font;
            const letter = pen.measureText(block.innerText).width / block.innerText.length;
            return [block.clientWidth / letter, parseFloat(style.lineHeight)
              / parseFloat(style.fontSize), style.textAlign];
          });
        }"""
    )
    assert len(rows) >= 5
    assert max(row[0] for row in rows) <= 80
    assert min(row[1] for row in rows) >= 1.5
    assert {row[2] for row in rows} == {"start"}


@pytest.mark.parametrize("size", [(844, 390), (640, 320), (320, 256)])
def test_phone_on_its_side(size: tuple[int, int], new_reader: NewReader, key: AnswerKey) -> None:
    """A-018, A-070."""
    reader = new_reader(PHONE_WAY)
    for name in ("home", "section", "question pairs"):
        page = opened(reader, key, name)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert sideways(page) == []


def test_keyboard_reaches_everything_on_help_now(new_reader: NewReader) -> None:
    """A-009, on the page that must work when nothing else does."""
    reader = new_reader(KEYBOARD)
    reader.open("/en/")
    reader.follow("Help now", within="header")
    assert reader.page.url.endswith("/en/help-now/")
    for link in reader.page.locator("main a").all():
        link.focus()
        assert link.evaluate("element => element === document.activeElement")
