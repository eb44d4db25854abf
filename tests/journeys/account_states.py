"""The states of staff accounts: coming in, what one has besides a password, and looking after them.

All of it happens on the real site, where nobody is let in by a link of the demo's. A browser knows
passkeys under a name alone, not under a number, so their pages are opened at ``localhost``.
"""

from __future__ import annotations

import itertools
import re
import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import CDPSession

from tests.journeys.reader import Reader
from tests.journeys.sites import READ_ONLY, REAL
from tests.journeys.states import States, World
from tests.server import manage

ACCOUNTS = States()
PASSWORD = "four dull words in a row"
ACCOUNT = "/en/account/"
SIGN_IN, SIGN_OUT = f"{ACCOUNT}sign-in/", f"{ACCOUNT}sign-out/"
SECURITY = f"{ACCOUNT}security/"
STAFF = "/en/overview/staff/"
CLINIC = ("--nurse-of", "Journey Clinic", "--day-phone", "555-0100", "--night-phone", "555-0101")
LONG = "Maximiliane Oberhuber-Featherstonehaugh of the Long Names, Night Shift, Ward 7"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Account:
    email: str
    cookies: list[Any]


def new_address() -> str:
    return f"staff.{next(_numbers)}@example.org"


def invitation(
    world: World, *arguments: str, email: str = "", name: str = "Vera View", site: str = REAL
) -> str:
    """Where the link of a new invitation leads."""
    said = manage(
        "invite",
        email or new_address(),
        "--name",
        name,
        *arguments,
        database_url=world.sites.url(site),
    )
    found = re.search(r"https?://[^/\s]+(/\S+)", said)
    assert found is not None, said
    return found[1]


def accept(reader: Reader, path: str) -> None:
    """Come in by the link; lands where a second factor is asked for."""
    reader.open(path)
    reader.write("Password", PASSWORD)
    reader.follow("Go on")
    assert reader.heading() == "Set up a passkey or an authenticator app first"


def code(secret: str, *, periods: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods)))


def set_up_app(reader: Reader) -> str:
    """Set up an authenticator app; its secret. Lands at the recovery codes."""
    reader.open(f"{SECURITY}app/")
    secret = reader.page.locator(".code-letters").inner_text().replace(" ", "")
    reader.page.get_by_label("Code from your app").fill(code(secret))
    reader.follow("Set it up")
    assert reader.heading() == "Keep these recovery codes"
    return secret


def _made(world: World, key: str, *arguments: str, name: str, app: bool) -> Account:
    """An account for all states that need one like it, made when it is first asked for."""
    accounts = world.sites.accounts
    if key not in accounts:
        email, reader = new_address(), world.reader()
        accept(reader, invitation(world, *arguments, email=email, name=name))
        if app:
            set_up_app(reader)
        accounts[key] = Account(email, list(reader.context.cookies()))
    found: Account = accounts[key]
    return found


def vera(world: World) -> Account:
    """She looks after staff, and has an authenticator app."""
    return _made(world, "vera", "--overview", *CLINIC, name="Vera View", app=True)


def as_vera(world: World, path: str) -> Reader:
    reader = world.reader()
    reader.context.add_cookies(vera(world).cookies)
    reader.open(path)
    return reader


def as_newcomer(world: World, path: str) -> Reader:
    """At a page of somebody who has no second factor yet."""
    someone = _made(world, "newcomer", "--overview", name="Nina New", app=False)
    reader = world.reader()
    reader.context.add_cookies(someone.cookies)
    reader.open(path)
    return reader


@dataclass(frozen=True)
class Authenticator:
    """What a phone has: a place to keep passkeys, and a finger on it."""

    browser: CDPSession
    id: str

    def kept(self) -> list[dict[str, Any]]:
        found = self.browser.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def keep(self, passkeys: list[dict[str, Any]]) -> None:
        for passkey in passkeys:
            with_id = {"authenticatorId": self.id, "credential": passkey}
            self.browser.send("WebAuthn.addCredential", with_id)


def with_authenticator(reader: Reader) -> Authenticator:
    """Open a browser of this kind. It knows sites by name alone, so the address becomes one."""
    reader.address = reader.address.replace("127.0.0.1", "localhost")
    browser = reader.devtools()
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return Authenticator(browser, made["authenticatorId"])


def set_up_passkey(reader: Reader, path: str) -> None:
    """Come in by the link; lands at the recovery codes."""
    accept(reader, reader.address + path)
    reader.page.bring_to_front()  # a browser asks for a finger only where somebody looks
    reader.follow("Set up a passkey")
    reader.follow("Add the passkey")
    assert reader.heading() == "Keep these recovery codes"


def with_passkey(world: World, path: str) -> Reader:
    """The one who has a passkey, in the browser that keeps it, at one of her pages."""
    reader = world.reader()
    authenticator = with_authenticator(reader)
    accounts = world.sites.accounts
    if "pia" in accounts:
        cookies, passkeys = accounts["pia"]
        reader.context.add_cookies(cookies)
        authenticator.keep(passkeys)
    else:
        set_up_passkey(reader, invitation(world, "--overview", name="Pia Passkey"))
        accounts["pia"] = (list(reader.context.cookies()), authenticator.kept())
    reader.open(reader.address + path)
    reader.page.bring_to_front()
    return reader


# Coming in


@ACCOUNTS.of("account/login.html")
def sign_in(world: World) -> Reader:
    reader = world.reader()
    reader.open(SIGN_IN)
    return reader


@ACCOUNTS.of("account/login.html")
def sign_in_with_the_wrong_password(world: World) -> Reader:
    reader = sign_in(world)
    reader.page.get_by_label("Email address").fill("nobody@example.org")
    reader.page.get_by_label("Password").fill("wrong")
    reader.follow("Sign in")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("account/login.html")
def sign_in_where_a_passkey_cannot_be_used(world: World) -> Reader:
    """The browser says no, and the page says what to do."""
    reader = sign_in(world)
    reader.hands.press(reader.control("Sign in with a passkey"))
    reader.page.get_by_text("That did not work.").wait_for()
    assert reader.focused().startswith("That did not work.")
    return reader


@ACCOUNTS.of("account/login.html")
def sign_in_after_a_passkey_that_did_not_fit(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{SIGN_IN}?problem=1")
    assert reader.focused() == "That passkey did not work"
    return reader


@ACCOUNTS.of("mfa/authenticate.html")
def second_step_with_the_wrong_code(world: World) -> Reader:
    someone = vera(world)
    reader = sign_in(world)
    reader.page.get_by_label("Email address").fill(someone.email)
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.follow("Sign in")
    reader.page.get_by_label("Code", exact=True).fill("000")
    reader.follow("Sign in")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("mfa/authenticate.html")
def second_step_with_a_passkey(world: World) -> Reader:
    reader, email = world.reader(), new_address()
    with_authenticator(reader)
    set_up_passkey(reader, invitation(world, "--overview", email=email, name="Pina Password"))
    reader.open(reader.address + SIGN_OUT)
    reader.follow("Sign out")
    reader.page.get_by_label("Email address").fill(email)
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.follow("Sign in")
    assert reader.control("Use my passkey").is_visible()
    return reader


@ACCOUNTS.of("account/signup_closed.html")
def no_account_without_an_invitation(world: World) -> Reader:
    reader = sign_in(world)
    reader.follow("I have no account")
    return reader


@ACCOUNTS.of("account/account_inactive.html")
def account_switched_off(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{ACCOUNT}not-active/")
    return reader


@ACCOUNTS.of("account/password_reset.html")
def forgotten_password_where_no_mail_is_sent(world: World) -> Reader:
    reader = sign_in(world)
    reader.follow("I forgot my password")
    return reader


@ACCOUNTS.of("account/password_reset.html")
def forgotten_password_without_an_address(world: World) -> Reader:
    reader = world.reader(site="demo")
    reader.open(f"{ACCOUNT}password/forgotten/")
    reader.follow("Send me a link")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("account/password_reset_done.html")
def forgotten_password_asked_for(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{ACCOUNT}password/forgotten/sent/")
    return reader


@ACCOUNTS.of("account/password_reset_from_key.html")
def link_to_a_new_password_that_is_over(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{ACCOUNT}password/new/1/old-link/", status=404)
    return reader


@ACCOUNTS.of("account/password_reset_from_key_done.html")
def new_password_kept(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{ACCOUNT}password/new/done/")
    return reader


@ACCOUNTS.of("account/not_done.html")
def sign_in_with_a_stale_page(world: World) -> Reader:
    reader = sign_in(world)
    reader.context.clear_cookies()
    reader.follow("Sign in")
    assert reader.focused() == "Open the page once more"
    return reader


@ACCOUNTS.of("account/not_done.html")
def sign_in_while_saving_is_off(world: World) -> Reader:
    reader = world.reader(site=READ_ONLY)
    reader.open(SIGN_IN)
    reader.follow("Sign in")
    assert reader.focused() == "Signing in is off for now"
    return reader


@ACCOUNTS.of("account/invited.html")
def invited_with_the_longest_name(world: World) -> Reader:
    reader = world.reader()
    path = invitation(world, "--overview", "--publisher", *CLINIC, name=LONG)
    reader.open(path)
    reader.follow("Go on")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("account/invitation_gone.html")
def invitation_over(world: World) -> Reader:
    reader = world.reader()
    reader.open(f"{ACCOUNT}invited/an-old-link/", status=404)
    return reader


@ACCOUNTS.of("account/signed_out.html")
def signed_out_while_writing(world: World) -> Reader:
    reader = as_vera(world, f"{STAFF}invite/")
    reader.page.get_by_label("Name").fill("Nora Nurse")
    reader.context.clear_cookies(name="staff")
    reader.follow("Make the link")
    assert reader.focused() == "You were signed out"
    return reader


@ACCOUNTS.of("account/not_for_you.html")
def page_of_another_role(world: World) -> Reader:
    someone = _made(world, "publisher", "--publisher", name="Paula Prints", app=True)
    reader = world.reader()
    reader.context.add_cookies(someone.cookies)
    reader.open(STAFF, status=403)
    return reader


# What one has besides a password


@ACCOUNTS.of("mfa/index.html")
def account_before_a_second_factor(world: World) -> Reader:
    return as_newcomer(world, SECURITY)


@ACCOUNTS.of("mfa/index.html")
def account_with_an_app_and_a_new_password(world: World) -> Reader:
    reader = as_vera(world, f"{SECURITY}?done=password")
    assert reader.focused() == "Your new password is kept"
    return reader


@ACCOUNTS.of("mfa/totp/activate_form.html")
def app_with_the_wrong_code(world: World) -> Reader:
    reader = as_newcomer(world, f"{SECURITY}app/")
    reader.page.get_by_label("Code from your app").fill("000")
    reader.follow("Set it up")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("mfa/totp/deactivate_form.html")
def app_to_be_removed(world: World) -> Reader:
    return as_vera(world, f"{SECURITY}app/remove/")


@ACCOUNTS.of("mfa/recovery_codes/index.html")
def recovery_codes(world: World) -> Reader:
    return as_vera(world, f"{SECURITY}recovery-codes/")


@ACCOUNTS.of("mfa/recovery_codes/generate.html")
def recovery_codes_to_be_made(world: World) -> Reader:
    return as_vera(world, f"{SECURITY}recovery-codes/new/")


@ACCOUNTS.of("mfa/webauthn/add_form.html")
def passkey_that_is_there_already(world: World) -> Reader:
    reader = with_passkey(world, f"{SECURITY}passkeys/add/")
    reader.hands.press(reader.control("Add the passkey"))
    reader.page.get_by_text("This device has a passkey for your account already.").wait_for()
    return reader


@ACCOUNTS.of("mfa/webauthn/authenticator_list.html")
def passkeys(world: World) -> Reader:
    return with_passkey(world, f"{SECURITY}passkeys/")


@ACCOUNTS.of("mfa/webauthn/authenticator_list.html")
def passkeys_when_there_is_none(world: World) -> Reader:
    return as_vera(world, f"{SECURITY}passkeys/")


@ACCOUNTS.of("mfa/webauthn/edit_form.html")
def passkey_renamed_to_nothing(world: World) -> Reader:
    reader = passkeys(world)
    reader.follow("Rename My passkey")
    reader.page.get_by_label("What do you call it?").fill("")
    reader.follow("Keep the name")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("mfa/webauthn/authenticator_confirm_delete.html")
def passkey_to_be_removed(world: World) -> Reader:
    reader = passkeys(world)
    reader.follow("Remove My passkey")
    return reader


@ACCOUNTS.of("account/reauthenticate.html")
def showing_again_by_password(world: World) -> Reader:
    return as_vera(world, f"{ACCOUNT}confirm-it-is-you/")


@ACCOUNTS.of("mfa/reauthenticate.html")
def showing_again_by_code(world: World) -> Reader:
    return as_vera(world, f"{ACCOUNT}second-step/again/")


@ACCOUNTS.of("mfa/webauthn/reauthenticate.html")
def showing_again_by_passkey(world: World) -> Reader:
    return with_passkey(world, f"{SECURITY}passkeys/again/")


@ACCOUNTS.of("account/password_change.html")
def password_to_be_changed(world: World) -> Reader:
    reader = as_vera(world, f"{ACCOUNT}password/")
    reader.follow("Change it")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("account/password_set.html")
def first_password(world: World) -> Reader:
    reader = world.staff("Overview Demo")
    reader.open(f"{ACCOUNT}password/first/")
    return reader


@ACCOUNTS.of("account/logout.html")
def sign_out(world: World) -> Reader:
    return as_vera(world, SIGN_OUT)


# Looking after staff


@ACCOUNTS.of("overview/staff.html")
def staff(world: World) -> Reader:
    invitation(world, "--publisher", *CLINIC, name=LONG)
    return as_vera(world, STAFF)


@ACCOUNTS.of("overview/invite.html")
def invite_without_a_word(world: World) -> Reader:
    reader = as_vera(world, STAFF)
    reader.follow("Invite somebody")
    reader.follow("Make the link")
    assert reader.focused().startswith("There is a problem")
    return reader


@ACCOUNTS.of("overview/invited.html")
def invited_by_a_colleague(world: World) -> Reader:
    reader = as_vera(world, f"{STAFF}invite/")
    reader.page.get_by_label("Name").fill(LONG)
    reader.page.get_by_label("Email address").fill(new_address())
    reader.page.get_by_label("Nurse of which clinic?").select_option("Journey Clinic")
    reader.follow("Make the link")
    assert reader.heading() == f"{LONG} is invited"
    return reader


@ACCOUNTS.of("overview/staff_member.html")
def one_of_the_staff(world: World) -> Reader:
    as_newcomer(world, SECURITY)
    reader = as_vera(world, STAFF)
    reader.follow(re.compile(r"^Nina New \("))
    return reader


@ACCOUNTS.of("overview/staff_member.html")
def ones_own_account(world: World) -> Reader:
    reader = as_vera(world, STAFF)
    reader.follow(f"Vera View ({vera(world).email})")
    return reader


@ACCOUNTS.of("overview/hand_over.html")
def group_left_alone(world: World) -> Reader:
    """A nurse made a group, then her account was switched off."""
    name = f"Nora Nurse {next(_numbers)}"
    nora = world.reader()
    accept(nora, invitation(world, *CLINIC, name=name))
    set_up_app(nora)
    nora.open("/en/nurse/groups/new/")
    nora.page.get_by_label("Name of the group").fill(f"Group of {name}")
    nora.follow("Make the group")
    reader = as_vera(world, STAFF)
    reader.follow(re.compile(rf"^{name} \("))
    reader.follow("Switch the account off")
    nora.open("/en/nurse/groups/")
    assert nora.heading() == "Sign in"
    reader.follow(f"Hand over “Group of {name}”")
    return reader


@ACCOUNTS.of("errors/429.html")
def too_many_tries(world: World) -> Reader:
    """So many from one network happen in no journey, so the page is asked in its own words."""
    reader = world.reader()
    reader.open(SIGN_IN)
    token = reader.page.locator("[name=csrfmiddlewaretoken]").last.input_value()
    form: dict[str, str | float | bool] = {
        "csrfmiddlewaretoken": token,
        "email": "nobody@example.org",
    }
    headers = {"Origin": reader.address}
    path = f"{ACCOUNT}password/forgotten/"
    for _ in range(3):
        reader.context.request.post(path, form=form, headers=headers)
    answer = reader.context.request.post(path, form=form, headers=headers)
    assert answer.status == 429
    reader.page.route(f"**{path}", lambda route: route.fulfill(response=answer))
    reader.open(path, status=429)
    return reader
