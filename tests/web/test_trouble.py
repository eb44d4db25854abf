"""When something is in the way: what is told, and that what was chosen is kept on the page."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InternalError, OperationalError, connection
from django.http import UnreadablePostError
from pytest_django import Settings

from learning.models import Answer, Edition, Learner, SectionRead
from tests.conftest import Clock
from tests.visitor import BEFORE, CHECK, Shown, Visitor
from tests.web.conftest import Reader

FORM = django_settings.CSRF_COOKIE_NAME
STALE = "This page was open for a while. Your answer is still here: press the button once more."
SECTION = "/en/modules/how-it-spreads/three-routes/"


def carried(shown: Shown, action: str = "") -> dict[str, str]:
    """The hidden fields of the page's form, without the cross-site token."""
    hidden = dict(shown.form(action).hidden)
    assert hidden.pop("csrfmiddlewaretoken")
    return hidden


# A stale or missing cross-site token


@pytest.mark.parametrize("htmx", [False, True])
def test_stale_form_of_a_question_is_offered_again_with_the_choice_ticked(
    anna: Reader, htmx: bool
) -> None:
    """R-033: 422, the same question, what was chosen; the second press works."""
    question = anna.question(2)
    anna.visitor.forget(FORM)
    shown = anna.visitor.press(question, {"answer": ["1", "3"], "sure": "guess"}, htmx=htmx)
    assert (shown.status, shown.heading) == (422, question.heading)
    assert STALE in shown.text
    assert shown.checked == [("answer", "1"), ("answer", "3"), ("sure", "guess")]
    assert shown.form().hidden["token"] == question.form().hidden["token"]
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert Answer.objects.count() == 0
    sent = anna.visitor.press(shown, {"answer": ["1", "3"], "sure": "guess"})
    assert sent.status == 303
    assert Answer.objects.get().verdict == "right"


def test_stale_form_of_pairs_keeps_every_choice(anna: Reader) -> None:
    question = anna.question(3)
    anna.visitor.forget(FORM)
    shown = anna.visitor.press(question, {"item-1": "2", "item-2": "unsure"})
    assert shown.checked == [("item-1", "2"), ("item-2", "unsure")]


def test_stale_form_with_a_wrong_token_is_offered_again(anna: Reader) -> None:
    """The cookie is there, but of another page: rotated, or from before a clear."""
    question = anna.question(1)
    shown = anna.visitor.press(question, {"answer": "1", "csrfmiddlewaretoken": "x" * 64})
    assert (shown.status, shown.checked) == (422, [("answer", "1")])
    assert anna.visitor.press(shown, {"answer": "1"}).status == 303


def test_stale_form_of_a_check_of_another_is_told_as_a_forgotten_device(
    anna: Reader, bella: Reader
) -> None:
    form = bella.question(1).form()
    bella.visitor.forget(FORM)
    for key in (anna.check.key, "x" * 22):
        shown = bella.visitor.post(f"/en/checks/{key}/1/", {**form.hidden, "answer": "1"})
        assert (shown.status, shown.heading) == (404, "This device has forgotten you")


def test_cookies_deleted_in_mid_check_are_told_and_the_module_offered(anna: Reader) -> None:
    """R-013: nothing is known any more, so the way on is a new check."""
    question = anna.question(1)
    anna.visitor.forget()
    shown = anna.visitor.press(question, {"answer": "1"})
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")
    assert shown.links == {
        "Go to the module again": "/en/modules/how-it-spreads/",
        "I have a return code": "/en/return/",
    }
    assert "What you sent just now was not saved." in shown.text


@pytest.mark.parametrize("path", [CHECK, BEFORE])
def test_cookies_blocked_are_told_on_the_second_press(
    visitor: Visitor, edition: Edition, path: str
) -> None:
    """R-013: the first press is offered again; the second says what is in the way; no loop."""
    start = visitor.get(path)
    visitor.forget()
    first = visitor.press(start, {"shared": "shared"})
    assert (first.status, first.heading) == (422, "Press the button once more")
    assert carried(first) == {
        "token": start.form().hidden["token"],
        "shared": "shared",
        "retried": "1",
    }
    visitor.forget()
    second = visitor.press(first)
    assert (second.status, second.heading) == (422, "This browser keeps no cookies for this site")
    assert "Allow cookies for this site" in second.text
    assert carried(second) == carried(first)
    assert Learner.objects.count() == 0
    allowed = visitor.press(second)
    assert allowed.status == 303
    assert visitor.open(allowed.headers["Location"]).status == 200


def test_stale_start_goes_on_at_the_second_press_where_cookies_are_kept(
    visitor: Visitor, edition: Edition
) -> None:
    start = visitor.get(CHECK)
    visitor.forget()
    sent = visitor.press(visitor.press(start, {"shared": "own"}))
    assert sent.status == 303
    assert Learner.objects.count() == 1


@pytest.mark.parametrize("path", ["/en/me/erase/", "/en/me/clear/", "/en/me/corrections/"])
def test_other_stale_forms_are_offered_again(anna: Reader, path: str) -> None:
    shown = anna.visitor.post(path, {"sure": "on", "unknown": "left out"})
    assert (shown.status, shown.heading) == (422, "Press the button once more")
    assert carried(shown, path) == {"sure": "on", "retried": "1"}
    assert Learner.objects.count() == 1
    assert anna.visitor.press(shown, action=path).status == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_form_of_another_site_is_refused(
    anna: Reader, edition: Edition, headers: dict[str, str]
) -> None:
    """S-086: with a known token too, nothing of what was sent is echoed."""
    question = anna.question(1)
    form = {**question.form().hidden, "answer": "1", "csrfmiddlewaretoken": "x" * 64}
    anna.visitor.client.defaults.pop("headers", None)
    for path in (anna.path(1), CHECK, "/en/me/erase/"):
        response = anna.visitor.client.post(path, form, headers=headers)
        assert response.status_code == 403
        assert b"This was not accepted" in response.content
        assert form["token"].encode() not in response.content
    assert Answer.objects.count() == 0


def test_origin_of_this_site_is_not_elsewhere(anna: Reader) -> None:
    """A browser that sends no Sec-Fetch-Site but the site's own origin gets its form again."""
    response = anna.visitor.client.post(
        anna.path(1), {"answer": "1"}, headers={"Origin": "http://testserver"}
    )
    assert response.status_code == 422
    response = anna.visitor.client.post(anna.path(1), {"answer": "1"})
    assert response.status_code == 422


def test_stale_form_at_an_address_that_is_not_there(visitor: Visitor, db: None) -> None:
    shown = visitor.post("/en/no-such-page/", {"answer": "1"})
    assert shown.status == 404


# The database is locked or away


def broken(error: Exception) -> Any:
    def fail(*given: Any, **named: Any) -> None:
        raise error

    return fail


def read_only_transaction() -> InternalError:
    """What PostgreSQL says where it takes no writes, as on a standby server."""
    error = InternalError("cannot execute INSERT in a read-only transaction")
    cause = Exception()
    cause.sqlstate = "25006"  # type: ignore[attr-defined]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error", [OperationalError("locked"), read_only_transaction()])
@pytest.mark.parametrize("htmx", [False, True])
def test_answer_that_cannot_be_saved_travels_with_the_page(
    anna: Reader, monkeypatch: pytest.MonkeyPatch, error: Exception, htmx: bool
) -> None:
    """R-046: 503, when to try again, and the form with what was chosen; later it works once."""
    question = anna.question(2)
    with monkeypatch.context() as patch:
        patch.setattr("learning.actions.checking.answer", broken(error))
        shown = anna.visitor.press(question, {"answer": ["1", "3"], "sure": "very"}, htmx=htmx)
    assert (shown.status, shown.heading) == (503, "We could not save this yet")
    assert shown.headers["Retry-After"] == "10"
    assert "What you chose is kept on this page." in shown.text
    values = shown.page.with_attribute("value")
    assert [v.attrib["value"] for v in values if v.attrib.get("name") == "answer"] == ["1", "3"]
    again = {**carried(shown), "answer": ["1", "3"]}
    for _ in range(2):
        assert anna.visitor.press(shown, again).status == 303
    kept = Answer.objects.get()
    assert (kept.token, kept.verdict, kept.sure) == (
        question.form().hidden["token"],
        "right",
        "very",
    )


def test_other_database_errors_are_our_fault(anna: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    question = anna.question(1)
    monkeypatch.setattr("learning.actions.checking.answer", broken(InternalError("aborted")))
    anna.visitor.client.raise_request_exception = False
    shown = anna.visitor.press(question, {"answer": "1"})
    assert (shown.status, shown.heading) == (500, "Something went wrong on our side")


def test_page_that_cannot_be_read_says_so(anna: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("learning.reports.checks.question_place", broken(OperationalError("x")))
    shown = anna.question(1)
    assert (shown.status, shown.heading) == (503, "This page cannot be shown right now")
    assert shown.headers["Retry-After"] == "10"
    assert "no-store" in shown.headers["Cache-Control"]


def test_stale_form_while_the_database_is_away_is_kept(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = anna.question(1)
    anna.visitor.forget(FORM)
    monkeypatch.setattr("learning.reports.checks.question_place", broken(OperationalError("x")))
    shown = anna.visitor.press(question, {"answer": "1"})
    assert (shown.status, shown.heading) == (503, "We could not save this yet")
    assert carried(shown)["answer"] == "1"


@contextlib.contextmanager
def locked_database() -> Iterator[None]:
    """Another process writes for long: nothing else can, and reading goes on."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        if connection.vendor == "sqlite":
            other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            held.set()
            done.wait(30)
            other.execute("ROLLBACK")
            other.close()
            return
        try:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("LOCK TABLE learning_answer, learning_sectionread IN SHARE MODE")
                cursor.execute("LOCK TABLE learning_sitting, learning_learner IN SHARE MODE")
                held.set()
                done.wait(30)
                cursor.execute("ROLLBACK")
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def impatient(transactional_db: None) -> Iterator[None]:
    """Waits for locks as short as a test may wait."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 300")
        else:
            cursor.execute("SET lock_timeout = 300")
    yield
    connection.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.django_db(transaction=True)
def test_locked_database_keeps_the_answer_on_the_page_and_saves_it_later(
    anna: Reader, clock: Clock
) -> None:
    """R-047: never 500; after the lock the same form is saved once."""
    question, other = anna.question(1), anna.question(2)
    section = anna.visitor.get(SECTION)
    clock.move(days=1)
    with locked_database():
        assert anna.question(3).status == 200
        shown = anna.visitor.press(question, {"answer": "1"})
        assert (shown.status, shown.heading) == (503, "We could not save this yet")
        assert carried(shown)["answer"] == "1"
        start = anna.visitor.get(BEFORE)
        assert anna.visitor.press(start).status == 503
        onward = anna.visitor.press(section)
        assert (onward.status, SectionRead.objects.count()) == (303, 0)
        assert Answer.objects.count() == 0
    assert anna.visitor.press(shown).status == 303
    assert anna.visitor.press(question, {"answer": "1"}).status == 303
    assert anna.visitor.press(other, {"answer": ["1", "3"]}).status == 303
    assert [kept.verdict for kept in Answer.objects.order_by("id")] == ["right", "right"]


# Saving is switched off


@pytest.mark.parametrize("htmx", [False, True])
def test_answer_sent_while_saving_is_off_travels_with_the_page(
    anna: Reader, settings: Settings, htmx: bool
) -> None:
    question = anna.question(1)
    settings.READ_ONLY = True
    shown = anna.visitor.press(question, {"answer": "2", "sure": "very"}, htmx=htmx)
    assert (shown.status, shown.heading) == (503, "We could not save this yet")
    assert "Saving is switched off for now." in shown.text
    assert shown.headers["Retry-After"] == "300"
    assert carried(shown) == {
        "token": question.form().hidden["token"],
        "module": "how-it-spreads",
        "answer": "2",
        "sure": "very",
    }
    assert Answer.objects.count() == 0
    settings.READ_ONLY = False
    assert anna.visitor.press(shown).status == 303
    assert Answer.objects.get().verdict == "not_right"


def test_nothing_is_saved_by_any_form_while_saving_is_off(anna: Reader, settings: Settings) -> None:
    forms = {path: anna.visitor.get(path).form().hidden for path in (BEFORE, "/en/me/clear/")}
    settings.READ_ONLY = True
    for path in (*forms, "/en/me/erase/", "/en/me/corrections/", anna.path(1)):
        shown = anna.visitor.post(path, {**forms[BEFORE], "sure": "on", "answer": "1"})
        assert (shown.status, "Retry-After" in shown.headers) == (503, True)
    assert Learner.objects.count() == 1
    assert anna.learner.sittings.count() == 1


def test_reading_goes_on_while_saving_is_off(anna: Reader, settings: Settings) -> None:
    settings.READ_ONLY = True
    for path in ("/en/", "/en/modules/", SECTION, anna.path(1), anna.path(), "/en/me/", CHECK):
        shown = anna.visitor.get(path)
        assert shown.status == 200
        assert "Saving is off for now." in shown.html
    assert anna.visitor.get(SECTION).links["Next: The steps"].endswith("/five-steps/")


def test_begin_is_not_offered_while_saving_is_off(
    visitor: Visitor, edition: Edition, settings: Settings
) -> None:
    settings.READ_ONLY = True
    shown = visitor.get(CHECK)
    assert "Saving is switched off for now, so a check cannot begin." in shown.text
    assert shown.page.all("button") == []


# Too much, or not readable


def test_too_large_a_form_is_told(anna: Reader) -> None:
    shown = anna.visitor.post(anna.path(1), {"answer": "x" * 1_100_000})
    assert (shown.status, shown.heading) == (413, "That was too much at once")


def test_too_many_fields_are_told(anna: Reader) -> None:
    shown = anna.visitor.post(anna.path(1), {f"field-{number}": "x" for number in range(300)})
    assert (shown.status, shown.heading) == (413, "That was too much at once")


def test_unknown_host_is_a_plain_page(visitor: Visitor, db: None) -> None:
    shown = visitor.get("/en/", Host="evil.example")
    assert (shown.status, shown.heading) == (400, "We could not read that request")


def test_form_that_breaks_off_is_no_error_of_ours(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line broke in the middle of the form: nobody is there to read, and nothing breaks."""
    monkeypatch.setattr(WSGIRequest, "_load_post_and_files", broken(UnreadablePostError("broke")))
    shown = anna.visitor.post(anna.path(1), {"answer": "1"})
    assert (shown.status, shown.heading) == (400, "We could not read that request")
    shown = anna.visitor.post(CHECK, {"answer": "1"})
    assert (shown.status, carried(shown)) == (422, {"retried": "1"})


def test_error_in_a_view_is_a_page_without_details(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-090"""
    anna.visitor.client.raise_request_exception = False
    monkeypatch.setattr("learning.reports.reading.words", broken(ValueError("the secret")))
    shown = anna.visitor.get("/en/words/")
    assert (shown.status, shown.heading) == (500, "Something went wrong on our side")
    assert "the secret" not in shown.html
    assert "Traceback" not in shown.html
