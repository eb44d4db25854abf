"""The page of the audit log: finding lines, going through them, taking them as a file."""

from __future__ import annotations

import csv
import datetime
import io
import re
from typing import Any

import pytest
from pytest_django import Settings

from learning.models import AuditEntry, StaffMember
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW
from tests.markup import faults, parse, seen
from tests.visitor import Shown, Visitor

pytestmark = pytest.mark.django_db
LOG = "/en/overview/audit/"
FILE = f"{LOG}file/"
WORDS = (
    "Audit log Who changed something here, took a file away, or read one person’s page. What is in "
    "the log, and what is not Each line holds a time, who did it, what was done, and to what. It "
    "holds no answer, no question, no note, and no address. It holds no name of a person with "
    "cancer, and no name that a nurse gave her. She is “A learner” here, or a row of random "
    "letters. Only her own nurses can tell who that is. Staff, clinics and groups are shown by the "
    "names they have now. “The operator” is who works on the server itself. Reading modules, "
    "answering and signing in leave no line. Waymark only adds lines: it never changes or removes "
    "one. "
)


@pytest.fixture
def vera() -> StaffMember:
    return factories.staff_member(name="Vera View", overview=True)


@pytest.fixture
def visitor(vera: StaffMember) -> Visitor:
    return factories.signed_in(vera)


def entries(count: int, actor: str = "operator", *, days_ago: int = 0) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=NOW - datetime.timedelta(days=days_ago, minutes=number),
            actor=actor,
            verb="published",
            object_key=f"module-{number}/en/1",
        )
        for number in range(count)
    )


def sound(shown: Shown, status: int = 200) -> Shown:
    assert (shown.status, faults(shown.page)) == (status, [])
    return shown


def table(shown: Shown) -> list[list[str]]:
    rows = shown.page.root.iter("tr")
    return [[seen(cell) for cell in row if cell.tag in ("th", "td")] for row in rows]


def file(visitor: Visitor, shown: Shown) -> Shown:
    (form,) = (one for one in re.findall(r'action="([^"]+)"', shown.html) if FILE in one)
    return visitor.press(shown, action=form.replace("&amp;", "&"))


def rows_of(taken: Shown) -> list[list[str]]:
    return list(csv.reader(io.StringIO(taken.html.removeprefix("\ufeff"))))


def focused(shown: Shown) -> list[str]:
    return [seen(element) for element in shown.page.with_attribute("autofocus")]


def test_log_in_words(visitor: Visitor, vera: StaffMember) -> None:
    entries(1)
    entries(1, vera.actor, days_ago=1)
    shown = sound(visitor.get(LOG))
    assert shown.text == (
        f"{WORDS}Who EverybodyThe operatorVera View From To Show 2 lines "
        "When (UTC)WhoWhatAbout 2026-11-25 12:00:00The operatorpublishedmodule-0/en/1"
        "2026-11-24 12:00:00Vera Viewpublishedmodule-0/en/1 Take these lines as a file (CSV)"
    )
    assert focused(shown) == []
    nav = [seen(link) for link in shown.page.root.iter("a") if link.attrib["href"] == LOG]
    assert nav == ["Audit log"]


def test_empty_log_says_so(visitor: Visitor) -> None:
    shown = sound(visitor.get(LOG))
    assert shown.text == (
        f"{WORDS}Who Everybody From To Show No line Nothing is on record yet. The first line is "
        "written when something is published, or somebody is invited."
    )
    entries(1)
    shown = sound(visitor.get(f"{LOG}?since=2026-11-26"))
    assert shown.text.endswith(
        "No line Nothing is on record for this choice. Choose everybody, or other days."
    )
    assert focused(shown) == ["No line"]


def test_filters_and_pages_are_plain_links_that_hold_together(
    visitor: Visitor, vera: StaffMember
) -> None:
    entries(60, vera.actor)
    entries(60)
    address = f"{LOG}?actor={vera.actor.replace(':', '%3A')}&since=2026-11-25"
    shown = sound(visitor.get(f"{address}&until="))
    assert shown.checked == [("actor", vera.actor)]
    assert shown.title == "Audit log, page 1 of 2 – Waymark"
    assert focused(shown) == ["Lines 1 to 50 of 60"]
    assert [row[3] for row in table(shown)[1:]] == [f"module-{n}/en/1" for n in range(50)]
    assert shown.links["On to page 2"] == f"{address}&page=2"
    shown = sound(visitor.get(shown.links["On to page 2"]))
    assert focused(shown) == ["Lines 51 to 60 of 60"]
    assert [row[3] for row in table(shown)[1:]] == [f"module-{n}/en/1" for n in range(50, 60)]
    assert shown.links["Back to page 1"] == f"{address}&page=1"
    assert "On to page" not in shown.text


def region(html: str) -> str:
    found = re.search(r'<section id="log".*?</section>', html, re.DOTALL)
    assert found
    return re.sub(r'value="[^"]{64}"', "", found[0])


def test_page_after_a_swap_is_the_page_after_a_reload(visitor: Visitor) -> None:
    """HTMX 8"""
    entries(60)
    for query in ("?actor=operator&since=&until=", "?page=2", "?until=2020-01-01"):
        headers = {"HX-Request": "true", "HX-Target": "section#log"}
        swapped, reloaded = visitor.get(LOG + query, **headers), visitor.get(LOG + query)
        assert region(swapped.html) == region(reloaded.html)
        assert len(parse(region(swapped.html)).with_attribute("autofocus")) == 1


FROM = "Write the day under “From” like 2027-01-31, or leave it empty."
TO = "Write the day under “To” like 2027-01-31, or leave it empty."


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("since=yesterday", [FROM]),
        ("since=2026-02-30&until=31.12.2026", [FROM, TO]),
        ("until=<script>", [TO]),
        ("until=9999-12-31", ["Write a year from 2000 to 2099 under “To”."]),
        ("since=0001-01-01", ["Write a year from 2000 to 2099 under “From”."]),
        (
            "since=2026-11-25&until=2026-11-24",
            ["The day under “To” is before the day under “From”. Change one of them."],
        ),
        ("actor=nobody", ["Choose somebody from the list under “Who”, or everybody."]),
    ],
)
def test_wrong_choice_names_the_field_and_the_fix(
    visitor: Visitor, query: str, errors: list[str]
) -> None:
    """Nothing is shown, and nothing is taken, for what was not understood."""
    entries(1)
    before = AuditEntry.objects.count()
    shown = sound(visitor.get(f"{LOG}?{query}"), 422)
    assert shown.errors == errors
    assert shown.title == "Error: Audit log – Waymark"
    assert (table(shown), len(focused(shown))) == ([], 1)
    form = visitor.get(LOG).form(f"{FILE}?")
    refused = sound(visitor.post(f"{FILE}?{query}", form.hidden), 422)
    assert refused.errors == errors
    assert AuditEntry.objects.count() == before


def test_other_parameters_ask_for_nothing(visitor: Visitor) -> None:
    """S-081"""
    entries(3)
    plain = table(visitor.get(LOG))
    for query in ("order_by=verb", "verb=x", "actor__startswith=staff", "object_key=x"):
        assert table(visitor.get(f"{LOG}?{query}")) == plain


@pytest.mark.parametrize("query", ["", "?actor=operator", "?since=2026-11-24&until=2026-11-24"])
def test_file_holds_the_very_lines_of_the_page_and_is_noted(
    visitor: Visitor, vera: StaffMember, clock: Clock, query: str
) -> None:
    """B10: all pages of what was chosen; that it was taken is the newest line."""
    entries(60)
    entries(2, vera.actor, days_ago=1)
    clock.move(minutes=1)
    taken = file(visitor, visitor.get(LOG + query))
    assert taken.status == 200
    assert taken.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert taken.headers["Content-Disposition"] == 'attachment; filename="waymark-audit-log.csv"'
    assert "no-store" in taken.headers["Cache-Control"]
    newest = AuditEntry.objects.latest("at", "id")
    assert (newest.actor, newest.verb, newest.object_key) == (
        vera.actor,
        "took a report as a file",
        "audit-log",
    )
    shown = visitor.get(LOG + query)
    lines = table(shown)
    while "On to page 2" in shown.links:
        shown = visitor.get(shown.links["On to page 2"])
        lines += table(shown)[1:]
    assert rows_of(taken) == lines


def test_file_needs_the_token_of_the_site(visitor: Visitor) -> None:
    """S-086"""
    entries(1)
    shown = visitor.post(FILE, {}, **{"Sec-Fetch-Site": "cross-site"})
    assert (shown.status, AuditEntry.objects.count()) == (403, 1)


def test_words_of_the_log_are_shown_as_text(visitor: Visitor, vera: StaffMember) -> None:
    """S-025"""
    StaffMember.objects.update(name="<b>Vera</b>")
    entries(1, vera.actor)
    shown = sound(visitor.get(LOG))
    assert table(shown)[1][1] == "<b>Vera</b>"


def test_number_of_queries_does_not_grow_with_the_lines(visitor: Visitor) -> None:
    asked = []
    visitor.get(LOG)  # that she was here is noted once a minute
    for count in (1, 40):
        entries(count)
        with counted() as queries:
            visitor.get(LOG)
        asked.append(queries.all)
    assert asked[0] == asked[1]


def test_log_is_read_while_saving_is_off(visitor: Visitor, settings: Settings) -> None:
    entries(1)
    form: Any = visitor.get(LOG).form(f"{FILE}?")
    settings.READ_ONLY = True
    assert len(table(visitor.get(LOG))) == 2
    assert visitor.post(form.action, form.hidden).status == 503
