"""Every page of an account is our own, sound in all its states, and asks nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings as real
from django.core import mail
from django.urls import get_resolver
from pytest_django import Settings

from learning.models import StaffMember
from tests import factories
from tests.conventions.test_pages import asks_nobody_else
from tests.markup import faults
from tests.visitor import Shown, Visitor
from tests.web.account.people import (
    SECOND,
    SECURITY,
    SIGN_IN,
    SIGN_OUT,
    by_password,
    give_app,
    signed_in,
)
from tests.web.account.test_invited import CHOSEN, invite
from tests.web.account.test_mail import FORGOTTEN, link
from tests.web.account.test_second_factor import (
    ADD,
    APP,
    CODES,
    CONFIRM,
    CONFIRM_CODE,
    LIST,
    PASSKEY_AGAIN,
    add_passkey,
    confirm,
    token,
)

OURS = Path(real.BASE_DIR) / "templates"


def is_sound(shown: Shown, status: int = 200) -> Shown:
    assert (shown.path, shown.status) == (shown.path, status)
    assert faults(shown.page) == [], shown.path
    assert asks_nobody_else(shown), shown.path
    assert "no-store" in shown.headers["Cache-Control"]
    scripts = [script.attrib for script in shown.page.all("script")]
    assert all("defer" in script for script in scripts if "src" in script)
    return shown


def test_every_template_that_allauth_shows_here_is_our_own() -> None:
    named = {
        getattr(view, "template_name", None)
        for module in (account, base, recovery_codes, totp, webauthn)
        for view in vars(module).values()
    }
    shown = {
        pattern.callback.view_class.template_name
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", ())
        if hasattr(getattr(pattern, "callback", None), "view_class")
        and getattr(pattern.callback.view_class, "template_name", None)
    }
    assert len(shown) > 15
    assert shown <= named
    missing = {name for name in shown - {"account/signup.html"} if not (OURS / name).exists()}
    assert missing == set()


def test_pages_of_who_is_not_signed_in_are_sound(
    vera: StaffMember, post: list[mail.EmailMessage]
) -> None:
    visitor = Visitor()
    for path in (
        SIGN_IN,
        f"{SIGN_IN}?next=/en/nurse/&problem=1",
        "/en/account/by-invitation/",
        "/en/account/not-active/",
        FORGOTTEN,
        f"{FORGOTTEN}sent/",
        "/en/account/password/new/done/",
    ):
        is_sound(visitor.get(path))
    is_sound(visitor.get("/en/account/password/new/1/wrong/"), 404)
    is_sound(visitor.get("/en/account/invited/wrong/"), 404)
    is_sound(visitor.press(visitor.get(SIGN_IN), {}, action=SIGN_IN), 422)
    is_sound(visitor.press(visitor.get(FORGOTTEN), {"email": "x"}), 422)
    visitor.press(visitor.get(FORGOTTEN), {"email": vera.email})
    page = is_sound(visitor.open(link()))
    is_sound(visitor.press(page, {"password1": "short"}), 422)
    page = is_sound(visitor.get(invite()))
    is_sound(visitor.press(page, {}), 422)


def test_pages_of_who_is_signed_in_are_sound(vera: StaffMember) -> None:
    newcomer = Visitor()
    by_password(newcomer, vera)
    is_sound(newcomer.get(SECURITY))
    is_sound(newcomer.get(SIGN_OUT))
    page = is_sound(newcomer.get(f"{CONFIRM}?next={APP}"))
    is_sound(newcomer.press(page, {"password": "x"}, action=CONFIRM), 422)
    page = is_sound(confirm(newcomer, APP))
    is_sound(newcomer.press(page, {"code": "x"}, action=APP), 422)
    is_sound(newcomer.get(LIST))
    page = is_sound(newcomer.get(ADD))
    is_sound(newcomer.post(ADD, {**token(page), "credential": ""}), 422)
    add_passkey(newcomer)
    for path in (CODES, f"{CODES}new/", LIST, SECURITY, f"{SECURITY}?done=password"):
        is_sound(newcomer.get(path))
    key = vera_passkey(newcomer)
    page = is_sound(newcomer.get(f"{LIST}{key}/"))
    is_sound(newcomer.press(page, {"name": ""}, action=f"{LIST}{key}/"), 422)
    is_sound(newcomer.get(f"{LIST}{key}/remove/"))
    is_sound(newcomer.get(f"{PASSKEY_AGAIN}?next={ADD}&problem=1"))
    path = "/en/account/password/"
    page = is_sound(newcomer.get(path))
    is_sound(newcomer.press(page, {}, action=path), 422)


def vera_passkey(visitor: Visitor) -> str:
    found = re.search(rf"{LIST}(\d+)/", visitor.get(LIST).html)
    assert found is not None
    return found[1]


def test_pages_of_the_app_and_the_second_step_are_sound(vera: StaffMember) -> None:
    secret = give_app(vera)
    visitor = signed_in(vera, secret)
    is_sound(confirm(visitor, f"{APP}remove/"))
    page = is_sound(visitor.get(f"{CONFIRM_CODE}?next={ADD}"))
    is_sound(visitor.press(page, {"code": "x"}, action=CONFIRM_CODE), 422)
    add_passkey(visitor)
    other = Visitor()
    by_password(other, vera)
    page = is_sound(other.get(SECOND))
    is_sound(other.post(SECOND, {**token(page), "code": "x"}), 422)
    is_sound(other.post(SECOND, {**token(page), "credential": "{}"}), 422)
    bare = factories.signed_in(factories.staff_member(name="Paula", publisher=True))
    is_sound(bare.get("/en/account/password/first/"))


def test_pages_while_saving_is_off_are_sound(vera: StaffMember, settings: Settings) -> None:
    visitor = Visitor()
    page, path = visitor.get(SIGN_IN), invite()
    other = signed_in(vera, give_app(vera))
    confirm(other, ADD)
    settings.READ_ONLY = True
    is_sound(visitor.press(page, action=SIGN_IN), 503)
    is_sound(visitor.get(path))
    is_sound(other.get(ADD))
    stale = is_sound(Visitor().post(SIGN_IN, {}), 503)
    assert "Signing in is off for now" in stale.text


def test_other_trouble_on_pages_of_an_account_is_sound(
    vera: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    path, visitor = invite(), Visitor()
    page = visitor.get(path)

    def locked(**_given: object) -> None:
        raise OperationalError("locked")

    monkeypatch.setattr("learning.actions.staffing.accept", locked)
    shown = is_sound(visitor.press(page, CHOSEN), 503)
    assert shown.heading == "That could not be done yet"
    is_sound(Visitor().post(SIGN_IN, {}), 422)


def test_too_many_requests_are_answered_by_a_page(vera: StaffMember, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    visitor = Visitor()
    by_password(visitor, vera, password="wrong")
    shown = by_password(visitor, vera)
    is_sound(shown, 429)
    assert (shown.heading, shown.headers["Retry-After"]) == (
        "Wait a minute, then try again",
        "60",
    )


@pytest.mark.parametrize("path", [SIGN_IN, SECURITY, ADD, "/en/account/password/"])
def test_page_takes_no_script_from_anywhere_but_this_site(vera: StaffMember, path: str) -> None:
    visitor = Visitor()
    by_password(visitor, vera)
    shown = confirm(visitor, path) if path == ADD else visitor.open(path)
    policy = shown.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for script in shown.page.all("script"):
        found = script.attrib.get("src", "")
        assert found.startswith("/static/") or script.attrib["type"] == "application/json"
