"""How long a session of staff holds, and what ends it at once."""

from __future__ import annotations

import datetime

import pytest
from django.conf import settings as real
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from learning.actions import staffing
from learning.models import StaffMember
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.visitor import Visitor
from tests.web.account.people import (
    PASSWORD,
    SECURITY,
    SIGN_IN,
    STAFF,
    code,
    give_app,
    signed_in,
)

CLINICS = "/en/overview/clinics/"


@pytest.fixture
def secret(vera: StaffMember) -> str:
    return give_app(vera)


@pytest.fixture
def at_work(vera: StaffMember, secret: str) -> Visitor:
    """Vera, signed in the whole way."""
    return signed_in(vera, secret)


def is_in(visitor: Visitor) -> bool:
    shown = visitor.get(STAFF)
    assert shown.status in (200, 303)
    return shown.status == 200


def second_browser(visitor: Visitor) -> Visitor:
    """Another browser with the same session cookie."""
    other = Visitor()
    name = real.SESSION_COOKIE_NAME
    other.client.cookies[name] = visitor.cookie(name).value
    return other


# Clocks


def test_session_ends_after_thirty_idle_minutes(at_work: Visitor, clock: Clock) -> None:
    """B12: 30 minutes; who goes on reading stays in."""
    for _ in range(3):
        clock.move(minutes=29)
        assert is_in(at_work)
    clock.move(minutes=31)
    stolen = second_browser(at_work)
    assert not is_in(at_work)
    assert not is_in(stolen)


def test_session_ends_after_twelve_hours_although_it_is_in_use(
    at_work: Visitor, clock: Clock
) -> None:
    """S-027"""
    for _ in range(36):
        clock.move(minutes=20)
        assert is_in(at_work)
    clock.move(minutes=1)
    stolen = second_browser(at_work)
    assert not is_in(at_work)
    assert not is_in(stolen)


def test_clocks_begin_at_signing_in_and_not_at_the_first_page(
    vera: StaffMember, secret: str, clock: Clock
) -> None:
    visitor = signed_in(vera, secret)
    clock.move(minutes=31)
    assert not is_in(visitor)


def test_session_that_was_begun_in_another_way_has_clocks_too(
    vera: StaffMember, secret: str, clock: Clock
) -> None:
    visitor = factories.signed_in(vera)
    assert is_in(visitor)
    clock.move(minutes=31)
    assert not is_in(visitor)


def test_reading_writes_to_the_session_once_a_minute_at_most(
    at_work: Visitor, clock: Clock
) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert is_in(at_work)
        return sum(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries)

    found = []
    for seconds in (0, 1, 58, 1, 59, 1):
        clock.move(seconds=seconds)
        found.append(writes())
    assert found == [0, 0, 0, 1, 0, 1]


def test_idle_session_reaches_no_page_of_the_account(at_work: Visitor, clock: Clock) -> None:
    clock.move(minutes=31)
    pages = ("", "app/", "app/remove/", "recovery-codes/", "recovery-codes/file/", "passkeys/add/")
    found = {}
    for page in pages:
        visitor = second_browser(at_work)
        shown = visitor.get(SECURITY + page)
        found[page] = shown.status, shown.headers["Location"].split("?")[0]
    assert found == dict.fromkeys(pages, (303, SIGN_IN))


def test_sign_in_page_opens_after_a_session_has_ended(at_work: Visitor, clock: Clock) -> None:
    """It does not lead round in a circle."""
    clock.move(hours=13)
    assert at_work.open(CLINICS).heading == "Sign in"
    assert at_work.open("/en/account/").heading == "Sign in"


def test_while_saving_is_off_sessions_hold_and_end_without_a_write(
    at_work: Visitor, clock: Clock, settings: Settings, vera: StaffMember
) -> None:
    begun_otherwise = factories.signed_in(vera)
    settings.READ_ONLY = True
    clock.move(minutes=20)
    with CaptureQueriesContext(connection) as queries:
        assert is_in(at_work)
        assert is_in(begun_otherwise)
        clock.move(minutes=11)
        assert not is_in(at_work)
    assert [q["sql"] for q in queries if not q["sql"].startswith("SELECT")] == []
    page = at_work.get(SIGN_IN)
    shown = at_work.press(page, {"login": vera.email, "password": PASSWORD}, action=SIGN_IN)
    assert (shown.status, shown.heading) == (503, "Signing in is off for now")


# What ends it at once


def test_switching_an_account_off_ends_its_sessions_with_the_next_request(
    at_work: Visitor, vera: StaffMember
) -> None:
    """S-026, S-007: a page left open shows nothing more, and its form is not carried out."""
    form = at_work.get(f"{STAFF}invite/").form(f"{STAFF}invite/").hidden
    staffing.deactivate(by=None, staff=vera, now=NOW)
    data = {**form, "name": "Nora", "email": "nora@example.org", "overview": "on"}
    shown = at_work.post(f"{STAFF}invite/", data)
    assert (shown.status, shown.heading) == (401, "You were signed out")
    assert not is_in(at_work)
    staffing.reactivate(by=None, staff=vera, now=NOW)
    assert not is_in(at_work)


def test_role_taken_away_holds_from_the_next_request(at_work: Visitor, vera: StaffMember) -> None:
    """S-011"""
    StaffMember.objects.filter(pk=vera.pk).update(overview=False, clinic=factories.clinic())
    assert at_work.get(STAFF).status == 403
    assert at_work.get("/en/nurse/groups/").status == 200


def test_new_password_ends_every_other_session(at_work: Visitor, vera: StaffMember) -> None:
    """S-026: the one that changed it goes on, under a new id."""
    path = "/en/account/password/"
    other = second_browser(at_work)
    page = at_work.get(path)
    assert page.heading == "Change my password"
    wrong = at_work.press(page, {"oldpassword": "x", "password1": "short"}, action=path)
    assert (wrong.status, wrong.errors) == (
        422,
        [
            "That is not your password of today. Try again.",
            "This password is too short. It must contain at least 15 characters.",
        ],
    )
    chosen = {"oldpassword": PASSWORD, "password1": "five other words in a row"}
    done = at_work.press(page, chosen, action=path)
    assert (done.status, done.headers["Location"]) == (303, f"{SECURITY}?done=password")
    assert "Your new password is kept" in at_work.get(done.headers["Location"]).text
    assert is_in(at_work)
    assert not is_in(other)


def test_second_factor_that_changes_ends_every_other_session(
    vera: StaffMember, clock: Clock
) -> None:
    """S-026: nor does a session by password alone become one that is worth more."""
    first, thief = Visitor(), Visitor()
    for visitor in (first, thief):
        visitor.client.force_login(vera)
        assert visitor.get(SECURITY).heading == "Set up a passkey or an authenticator app first"
    vera.set_unusable_password()  # so that nothing is asked again
    StaffMember.objects.filter(pk=vera.pk).update(password=vera.password)
    for visitor in (first, thief):
        visitor.client.force_login(vera)
    page = first.get(f"{SECURITY}app/")
    secret = first.client.session["mfa.totp.secret"]
    done = first.press(page, {"code": code(secret)}, action=f"{SECURITY}app/")
    assert (done.status, done.headers["Location"]) == (303, f"{SECURITY}recovery-codes/")
    assert is_in(first)
    assert not is_in(thief)


def test_session_holds_while_the_old_secret_is_still_known(
    at_work: Visitor, settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    assert is_in(at_work)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(at_work)  # it was renewed with the new secret
    settings.SECRET_KEY = "m" * 50
    assert not is_in(at_work)


def test_session_of_somebody_erased_is_nobodys(at_work: Visitor, vera: StaffMember) -> None:
    vera.delete()
    assert not is_in(at_work)


def test_session_lasts_no_longer_than_a_day_in_the_table(at_work: Visitor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone()[0] == 1
    until = at_work.client.session.get_expiry_date()
    assert until <= NOW + datetime.timedelta(hours=12)
    assert at_work.cookie(real.SESSION_COOKIE_NAME)["max-age"] == ""
