"""Keeping one's place by a private code, and coming back by it to the very place."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from learning.actions import returning
from learning.actions.arriving import LearnerErased
from learning.models import (
    AuditEntry,
    Device,
    Edition,
    Learner,
    Membership,
    ReturnCode,
    SectionRead,
)
from learning.reports import codes
from learning.rules.codes import grouped
from learning.web import throttle
from learning.web.learner.forms import NOT_KNOWN, SOMEBODY_ELSE
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.ledger import forms
from tests.visitor import FORM, SLUG, Shown, Visitor
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
KEEP = "/en/me/keep/"
RETURN = "/en/return/"
WRONG = "ABCD-EFGH-JKMN-PQRS-TVWX"


def letters_of(learner: Learner) -> str:
    code = codes.return_code(learner)
    assert code is not None
    letters = codes.shown_return_code(code)
    assert letters is not None
    return letters


def press_step(visitor: Visitor, shown: Shown, button: str, **chosen: str) -> Shown:
    """Press the button of the form of this step; the page has several forms."""
    found = [form for form in forms(shown.html) if form.hidden.get("step") == button]
    assert len(found) == 1, shown.text
    return visitor.post(found[0].action, {**found[0].hidden, **chosen})


def come_back(visitor: Visitor, code: str, **chosen: str) -> Shown:
    return visitor.press(visitor.get(RETURN), {"code": code, "shared": "own", **chosen})


# Keeping one's place


def test_keep_explains_itself_to_a_stranger_and_keeps_her_place(visitor: Visitor) -> None:
    shown = visitor.get(KEEP)
    assert (shown.status, shown.heading) == (200, "Keep my place")
    assert "You need no name, no email and no password." in shown.text
    assert "What is kept, and for how long" in shown.text
    assert Learner.objects.count() == 0
    sent = press_step(visitor, shown, "make", shared="own")
    assert (sent.status, sent.headers["Location"]) == (303, KEEP)
    learner = Learner.objects.get()
    assert grouped(letters_of(learner)) in visitor.get(KEEP).text
    assert AuditEntry.objects.filter(actor="a learner").count() == 0


def test_keep_asks_a_stranger_whose_device_it_is(visitor: Visitor) -> None:
    shown = press_step(visitor, visitor.get(KEEP), "make")
    assert (shown.status, shown.errors) == (422, ["Choose whose device this is."])
    assert Learner.objects.count() == 0


def test_keep_by_an_odd_or_old_form_keeps_nothing(visitor: Visitor, clock: Clock) -> None:
    page = visitor.get(KEEP)
    odd = press_step(visitor, page, "make", step="erase", shared="own")
    assert (odd.status, odd.errors) == (
        422,
        ["Choose what to do, then press its button once more."],
    )
    press_step(visitor, page, "make", shared="own")
    visitor.forget(django_settings.DEVICE_COOKIE_NAME)
    clock.move(minutes=11)
    old = press_step(visitor, page, "make", shared="own")
    assert old.status == 422
    assert "press the button once more" in old.errors[0]
    assert Learner.objects.count() == 1


def test_keep_shows_code_link_and_qr_code_and_what_they_open(anna: Reader, bella: Reader) -> None:
    assert "Make my return code" in anna.visitor.get(KEEP).html
    press_step(anna.visitor, anna.visitor.get(KEEP), "make")
    letters = letters_of(anna.learner)
    shown = anna.visitor.get(KEEP)
    link = f"http://testserver/en/return/#{letters}"
    assert shown.links[link] == link
    assert shown.html.count('role="img" aria-label="QR code of your link"') == 1
    assert "Keep it private." in shown.text
    assert "print this page" in shown.text
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert letters not in bella.visitor.get(KEEP).html


def test_keep_makes_a_new_code_and_the_old_one_stops_at_once(anna: Reader) -> None:
    old = factories.return_code(learner=anna.learner)
    press_step(anna.visitor, anna.visitor.get(KEEP), "make")
    new = letters_of(anna.learner)
    assert new != old
    assert come_back(Visitor(), old).errors == [NOT_KNOWN]
    assert come_back(Visitor(), new).status == 303


def test_keep_stops_a_code_and_the_device_still_knows_her(anna: Reader) -> None:
    old = factories.return_code(learner=anna.learner)
    press_step(anna.visitor, anna.visitor.get(KEEP), "stop")
    assert ReturnCode.objects.count() == 0
    assert come_back(Visitor(), old).errors == [NOT_KNOWN]
    assert "Make my return code" in anna.visitor.get(KEEP).html


def test_keep_says_so_where_a_code_can_no_longer_be_shown(anna: Reader) -> None:
    """After the site's secret was changed and the old one is gone."""
    factories.return_code(learner=anna.learner)
    ReturnCode.objects.update(hash="x" * 64)
    shown = anna.visitor.get(KEEP)
    assert "Your return code cannot be shown any more" in shown.text
    press_step(anna.visitor, shown, "make")
    assert grouped(letters_of(anna.learner)) in anna.visitor.get(KEEP).text


def test_keep_after_joining_names_the_group_only_for_whom_has_one(
    visitor: Visitor, anna: Reader
) -> None:
    for somebody in (visitor, anna.visitor):
        assert somebody.get(f"{KEEP}?joined=1").heading == "Keep my place"
    nurse = factories.staff_member(clinic=factories.clinic())
    factories.membership(group=factories.group(nurses=[nurse]), learner=anna.learner)
    assert anna.visitor.get(f"{KEEP}?joined=1").heading == "You have joined"
    assert "Green Lake" not in visitor.get(f"{KEEP}?joined=1").text


def test_keep_of_somebody_erased_in_another_tab_says_so(
    anna: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def erased(**given: object) -> None:
        raise LearnerErased

    monkeypatch.setattr(returning, "new_return_code", erased)
    shown = press_step(anna.visitor, anna.visitor.get(KEEP), "make")
    assert (shown.status, shown.heading) == (404, "This device has forgotten you")


# Coming back


@pytest.mark.parametrize("shared", ["own", "shared"])
def test_return_opens_the_very_question_on_another_device(
    anna: Reader, visitor: Visitor, shared: str
) -> None:
    anna.visitor.press(anna.question(1), {"answer": "1"})
    letters = factories.return_code(learner=anna.learner)
    sent = come_back(visitor, letters.lower(), shared=shared)
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(2))
    assert visitor.open(anna.path(2)).status == 200
    assert "Saved." in visitor.get(anna.path(1)).text
    device = Device.objects.order_by("id").last()
    assert device is not None
    assert (device.learner, device.shared) == (anna.learner, shared == "shared")
    cookie = visitor.cookie(django_settings.DEVICE_COOKIE_NAME)
    assert bool(cookie["max-age"]) is (shared == "own")
    assert letters not in sent.headers["Location"]


def test_return_opens_the_next_section_or_the_list(visitor: Visitor, edition: Edition) -> None:
    learner = factories.learner()
    letters = factories.return_code(learner=learner)
    assert come_back(Visitor(), letters).headers["Location"] == "/en/modules/"
    SectionRead.objects.create(
        learner=learner, module=edition.module, section="three-routes", at=NOW
    )
    sent = come_back(visitor, letters)
    assert sent.headers["Location"] == f"/en/modules/{SLUG}/five-steps/"


def test_return_code_that_is_not_known_is_said_kindly(visitor: Visitor) -> None:
    for wrong in (WRONG, "0", "x" * 90):
        shown = come_back(visitor, wrong)
        assert (shown.status, shown.errors) == (422, [NOT_KNOWN])
        assert shown.title.startswith("Error: ")
    assert come_back(visitor, "").errors == ["Type your code."]
    assert Device.objects.count() == 0


def test_return_asks_whose_device_it_is(anna: Reader, visitor: Visitor) -> None:
    letters = factories.return_code(learner=anna.learner)
    shown = visitor.press(visitor.get(RETURN), {"code": letters})
    assert (shown.status, shown.errors) == (422, ["Choose whose device this is."])


def test_return_codes_are_guessed_no_faster_than_codes_of_groups(
    anna: Reader, visitor: Visitor
) -> None:
    """S-040: one count for both; a right code opens all the same, for it cannot be guessed."""
    letters = factories.return_code(learner=anna.learner)
    page, join = visitor.get(RETURN), visitor.get("/en/join/")
    for _ in range(throttle.CEILING // 2):
        visitor.press(page, {"code": WRONG, "shared": "own"})
        visitor.press(join, {"code": "ABCDEFGH"})
    shown = visitor.press(page, {"code": WRONG, "shared": "own"})
    assert (shown.status, shown.headers["Retry-After"]) == (429, "600")
    assert "Please wait 10 minutes, then press the button again." in shown.text
    assert "error-summary" not in shown.html
    assert come_back(visitor, letters).status == 303


def test_return_in_a_browser_that_knows_her_already_changes_nothing(anna: Reader) -> None:
    letters = factories.return_code(learner=anna.learner)
    sent = come_back(anna.visitor, letters)
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(1))
    assert anna.learner.devices.count() == 1
    assert django_settings.DEVICE_COOKIE_NAME not in sent.headers.get("Set-Cookie", "")


def test_return_where_somebody_else_has_answers_is_warned_of_and_never_mixed(
    anna: Reader, bella: Reader
) -> None:
    """S-022, S-023: on a device that several people use."""
    letters = factories.return_code(learner=anna.learner)
    page = bella.visitor.get(RETURN)
    assert "This browser holds somebody’s answers already" in page.text
    assert "If you go on, the answers here are erased" in page.text
    assert "Yes, go on and erase the answers here" in page.text
    assert page.links["Clear this device first"] == "/en/me/clear/"
    assert page.links["get a return code for them"] == KEEP
    refused = come_back(bella.visitor, letters)
    assert (refused.status, refused.errors) == (422, [SOMEBODY_ELSE])
    assert bella.visitor.get(bella.path(1)).status == 200
    assert Learner.objects.count() == 2
    sent = come_back(bella.visitor, letters, sure="on")
    assert (sent.status, sent.headers["Location"]) == (303, anna.path(1))
    assert sent.headers["Clear-Site-Data"] == '"cache"'
    assert list(Learner.objects.all()) == [anna.learner]
    assert bella.visitor.get(bella.path(1)).status == 404
    assert anna.learner.sittings.count() == 1


def test_return_says_where_answers_of_somebody_else_stay_open_and_keeps_them(
    anna: Reader, bella: Reader
) -> None:
    letters = factories.return_code(learner=anna.learner)
    hers = factories.return_code(learner=bella.learner)
    page = bella.visitor.get(RETURN)
    assert "Their own return code, or another device, still opens them." in page.text
    assert "Yes, go on. This browser may forget the answers here" in page.text
    assert page.links["Clear this device first"] == "/en/me/clear/"
    come_back(bella.visitor, letters, sure="on")
    assert Learner.objects.count() == 2
    assert come_back(Visitor(), hers).headers["Location"] == bella.path(1)


def test_return_by_a_code_stopped_at_the_same_moment_is_not_known(
    anna: Reader, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = factories.return_code(learner=anna.learner)

    def stopped(**given: object) -> None:
        raise returning.CodeStopped

    monkeypatch.setattr(returning, "come_back", stopped)
    shown = come_back(visitor, letters)
    assert (shown.status, shown.errors) == (422, [NOT_KNOWN])


def test_return_says_beforehand_that_saving_is_off_and_keeps_the_code(
    anna: Reader, visitor: Visitor, settings: Settings
) -> None:
    letters = factories.return_code(learner=anna.learner)
    page = visitor.get(RETURN)
    settings.READ_ONLY = True
    for path, words in (
        (RETURN, "Saving is switched off for now, so this browser cannot get to know you."),
        (KEEP, "Saving is switched off for now, so no code can be made."),
    ):
        shown = visitor.get(path)
        assert words in shown.text
        assert shown.page.all("button") == []
    hers = anna.visitor.get(KEEP)
    assert "Saving is switched off for now, so the code cannot be changed." in hers.text
    assert (grouped(letters) in hers.text, hers.page.all("button")) == (True, [])
    sent = visitor.press(page, {"code": letters, "shared": "own"})
    assert sent.status == 503
    settings.READ_ONLY = False
    assert visitor.press(sent).headers["Location"] == anna.path(1)


def test_return_form_left_open_for_long_is_offered_again(anna: Reader, visitor: Visitor) -> None:
    """R-033"""
    letters = factories.return_code(learner=anna.learner)
    page = visitor.get(RETURN)
    visitor.forget(django_settings.CSRF_COOKIE_NAME)
    stale = visitor.press(page, {"code": letters, "shared": "own"})
    assert stale.status == 422
    assert visitor.press(stale).status == 303


def test_codes_come_from_forms_alone(anna: Reader, visitor: Visitor) -> None:
    """S-044: in an address nothing looks at them, and no page of ours leads to one."""
    letters = factories.return_code(learner=anna.learner)
    shown = visitor.get(f"{RETURN}?code={letters}")
    assert letters not in shown.html
    assert shown.headers["Referrer-Policy"] == "same-origin"
    answer = visitor.client.post(f"{RETURN}?code={letters}", "shared=own", content_type=FORM)
    assert answer.status_code in (403, 422)
    assert anna.learner.devices.count() == 1
    assert Membership.objects.count() == 0


# Clearing


def test_clear_of_the_only_device_keeps_whom_a_return_code_opens(anna: Reader) -> None:
    """B5"""
    letters = factories.return_code(learner=anna.learner)
    anna.visitor.press(anna.question(1), {"answer": "1"})
    shown = anna.visitor.get("/en/me/clear/")
    assert "Your answers stay for 180 days: your return code still opens them" in shown.text
    assert "erased" not in shown.text
    assert shown.links["See my return code"] == KEEP
    anna.visitor.press(shown)
    assert anna.learner.devices.count() == 0
    assert come_back(anna.visitor, letters).headers["Location"] == anna.path(2)
