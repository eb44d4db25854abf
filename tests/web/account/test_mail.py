"""What is mailed to staff: plain words, and nothing about what the site is for."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from learning.models import StaffMember
from learning.web.account import mailing
from tests.conftest import Clock
from tests.passkeys import Passkey
from tests.visitor import Shown, Visitor
from tests.web.account.people import (
    PASSWORD,
    SECURITY,
    SIGN_IN,
    STAFF,
    by_code,
    by_password,
    code,
    give_app,
    signed_in,
)
from tests.web.account.test_second_factor import ADD, CODES, LIST, add_passkey, confirm

FORGOTTEN = "/en/account/password/forgotten/"
OTHER = "five other words in a row"
# S-110: not on a lock screen, nor anywhere else in a mail.
TELLING = re.compile(r"cancer|tumou?r|patient|clinic|breast|oncolog|metasta|illness|disease", re.I)


def sent() -> list[tuple[str, str]]:
    mailing.wait()
    return [(str(message.subject), str(message.body)) for message in mail.outbox]


def ask(visitor: Visitor, address: str) -> Shown:
    return visitor.press(visitor.get(FORGOTTEN), {"email": address})


def link() -> str:
    found = re.search(r"http://testserver(/en/account/password/new/\S+)", sent()[-1][1])
    assert found is not None
    return found[1]


def test_forgotten_password_gets_a_new_one_by_a_link_that_works_once(
    vera: StaffMember, post: list[mail.EmailMessage]
) -> None:
    """S-034, S-035: it changes the password and nothing else; the second factor is still asked."""
    secret = give_app(vera)
    at_work = signed_in(vera, secret)
    visitor = Visitor()
    done = ask(visitor, vera.email.upper())
    assert (done.status, visitor.get(done.headers["Location"]).heading) == (
        303,
        "Look into your mail",
    )
    subject, body = sent()[0]
    assert subject == "A new password for testserver"
    path = link()
    assert body == (
        "Hello Vera View,\n"
        "\n"
        "somebody asked for a new password for your account at testserver. If that was you, open "
        "this link:\n"
        "\n"
        f"http://testserver{path}\n"
        "\n"
        "It works once, for three days. If it was not you, do nothing: your password stays as it "
        "is.\n"
    )
    assert (post[0].to, post[0].from_email) == ([vera.email], "waymark@localhost")
    first = visitor.get(path)
    assert (first.status, path.rsplit("/", 2)[1] in first.headers["Location"]) == (303, False)
    page = visitor.get(first.headers["Location"])
    assert page.heading == "Choose a new password"
    weak = visitor.press(page, {"password1": "short"})
    assert (weak.status, len(weak.errors)) == (422, 1)
    kept = visitor.press(page, {"password1": OTHER})
    assert visitor.get(kept.headers["Location"]).heading == "Your new password is kept"
    assert at_work.get(STAFF).status == 303
    again = Visitor().get(path)
    assert (again.status, again.heading) == (404, "This link does not work any more")
    assert by_password(visitor, vera).status == 422
    second = by_password(visitor, vera, password=OTHER)
    assert second.headers["Location"] == "/en/account/second-step/"
    assert by_code(visitor, code(secret, periods=1)).status == 303
    assert [subject for subject, _ in sent()][1:] == ["Your account: new password"]


def test_unknown_and_switched_off_addresses_get_no_mail(
    vera: StaffMember, post: list[mail.EmailMessage]
) -> None:
    """S-047: nobody can have mail sent to somebody else’s address."""
    StaffMember.objects.update(is_active=False)
    for address in (vera.email, "nobody@example.org"):
        assert ask(Visitor(), address).status == 303
    assert sent() == []


@pytest.mark.django_db(transaction=True)  # some are sent once the change is committed
def test_every_change_of_the_way_in_is_mailed(
    vera: StaffMember, post: list[mail.EmailMessage], clock: Clock
) -> None:
    visitor = Visitor()
    by_password(visitor, vera)
    confirm(visitor, ADD)
    add_passkey(visitor)
    app = visitor.get(f"{SECURITY}app/")
    secret = visitor.client.session["mfa.totp.secret"]
    visitor.press(app, {"code": code(secret)}, action=f"{SECURITY}app/")
    visitor.press(visitor.get(f"{CODES}new/"), action=f"{CODES}new/")
    visitor.press(visitor.get(f"{SECURITY}app/remove/"), action=f"{SECURITY}app/remove/")
    passkey = re.search(rf"{LIST}(\d+)/remove/", visitor.get(LIST).html)
    assert passkey is not None
    visitor.press(visitor.get(passkey[0]), action=passkey[0])
    path = "/en/account/password/"
    chosen = {"oldpassword": PASSWORD, "password1": OTHER}
    visitor.press(visitor.get(path), chosen, action=path)
    assert sorted(subject for subject, _ in sent()) == [
        "Your account: app removed",
        "Your account: app set up",
        "Your account: new recovery codes",
        "Your account: passkey added",
        "Your account: passkey removed",
        "Your account: password changed",
    ]
    assert dict(sent())["Your account: passkey added"] == (
        "Hello,\n"
        "\n"
        "somebody added a passkey for your account at testserver, on November 25, 2026, 12:00 "
        "UTC.\n"
        "\n"
        "If that was you, all is well. If not, tell a colleague who looks after staff at once.\n"
    )
    for subject, body in sent():
        assert not TELLING.search(f"{subject} {body}"), subject
        assert "127.0.0.1" not in body


def test_mail_says_a_name_as_it_is(vera: StaffMember, post: list[mail.EmailMessage]) -> None:
    """Mail is no page: nothing is escaped, and no name makes a second header."""
    StaffMember.objects.update(name="Zoë O’Neil & “Co”\nBcc: x@example.org")
    ask(Visitor(), vera.email)
    subject, body = sent()[0]
    assert (subject, body.splitlines()[0]) == (
        "A new password for testserver",
        "Hello Zoë O’Neil & “Co”",
    )
    assert post[0].recipients() == [vera.email]


def test_mail_server_that_is_away_or_slow_tells_nobody_anything(
    vera: StaffMember,
    post: list[mail.EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """S-033: neither status nor time of the page hangs on the mail."""
    answered = threading.Event()

    def slow(*_given: Any) -> int:
        assert answered.wait(timeout=10)
        raise ConnectionRefusedError(vera.email)

    monkeypatch.setattr(EmailBackend, "send_messages", slow)
    done = ask(Visitor(), vera.email)
    answered.set()
    mailing.wait()
    assert (done.status, done.headers["Location"]) == (303, f"{FORGOTTEN}sent/")
    assert [entry.message for entry in caplog.records if entry.name.startswith("learning")] == [
        "A mail could not be handed over: ConnectionRefusedError"
    ]


def test_site_without_mail_says_whom_to_ask(db: None) -> None:
    visitor = Visitor()
    shown = visitor.get(FORGOTTEN)
    assert "This site sends no mail. Ask a colleague who looks after staff" in shown.text
    assert "<form" not in shown.html.split("<main")[1]
    token = visitor.get(SIGN_IN).form(SIGN_IN).hidden
    assert visitor.post(FORGOTTEN, {**token, "email": "nobody@example.org"}).status == 303
    mailing.send_later("account/email/invitation", "x@example.org", {})
    assert sent() == []


def test_passkey_is_made_for_the_site_and_its_neutral_name(vera: StaffMember) -> None:
    """S-110: what a phone shows names no illness either."""
    visitor = Visitor()
    by_password(visitor, vera)
    page = confirm(visitor, ADD)
    assert '"name": "Waymark"' in page.html
    assert Passkey().made_for(page)
