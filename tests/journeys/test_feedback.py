"""What HTMX adds to a question, and that it adds nothing else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request

from tests.journeys.answers import NOT_QUITE, RIGHT, VERDICT_WORDS, VERDICTS, AnswerKey, response
from tests.journeys.conftest import NewReader
from tests.journeys.reader import BLOCKED, MOUSE, NO_SCRIPTS, Reader, Way

pytestmark = pytest.mark.browser

SLUG = "how-it-spreads"
# Everything a reader can perceive of the region; not the marks htmx leaves on what it has put in.
REGION = """() => {
  const main = document.querySelector("main").cloneNode(true);
  for (const mark of main.querySelectorAll("[name=csrfmiddlewaretoken], [name=token]"))
    mark.value = "";
  for (const element of [main, ...main.querySelectorAll("*")]) {
    for (const name of element.getAttributeNames())
      if (name.startsWith("data-htmx-")) element.removeAttribute(name);
    for (const name of [...element.classList])
      if (name.startsWith("htmx-")) element.classList.remove(name);
    if (element.getAttribute("class") === "") element.removeAttribute("class");
  }
  return main.outerHTML.replace(/>\\s+</g, ">\\n<");
}"""


@pytest.fixture
def at_question(reader: Reader) -> Reader:
    reader.begin(SLUG)
    return reader


def region(page: Page) -> str:
    return str(page.evaluate(REGION))


def asked(page: Page) -> list[Request]:
    """Every request of the page from now on, but for its icon, which the browser asks for late."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        if "favicon" not in request.url:
            requests.append(request)

    page.on("request", note)
    return requests


@pytest.mark.parametrize("kind", ["one", "several", "pairs"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_feedback_is_one_request_and_the_page_of_a_reload(
    kind: str, verdict: str, new_reader: NewReader, key: AnswerKey
) -> None:
    """A-005, A-050, A-051, A-056."""
    reader = new_reader()
    reader.seek(SLUG, lambda stem: key.question(stem).kind == kind)
    requests = asked(reader.page)
    question = reader.answer(key, verdict)
    assert [(request.method, request.resource_type) for request in requests] == [("POST", "fetch")]
    assert reader.focused() == f"{VERDICT_WORDS[verdict]} {question.truth}"
    title, address, shown = reader.page.title(), reader.page.url, region(reader.page)
    assert re.match(r"Question \d of \d: answered – How breast cancer spreads – Waymark$", title)

    reader.page.reload()
    assert (reader.page.title(), reader.page.url) == (title, address)
    assert region(reader.page) == shown
    assert reader.focused() == f"{VERDICT_WORDS[verdict]} {question.truth}"


def test_missing_answer_swapped_in_is_the_page_without_scripts(
    new_reader: NewReader, key: AnswerKey
) -> None:
    """A-005, A-010, A-025, A-026, A-027, A-028, A-056, A-059."""
    shown = {}
    reader = new_reader(MOUSE)
    reader.begin(SLUG)
    path = reader.page.url
    cookies = reader.lasting_cookies()
    for way in (MOUSE, NO_SCRIPTS):
        reader = new_reader(way)
        reader.context.add_cookies(cookies)
        reader.open(path)
        assert reader.page.locator("input:checked").count() == 0
        reader.page.locator("label.option", has_text="Fairly sure").click()
        reader.send(until=".error-summary")
        assert reader.page.title().startswith("Error: Question 1 of ")
        assert reader.focused().startswith("There is a problem")
        assert reader.page.locator("input:checked").count() == 1
        shown[way.name] = region(reader.page)
        link = reader.page.locator(".error-summary a").first
        field = reader.page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        error = link.inner_text()
        assert reader.page.locator(".error-message", has_text=error).count() == 1
        link.click()
        assert field.evaluate("element => element === document.activeElement")
    assert shown["mouse"] == shown["no scripts"]


def test_status_region_is_the_same_node_after_a_swap(at_question: Reader, key: AnswerKey) -> None:
    """A-053."""
    status = at_question.page.locator("#status").element_handle()
    at_question.answer(key, RIGHT)
    assert status.evaluate("node => node.isConnected && node === document.all.status")


def test_choosing_sends_and_moves_nothing(at_question: Reader, key: AnswerKey) -> None:
    """A-017, A-031, A-039: nothing happens before the button, or off the button."""
    page = at_question.page
    shown = region(page)
    requests = asked(page)
    for control in page.locator("main input[type=radio], main input[type=checkbox]").all():
        control.focus()
        control.press("Space")
    for box in page.locator("main select").all():
        box.select_option(index=1)
    button = page.get_by_role("button", name="Check my answer")
    button.hover()
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    assert requests == []
    assert region(page) == shown


@pytest.mark.parametrize("kind", ["one", "several"])
def test_every_corner_of_a_row_chooses_it(kind: str, reader: Reader, key: AnswerKey) -> None:
    """A-021, A-022: the whole row is the target, and nothing is chosen beforehand."""
    reader.seek(SLUG, lambda stem: key.question(stem).kind == kind)
    assert reader.page.locator("input:checked").count() == 0
    for row in reader.page.locator("fieldset.question label.option").all():
        box = row.bounding_box()
        assert box is not None
        field = row.locator("input")
        for x in (box["x"] + 5, box["x"] + box["width"] - 5):
            for y in (box["y"] + 5, box["y"] + box["height"] - 5):
                field.evaluate("input => { input.checked = false; }")
                reader.page.mouse.click(x, y)
                assert field.is_checked()


@pytest.mark.parametrize("missing", ["htmx", "all"])
def test_answer_where_a_script_file_did_not_arrive(
    missing: str, new_reader: NewReader, key: AnswerKey
) -> None:
    """A-063, R-014: an empty script file, as a filter in between would send, or none at all."""
    reader = new_reader(BLOCKED if missing == "all" else Way("no htmx", scripts=False))
    if missing == "htmx":
        reader.context.route("**/*.js", lambda route: route.fulfill(body="", status=200))
    reader.begin(SLUG)
    question = reader.answer(key, NOT_QUITE)
    assert reader.focused() == f"Not quite. {question.truth}"
    assert len(reader.kept_answers()) == 1


def test_feedback_stays_where_it_is(at_question: Reader, key: AnswerKey) -> None:
    """A-046, A-055: nothing vanishes or moves on by itself, and no clock runs."""
    page = at_question.page
    page.clock.install()
    page.reload()
    question = at_question.answer(key, RIGHT)
    shown = region(page)
    page.clock.run_for(3_600_000)
    assert region(page) == shown
    assert at_question.focused() == f"That’s right. {question.truth}"


def test_try_again_on_the_same_page(at_question: Reader, key: AnswerKey) -> None:
    """A-023: what was answered before is said, nothing is chosen, and the first answer stands."""
    question = at_question.answer(key, NOT_QUITE)
    at_question.follow("Try this question again")
    page = at_question.page
    assert "You answered before: " in at_question.text() or question.kind == "pairs"
    requests = asked(page)
    at_question.choose(response(question, RIGHT))
    at_question.send()
    assert [request.method for request in requests] == ["POST"]
    assert "This is try 2. All your tries are kept; the first one counts." in at_question.text()
    assert [(row[1], row[3]) for row in at_question.kept_answers()] == [
        (1, "not quite"),
        (2, "right"),
    ]
