"""The states of the pages of figures."""

from __future__ import annotations

from learning.reports.overview import REPORTS
from tests.journeys.clinic_states import OVERVIEW
from tests.journeys.reader import Reader
from tests.journeys.states import State, States, World

FIGURES = States()


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
    reader = overview(world)
    reader.follow("Look at the figures behind number 1")
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
