"""Pages and files of figures: the same numbers everywhere, nothing beyond what is published."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from learning.actions import checking, leaving
from learning.actions.closing import close_due
from learning.models import Answer, AuditEntry, Edition, Learner, Period, Sitting
from learning.models.sittings import new_sitting_key
from learning.reports.figures import figures
from learning.reports.overview import REPORTS
from learning.rules.disclosure import ObjectiveCounts, QuestionCounts, publish
from learning.rules.grading import Response
from learning.rules.statistics import Pairs
from tests import factories
from tests.factories import TODAY
from tests.markup import seen
from tests.visitor import Shown, Visitor

pytestmark = pytest.mark.django_db
REPORT_NAMES = tuple(REPORTS)
RESPONSES = {
    "routes-one": {
        "right": Response(picked=frozenset({"lymph"})),
        "wrong": Response(picked=frozenset({"touch"})),
        "unsure": Response(unsure=True),
    },
    "steps-one": {
        "right": Response(picked=frozenset({"leave"})),
        "wrong": Response(picked=frozenset({"grow"})),
        "unsure": Response(unsure=True),
    },
}
Cells = tuple[int, int, int]


@pytest.fixture
def viewer() -> Visitor:
    return factories.signed_in(factories.staff_member(name="Vera View", overview=True))


def people(edition: Edition, cells: Cells, *, at: datetime.datetime, key: str) -> None:
    """So many people who answered one question right, wrong, or “I’m not sure”."""
    for kind, count in zip(("right", "wrong", "unsure"), cells, strict=True):
        for _ in range(count):
            check = factories.sitting(
                learner=factories.learner(), edition=edition, keys=[key], started_at=at
            )
            checking.answer(
                place=check.questions.get(),
                token=new_sitting_key(),
                response=RESPONSES[key][kind],
                sure="very",
                again=False,
                now=at,
            )


def nobody() -> None:
    """The world before anybody answered and before anything was published."""
    Period.objects.all().delete()
    Answer.objects.all().delete()
    Sitting.objects.all().delete()
    Learner.objects.all().delete()


def day(month: int) -> datetime.datetime:
    return datetime.datetime(2026, month, 5, tzinfo=datetime.UTC)


def everything(viewer: Visitor) -> dict[str, str]:
    """All that somebody who sees the overview can open or take away, by its address."""
    found = {}
    addresses = ["/en/overview/", *(f"/en/overview/figures/{name}/" for name in REPORT_NAMES)]
    addresses += [f"{address}?until=2026-09" for address in addresses]
    addresses += ["/en/overview/figures/objectives/?sort=-4&module=how-it-spreads"]
    addresses += [
        f"/en/overview/questions/how-it-spreads/{key}/1/" for key in ("routes-one", "steps-one")
    ]
    for address in addresses:
        shown = viewer.get(address)
        assert shown.status == 200, address
        found[address] = seen(shown.page.root)
    for name in REPORT_NAMES:
        found[name] = taken(viewer, name).html
    return found


def taken(viewer: Visitor, name: str) -> Shown:
    page = viewer.get(f"/en/overview/figures/{name}/")
    return viewer.press(page, action=f"/en/overview/figures/{name}/file/?")


@pytest.fixture
def closed(edition: Edition, settings: LazySettings) -> Edition:
    """Two closed months of one question each."""
    settings.SMALLEST_GROUP = 5
    for month in (9, 10):
        people(edition, (9, 7, 5), at=day(month), key="routes-one")
        people(edition, (6, 12, 0), at=day(month), key="steps-one")
    close_due(now=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
    return edition


@pytest.mark.parametrize("name", REPORT_NAMES)
def test_page_chart_table_and_file_show_the_same_numbers(
    closed: Edition, viewer: Visitor, name: str
) -> None:
    """S-075: one set of cells feeds them all."""
    page = viewer.get(f"/en/overview/figures/{name}/")
    root = page.page.root
    table = [
        [seen(cell) for cell in row.iter() if cell.tag in ("th", "td")] for row in root.iter("tr")
    ]
    file = list(csv.reader(io.StringIO(taken(viewer, name).html.lstrip("\ufeff"))))
    unquoted = [[cell.removeprefix("'") for cell in row] for row in file]
    assert unquoted == (table or [unquoted[0]])
    bars = [
        [
            seen(part)
            for part in item.iter()
            if part.attrib.get("class") in ("bar-label", "bar-figure")
        ]
        for item in root.iter("li")
        if any(part.attrib.get("class") == "bar-figure" for part in item.iter())
    ]
    assert len(bars) == len(table[1:])
    assert all(
        label in row and figure in row for (label, figure), row in zip(bars, table[1:], strict=True)
    )
    heading = next(e for e in root.iter("h2") if e.attrib.get("id") == "finding")
    captions = [seen(caption) for caption in root.iter("figcaption")]
    assert captions == ([seen(heading)] if table else [])


def test_file_is_for_spreadsheets_and_is_noted(closed: Edition, viewer: Visitor) -> None:
    """B10"""
    shown = taken(viewer, "objectives")
    assert shown.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert shown.headers["Content-Disposition"] == ('attachment; filename="waymark-objectives.csv"')
    assert "no-store" in shown.headers["Cache-Control"]
    assert shown.html.startswith('\ufeff"Module","Idea","People"')
    entry = AuditEntry.objects.get(verb="took a report as a file")
    assert (entry.object_key, entry.actor.startswith("staff:")) == ("objectives", True)


def test_file_is_of_what_was_chosen_last(closed: Edition, viewer: Visitor) -> None:
    """Its button is in the region that a filter replaces, so that it follows the filter."""
    query = "until=2026-09&module=how-it-spreads&sort=-2"
    page = viewer.get(f"/en/overview/figures/objectives/?{query}")
    (region,) = (e for e in page.page.root.iter("section") if e.attrib.get("id") == "report")
    file = f"/en/overview/figures/objectives/file/?{query}"
    assert [form.attrib["action"] for form in region.iter("form")] == [file]
    rows = [[seen(cell) for cell in row] for row in region.iter("tr")]
    taken = viewer.press(page, action=file).html.removeprefix("\ufeff")
    assert [
        [cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(taken))
    ] == rows


def test_empty_overview_says_when_figures_appear(edition: Edition, viewer: Visitor) -> None:
    for address in ("/en/overview/", "/en/overview/figures/questions/"):
        text = viewer.get(address).text
        assert "Figures of a module appear when 11 people have finished it" in text
        assert "This month closes on December 1, 2026." in text


def test_start_page_leads_to_what_is_behind_each_finding(closed: Edition, viewer: Visitor) -> None:
    page = viewer.get("/en/overview/")
    assert "“What must a cell do before all else?”" in page.text
    shown = viewer.get(page.links["Look at this question (number 1)"])
    assert shown.heading == "What must a cell do before all else?"
    assert "Teach it earlier or more clearly Only 33% of" in shown.text


def test_filter_that_asks_for_other_breakdowns_is_ignored(closed: Edition, viewer: Visitor) -> None:
    """S-081, S-055"""
    plain = viewer.get("/en/overview/figures/objectives/").text
    for query in ("until=2026-13", "until=x", "sort=99", "sort=a", "clinic=1", "learner__key=x"):
        assert viewer.get(f"/en/overview/figures/objectives/?{query}").text == plain
    shown = viewer.get("/en/overview/figures/objectives/?module=no-such")
    assert "Nothing to show for this choice." in shown.text
    assert viewer.get("/en/overview/figures/answers/").status == 404


# The attack: what looks alike in the figures looks alike in everything that can be opened


def published(cells: Cells, key: str) -> Any:
    right, wrong, unsure = cells
    chosen = {"lymph": right, "touch": wrong, "unsure": unsure}
    asked = QuestionCounts(key, 1, right, sum(cells), right_choice="lymph", chosen=chosen)
    counts = ObjectiveCounts("x", right, wrong, unsure, wrong, Pairs(0, 0, 0, 0), (asked,))
    return publish(counts, k=5)


def twins(rng: random.Random) -> tuple[Cells, Cells]:
    """Two worlds of answers that differ in a small cell, and of which the same is published."""
    while True:
        n = rng.randint(8, 24)
        worlds: list[Cells] = []
        for _ in range(2):
            right = rng.randint(0, n)
            wrong = rng.randint(0, n - right)
            worlds.append((right, wrong, n - right - wrong))
        one, other = worlds
        if one != other and published(one, "a") == published(other, "a"):
            return one, other


@pytest.mark.parametrize("seed", range(5))
def test_nothing_beyond_the_published_figures_can_be_opened(
    edition: Edition, viewer: Visitor, settings: LazySettings, seed: int
) -> None:
    """S-006, S-075 to S-078, S-082: two periods, every page and file."""
    settings.SMALLEST_GROUP = 5
    rng = random.Random(seed)
    pairs = [twins(rng) for _ in range(4)]
    looks = []
    for world in (0, 1):
        nobody()
        for number, (month, key) in enumerate(
            [(9, "routes-one"), (9, "steps-one"), (10, "routes-one"), (10, "steps-one")]
        ):
            people(edition, pairs[number][world], at=day(month), key=key)
        close_due(now=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
        looks.append(everything(viewer))
    assert looks[0] == looks[1]


def test_the_comparison_would_find_a_leak(
    edition: Edition, viewer: Visitor, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With complementary suppression switched off the same two worlds look different."""
    settings.SMALLEST_GROUP = 5
    monkeypatch.setattr(
        "learning.actions.closing.disclosure.publish",
        lambda counts, *, k: publish(counts, k=k, complementary=False),
    )
    looks = []
    for cells in ((9, 6, 3), (9, 8, 1)):
        nobody()
        people(edition, cells, at=day(10), key="routes-one")
        close_due(now=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC))
        looks.append(everything(viewer))
    assert published((9, 6, 3), "a") == published((9, 8, 1), "a")
    assert looks[0] != looks[1]


def test_erasing_and_answering_again_change_no_published_page(
    closed: Edition, viewer: Visitor
) -> None:
    """S-077"""
    before = everything(viewer)
    for learner in Learner.objects.all():
        factories.device(learner=learner, last_used_on=datetime.date(2026, 1, 1))
    leaving.forget_idle_devices(today=datetime.date(2026, 11, 20))
    assert not Learner.objects.exists()
    people(closed, (1, 0, 0), at=day(10), key="routes-one")
    close_due(now=datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC))
    assert everything(viewer) == before
    assert figures().periods


@pytest.mark.parametrize("days", [30, 45])
def test_nightly_erases_who_is_idle_and_leaves_every_period_to_the_byte(
    closed: Edition, settings: LazySettings, days: int
) -> None:
    """S-077: by the days that the operator set; a day less, and she is still known."""
    settings.DEVICE_DAYS = days

    def periods() -> str:
        return json.dumps(list(Period.objects.order_by("id").values()), default=str)

    before, (stays, *gone) = periods(), Learner.objects.all()
    for learner in (stays, *gone):
        idle = days if learner == stays else days + 1
        last = TODAY - datetime.timedelta(days=idle)
        factories.device(learner=learner, last_used_on=last)
    call_command("nightly", stdout=io.StringIO())
    assert list(Learner.objects.all()) == [stays]
    assert (periods(), Period.objects.count()) == (before, 2)
