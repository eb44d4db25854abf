"""The page behind an invitation's link: it makes the account, and signs in."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from learning.actions import staffing
from learning.models import StaffInvitation, StaffMember
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.visitor import Shown, Visitor
from tests.web.account.people import PASSWORD, SECURITY, STAFF, code, give_app

CHOSEN = {"name": "Nora N.", "password": PASSWORD}


def invite(**given: Any) -> str:
    """The path of a new invitation's page."""
    role = given or {"clinic": factories.clinic(), "overview": False}
    _, word = staffing.invite_staff(
        **{
            "inviter": None,
            "email": "nora@example.org",
            "name": "Nora Nurse",
            "publisher": False,
            "now": NOW,
            **role,
        }
    )
    return f"/en/account/invited/{word}/"


def gone(shown: Shown) -> bool:
    same = Visitor().get("/en/account/invited/never-was-one/")
    assert (shown.status, shown.text) == (same.status, same.text)
    return (shown.status, shown.heading) == (404, "This link does not work any more")


def test_page_says_who_is_invited_and_for_what(db: None) -> None:
    """S-034: opening the link, as a mail scanner does, changes nothing."""
    path, visitor = invite(), Visitor()
    for _ in range(2):
        shown = visitor.get(path)
        assert (shown.status, shown.heading) == (200, "Welcome, Nora Nurse")
        assert "For Nurse at Green Clinic You sign in with nora@example.org" in shown.text
        assert 'name="name" class="input" value="Nora Nurse"' in shown.html
        assert 'type="password" name="password" class="input" autocomplete="new-pass' in shown.html
    assert StaffInvitation.objects.get().used_at is None
    assert not StaffMember.objects.exists()


def test_address_of_the_page_is_told_to_nobody(db: None) -> None:
    """S-101: neither cached, nor sent along to anything that is asked from here."""
    shown = Visitor().get(invite())
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert shown.headers["Cache-Control"] == "no-store, private"


def test_accepting_signs_in_and_leads_to_the_second_factor(db: None) -> None:
    visitor = Visitor()
    path = invite()
    done = visitor.press(visitor.get(path), CHOSEN)
    assert (done.status, done.headers["Location"]) == (303, SECURITY)
    shown = visitor.get(SECURITY)
    assert shown.heading == "Set up a passkey or an authenticator app first"
    assert "Without scripts a passkey cannot be set up here. The app can." in shown.text
    nora = StaffMember.objects.get()
    assert (nora.name, nora.email) == ("Nora N.", "nora@example.org")
    for page in ("/en/nurse/groups/", "/en/account/"):
        assert visitor.get(page).headers["Location"] == SECURITY
    app = visitor.get(f"{SECURITY}app/")
    assert app.heading == "Set up an authenticator app"  # nothing is asked again
    secret = visitor.client.session["mfa.totp.secret"]
    set_up = visitor.press(app, {"code": code(secret)}, action=f"{SECURITY}app/")
    assert set_up.headers["Location"] == f"{SECURITY}recovery-codes/"
    assert visitor.get("/en/nurse/groups/").status == 200


def test_link_works_once(db: None) -> None:
    """S-034: used, it is gone for everybody, also where the form was open in another browser."""
    path, first, second = invite(), Visitor(), Visitor()
    open_form = second.get(path)
    first.press(first.get(path), CHOSEN)
    assert gone(second.get(path))
    assert gone(second.press(open_form, CHOSEN, action=path))
    assert second.get(SECURITY).status == 303


def test_expired_and_revoked_links_are_gone_alike(db: None, clock: Clock) -> None:
    expired, revoked = invite(), invite(email="olga@example.org", clinic=None, overview=True)
    by = factories.staff_member(overview=True)
    invitation = StaffInvitation.objects.get(email="olga@example.org")
    staffing.revoke_staff_invitation(by=by, invitation=invitation, now=NOW)
    clock.move(hours=72)
    visitor = Visitor()
    assert gone(visitor.get(expired))
    assert gone(visitor.get(revoked))


def test_link_that_goes_while_the_form_is_sent_is_gone(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, visitor = invite(), Visitor()
    page = visitor.get(path)

    def fail(**_given: Any) -> None:
        raise staffing.InvitationGone

    monkeypatch.setattr(staffing, "accept", fail)
    assert gone(visitor.press(page, CHOSEN, action=path))


def test_what_is_missing_or_weak_is_said_and_the_link_still_works(db: None) -> None:
    path, visitor = invite(), Visitor()
    page = visitor.get(path)
    shown = visitor.press(page, {"name": "", "password": ""})
    assert (shown.status, shown.errors) == (422, ["Write your name.", "Choose a password."])
    shown = visitor.press(page, {"name": "N" * 81, "password": "x" * 1001})
    assert shown.errors == [
        "Write your name in 80 characters or fewer.",
        "Choose a password of 1000 characters or fewer.",
    ]
    shown = visitor.press(page, {"name": "Nora", "password": "fourteen chars"})
    assert (shown.status, shown.title) == (422, "Error: You are invited – Waymark")
    assert shown.errors == ["This password is too short. It must contain at least 15 characters."]
    assert "fourteen chars" not in shown.html
    assert visitor.press(page, CHOSEN).status == 303


def test_fields_that_are_not_asked_for_change_nothing(db: None) -> None:
    """S-009: nobody raises her own role by what she sends."""
    path, visitor = invite(), Visitor()
    more = {"overview": "on", "publisher": "on", "clinic": "x", "email": "boss@example.org"}
    more |= {"is_staff": "1", "is_superuser": "1", "is_active": "", "role": "overview"}
    visitor.press(visitor.get(path), {**CHOSEN, **more})
    nora = StaffMember.objects.get()
    assert (nora.email, nora.overview, nora.publisher, nora.is_active) == (
        "nora@example.org",
        False,
        False,
        True,
    )
    assert nora.clinic is not None


def test_somebody_else_who_is_signed_in_becomes_the_invited(db: None) -> None:
    """A browser that was left signed in keeps nothing of who was there before."""
    vera = factories.staff_member(name="Vera View", overview=True)
    visitor, path = factories.signed_in(vera), invite()
    assert visitor.get(STAFF).status == 200
    visitor.press(visitor.get(path), CHOSEN, action=path)
    shown = visitor.get(SECURITY)
    assert "Signed in as Nora N." in shown.html
    assert visitor.get(STAFF).headers["Location"] == SECURITY


def test_account_that_begins_anew_keeps_its_role(db: None) -> None:
    """S-035: the way back in asks for a second factor as before."""
    vera = factories.staff_member(name="Vera View", overview=True)
    _, word = staffing.let_begin_anew(by=None, staff=vera, now=NOW)
    path, visitor = f"/en/account/invited/{word}/", Visitor()
    shown = visitor.get(path)
    assert shown.heading == "Choose a new password, Vera View"
    assert visitor.press(shown, CHOSEN).headers["Location"] == SECURITY
    assert visitor.get(STAFF).headers["Location"] == SECURITY
    give_app(vera)
    vera.refresh_from_db()
    assert (vera.name, vera.overview) == ("Nora N.", True)


def test_nothing_is_mailed_where_no_mail_is_sent(db: None) -> None:
    visitor = Visitor()
    visitor.press(visitor.get(invite()), CHOSEN)
    assert mail.outbox == []
