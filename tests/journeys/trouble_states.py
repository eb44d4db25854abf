"""The states of a page when something is in the way."""

from __future__ import annotations

from playwright.sync_api import Route

from tests.journeys.reader import BLOCKED, Reader
from tests.journeys.sites import AWAY, READ_ONLY
from tests.journeys.states import SLUG, States, World

ELSEWHERE = "http://elsewhere.test/"

TROUBLE = States()


@TROUBLE.of("learner/forgotten.html")
def forgotten(world: World) -> Reader:
    reader = world.at_question("one", way=BLOCKED)
    world.choose_right(reader)
    reader.context.clear_cookies(name="device")
    reader.send(until="h1")
    return reader


@TROUBLE.of("learner/not_saved.html")
def start_offered_again(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"/en/modules/{SLUG}/check/")
    reader.context.clear_cookies()
    reader.follow("Begin the check")
    return reader


@TROUBLE.of("learner/not_saved.html")
def start_without_cookies(world: World) -> Reader:
    reader = start_offered_again(world)
    reader.context.clear_cookies()
    reader.follow("Go on")
    assert "keeps no cookies" in reader.heading()
    return reader


@TROUBLE.of("learner/not_saved.html")
def answer_while_saving_is_off(world: World) -> Reader:
    reader = world.at_question("one", way=BLOCKED)
    world.choose_right(reader)
    _send_to(world, reader, READ_ONLY)
    return reader


@TROUBLE.of("learner/not_saved.html")
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


@TROUBLE.of("errors/403.html")
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


@TROUBLE.of("errors/405.html")
def sent_where_nothing_is_taken(world: World) -> Reader:
    return _bent(world, 'form.action = "/en/words/";', 405)


@TROUBLE.of("errors/413.html")
def sent_too_much(world: World) -> Reader:
    change = 'form.querySelector("input").value = "x".repeat(1_100_000);'
    return _bent(world, change, 413)


@TROUBLE.of("errors/400.html")
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
