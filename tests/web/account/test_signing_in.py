"""Signing in and out: who gets in, how often one may fail, and what nobody learns from it."""

from __future__ import annotations

import logging
import os
import statistics
import subprocess
import sys
import time

import pytest
from django.conf import settings as real
from django.core.cache import cache
from django.db import connection

from learning.actions import staffing
from learning.models import AuditEntry, StaffMember
from learning.web.account import adapter
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.server import BASE_DIR, _postgres_url
from tests.visitor import Shown, Visitor
from tests.web.account.people import (
    PASSWORD,
    SECOND,
    SECURITY,
    SIGN_IN,
    SIGN_OUT,
    STAFF,
    by_code,
    by_password,
    code,
    give_app,
    signed_in,
    somebody,
)

NOT_RIGHT = ["The address or the password is not right. Try again."]
TOO_MANY = ["There were too many tries. Wait five minutes, or sign in with your passkey."]


def away(number: int) -> Visitor:
    """A visitor from another network."""
    visitor = Visitor()
    visitor.client.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
    return visitor


def said(shown: Shown) -> tuple[int, list[str]]:
    return shown.status, shown.errors


def fail(visitor: Visitor, someone: StaffMember) -> tuple[int, list[str]]:
    return said(by_password(visitor, someone, password="wrong"))


def session_id(visitor: Visitor) -> str:
    found: str = visitor.cookie(real.SESSION_COOKIE_NAME).value
    return found


# The way in


def test_password_and_app_lead_to_where_the_role_begins(vera: StaffMember) -> None:
    secret = give_app(vera)
    visitor = Visitor()
    first = by_password(visitor, vera)
    assert (first.status, first.headers["Location"]) == (303, SECOND)
    assert visitor.get(STAFF).headers["Location"] == f"{SIGN_IN}?next=%2Fen%2Foverview%2Fstaff%2F"
    wrong = by_code(visitor, "000000" if code(secret) != "000000" else "111111")
    assert said(wrong) == (
        422,
        ["That code is not right, or was used before. Wait for the next one."],
    )
    second = by_code(visitor, code(secret))
    assert (second.status, second.headers["Location"]) == (303, "/en/account/")
    assert visitor.get("/en/account/").headers["Location"] == "/en/overview/"
    assert visitor.get(STAFF).heading == "Staff"
    assert list(AuditEntry.objects.values_list("actor", "verb", "object_key")) == [
        (vera.actor, "signed in", vera.key)
    ]


def test_who_is_signed_in_is_led_on_from_the_sign_in_page(vera: StaffMember) -> None:
    visitor = signed_in(vera, give_app(vera))
    for page in (SIGN_IN, SECOND, "/en/account/by-invitation/"):
        shown = visitor.get(page)
        assert (shown.status, shown.headers["Location"]) == (303, "/en/account/")
    assert visitor.get("/en/account/").headers["Location"] == "/en/overview/"


def test_each_role_has_a_beginning(db: None) -> None:
    clinic = factories.clinic()
    nurse = factories.staff_member(name="Nora", clinic=clinic, overview=True)
    publisher = factories.staff_member(name="Paula", publisher=True)
    newcomer = somebody("Nina", clinic=clinic)
    found = {
        someone.name: factories.signed_in(someone).get("/en/account/").headers["Location"]
        for someone in (nurse, publisher, newcomer)
    }
    assert found == {"Nora": "/en/nurse/", "Paula": "/en/overview/content/", "Nina": SECURITY}
    stranger = Visitor().get("/en/account/").headers["Location"]
    assert stranger == f"{SIGN_IN}?next=%2Fen%2Faccount%2F"


def test_account_that_is_off_is_told_so_with_the_right_password_alone(vera: StaffMember) -> None:
    staffing.deactivate(by=None, staff=vera, now=NOW)
    assert fail(Visitor(), vera) == (422, NOT_RIGHT)
    shown = by_password(Visitor(), vera)
    assert (shown.status, shown.headers["Location"]) == (303, "/en/account/not-active/")
    assert Visitor().get("/en/account/not-active/").heading == "This account is switched off"


def test_nobody_makes_an_account_without_an_invitation(db: None) -> None:
    visitor = Visitor()
    shown = visitor.get("/en/account/by-invitation/")
    assert (shown.status, shown.heading) == (200, "Accounts are by invitation")
    token = visitor.get(SIGN_IN).form(SIGN_IN).hidden
    data = {**token, "email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    shown = visitor.post("/en/account/by-invitation/", data)
    assert (shown.status, shown.heading) == (200, "Accounts are by invitation")
    assert not StaffMember.objects.exists()


# Sessions that others know, forms that others send


def test_session_that_somebody_else_knew_is_worth_nothing(vera: StaffMember) -> None:
    """S-020: the id changes at sign-in, and the old one is dead."""
    secret, visitor = give_app(vera), Visitor()
    by_password(visitor, vera)
    known = session_id(visitor)
    by_code(visitor, code(secret))
    assert session_id(visitor) != known
    attacker = Visitor()
    attacker.client.cookies[real.SESSION_COOKIE_NAME] = known
    assert attacker.get(STAFF).status == 303


def test_sign_in_from_another_site_is_refused(vera: StaffMember) -> None:
    """S-025: a form of another site signs nobody in, with or without a token of its own."""
    visitor = Visitor()
    page = visitor.get(SIGN_IN).form(SIGN_IN).hidden
    data = {"login": vera.email, "password": PASSWORD}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for sent in (data, {**page, **data}):
        shown = visitor.post(SIGN_IN, sent, **elsewhere)
        assert shown.status == 403
    assert real.SESSION_COOKIE_NAME not in visitor.client.cookies


def test_stale_form_of_an_account_is_opened_again_without_what_was_typed(
    vera: StaffMember,
) -> None:
    visitor = Visitor()
    data = {"login": vera.email, "password": PASSWORD, "code": "123456"}
    shown = visitor.post(SIGN_IN, data)
    assert (shown.status, shown.heading) == (422, "Open the page once more")
    assert shown.links == {"Open it again": SIGN_IN}
    assert PASSWORD not in shown.html
    assert "123456" not in shown.html


def test_signing_out_is_a_form(vera: StaffMember) -> None:
    """S-025, S-026: a link signs nobody out, a form of another site neither."""
    visitor = signed_in(vera, give_app(vera))
    page = visitor.get(SIGN_OUT)
    assert (page.status, page.heading) == (200, "Sign out?")
    assert visitor.post(SIGN_OUT, {}, **{"Sec-Fetch-Site": "cross-site"}).status == 403
    assert visitor.get(STAFF).status == 200
    old = session_id(visitor)
    done = visitor.press(visitor.get(SIGN_OUT), action=SIGN_OUT)
    assert (done.status, done.headers["Location"]) == (303, SIGN_IN)
    assert done.headers["Clear-Site-Data"] == '"cache"'
    replay = Visitor()
    replay.client.cookies[real.SESSION_COOKIE_NAME] = old
    assert replay.get(STAFF).status == 303
    assert Visitor().get(SIGN_OUT).headers["Location"] == SIGN_IN


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http:/evil.example",
        "javascript:alert(1)",
        "http://testserver/en/",
        "%0d%0aSet-Cookie:x=y",
        "",
    ],
)
def test_sign_in_leads_to_pages_of_this_site_alone(vera: StaffMember, following: str) -> None:
    """S-038"""
    visitor = Visitor()
    shown = by_password(visitor, vera, after=following)
    assert (shown.status, shown.headers["Location"]) == (303, "/en/account/")
    form = visitor.get(f"{SIGN_OUT}?next={following}").form(SIGN_OUT)
    assert visitor.post(SIGN_OUT, form.hidden).headers["Location"] == SIGN_IN


def test_sign_in_leads_back_to_the_page_that_was_asked(vera: StaffMember) -> None:
    secret, visitor = give_app(vera), Visitor()
    by_password(visitor, vera, after="/en/overview/clinics/")
    assert by_code(visitor, code(secret)).headers["Location"] == "/en/overview/clinics/"


# Failing


def test_guessing_from_one_network_waits_and_other_networks_go_on(
    vera: StaffMember, caplog: pytest.LogCaptureFixture
) -> None:
    """S-030, S-032: whoever fails on purpose shuts out himself, not the nurse elsewhere."""
    attacker = away(1)
    tries = [fail(attacker, vera) for _ in range(6)]
    assert tries == [(422, NOT_RIGHT)] * 5 + [(429, TOO_MANY)]
    alarms = [entry for entry in caplog.records if entry.name.startswith("learning")]
    assert [(entry.levelno, entry.message) for entry in alarms] == [
        (logging.WARNING, "Too many failed tries to sign in; further ones wait.")
    ]
    shown = by_password(attacker, vera)
    assert (said(shown), shown.headers["Retry-After"]) == ((429, TOO_MANY), "300")
    assert by_password(away(2), vera).status == 303


def test_guessing_from_many_networks_waits_but_not_where_she_is_known(vera: StaffMember) -> None:
    """S-030, S-032: from where she signed in lately she still gets in, and by passkey anywhere."""
    home = away(200)
    assert by_password(home, vera).status == 303
    tries = [fail(away(network), vera) for network in range(1, 8) for _ in range(5)]
    assert tries == [(422, NOT_RIGHT)] * 30 + [(429, TOO_MANY)] * 5
    assert said(by_password(away(100), vera)) == (429, TOO_MANY)
    again = away(200)
    assert fail(again, vera) == (422, NOT_RIGHT)
    assert by_password(again, vera).status == 303
    passkey = away(100)
    asked = passkey.get("/en/account/security/passkeys/sign-in/", Accept="application/json")
    assert asked.status == 200


def test_guessing_at_many_accounts_from_one_network_waits(db: None) -> None:
    """S-030: a spray. The limit for one network is high enough for a hospital."""
    attacker = away(1)
    everybody = [somebody(f"Nurse {number}") for number in range(21)]
    tries = [fail(attacker, someone)[0] for someone in everybody]
    assert tries == [422] * 20 + [429]


def test_signing_in_takes_failures_back(vera: StaffMember) -> None:
    """A hospital is one address: who gets in does not use up what others may mistype."""
    visitor = away(1)
    for _ in range(8):
        assert by_password(visitor, vera).status == 303
        visitor.forget()


def test_code_of_the_second_step_is_limited_too(vera: StaffMember) -> None:
    """S-031, S-036: at most five tries, also with recovery codes."""
    give_app(vera)
    visitor = Visitor()
    by_password(visitor, vera)
    tries = [by_code(visitor, f"{number:06}-x").status for number in range(6)]
    assert tries == [422] * 5 + [429]


def test_asking_for_mail_is_limited(vera: StaffMember, post: list[object]) -> None:
    """S-031, S-047: three mails in fifteen minutes to one address, whether it has an account."""
    for address in (vera.email, "nobody@example.org"):
        visitor, page = Visitor(), "/en/account/password/forgotten/"
        tries = []
        for _ in range(4):
            sent = visitor.press(visitor.get(page), {"email": address})
            tries.append((sent.status, sent.headers.get("Retry-After")))
        assert tries == [(303, None)] * 3 + [(429, "60")]


SCRIPT = """
import sys, django
from tests import environment
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from tests.visitor import Visitor
visitor, path = Visitor(), "/en/account/sign-in/"
for _ in range(3):
    page = visitor.get(path)
    sent = visitor.press(page, {"login": sys.argv[1], "password": "wrong"}, action=path)
    print(sent.status)
"""


@pytest.mark.django_db(transaction=True)
def test_limits_are_counted_by_all_processes_together() -> None:
    """S-030: the cache is a table of the site, so a worker knows what another one counted."""
    vera = somebody()
    name = connection.settings_dict["NAME"]
    url = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else _postgres_url(os.environ["DATABASE_URL"], name)
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, vera.email],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.returncode) == (["422"] * 3, 0), done.stderr
    visitor = Visitor()
    assert [fail(visitor, vera)[0] for _ in range(3)] == [422, 422, 429]


def test_known_network_is_forgotten_after_a_month(vera: StaffMember) -> None:
    by_password(away(1), vera)
    keys = [key for key in _cached() if "sign-in:known" in key]
    assert len(keys) == 1
    assert vera.email not in "".join(_cached())
    assert adapter.KNOWN_NETWORK_SECONDS == 30 * 24 * 3600


def _cached() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM shared_cache")
        return [row[0] for row in cursor.fetchall()]


# What nobody learns


def test_page_does_not_show_whether_an_address_has_an_account(
    vera: StaffMember, post: list[object]
) -> None:
    """S-033: status, words and ways on are the same for known and unknown addresses."""
    off = somebody("Olga Off")
    staffing.deactivate(by=None, staff=off, now=NOW)

    def answers(address: str) -> list[tuple[int, str, str]]:
        visitor = Visitor()
        sent = visitor.press(
            visitor.get(SIGN_IN), {"login": address, "password": "wrong"}, action=SIGN_IN
        )
        page = "/en/account/password/forgotten/"
        asked = visitor.press(visitor.get(page), {"email": address})
        done = visitor.get(asked.headers["Location"])
        return [
            (sent.status, "", sent.text),
            (asked.status, asked.headers["Location"], asked.html),
            (done.status, "", done.text),
        ]

    assert answers(vera.email) == answers("nobody@example.org") == answers(off.email)


@pytest.mark.usefixtures("_slow_hash")
def test_sign_in_takes_as_long_for_an_unknown_address(vera: StaffMember) -> None:
    """S-033: a password is hashed for it too."""
    vera.set_password(PASSWORD)
    vera.save()

    def took(address: str) -> float:
        cache.clear()
        visitor = Visitor()
        page = visitor.get(SIGN_IN)
        began = time.perf_counter()
        visitor.press(page, {"login": address, "password": "wrong"}, action=SIGN_IN)
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(7):
        known.append(took(vera.email))
        unknown.append(took("nobody@example.org"))
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


@pytest.fixture
def _slow_hash(settings: object) -> None:
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]


def test_host_of_another_site_is_refused(vera: StaffMember, post: list[object]) -> None:
    """S-039: no mail leads elsewhere, whatever the request says of its host."""
    visitor, page = Visitor(), "/en/account/password/forgotten/"
    shown = visitor.get(page)
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "203.0.113.9"}
    assert visitor.get(page, Host="evil.example").status == 400
    visitor.post(page, {**shown.form().hidden, "email": vera.email}, **headers)
    from learning.web.account import mailing

    mailing.wait()
    body = str(getattr(post[0], "body", ""))
    assert "http://testserver/en/account/password/new/" in body
    assert "evil" not in body


def test_forwarded_address_counts_only_behind_a_proxy(vera: StaffMember, clock: Clock) -> None:
    """S-039: without a trusted proxy nobody changes her network by a header."""
    visitor = away(1)
    for number in range(5):
        page = visitor.get(SIGN_IN)
        visitor.post(
            SIGN_IN,
            {**page.form(SIGN_IN).hidden, "login": vera.email, "password": "wrong"},
            **{"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert fail(visitor, vera) == (429, TOO_MANY)
