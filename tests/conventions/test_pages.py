"""Every page and state of it: sound markup, no cookie while reading, nobody else asked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from learning.actions import publishing
from learning.actions.publishing import withdraw_question
from learning.models import Edition
from learning.web import throttle
from learning.web.learner.joining import ticket_for
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import faults, parse
from tests.shipped import shipped_library
from tests.visitor import BEFORE, CHECK, SLUG, Chosen, Shown, Visitor
from tests.web.conftest import Reader, reader

MODULE = f"/en/modules/{SLUG}/"
READING = [
    "/en/",
    "/en/modules/",
    MODULE,
    f"{MODULE}three-routes/",
    f"{MODULE}five-steps/",
    f"{MODULE}five-steps/?open=1",
    f"{MODULE}print/",
    f"{MODULE}print/?with=five-steps",
    f"{MODULE}print/?only=check",
    "/en/words/",
    "/en/sources/",
    "/en/promises/",
    "/en/about/",
    "/en/help-now/",
    "/en/me/",
    "/en/me/gone/",
    "/en/me/visit/",
    "/en/me/card/",
]
# A form brings a cookie along.
FORMS = (
    *("/check/", "/before/", "/clear/", "/places/", "/sign-in/", "/me/questions/", "/me/team/"),
    *("/join/", "/return/", "/keep/"),
)
RIGHT: dict[int, Chosen] = {
    1: {"answer": "1"},
    2: {"answer": ["1", "3"]},
    3: {"item-1": "1", "item-2": "2"},
    4: {"answer": "2"},
}
WRONG: dict[int, Chosen] = {
    1: {"answer": "2"},
    2: {"answer": ["2"]},
    3: {"item-1": "2", "item-2": "unsure"},
    4: {"answer": "1"},
}


@pytest.fixture
def anna(edition: Edition, clock: Clock) -> Reader:
    return reader(edition)


def is_sound(shown: Shown, status: int = 200) -> Shown:
    assert shown.status == status, shown.path
    assert faults(shown.page) == [], shown.path
    return shown


def acted(shown: Shown, status: int) -> Shown:
    """Sound, and exactly one element takes the focus: HTMX 5."""
    is_sound(shown, status)
    focused = shown.page.main.iter()
    assert [el.attrib.get("tabindex") for el in focused if "autofocus" in el.attrib] == ["-1"]
    return shown


def asks_nobody_else(shown: Shown) -> bool:
    """Links to other sites are the reader's to follow; the page itself loads from here alone."""
    loads = [
        element.attrib.get(name, "")
        for element in shown.page.root.iter()
        for name in ("src", "srcset", "poster", "data", "action")
    ]
    loads += [element.attrib.get("href", "") for element in shown.page.all("link", "use", "image")]
    return not any(re.match(r"(?i)\s*(https?:|//|data:)", value) for value in loads)


# Reading leaves nothing behind


def test_reading_sets_no_cookie_and_varies_by_nothing_unexpected(edition: Edition) -> None:
    """S-109, S-088: every page of a stranger, with and without HTMX."""
    for path in READING:
        for headers in ({}, {"HX-Request": "true"}):
            visitor = Visitor()
            shown = is_sound(visitor.get(path, **headers))
            assert list(visitor.client.cookies) == [], path
            assert "Set-Cookie" not in shown.headers
            varies = {name.strip() for name in shown.headers["Vary"].split(",")}
            assert varies - {"Accept-Encoding"} == {"Cookie"}, path
            assert 'method="post"' not in shown.html, path
            assert shown.page.all("script") == [], path
            assert asks_nobody_else(shown), path


def test_every_page_of_the_shipped_content_is_sound(db: None) -> None:
    """S-088, S-109: what is in ``fixtures`` now, as a stranger reads it, whole."""
    publishing.publish(shipped_library(), actor="operator", now=timezone.now(), same_meaning=True)
    visitor = Visitor()
    seen: set[str] = set()
    waiting = ["/en/", "/en/me/"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        shown = is_sound(visitor.get(path))
        assert asks_nobody_else(shown), path
        hrefs = [link.attrib["href"] for link in shown.page.with_attribute("href")]
        for href in hrefs:
            target = path + href if href.startswith("?") else href.split("#")[0]
            form = target.partition("?")[0].endswith(FORMS)
            if target.startswith("/en/") and not form and target not in seen | set(waiting):
                waiting.append(target)
    assert list(visitor.client.cookies) == []
    sections = {
        f"/en/modules/{section.edition.module.slug}/{section.key}/"
        for edition in Edition.objects.offered("en")
        for section in edition.sections.all()
    }
    assert len(sections) > 40
    assert sections <= seen


def test_links_into_a_page_lead_to_something_there(edition: Edition) -> None:
    """A word explained in the line leads to its very entry in the glossary."""
    visitor = Visitor()
    for path in READING:
        for link in visitor.get(path).page.with_attribute("href"):
            target, mark, anchor = link.attrib["href"].partition("#")
            if mark and target.startswith("/"):
                page = visitor.get(target).page
                ids = {element.attrib["id"] for element in page.with_attribute("id")}
                assert anchor in ids, link.attrib["href"]


# Every state of a check and of what is kept


def test_states_of_a_check_are_sound(anna: Reader, edition: Edition) -> None:
    visitor = anna.visitor
    stranger = Visitor()
    for path in (CHECK, BEFORE):
        start = is_sound(stranger.get(path))
        acted(stranger.press(start), 422)
    is_sound(visitor.get(CHECK))
    for number in (1, 2, 3, 4):
        question = is_sound(anna.question(number))
        acted(visitor.press(question, {}, htmx=True), 422)
        acted(visitor.press(question, WRONG[number], htmx=True), 200)
        is_sound(anna.question(number))
        again = is_sound(visitor.get(f"{anna.path(number)}?again=1"))
        acted(visitor.press(again, RIGHT[number], htmx=True), 200)
        acted(visitor.press(question, RIGHT[number], htmx=True), 200)
        other = visitor.get(f"{anna.path(number)}?again=1")
        acted(visitor.press(other, {}, htmx=True), 422)
        acted(visitor.get(f"{anna.path(number)}?kept=later"), 200)
        is_sound(visitor.get(anna.path()))
    withdraw_question(slug=SLUG, key="routes-one", version=1, note="So.", actor="operator", now=NOW)
    for path in (anna.path(1), anna.path(2), anna.path(), "/en/me/", "/en/modules/"):
        assert "We got something wrong" in is_sound(visitor.get(path)).text


def test_unsure_and_right_feedback_is_sound(anna: Reader) -> None:
    unsure = {1: ["answer"], 2: ["answer"], 3: ["item-1", "item-2"], 4: ["answer"]}
    for number, names in unsure.items():
        chosen = dict.fromkeys(names, "unsure")
        acted(anna.visitor.press(anna.question(number), chosen, htmx=True), 200)


def test_states_of_what_is_kept_are_sound(
    anna: Reader, edition: Edition, settings: Settings
) -> None:
    visitor = anna.visitor
    for path in ("/en/", MODULE, f"{MODULE}three-routes/", "/en/me/", "/en/me/download/"):
        is_sound(visitor.get(path))
    acted(visitor.press(is_sound(visitor.get("/en/me/erase/"))), 422)
    is_sound(visitor.get("/en/me/clear/"))
    is_sound(Visitor().get("/en/me/clear/"))
    for path in ("/en/me/questions/", "/en/me/questions/?about=bones", "/en/me/team/"):
        is_sound(visitor.get(path))
        stranger = Visitor()
        acted(stranger.press(is_sound(stranger.get(path))), 422)
    factories.device(learner=anna.learner)
    is_sound(visitor.get("/en/me/clear/"))
    settings.DEMO = settings.READ_ONLY = True
    for path in (*READING, "/en/me/erase/", "/en/me/clear/", CHECK, BEFORE, anna.path(1)):
        is_sound(visitor.get(path))


def test_states_of_joining_sharing_and_returning_are_sound(
    anna: Reader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, stranger = anna.visitor, Visitor()
    nurse = factories.staff_member(clinic=factories.clinic())
    mine = factories.membership(group=factories.group(nurses=[nurse]), learner=anna.learner)
    way_in = factories.invitation(group=factories.group(nurses=[nurse], name="Friday"))
    joining = f"/en/join/{ticket_for(way_in)}/"
    sharing = f"/en/me/sharing/{mine.key}/"
    for somebody in (visitor, stranger):
        for path in ("/en/join/", joining, "/en/return/"):
            acted(somebody.press(is_sound(somebody.get(path))), 422)
        acted(somebody.get("/en/join/over/"), 404)
        is_sound(somebody.get("/en/me/keep/"))
    wrong = {"code": "ABCD-EFGH-JKMN-PQRS-TVWX", "shared": "own"}
    for path in ("/en/join/", "/en/return/"):
        acted(stranger.press(stranger.get(path), wrong), 422)
        with monkeypatch.context() as patched:
            patched.setattr(throttle, "CEILING", 0)
            acted(stranger.press(stranger.get(path), wrong), 429)
    acted(stranger.press(stranger.get("/en/me/keep/")), 422)
    code = factories.return_code(learner=anna.learner)
    other = reader(anna.check.edition, name="other")
    page = is_sound(other.visitor.get("/en/return/"))
    acted(other.visitor.press(page, {"code": code, "shared": "own"}), 422)
    paths = ["/en/me/keep/", "/en/me/keep/?joined=1", "/en/me/sharing/", "/en/me/clear/"]
    for path in (*paths, "/en/me/download/"):
        is_sound(visitor.get(path))
    acted(visitor.press(is_sound(visitor.get(f"{sharing}leave/"))), 422)
    acted(visitor.press(is_sound(visitor.get(sharing)), {"own_name": "x" * 41}), 422)
    is_sound(other.visitor.get("/en/me/sharing/"))
    settings.READ_ONLY = True
    for path in (*paths, sharing, f"{sharing}leave/", "/en/join/", joining, "/en/return/"):
        is_sound(visitor.get(path))


def test_states_of_trouble_are_sound(
    anna: Reader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = anna.visitor
    visitor.client.raise_request_exception = False
    question = anna.question(1)
    form = question.form().hidden
    is_sound(visitor.get("/en/nowhere/"), 404)
    is_sound(Visitor().get(anna.path(1)), 404)
    is_sound(visitor.get("/en/", Host="evil.example"), 400)
    is_sound(visitor.post("/en/words/", form), 405)
    is_sound(visitor.post(anna.path(1), {**form, "answer": "x" * 1_100_000}), 413)
    stale = {**form, "csrfmiddlewaretoken": "x" * 64}
    is_sound(visitor.post(CHECK, stale, **{"Sec-Fetch-Site": "cross-site"}), 403)
    acted(visitor.post(anna.path(1), {**stale, "answer": "1"}), 422)
    acted(visitor.post(anna.path(1), stale), 422)
    first = acted(Visitor().post(CHECK, {"shared": "own"}), 422)
    acted(Visitor().post(CHECK, first.form().hidden), 422)
    acted(Visitor().post(anna.path(1), {"answer": "1"}), 404)
    settings.READ_ONLY = True
    acted(visitor.press(question, {"answer": "1"}), 503)
    settings.READ_ONLY = False

    def fail(error: Exception) -> Callable[..., None]:
        def raised(*given: object, **named: object) -> None:
            raise error

        return raised

    monkeypatch.setattr("learning.actions.checking.answer", fail(OperationalError("locked")))
    acted(visitor.press(question, {"answer": "1"}), 503)
    monkeypatch.setattr("learning.reports.reading.words", fail(OperationalError("locked")))
    is_sound(visitor.get("/en/words/"), 503)
    monkeypatch.setattr("learning.reports.reading.words", fail(ValueError()))
    is_sound(visitor.get("/en/words/"), 500)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p id='a'></p><p id='a'></p>", "id “a” 2 times"),
        ("<label for='x'>X</label>", "for leads nowhere: “x”"),
        ("<p aria-describedby=''></p>", "empty aria-describedby on <p>"),
        ("<a href='#x'>x</a>", "link leads nowhere: “#x”"),
        ("<h3>x</h3>", "<h3> after <h1>: “x”"),
        ("<p tabindex='0' autofocus>", "what takes the focus has no tabindex=-1"),
        ("<p style='color:red'>", "style attribute"),
        ("<p onclick='x()'>", "onclick handler"),
        ("<script>x()</script>", "inline script"),
        ("<h1>again</h1>", "2 elements <h1>"),
        ("<div></p>", "parse error"),
    ],
)
def test_faults_are_found(html: str, fault: str) -> None:
    """The checker itself: each fault planted in a sound page is found."""
    page = (
        "<!doctype html><html lang='en'><head><title>t</title></head><body><header></header>"
        "<main><h1>One</h1>{}</main><footer></footer></body></html>"
    )
    assert faults(parse(page.format(""))) == []
    assert any(found.startswith(fault) for found in faults(parse(page.format(html))))
