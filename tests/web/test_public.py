"""Pages that anybody can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from pytest_django import Settings

from learning.actions.publishing import withdraw_module
from learning.models import Edition, SectionRead
from tests import factories
from tests.factories import NOW
from tests.visitor import SLUG, Visitor
from tests.web.conftest import Reader

MODULE = f"/en/modules/{SLUG}/"
FIRST, DOOR = f"{MODULE}three-routes/", f"{MODULE}five-steps/"
TITLE = "How breast cancer spreads"


def test_front_door_leads_to_the_only_language(visitor: Visitor, db: None) -> None:
    shown = visitor.get("/")
    assert (shown.status, shown.headers["Location"]) == (302, "/en/")


def test_home_offers_the_first_module(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get("/en/")
    assert (shown.status, shown.title) == (
        200,
        "Understanding metastatic breast cancer – Waymark",
    )
    assert shown.links[f"Start here: {TITLE}"] == MODULE
    assert "Go on where you stopped" not in shown.text


def test_home_leads_a_learner_to_her_place(anna: Reader) -> None:
    shown = anna.visitor.get("/en/")
    assert "Go on where you stopped" in shown.text
    assert shown.links[f"{TITLE}: question 1 of 4"] == anna.path(1)


def test_home_names_the_next_module_to_whoever_has_finished_one(
    db: None, tmp_path: Path, visitor: Visitor
) -> None:
    edition = factories.published(
        folder=tmp_path,
        modules=[factories.module(), factories.module(slug="liver", title="Liver")],
    )
    someone = factories.learner()
    factories.device(learner=someone, token="someone")
    visitor.use("someone")
    assert visitor.get("/en/").links[f"Start here: {TITLE}"] == MODULE
    check = factories.sitting(learner=someone, edition=edition)
    for place in check.questions.all():
        factories.answer(place=place)
    shown = visitor.get("/en/")
    assert shown.links["Next: Liver"] == "/en/modules/liver/"
    assert "Start here" not in shown.text


def test_home_and_modules_without_content_say_so(visitor: Visitor, db: None) -> None:
    assert "No module is published here yet." in visitor.get("/en/").text
    shown = visitor.get("/en/modules/")
    assert (shown.status, shown.heading) == (200, "Modules")
    assert "No module is published here yet." in shown.text


def test_modules_lists_what_is_offered(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get("/en/modules/")
    assert (shown.status, shown.heading, shown.links) == (200, "Modules", {TITLE: MODULE})
    assert "The basics" in shown.text
    assert "5 minutes" in shown.text


def test_module_names_objectives_and_sections(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get(MODULE)
    assert (shown.status, shown.heading) == (200, TITLE)
    assert shown.links == {
        "Start reading": FIRST,
        "Three ways to spread": FIRST,
        "The steps": DOOR,
        "Check yourself after reading": f"{MODULE}check/",
        "See what you know before you read": f"{MODULE}before/",
        "How cancer spreads, A health service": "https://example.org/spread",
        "Print this module": f"{MODULE}print/",
    }
    assert "How cells can move. What a cell does first." in shown.text


def test_module_leads_a_learner_on(anna: Reader, edition: Edition) -> None:
    anna.learner.sections_read.create(module=edition.module, section="three-routes", at=NOW)
    shown = anna.visitor.get(MODULE)
    assert shown.links["Go on reading"] == DOOR
    assert shown.links["Go on with your check: question 1 of 4"] == f"{MODULE}check/"
    assert "See what you know before you read" not in shown.links


def test_section_is_plain_reading_for_a_stranger(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get(FIRST)
    assert (shown.status, shown.heading) == (200, "Three ways to spread")
    assert shown.title == f"Three ways to spread – {TITLE} – Waymark"
    assert "through the lymph system (thin tubes that drain the body)" in shown.text
    assert shown.links["Next: The steps"] == DOOR
    assert shown.page.all("form", "script") == []


def test_section_behind_a_door_is_opened_by_its_reader(visitor: Visitor, edition: Edition) -> None:
    closed = visitor.get(DOOR)
    assert (closed.status, closed.heading) == (200, "You choose whether to read the next part")
    assert "How a cell leaves." in closed.text
    assert "First a cell breaks out." not in closed.text
    assert closed.links["Skip for now"] == f"{MODULE}check/"
    opened = visitor.get(DOOR + closed.links["Read this part"])
    assert (opened.status, opened.heading) == (200, "The steps")
    assert "First a cell breaks out." in opened.text


def test_next_notes_what_a_learner_read_and_leads_on(anna: Reader) -> None:
    shown = anna.visitor.get(FIRST)
    sent = anna.visitor.press(shown)
    assert (sent.status, sent.headers["Location"]) == (303, DOOR)
    assert list(SectionRead.objects.values_list("learner", "section", "at")) == [
        (anna.learner.pk, "three-routes", NOW)
    ]
    last = anna.visitor.press(anna.visitor.get(f"{DOOR}?open=1"))
    assert (last.status, last.headers["Location"]) == (303, f"{MODULE}check/")
    assert anna.learner.sections_read.count() == 2


def test_next_sent_by_a_device_forgotten_meanwhile_leads_on_and_keeps_nothing(
    anna: Reader,
) -> None:
    shown = anna.visitor.get(FIRST)
    anna.learner.delete()
    sent = anna.visitor.press(shown)
    assert (sent.status, sent.headers["Location"]) == (303, DOOR)
    assert SectionRead.objects.count() == 0


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_next_leads_on_where_her_place_cannot_be_kept(
    anna: Reader, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """R-047: reading goes on while the database is locked or away."""

    def locked(**kwargs: object) -> None:
        raise error("locked")

    monkeypatch.setattr("learning.web.public.mark_read", locked)
    monkeypatch.setattr("learning.web.access.renew_device", locked)
    sent = anna.visitor.press(anna.visitor.get(FIRST))
    assert (sent.status, sent.headers["Location"]) == (303, DOOR)


def test_next_leads_on_while_saving_is_switched_off(anna: Reader, settings: Settings) -> None:
    """A page opened before the switch still leads on; nothing is written."""
    shown = anna.visitor.get(FIRST)
    settings.READ_ONLY = True
    sent = anna.visitor.press(shown)
    assert (sent.status, sent.headers["Location"]) == (303, DOOR)
    assert SectionRead.objects.count() == 0


def test_words_and_sources_say_where_they_are_used(visitor: Visitor, edition: Edition) -> None:
    words = visitor.get("/en/words/")
    assert (words.status, words.heading, words.links) == (
        200,
        "Words you may hear",
        {TITLE: MODULE},
    )
    assert "lymph system (say: limf) A net of thin tubes that drains fluid" in words.text
    sources = visitor.get("/en/sources/")
    assert (sources.status, sources.heading) == (200, "Where the facts come from")
    assert sources.links == {
        "How cancer spreads, A health service": "https://example.org/spread",
        TITLE: MODULE,
    }


def test_words_and_sources_without_content_say_so(visitor: Visitor, db: None) -> None:
    assert "None is published here yet." in visitor.get("/en/words/").text
    assert "None is published here yet." in visitor.get("/en/sources/").text


def test_promises_about_and_help_now(
    visitor: Visitor, edition: Edition, settings: Settings
) -> None:
    settings.OPERATOR = {"name": "A hospital", "contact": "desk@example.org"}
    assert visitor.get("/en/promises/").heading == "What we promise"
    assert visitor.get("/en/help-now/").heading == "Help now"
    assert visitor.get("/en/help-now/").links["Legs, bladder, bowels"] == "#legs"
    about = visitor.get("/en/about/")
    assert about.heading == "About Waymark"
    assert "A hospital" in about.text
    assert "desk@example.org" in about.text


def test_pages_say_when_this_is_a_demo(visitor: Visitor, db: None, settings: Settings) -> None:
    assert "This is a demo" not in visitor.get("/en/").html
    settings.DEMO = True
    assert "This is a demo" in visitor.get("/en/").html


@pytest.mark.parametrize(
    "path",
    [
        "/en/modules/no-such-module/",
        f"{MODULE}no-such-section/",
        "/en/modules/no-such-module/three-routes/",
        "/en/modules/no-such-module/check/",
        "/en/modules/no-such-module/before/",
        "/es/modules/",
        "/en/no-such-page/",
        "/.git/config",
        "/admin/",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(
    visitor: Visitor, edition: Edition, path: str
) -> None:
    """R-069, S-090: also another language, and what a scanner looks for."""
    shown = visitor.get(path)
    assert (shown.status, shown.heading) == (404, "There is no page here")
    assert shown.links == {
        "Go to the first page": "/en/",
        "Help now: when to call, and whom": "/en/help-now/",
    }


def test_withdrawn_module_is_not_there(visitor: Visitor, edition: Edition) -> None:
    """R-063"""
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert [visitor.get(path).status for path in (MODULE, FIRST, f"{MODULE}check/")] == [404] * 3


@pytest.mark.parametrize(
    "name", ["home", "modules", "words", "sources", "promises", "about", "help_now"]
)
def test_page_for_reading_takes_no_post(visitor: Visitor, db: None, name: str) -> None:
    """S-015"""
    visitor.get("/en/me/clear/")  # brings the cookie and token that any POST needs
    token = visitor.get("/en/me/clear/").form().hidden
    shown = visitor.post(reverse(f"public:{name}", args=["en"]), token)
    assert (shown.status, shown.headers["Allow"]) == (405, "GET, HEAD")
    assert shown.heading == "That does not work on this page"


def test_pages_for_reading_may_be_kept_by_a_stranger_and_not_by_a_learner(
    visitor: Visitor, anna: Reader
) -> None:
    """S-091: nothing that shows where somebody stands is kept by a proxy or a browser."""
    for path in ("/en/", "/en/modules/", MODULE, FIRST, "/en/help-now/"):
        stranger, learner = visitor.get(path), anna.visitor.get(path)
        assert (stranger.headers["Cache-Control"], stranger.headers["Vary"]) == (
            "no-cache",
            "Cookie, Accept-Encoding",
        )
        assert learner.headers["Cache-Control"] == "no-store, private"
        assert "Cookie" in learner.headers["Vary"]


def test_later_editions_are_read_at_once(
    visitor: Visitor, edition: Edition, tmp_path: Path
) -> None:
    """R-067"""
    factories.published(folder=tmp_path, modules=[factories.module(title="How it moves")])
    assert visitor.get(MODULE).heading == "How it moves"
