"""What is kept about a learner: hers to see, to take away, and to erase."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings

from learning.actions.publishing import withdraw_question
from learning.models import Answer, AuditEntry, Device, Edition, Learner
from learning.reports import own
from tests import factories
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import NOW
from tests.visitor import SLUG, Shown, Visitor
from tests.web.conftest import Reader

FORGET = '"cache", "cookies", "storage"'
PERSONAL = ("/en/me/download/", "/en/me/download/?json=1", "/en/me/erase/")


def assert_gone(visitor: Visitor, sent: Shown) -> None:
    """The browser is told to forget everything, and does."""
    assert (sent.status, sent.headers["Location"]) == (303, "/en/me/gone/")
    assert sent.headers["Clear-Site-Data"] == FORGET
    assert list(visitor.client.cookies) == []
    shown = visitor.get("/en/me/gone/")
    assert (shown.status, shown.heading) == (200, "This device is clear")
    assert "Nothing is kept about you on this device." in visitor.get("/en/me/").text


def test_progress_of_a_stranger_says_how_it_comes_about(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get("/en/me/")
    assert (shown.status, shown.heading) == (200, "My progress")
    assert "Nothing is kept about you on this device." in shown.text
    assert shown.links == {
        "See all modules": "/en/modules/",
        "I was here before: use my return code": "/en/return/",
        "I have a code from my nurse": "/en/join/",
        "Keep my place: get a return code": "/en/me/keep/",
        "My questions for my team": "/en/me/questions/",
        "A sheet for my visit, to print": "/en/me/visit/",
        "A card with the warning signs, to print": "/en/me/card/",
        "My team’s number": "/en/me/team/",
    }


def test_progress_says_where_she_stands(anna: Reader, bella: Reader, edition: Edition) -> None:
    anna.learner.sections_read.create(module=edition.module, section="three-routes", at=NOW)
    anna.visitor.press(anna.question(1), {"answer": "1"})
    anna.visitor.press(anna.question(2), {"answer": ["1", "3"]})
    shown = anna.visitor.get("/en/me/")
    assert shown.links["How breast cancer spreads: question 3 of 4"] == anna.path(3)
    assert "2 of 4 questions answered." in shown.text
    assert "How cells can move. You know this" in shown.text
    assert "What a cell does first. Still to come" in shown.text
    assert "Check begun" in shown.text
    assert "It remembers you for 180 days after your last visit." in shown.text
    assert "0 of 4 questions answered." in bella.visitor.get("/en/me/").text


def test_pages_and_cookie_say_the_days_that_the_operator_set(
    anna: Reader, visitor: Visitor, clock: Clock, settings: Settings
) -> None:
    settings.DEVICE_DAYS = 60
    clock.move(days=1)
    anna.visitor.press(anna.question(1), {"answer": "1"})
    assert anna.visitor.cookie("device")["max-age"] == 60 * 24 * 3600
    assert "It remembers you for 60 days after your last visit." in anna.visitor.get("/en/me/").text
    kept = visitor.get(f"/en/modules/{SLUG}/check/").text
    assert "On your own device for 60 days after your last visit." in kept


def test_progress_takes_as_many_queries_for_three_checks_as_for_one(
    anna: Reader, edition: Edition
) -> None:
    counts = []
    for _ in range(3):
        for place in anna.check.questions.all():
            factories.answer(place=place)
        with counted() as count:
            anna.visitor.get("/en/me/")
        counts.append(count.all)
        check = factories.sitting(learner=anna.learner, edition=edition)
        for place in check.questions.all():
            factories.answer(place=place)
    assert counts == [counts[0]] * 3


def test_download_is_everything_kept_as_a_page_and_as_json(anna: Reader, bella: Reader) -> None:
    anna.visitor.press(anna.question(3), {"item-1": "2", "item-2": "unsure", "sure": "guess"})
    bella.visitor.press(bella.question(1), {"answer": "1"})
    kept = own.everything(anna.learner)
    file = anna.visitor.get("/en/me/download/?json=1")
    assert json.loads(file.html) == kept
    assert file.headers["Content-Type"] == "application/json; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="waymark.json"'
    assert file.headers["Cache-Control"] == "no-store, private"
    page = anna.visitor.get("/en/me/download/")
    assert (page.status, page.heading) == (200, "Everything kept about you")
    assert page.links["Download as a file (JSON)"] == "?json=1"
    for words in (
        "It breaks out: Second; It grows elsewhere: I’m not sure",
        "Result: not quite.",
        "How sure: a guess.",
        "Try 1, 2026-11-25T12:00:00+00:00.",
    ):
        assert words in page.text
    assert "Which is a way that cancer can spread?" not in page.text


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_pages_are_not_there_for_a_stranger(
    visitor: Visitor, edition: Edition, path: str
) -> None:
    """S-103: a download has no address of its own; it is of whoever asks."""
    shown = visitor.get(path)
    assert (shown.status, shown.heading) == (404, "This page is not on this device")
    assert shown.headers["Cache-Control"] == "no-store, private"


def test_erase_needs_one_clear_yes(anna: Reader) -> None:
    shown = anna.visitor.press(anna.visitor.get("/en/me/erase/"))
    assert (shown.status, shown.errors) == (
        422,
        ["Tick the box if you want to erase everything."],
    )
    assert shown.title.startswith("Error: ")
    assert Learner.objects.filter(pk=anna.learner.pk).exists()
    assert_gone(anna.visitor, anna.visitor.press(shown, {"sure": "on"}))
    assert not Learner.objects.filter(pk=anna.learner.pk).exists()


def test_erase_takes_all_of_hers_and_nothing_of_others(anna: Reader, bella: Reader) -> None:
    for someone in (anna, bella):
        someone.visitor.press(someone.question(1), {"answer": "1"})
    other_browser = Visitor()
    factories.device(learner=anna.learner, token="second")
    other_browser.use("second")
    sent = anna.visitor.press(anna.visitor.get("/en/me/erase/"), {"sure": "on"})
    assert_gone(anna.visitor, sent)
    assert list(Learner.objects.all()) == [bella.learner]
    assert Answer.objects.get().question.sitting.learner == bella.learner
    assert other_browser.get(anna.path(1)).status == 404
    last = AuditEntry.objects.order_by("id").last()
    assert last is not None
    assert (last.actor, last.verb, last.object_key) == ("a learner", "erased herself", "")


def test_erase_pressed_twice_says_that_it_is_gone(anna: Reader) -> None:
    """R-001: the second tap comes from a device that is not known any more."""
    shown = anna.visitor.get("/en/me/erase/")
    cookies = dict(anna.visitor.client.cookies)
    anna.visitor.press(shown, {"sure": "on"})
    anna.visitor.client.cookies.update(cookies)
    second = anna.visitor.press(shown, {"sure": "on"})
    assert (second.status, second.heading) == (404, "This device has forgotten you")


def test_clear_the_only_device_erases_and_says_so_before(anna: Reader, bella: Reader) -> None:
    shown = anna.visitor.get("/en/me/clear/")
    assert (shown.status, shown.heading) == (200, "Clear this device")
    assert "No other device can open your answers, so they are erased as well." in shown.text
    assert_gone(anna.visitor, anna.visitor.press(shown))
    assert list(Learner.objects.all()) == [bella.learner]


def test_clear_one_of_two_devices_keeps_the_answers(anna: Reader) -> None:
    factories.device(learner=anna.learner, token="second")
    anna.visitor.press(anna.question(1), {"answer": "1"})
    shown = anna.visitor.get("/en/me/clear/")
    assert "Your answers stay, and your other devices can still open them." in shown.text
    assert_gone(anna.visitor, anna.visitor.press(shown))
    other = Visitor()
    other.use("second")
    assert "Saved." in other.get(anna.path(1)).text
    assert Device.objects.count() == 1


def test_clear_works_for_a_stranger(visitor: Visitor, edition: Edition) -> None:
    shown = visitor.get("/en/me/clear/")
    assert "Nothing is kept about you on this device." in shown.text
    assert_gone(visitor, visitor.press(shown))


def test_clear_pressed_twice_is_no_error(anna: Reader) -> None:
    """R-001"""
    shown = anna.visitor.get("/en/me/clear/")
    cookies = dict(anna.visitor.client.cookies)
    assert anna.visitor.press(shown).status == 303
    anna.visitor.client.cookies.update(cookies)
    assert anna.visitor.press(shown).status == 303


def test_back_after_clearing_shows_nothing_of_hers(anna: Reader) -> None:
    """S-028, server part: every page of hers is asked for anew, and is not there any more."""
    paths = [anna.path(1), anna.path(), "/en/me/download/", "/en/me/"]
    anna.visitor.press(anna.question(1), {"answer": "1"})
    before = [anna.visitor.get(path) for path in paths]
    assert {page.headers["Cache-Control"] for page in before} == {"no-store, private"}
    anna.visitor.press(anna.visitor.get("/en/me/clear/"))
    assert [anna.visitor.get(path).status for path in paths] == [404, 404, 404, 200]


def test_corrections_are_noted_as_read_once(anna: Reader) -> None:
    anna.visitor.press(anna.question(1), {"answer": "1"})
    withdraw_question(
        slug=SLUG, key="routes-one", version=1, note="Blood.", actor="operator", now=NOW
    )
    shown = anna.visitor.get("/en/me/")
    assert "We got something wrong" in shown.text
    for _ in range(2):
        sent = anna.visitor.press(shown, action="/en/me/corrections/")
        assert (sent.status, sent.headers["Location"]) == (303, "/en/me/")
    assert anna.place(1).correction_seen_at == NOW
    assert anna.place(2).correction_seen_at is None
    assert "We got something wrong" not in anna.visitor.get("/en/me/").text


def test_what_cannot_be_done_while_saving_is_off_is_said_beforehand(
    anna: Reader, settings: Settings
) -> None:
    settings.READ_ONLY = True
    for path in (
        "/en/me/erase/",
        "/en/me/clear/",
        anna.path(1),
        "/en/modules/how-it-spreads/before/",
    ):
        shown = anna.visitor.get(path)
        assert shown.status == 200
        assert "Saving is switched off for now" in shown.text
        assert shown.page.all("button") == []
        assert "Saving is off for now." in shown.html
