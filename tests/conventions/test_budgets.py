"""Budgets of every shipped section and question that need no browser: what it weighs, its nodes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from learning.actions import publishing
from learning.models import Edition
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.shipped import shipped_library
from tests.visitor import Shown, Visitor

MOST_BYTES = 6000
MOST_NODES = {"section": 250, "question": 200, "feedback": 200}
# The names of Server, Date and Connection and what they say, and the line with the status.
BY_THE_SERVER = 120
# What GZipMiddleware adds at most, at random, so that the length of a page tells nothing.
AT_RANDOM = 100


class Nodes(HTMLParser):
    count = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.count += 1


@dataclass(frozen=True)
class Weighed:
    what: str
    path: str
    bytes: int
    nodes: int


def weighed(what: str, shown: Shown) -> Weighed:
    assert shown.status == 200, (shown.path, shown.status)
    counted = Nodes()
    counted.feed(shown.html)
    head = sum(len(name) + len(value) + 4 for name, value in shown.headers.items())
    body = len(gzip.compress(shown.html.encode(), 6))
    weight = body + AT_RANDOM + head + BY_THE_SERVER
    return Weighed(what, shown.path, weight, counted.count)


def sections(edition: Edition, visitor: Visitor) -> Iterator[Weighed]:
    for key in edition.sections.values_list("key", flat=True):
        path = f"/en/modules/{edition.module.slug}/{key}/?open=1"
        yield weighed("section", visitor.get(path))


def questions(edition: Edition, visitor: Visitor, check: str, size: int) -> Iterator[Weighed]:
    for number in range(1, size + 1):
        shown = visitor.get(f"/en/checks/{check}/{number}/")
        yield weighed("question", shown)
        names = dict.fromkeys(shown.form().choices, "unsure")
        names.pop("sure")
        yield weighed("feedback", visitor.press(shown, names, htmx=True))


def test_every_shipped_section_and_question_keeps_its_budgets(db: None, clock: Clock) -> None:
    """As a learner gets them: for anybody else they are lighter, without form and cookie."""
    publishing.publish(shipped_library(), actor="operator", now=NOW, same_meaning=True)
    learner = factories.learner()
    factories.device(learner=learner, token="hers")
    visitor = Visitor()
    visitor.use("hers")
    found: list[Weighed] = []
    for edition in Edition.objects.offered("en"):
        found += sections(edition, visitor)
        keys = list(edition.questions.values_list("wording__question__key", flat=True))
        check = factories.sitting(learner=learner, edition=edition, keys=keys)
        found += questions(edition, visitor, check.key, check.size)
    assert len(found) > 300
    over = [page for page in found if page.bytes > MOST_BYTES or page.nodes > MOST_NODES[page.what]]
    assert not over, "\n".join(map(str, sorted(over, key=lambda page: -page.bytes)))
