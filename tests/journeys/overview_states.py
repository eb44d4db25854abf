"""The states of the pages of figures."""

from __future__ import annotations

import re

from learning.reports.overview import REPORTS
from learning.web.throttle import MOST_FILES
from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.reader import Reader
from tests.journeys.states import State, States, World

FIGURES = States()
AUDIT = "/en/overview/audit/"


@FIGURES.of("overview/home.html")
def overview(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open("/en/overview/")
    assert reader.heading() == "What matters most now"
    return reader


@FIGURES.of("overview/home.html")
def overview_without_figures(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open("/en/overview/?until=2020-01")
    return reader


@FIGURES.of("overview/question.html")
def question_with_its_figures(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open("/en/overview/figures/questions/")
    with reader.page.expect_navigation():
        reader.hands.press(reader.page.locator(".bars a").first)
    assert reader.page.get_by_role("heading", name="Its figures, period by period").is_visible()
    return reader


def _report(name: str) -> None:
    def reach(world: World) -> Reader:
        reader = world.staff(OVERVIEW)
        reader.open(f"/en/overview/figures/{name}/")
        return reader

    FIGURES.append(State(f"report of {name}", "overview/report.html", reach))


for name in REPORTS:
    _report(name)


@FIGURES.of("overview/report.html")
def report_put_in_order(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open("/en/overview/figures/questions/")
    reader.page.get_by_label("Order").select_option("People, lowest first")
    reader.hands.press(reader.control("Show"))
    reader.page.locator("#finding:focus").wait_for()
    return reader


@FIGURES.of("overview/audit.html")
def audit_log(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(AUDIT)
    reader.page.get_by_text("What is in the log").click()
    return reader


@FIGURES.of("overview/audit.html")
def audit_log_of_one_actor_and_its_second_page(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(AUDIT)
    reader.page.get_by_label("From", exact=True).fill("2026-01-01")
    reader.page.get_by_label("Who").select_option("A learner")
    reader.hands.press(reader.control("Show"))
    reader.page.locator("#found:focus", has_text=re.compile("lines", re.IGNORECASE)).wait_for()
    reader.page.get_by_label("Who").select_option("Everybody")
    reader.hands.press(reader.control("Show"))
    reader.hands.press(reader.control("On to page 2"))
    reader.page.locator("#found:focus", has_text="Lines 51 to").wait_for()
    return reader


@FIGURES.of("overview/audit.html")
def audit_log_of_days_that_run_backwards(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(AUDIT)
    reader.page.get_by_label("From", exact=True).fill("2026-01-02")
    reader.page.get_by_label("To", exact=True).fill("2026-01-01")
    reader.hands.press(reader.control("Show"))
    reader.page.locator(".error-summary:focus").wait_for()
    return reader


@FIGURES.of("overview/audit.html")
def audit_log_with_nothing_found(world: World) -> Reader:
    reader = world.staff(OVERVIEW)
    reader.open(f"{AUDIT}?until=2001-01-01")
    return reader


@FIGURES.of("account/too_many_files.html")
def more_files_than_an_hour_allows(world: World) -> Reader:
    """Somebody of her own, because no other journey of hers could take a file for an hour."""
    reader = world.staff("Nurse Demo Northeast")
    reader.open("/en/nurse/groups/")
    reader.follow("Tuesday clinic")
    form = reader.page.locator("form[action$='/roster/']")
    path = form.get_attribute("action")
    token = form.locator("[name=csrfmiddlewaretoken]").input_value()
    for _ in range(MOST_FILES):
        reader.context.request.post(
            f"{reader.address}{path}",
            form={"csrfmiddlewaretoken": token},
            headers={"Origin": reader.address},
        )
    with reader.page.expect_navigation() as sent:
        reader.hands.press(form.get_by_role("button"))
    assert sent.value.status == 429
    return reader
