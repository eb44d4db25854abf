"""Every page and state a reader can meet, and the way there.

Each function brings a reader to one state and returns her. ``STATES`` names, for each, the template
that is shown; a test holds that every template of a page is here, and every address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from playwright.sync_api import Route

from tests.journeys.answers import NOT_QUITE, RIGHT, UNSURE, AnswerKey, Picked, response
from tests.journeys.conftest import NewReader
from tests.journeys.reader import BLOCKED, NO_SCRIPTS, PHONE, Reader, Way
from tests.journeys.sites import (
    AWAY,
    BROKEN,
    DEMO,
    EMPTY,
    READ_ONLY,
    SMALL,
    Sites,
)
from tests.server import manage

SLUG = "how-it-spreads"
PHONE_WAY = Way("phone", options={"viewport": PHONE})
ELSEWHERE = "http://elsewhere.test/"


@dataclass(frozen=True)
class World:
    """What a way to a state may use."""

    new_reader: NewReader
    key: AnswerKey
    sites: Sites

    def reader(self, way: Way = PHONE_WAY, *, site: str = "real") -> Reader:
        return self.new_reader(way, site=site)

    def at_question(self, kind: str = "one", *, way: Way = PHONE_WAY) -> Reader:
        """At the question of this kind with most to read."""
        slug, question = self.key.longest(lambda question: question.kind == kind)
        reader = self.reader(way)
        reader.seek(slug, lambda stem: stem == question.stem)
        return reader


Reach = Callable[[World], Reader]
R = TypeVar("R", bound=Reach)


@dataclass(frozen=True)
class State:
    name: str
    template: str
    reach: Reach


STATES: list[State] = []


def state(template: str) -> Callable[[R], R]:
    def add(reach: R) -> R:
        STATES.append(State(reach.__name__.replace("_", " "), template, reach))
        return reach

    return add


def page(name: str, template: str, path: str, *, site: str = "real", status: int = 200) -> None:
    """A state that needs nothing but its address."""

    def reach(world: World) -> Reader:
        reader = world.reader(site=site)
        reader.open(path, status=status)
        return reader

    STATES.append(State(name, template, reach))


page("home", "public/home.html", "/en/")
page("home of a demo", "public/home.html", "/en/", site=DEMO)
page("home while saving is off", "public/home.html", "/en/", site=READ_ONLY)
page("home without modules", "public/home.html", "/en/", site=EMPTY)
page("modules", "public/modules.html", "/en/modules/")
page("modules without modules", "public/modules.html", "/en/modules/", site=EMPTY)
page("module", "public/module.html", "/en/modules/when-to-call/")
page("section", "public/section.html", f"/en/modules/{SLUG}/five-steps/")
page("door", "public/door.html", f"/en/modules/{SLUG}/five-steps/", site=SMALL)
page("print", "public/print.html", f"/en/modules/{SLUG}/print/")
page("words", "public/words.html", "/en/words/")
page("words without modules", "public/words.html", "/en/words/", site=EMPTY)
page("sources", "public/sources.html", "/en/sources/")
page("promises", "public/promises.html", "/en/promises/")
page("about", "public/about.html", "/en/about/")
page("help now", "public/help_now.html", "/en/help-now/")
page("start of first questions", "learner/start.html", f"/en/modules/{SLUG}/before/")
page("start", "learner/start.html", f"/en/modules/{SLUG}/check/")
page(
    "start while saving is off", "learner/start.html", f"/en/modules/{SLUG}/check/", site=READ_ONLY
)
page("progress of nobody", "learner/progress.html", "/en/me/")
page("clear for nobody", "learner/clear.html", "/en/me/clear/")
page("clear while saving is off", "learner/clear.html", "/en/me/clear/", site=READ_ONLY)
page("not found", "errors/404.html", "/en/nothing/", status=404)
page("not here", "learner/not_here.html", "/en/checks/nobody/1/", status=404)
page("database away", "errors/503.html", "/en/modules/", site=AWAY, status=503)
page("broken", "errors/500.html", "/en/modules/", site=BROKEN, status=500)


# Pages of somebody who has begun


def _begun(world: World) -> Reader:
    """One question answered, one section read, a check open."""
    reader = world.reader()
    reader.begin(SLUG)
    reader.answer(world.key, NOT_QUITE)
    reader.open(f"/en/modules/{SLUG}/three-routes/")
    reader.follow(re.compile("^Next: "))
    return reader


def _finished(world: World, *, before: bool = False) -> Reader:
    reader = world.reader()
    reader.begin(SLUG, before=before)
    while reader.page.title().startswith("Question"):
        reader.answer(world.key, NOT_QUITE if "1 of" in reader.page.title() else RIGHT)
        reader.follow("Continue")
    return reader


def begun(name: str, template: str, path: str) -> None:
    def reach(world: World) -> Reader:
        reader = _begun(world)
        reader.open(path)
        return reader

    STATES.append(State(name, template, reach))


begun("home to go on from", "public/home.html", "/en/")
begun("modules to go on from", "public/modules.html", "/en/modules/")
begun("module begun", "public/module.html", f"/en/modules/{SLUG}/")
begun("section for a learner", "public/section.html", f"/en/modules/{SLUG}/three-routes/")
begun("start of an open check", "learner/start.html", f"/en/modules/{SLUG}/check/")
begun("start for a learner", "learner/start.html", "/en/modules/what-it-is/check/")
begun("progress", "learner/progress.html", "/en/me/")
begun("download", "learner/download.html", "/en/me/download/")
begun("erase", "learner/erase.html", "/en/me/erase/")
begun("clear", "learner/clear.html", "/en/me/clear/")


@state("learner/start.html")
def start_without_device(world: World) -> Reader:
    """No radio button can be cleared by hand, but a browser may restore an odd form."""
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.page.evaluate("document.querySelector('[name=shared]:checked').checked = false")
    reader.follow("Begin the check")
    assert reader.page.title().startswith("Error: ")
    return reader


@state("learner/erase.html")
def erase_without_a_yes(world: World) -> Reader:
    reader = _begun(world)
    reader.open("/en/me/erase/")
    reader.follow("Erase everything")
    assert reader.focused().startswith("There is a problem")
    return reader


@state("learner/gone.html")
def gone(world: World) -> Reader:
    reader = _begun(world)
    reader.open("/en/me/clear/")
    reader.follow("Clear this device")
    return reader


@state("learner/results.html")
def results_open(world: World) -> Reader:
    reader = _begun(world)
    reader.begin(SLUG)
    reader.follow("Stop here for now")
    return reader


@state("learner/results.html")
def results_before(world: World) -> Reader:
    return _finished(world, before=True)


@state("learner/results.html")
def results_finished(world: World) -> Reader:
    return _finished(world)


# Questions and their feedback


@state("learner/question.html")
def question_one(world: World) -> Reader:
    return world.at_question("one")


@state("learner/question.html")
def question_several(world: World) -> Reader:
    return world.at_question("several")


@state("learner/question.html")
def question_pairs(world: World) -> Reader:
    return world.at_question("pairs")


@state("learner/question.html")
def question_one_without_answer(world: World) -> Reader:
    reader = world.at_question("one")
    reader.send(until=".error-summary")
    return reader


@state("learner/question.html")
def question_pairs_without_answer(world: World) -> Reader:
    reader = world.at_question("pairs", way=NO_SCRIPTS)
    reader.send(until=".error-summary")
    return reader


@state("learner/question.html")
def question_tried_again(world: World) -> Reader:
    reader = world.at_question("several")
    reader.answer(world.key, NOT_QUITE)
    reader.follow("Try this question again")
    assert "You answered before: " in reader.text()
    return reader


@state("learner/question.html")
def question_not_saved(world: World) -> Reader:
    reader = world.at_question("one")
    reader.line_is_bad = True
    reader.page.route("**/checks/**", lambda route: route.abort())
    reader.choose(_right(world, reader))
    reader.hands.press(reader.control("Check my answer"))
    reader.page.locator("[data-not-saved]").wait_for()
    return reader


@state("learner/question.html")
def question_offered_again(world: World) -> Reader:
    reader = world.at_question("one")
    reader.choose(_right(world, reader))
    reader.context.clear_cookies(name="form")
    reader.send(until=".notice[autofocus]")
    return reader


@state("learner/question.html")
def question_while_saving_is_off(world: World) -> Reader:
    reader = world.at_question("one")
    path = reader.page.url.removeprefix(reader.address)
    other = world.reader(site=READ_ONLY)
    other.context.add_cookies(reader.lasting_cookies())
    other.open(path)
    return other


def _feedback(kind: str, verdict: str) -> None:
    def reach(world: World) -> Reader:
        reader = world.at_question(kind)
        reader.answer(world.key, verdict)
        reader.page.locator("details").first.evaluate("element => { element.open = true; }")
        return reader

    STATES.append(State(f"feedback {verdict} for {kind}", "learner/feedback.html", reach))


for _kind in ("one", "several", "pairs"):
    for _verdict in (RIGHT, NOT_QUITE, UNSURE):
        _feedback(_kind, _verdict)


@state("learner/feedback.html")
def feedback_to_a_late_answer(world: World) -> Reader:
    reader = world.at_question("one")
    tab = reader.other_tab()
    reader.answer(world.key, RIGHT)
    reader.page = tab
    reader.hands = reader.way.hands(tab)
    reader.answer(world.key, NOT_QUITE)
    assert "perhaps in another tab" in reader.text()
    return reader


@state("learner/feedback.html")
def feedback_to_a_withdrawn_question(world: World) -> Reader:
    return _withdrawn(world)


@state("public/modules.html")
def modules_with_a_correction(world: World) -> Reader:
    reader = _withdrawn(world)
    reader.open("/en/modules/")
    assert "We got something wrong" in reader.text()
    return reader


def _withdrawn(world: World) -> Reader:
    """A question is withdrawn once it has been answered; on a site that nobody else is on."""
    slug, question = world.key.longest(lambda question: question.kind == "one")
    site = world.sites.copy_of_real()
    reader = world.reader(site=site)
    reader.seek(slug, lambda stem: stem == question.stem)
    reader.answer(world.key, NOT_QUITE)
    manage(
        *("content", "withdraw", slug, "--question", question.key),
        *("--version", str(question.version), "--note", question.truth),
        database_url=world.sites.url(site),
    )
    reader.page.reload()
    assert "We took this question out" in reader.text()
    return reader


# When something is in the way


@state("learner/forgotten.html")
def forgotten(world: World) -> Reader:
    reader = world.at_question("one", way=BLOCKED)
    reader.choose(_right(world, reader))
    reader.context.clear_cookies(name="device")
    reader.send(until="h1")
    return reader


@state("learner/not_saved.html")
def start_offered_again(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.context.clear_cookies()
    reader.follow("Begin the check")
    return reader


@state("learner/not_saved.html")
def start_without_cookies(world: World) -> Reader:
    reader = start_offered_again(world)
    reader.context.clear_cookies()
    reader.follow("Go on")
    assert "keeps no cookies" in reader.heading()
    return reader


@state("learner/not_saved.html")
def answer_while_saving_is_off(world: World) -> Reader:
    reader = world.at_question("one", way=BLOCKED)
    reader.choose(_right(world, reader))
    _send_to(world, reader, READ_ONLY)
    return reader


@state("learner/not_saved.html")
def start_while_the_database_is_away(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/check/")
    _send_to(world, reader, AWAY, button="Begin the check")
    return reader


def _send_to(world: World, reader: Reader, site: str, *, button: str = "Check my answer") -> None:
    """Send the form, while behind its address another site has taken over."""
    other = world.sites.address(site)

    def answer(route: Route) -> None:
        url = route.request.url.replace(reader.address, other)
        headers = {**route.request.headers, "host": reader.address.removeprefix("http://")}
        route.fulfill(response=route.fetch(url=url, headers=headers, max_redirects=0))

    reader.page.route("**/en/**", answer)
    reader.follow(button)
    reader.page.unroute("**/en/**")


@state("errors/403.html")
def refused(world: World) -> Reader:
    """A page of somebody else sends a form here."""
    reader = world.reader()
    form = (
        f'<form method="post" action="{reader.address}/en/me/clear/"><button>Send</button></form>'
    )
    reader.page.route(
        f"{ELSEWHERE}**",
        lambda route: route.fulfill(body=f"<title>x</title>{form}", content_type="text/html"),
    )
    reader.page.goto(ELSEWHERE)
    with reader.page.expect_navigation() as sent:
        reader.page.get_by_role("button").click()
    assert sent.value.status == 403
    reader.faults = [fault for fault in reader.faults if ELSEWHERE not in fault]
    return reader


def _bent(world: World, change: str, status: int) -> Reader:
    """The form to clear the device, changed in the page before it is sent."""
    reader = world.reader()
    reader.open("/en/me/clear/")
    reader.page.evaluate(f"(form) => {{ {change} }}", reader.page.query_selector("main form"))
    with reader.page.expect_navigation() as sent:
        reader.hands.press(reader.control("Clear this device"))
    assert sent.value.status == status
    return reader


@state("errors/405.html")
def sent_where_nothing_is_taken(world: World) -> Reader:
    return _bent(world, 'form.action = "/en/words/";', 405)


@state("errors/413.html")
def sent_too_much(world: World) -> Reader:
    change = 'form.querySelector("input").value = "x".repeat(1_100_000);'
    return _bent(world, change, 413)


@state("errors/400.html")
def sent_what_cannot_be_read(world: World) -> Reader:
    reader = world.reader()
    reader.open("/en/me/clear/")
    reader.page.route(
        "**/en/me/clear/",
        lambda route: route.continue_(
            headers={**route.request.headers, "content-type": "multipart/form-data"}
        ),
    )
    with reader.page.expect_navigation() as sent:
        reader.hands.press(reader.control("Clear this device"))
    assert sent.value.status == 400
    return reader


def _right(world: World, reader: Reader) -> Picked:
    return response(world.key.question(reader.heading()), RIGHT)
