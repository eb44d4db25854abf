"""Staff come in by invitation, with a passkey or without any script, and leave nothing behind."""

from __future__ import annotations

import pytest

from tests.journeys.account_states import (
    CLINIC,
    PASSWORD,
    SECURITY,
    SIGN_IN,
    SIGN_OUT,
    accept,
    code,
    invitation,
    new_address,
    set_up_app,
    set_up_passkey,
    with_authenticator,
)
from tests.journeys.answers import AnswerKey
from tests.journeys.conftest import NewReader
from tests.journeys.reader import NO_SCRIPTS
from tests.journeys.sites import Sites
from tests.journeys.states import World

pytestmark = pytest.mark.browser
GROUPS = "/en/nurse/groups/"


@pytest.fixture
def world(new_reader: NewReader, key: AnswerKey, sites: Sites) -> World:
    return World(new_reader, key, sites)


def test_nurse_is_led_back_by_her_passkey_to_the_page_she_asked_for(world: World) -> None:
    """She was signed out there. By keyboard alone it is a part of the whole way."""
    reader = world.reader()
    with_authenticator(reader)
    name = "Nora by a passkey"
    set_up_passkey(reader, invitation(world, *CLINIC, name=name))
    reader.open(reader.address + GROUPS)
    reader.follow(f"Sign out, {name}", within=".staff-nav")
    assert reader.heading() == "Sign in"
    reader.open(reader.address + GROUPS)
    assert reader.heading() == "Sign in"
    reader.follow("Sign in with a passkey")
    assert reader.page.url == reader.address + GROUPS


def test_nurse_comes_in_without_scripts_by_an_app(world: World) -> None:
    reader, email = world.reader(NO_SCRIPTS), new_address()
    accept(reader, invitation(world, *CLINIC, email=email, name="Nora by an app"))
    assert "Without scripts a passkey cannot be set up here. The app can." in reader.text()
    assert not reader.page.get_by_role("link", name="Set up a passkey").is_visible()
    secret = set_up_app(reader)
    reader.open(SIGN_OUT)
    reader.follow("Sign out")
    assert not reader.page.get_by_role("button", name="Sign in with a passkey").is_visible()
    reader.page.get_by_label("Email address").fill(email)
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.follow("Sign in")
    reader.page.get_by_label("Code", exact=True).fill(code(secret, periods=1))
    reader.follow("Sign in")
    reader.open(GROUPS)
    assert reader.heading() != "Sign in"


def test_going_back_after_signing_out_shows_nothing_of_the_account(world: World) -> None:
    """S-028, S-029: neither in the window nor in what the browser keeps."""
    reader = world.reader()
    accept(reader, invitation(world, *CLINIC, name="Nora Nurse"))
    set_up_app(reader)
    reader.open(SECURITY)
    assert "Nora Nurse" in reader.text()
    kept = "[localStorage.length, sessionStorage.length]"
    assert reader.page.evaluate(kept) == [0, 0]
    reader.follow("Sign out, Nora Nurse", within=".staff-nav")
    assert SIGN_IN in reader.page.url
    reader.page.go_back()
    reader.page.wait_for_load_state()
    assert reader.heading() == "Sign in"
    assert "Nora Nurse" not in reader.page.content()
