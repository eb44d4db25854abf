"""The whole way: what do I know, read, what do I know now, with a stop in the middle."""

from __future__ import annotations

import re
from itertools import cycle

import pytest
from playwright.sync_api import Page

from learning.content.schema import Module, Question
from tests.journeys.answers import NOT_QUITE, RIGHT, UNSURE, VERDICT_WORDS, VERDICTS, AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.hands import Keyboard
from tests.journeys.reader import KEYBOARD, WAYS, Reader, Way

pytestmark = pytest.mark.browser

SLUG = "how-it-spreads"
RESULT_WORDS = {RIGHT: "right", NOT_QUITE: "not quite", UNSURE: "not sure"}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Journey:
    """What one reader has done so far, looked at on every page."""

    def __init__(self, new_reader: NewReader, way: Way, key: AnswerKey) -> None:
        self.new_reader, self.way, self.key = new_reader, way, key
        self.reader: Reader = new_reader(way)
        self.module: Module = key.library.modules[SLUG, "en"]
        self.verdicts = cycle(VERDICTS)
        self.given: list[tuple[Question, str]] = []

    @property
    def page(self) -> Page:
        return self.reader.page

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.reader.follow(name)
        self.look()

    def look(self) -> None:
        """What holds on every page, however she came to it."""
        assert self.page.locator("h1").count() == 1
        assert self.page.title().endswith(" – Waymark")
        assert self.page.evaluate(SIDEWAYS) <= 0, f"{self.page.url} is wider than the window"

    def answer(self) -> None:
        """Answer the question on the page, and read the feedback to it."""
        verdict = next(self.verdicts)
        caption = self.page.locator(".caption").first.inner_text()
        question = self.reader.answer(self.key, verdict)
        self.given.append((question, verdict))
        feedback = f"{VERDICT_WORDS[verdict]} {question.truth}"
        assert self.reader.focused() == feedback
        assert self.reader.heading() == question.stem
        assert self.page.locator(".caption").first.inner_text() == caption
        assert self.page.title() == f"{caption}: answered – {self.module.title} – Waymark"
        text = self.reader.text()
        assert "Saved." in text
        for part in question.parts:
            if question.kind != "one" or getattr(part, "right", False):
                assert part.text in text
        self.look()

    def answer_all(self) -> None:
        while self.page.title().startswith("Question"):
            self.answer()
            self.follow("Continue")

    def stop(self) -> None:
        """Stop in the middle of a check, close the browser, and come back to that question."""
        stem = self.reader.heading()
        self.follow("Stop here for now")
        assert self.reader.heading() == "Your answers so far are saved"
        cookies = self.reader.lasting_cookies()
        self.reader.context.close()
        self.reader = self.new_reader(self.way)
        self.reader.context.add_cookies(cookies)
        self.reader.open("/")
        self.look()
        self.follow(re.compile(f"^{self.module.title}: question 2 of"))
        assert self.reader.heading() == stem

    def read(self) -> list[str]:
        """Read every section to the end of the module; their headings."""
        headings = []
        while "/check/" not in self.page.url:
            if self.page.locator(".door").count():
                self.follow("Read this part")
            headings.append(self.reader.heading())
            self.follow(re.compile("^(Next: |Check yourself$)"))
        return headings


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_module_read_and_checked_with_a_stop_in_the_middle(
    way: Way, new_reader: NewReader, key: AnswerKey
) -> None:
    """A-009, A-010, A-033, A-048, A-050, A-051, A-058, A-063, A-070, R-009."""
    journey = Journey(new_reader, way, key)
    module = journey.module
    reader = journey.reader
    reader.open("/")
    journey.look()
    journey.follow("See all modules")
    journey.follow(module.title)
    assert reader.heading() == module.title
    assert reader.context.cookies() == []

    journey.follow("See what you know before you read")
    journey.follow("Begin the questions")
    journey.answer()
    journey.follow("Continue")
    journey.stop()
    journey.answer_all()
    assert journey.reader.heading() == "You have answered the first questions"
    asked_before = len(journey.given)

    journey.follow("Read the module")
    journey.follow("Start reading")
    assert journey.read() == [section.title for section in module.sections]

    journey.follow("Begin the check")
    journey.answer()
    journey.follow("Continue")
    journey.stop()
    journey.answer_all()
    assert journey.reader.heading() == "You have finished this module"

    kept = journey.reader.kept()
    assert [
        (check["module"], check["occasion"], check["finished"], len(check["answers"]))
        for check in kept["checks"]
    ] == [
        (SLUG, "after reading", True, len(journey.given) - asked_before),
        (SLUG, "before reading", True, asked_before),
    ]
    answers = [answer for check in reversed(kept["checks"]) for answer in check["answers"]]
    assert [(answer["question"], answer["result"], answer["try"]) for answer in answers] == [
        (question.stem, RESULT_WORDS[verdict], 1) for question, verdict in journey.given
    ]
    assert [read["section"] for read in kept["sections_read"]] == [
        section.key for section in module.sections
    ]
    journey.follow("My progress")
    assert journey.reader.page.get_by_text("Finished", exact=True).count() == 1


def test_answer_checked_with_five_keys(new_reader: NewReader, key: AnswerKey) -> None:
    """The budget: keys from page load to a checked answer ≤ 5. A-006, A-009."""
    reader = new_reader(KEYBOARD)
    reader.seek(SLUG, lambda stem: key.question(stem).kind == "one")
    reader.page.reload()
    hands = reader.hands
    assert isinstance(hands, Keyboard)
    hands.keys = 0
    for name in ("Tab", "Enter", "Tab", "ArrowDown"):
        hands.key(name)
    chosen = reader.page.evaluate("document.activeElement.closest('label').innerText")
    hands.key("Enter")
    reader.page.locator("#feedback").wait_for()
    assert hands.keys <= 5
    assert reader.kept_answers()[-1][2] == (chosen.strip(),)
