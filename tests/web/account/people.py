"""Members of staff who sign in as people do: with a password, and with what they have."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)

from learning.models import StaffMember
from tests import factories
from tests.visitor import Shown, Visitor

PASSWORD = "four dull words in a row"
SIGN_IN = "/en/account/sign-in/"
SECOND = "/en/account/second-step/"
SECURITY = "/en/account/security/"
SIGN_OUT = "/en/account/sign-out/"
STAFF = "/en/overview/staff/"


def somebody(name: str = "Vera View", *, password: str = PASSWORD, **given: Any) -> StaffMember:
    """A member of staff with a password, by default of the overview and without second factor."""
    given = {"overview": True, "second_factor": False, **given}
    someone = factories.staff_member(name=name, **given)
    someone.set_password(password)
    someone.save()
    return someone


def give_app(someone: StaffMember) -> str:
    """Set up an authenticator app for her; its secret."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    Authenticator.objects.filter(user=someone, type=Authenticator.Type.TOTP).delete()
    secret: str = generate_totp_secret()
    TOTP.activate(someone, secret)
    return secret


def code(secret: str, *, periods: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods)))


def by_password(
    visitor: Visitor, someone: StaffMember, *, password: str = PASSWORD, after: str = ""
) -> Shown:
    """Send the sign-in form."""
    page = visitor.get(f"{SIGN_IN}?next={after}" if after else SIGN_IN)
    return visitor.press(page, {"login": someone.email, "password": password}, action=SIGN_IN)


def by_code(visitor: Visitor, typed: str) -> Shown:
    """Send the form of the second step that takes a code."""
    page = visitor.get(SECOND)
    hidden = {"csrfmiddlewaretoken": page.form(SIGN_OUT).hidden["csrfmiddlewaretoken"]}
    return visitor.post(SECOND, {**hidden, "code": typed})


def signed_in(someone: StaffMember, secret: str) -> Visitor:
    """A visitor who signed in as this person by password and app, the whole way."""
    visitor = Visitor()
    assert by_password(visitor, someone).status == 303
    assert by_code(visitor, code(secret)).status == 303
    return visitor
