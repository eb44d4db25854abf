"""The cookie by which a device is known, its clock, and what is kept from caches."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import signing
from django.db import OperationalError

from learning.models import Device, Edition
from learning.models.people import token_hash
from tests.conftest import Clock
from tests.counting import counted
from tests.factories import TODAY
from tests.visitor import BEFORE, CHECK, Visitor
from tests.web.conftest import Reader, reader

DAY = 24 * 3600


def cookie(visitor: Visitor) -> str:
    found = visitor.cookie(settings.DEVICE_COOKIE_NAME)
    return found.value if found else ""


def attributes(visitor: Visitor) -> dict[str, object]:
    morsel = visitor.cookie(settings.DEVICE_COOKIE_NAME)
    assert morsel is not None
    names = ("max-age", "path", "domain", "httponly", "samesite", "secure")
    return {name: morsel[name] for name in names}


def test_own_device_is_remembered_for_180_days(visitor: Visitor, edition: Edition) -> None:
    visitor.start()
    assert attributes(visitor) == {
        "max-age": 180 * DAY,
        "path": "/",
        "domain": "",
        "httponly": True,
        "samesite": "Lax",
        "secure": "",  # plain HTTP in tests; conventions/test_settings.py sees it secure
    }
    device = Device.objects.get()
    assert (device.hash, device.shared) == (token_hash(cookie(visitor)), False)
    assert len(cookie(visitor)) == 43  # 256 random bits


def test_shared_device_is_forgotten_when_the_browser_closes(
    visitor: Visitor, edition: Edition
) -> None:
    visitor.start(shared=True)
    assert attributes(visitor) == {
        "max-age": "",
        "path": "/",
        "domain": "",
        "httponly": True,
        "samesite": "Lax",
        "secure": "",
    }
    token = signing.TimestampSigner(salt="learning.device").unsign(cookie(visitor))
    device = Device.objects.get()
    assert (device.hash, device.shared) == (token_hash(token), True)


@pytest.mark.parametrize(("minutes", "known"), [(0, True), (29, True), (30, True), (31, False)])
def test_shared_device_is_forgotten_after_thirty_idle_minutes(
    visitor: Visitor, edition: Edition, clock: Clock, minutes: int, known: bool
) -> None:
    question = visitor.start(shared=True)
    clock.move(minutes=minutes)
    assert (visitor.get(question.path).status == 200) is known


def test_shared_device_stays_known_while_pages_are_read(
    visitor: Visitor, edition: Edition, clock: Clock
) -> None:
    """Any page sets the clock anew, and reading it writes nothing."""
    question = visitor.start(shared=True)
    for _ in range(6):
        clock.move(minutes=29)
        assert visitor.get("/en/words/").status == 200
    assert visitor.get(question.path).status == 200
    assert Device.objects.get().last_used_on == TODAY


@pytest.mark.parametrize(("days", "known"), [(180, True), (181, False)])
def test_own_device_is_forgotten_after_180_days_without_use(
    anna: Reader, clock: Clock, days: int, known: bool
) -> None:
    clock.move(days=days)
    assert (anna.question(1).status == 200) is known


def test_own_device_is_renewed_once_a_day_by_a_post(anna: Reader, clock: Clock) -> None:
    name = settings.DEVICE_COOKIE_NAME
    first = anna.question(1)
    anna.visitor.client.cookies[name]["max-age"] = "old"
    clock.move(days=1)
    question = anna.question(1)
    assert anna.learner.devices.get().last_used_on == TODAY
    assert anna.visitor.client.cookies[name]["max-age"] == "old"
    anna.visitor.press(question, {"answer": "1"})
    assert anna.learner.devices.get().last_used_on == clock.now.date()
    assert anna.visitor.client.cookies[name]["max-age"] == 180 * DAY
    anna.visitor.client.cookies[name]["max-age"] = "old"
    anna.visitor.press(first, {"answer": "2"})
    assert anna.visitor.client.cookies[name]["max-age"] == "old"


def test_get_never_writes(anna: Reader, clock: Clock) -> None:
    clock.move(days=3)
    paths = ["/en/", "/en/me/", "/en/me/download/", CHECK, BEFORE, anna.path(), anna.path(1)]
    with counted() as count:
        for path in paths:
            assert anna.visitor.get(path).status == 200
    assert count.writes == 0


def forged(anna: Reader) -> list[str]:
    token = "anna-device"
    signer = signing.TimestampSigner(salt="learning.device")
    return [
        "",
        "x",
        ":",
        "anna-device:",
        f"{token}:1:2",
        signer.sign(token),  # an own device's token in the cookie of a shared one
        signing.TimestampSigner(salt="other").sign(token),
        signer.sign(token)[:-1],
        token_hash(token),
        "\xff" * 40,
        "a" * 5000,
    ]


def test_forged_cookies_are_nobody(anna: Reader) -> None:
    for value in forged(anna):
        someone = Visitor()
        someone.client.cookies[settings.DEVICE_COOKIE_NAME] = value
        assert someone.get(anna.path(1)).status == 404, value
        assert "Nothing is kept about you" in someone.get("/en/me/").text, value


def test_shared_token_without_its_clock_is_nobody(edition: Edition) -> None:
    someone = reader(edition, name="shared", shared=True)
    assert someone.question(1).status == 200
    thief = Visitor()
    thief.use("shared-device", shared=False)
    assert thief.get(someone.path(1)).status == 404


def test_shared_clock_cannot_be_set_forward(edition: Edition, clock: Clock) -> None:
    """A signed time from before the pause stays too old, whatever else is sent along."""
    someone = reader(edition, name="shared", shared=True)
    old = cookie(someone.visitor)
    clock.move(minutes=31)
    later = Visitor()
    later.client.cookies[settings.DEVICE_COOKIE_NAME] = old
    assert later.get(someone.path(1)).status == 404


def test_form_pages_of_strangers_are_not_kept_by_caches(visitor: Visitor, edition: Edition) -> None:
    """S-091: a page with a form carries a mark of this browser."""
    for path in (CHECK, BEFORE, "/en/me/clear/"):
        assert visitor.get(path).headers["Cache-Control"] == "no-store, private"


def test_device_is_looked_up_once_a_request(anna: Reader) -> None:
    with counted() as count:
        anna.question(1)
    assert sum("learning_device" in statement for statement in count.statements) == 1


def test_only_the_hash_of_a_token_is_stored(visitor: Visitor, edition: Edition) -> None:
    visitor.start()
    token = cookie(visitor)
    assert token not in str(list(Device.objects.values()))


def test_renewing_that_fails_does_not_undo_what_was_saved(
    anna: Reader, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-047: the answer is on disk, so its page says so, and the day is noted another time."""

    def locked(**given: object) -> bool:
        raise OperationalError("locked")

    monkeypatch.setattr("learning.web.access.renew_device", locked)
    question = anna.question(1)
    clock.move(days=1)
    assert anna.visitor.press(question, {"answer": "1"}).status == 303
    assert anna.place(1).answers.count() == 1
    assert anna.learner.devices.get().last_used_on == TODAY


def test_learner_is_known_again_on_the_next_visit(
    visitor: Visitor, edition: Edition, clock: Clock
) -> None:
    """R-009: the phone closed the browser; the cookie brings her back to the same question."""
    question = visitor.start()
    value = cookie(visitor)
    clock.move(days=20)
    later = Visitor()
    later.client.cookies[settings.DEVICE_COOKIE_NAME] = value
    assert later.get(question.path).heading == question.heading
