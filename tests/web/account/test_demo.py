"""Signing in to a demo by its links, and that they are nowhere else."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.db import connection
from pytest_django import Settings

from learning.actions.demo import new_links
from learning.models import Group, StaffMember
from learning.models.demo import is_demo_database, mark_database
from tests import factories
from tests.conftest import Clock
from tests.markup import faults
from tests.visitor import Shown, Visitor


@pytest.fixture
def demo(db: None, settings: Settings) -> str:
    """The address of a link for Nora in a demo that is served on this machine."""
    if connection.vendor != "sqlite":
        pytest.skip("no PostgreSQL database is a demo's (see tests/management/test_demo.py)")
    settings.DEMO = True
    mark_database()  # taken back with the test's transaction
    return link(factories.staff_member(clinic=factories.clinic()))


def link(someone: StaffMember) -> str:
    tokens = {made.pk: token for made, token in new_links()}
    return f"/en/account/demo/{tokens[someone.pk]}/"


def signs_in(visitor: Visitor, path: str) -> Shown:
    return visitor.press(visitor.get(path), action=path)


def test_link_shows_one_button_that_leads_to_the_nurses_page(demo: str) -> None:
    """S-034: opening it, even often or by a scanner, uses nothing."""
    visitor = Visitor()
    for _ in range(3):
        shown = visitor.get(demo)
    assert (shown.status, faults(shown.page)) == (200, [])
    assert shown.text == (
        "Demo on this computer Look around as Nora Nurse A simulated nurse of Green Clinic, with "
        "simulated patients. Change whatever you like. It stays on this computer, and nobody is "
        "behind the people you see. This link signs in once. A real nurse signs in with a passkey "
        "or an authenticator app. Sign in as Nora Nurse (simulated)"
    )
    assert "Its clinics and people are simulated." in shown.html
    assert "no-store" in shown.headers["Cache-Control"]
    assert visitor.cookie(project.SESSION_COOKIE_NAME) is None
    sent = visitor.press(shown, action=demo)
    assert (sent.status, sent.headers["Location"]) == (303, "/en/account/")
    assert visitor.open("/en/nurse/groups/").status == 200


def test_used_link_says_how_to_get_a_new_one(demo: str) -> None:
    first, other = Visitor(), Visitor()
    waiting = other.get(demo)
    signs_in(first, demo)
    for shown in (other.press(waiting, action=demo), other.get(demo), first.get(demo)):
        assert (shown.status, faults(shown.page)) == (410, [])
        assert shown.text == (
            "Demo on this computer This link does not sign in any more Each link of the demo signs "
            "in once. New ones are shown each time it starts. To get new links, stop the demo with "
            "Ctrl-C and start it again. Everything you did in it is kept. If you are signed in "
            "already, go on to your page"
        )
    assert other.get("/en/nurse/groups/").status == 303
    assert first.get("/en/nurse/groups/").status == 200


def test_overview_person_is_introduced_by_what_she_does(demo: str) -> None:
    vera = factories.staff_member(name="Vera View", overview=True, second_factor=False)
    path = link(vera)
    visitor = Visitor()
    assert "A simulated colleague who looks after staff and clinics." in visitor.get(path).text
    signs_in(visitor, path)
    assert visitor.get("/en/overview/clinics/").status == 200


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(demo: str) -> None:
    """S-020: the session is another one."""
    visitor = Visitor()
    signs_in(visitor, demo)
    before = visitor.cookie(project.SESSION_COOKIE_NAME).value
    vera = factories.staff_member(name="Vera View", overview=True, second_factor=False)
    signs_in(visitor, link(vera))
    assert visitor.cookie(project.SESSION_COOKIE_NAME).value != before
    assert visitor.get("/en/nurse/groups/").status == 403
    visitor.client.cookies[project.SESSION_COOKIE_NAME] = before
    assert visitor.get("/en/nurse/groups/").status == 303


def test_link_signs_in_anew_after_a_long_pause(demo: str, clock: Clock) -> None:
    """The clocks of the session that ended do not run on."""
    nora = StaffMember.objects.get()
    visitor = Visitor()
    signs_in(visitor, demo)
    assert visitor.get("/en/nurse/groups/").status == 200
    clock.move(hours=13)
    signs_in(visitor, link(nora))
    assert visitor.get("/en/nurse/groups/").status == 200


def is_not_there(path: str, **headers: str) -> bool:
    """By GET and by POST with its token, the page is that of an address that never was."""
    visitor = Visitor()
    nothing = visitor.get("/en/nowhere/")
    token = visitor.get("/en/me/clear/").form().hidden["csrfmiddlewaretoken"]
    found = [
        visitor.get(path, **headers),
        visitor.post(path, {"csrfmiddlewaretoken": token}, **headers),
    ]
    assert visitor.cookie(project.SESSION_COOKIE_NAME) is None
    return all((shown.status, shown.text) == (404, nothing.text) for shown in found)


def test_anywhere_but_in_a_demo_the_address_is_not_there(demo: str, settings: Settings) -> None:
    """S-094"""
    assert Visitor().get(demo).status == 200
    settings.DEMO = False
    assert is_not_there(demo)


def test_in_a_database_of_real_work_the_address_is_not_there(demo: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA application_id = 0")
    assert not is_demo_database()
    assert is_not_there(demo)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Anything": ""},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)
def test_through_a_proxy_the_address_is_not_there(demo: str, headers: dict[str, str]) -> None:
    """S-039"""
    assert is_not_there(demo, **headers)


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:127.0.0.1", "127.0.0.2", ""])
def test_from_another_machine_the_address_is_not_there(demo: str, address: str) -> None:
    visitor = Visitor()
    visitor.client.defaults["REMOTE_ADDR"] = address
    assert visitor.get(demo).status == 404
    visitor.client.defaults["REMOTE_ADDR"] = "::1"
    assert visitor.get(demo).status == 200


def test_form_from_another_site_signs_nobody_in(demo: str) -> None:
    """S-025, S-086"""
    visitor = Visitor()
    form = visitor.get(demo).form(demo).hidden
    sent = visitor.post(
        demo, {**form, "csrfmiddlewaretoken": "x" * 64}, **{"Sec-Fetch-Site": "cross-site"}
    )
    assert sent.status == 403
    assert visitor.get(demo).status == 200
    assert not Group.objects.exists()
