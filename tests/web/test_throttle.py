"""Wrong codes are counted by network, kindly, and nobody can be recognized by the count."""

from __future__ import annotations

import datetime
import logging
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from learning.actions.forgetting import forget_counts
from learning.web import throttle
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def request(address: str = "192.0.2.1", forwarded: str = "") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)


def fail(times: int, address: str = "192.0.2.1", now: datetime.datetime = NOW) -> None:
    for _ in range(times):
        throttle.note_failure(request(address), now=now)


def table() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared_cache")
        return list(cursor.fetchall())


def test_waits_only_from_the_ceiling_on_and_only_from_that_address() -> None:
    """S-040: at noon, so the ten minutes of this window begin just now."""
    fail(throttle.CEILING - 1)
    assert throttle.wait_for(request(), now=NOW) == 0
    fail(1)
    assert throttle.wait_for(request(), now=NOW) == 600
    assert throttle.wait_for(request(), now=NOW + 3 * MINUTE) == 420
    assert throttle.wait_for(request(), now=NOW + 9.999 * MINUTE) == 1
    assert throttle.wait_for(request("192.0.2.2"), now=NOW) == 0
    assert throttle.wait_for(request(), now=NOW + 10 * MINUTE) == 0


def test_count_holds_no_address_and_is_gone_after_its_time() -> None:
    fail(3)
    fail(1, address="198.51.100.7")
    kept = table()
    assert len(kept) == 3  # two addresses, and everybody
    assert not any("192.0.2.1" in str(row) or "198.51.100.7" in str(row) for row in kept)
    keys = {row[0] for row in kept}
    fail(1, now=NOW + 10 * MINUTE)
    assert len({row[0] for row in table()} - keys) == 1  # in the next window another key
    real = datetime.datetime.now(datetime.UTC)
    forget_counts(now=real)
    assert len(table()) == 4
    forget_counts(now=real + 11 * MINUTE)
    assert len(table()) == 1  # that of everybody stays for its hour
    forget_counts(now=real + 61 * MINUTE)
    assert table() == []


def test_alarm_is_one_line_that_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """S-040: many addresses together; the line holds no code and no address."""
    caplog.set_level(logging.WARNING)
    cache.set(f"wrong-codes:{int(NOW.timestamp() // 3600)}", throttle.ALARM - 3, 3600)
    for number in range(6):
        fail(1, address=f"192.0.2.{number}")
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("learning.web.throttle", "1000 wrong codes within the hour: somebody may be guessing.")
    ]
    assert throttle.wait_for(request(), now=NOW) == 0  # everybody's failures shut out nobody


@pytest.mark.parametrize(
    ("behind", "address", "forwarded", "network"),
    [
        (False, "192.0.2.1", "", "192.0.2.1"),
        (False, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (True, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1", "'; DROP, nonsense", "nonsense"),
        (True, "10.0.0.1", "", "10.0.0.1"),
        (True, "10.0.0.1", "203.0.113.9,", "10.0.0.1"),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        (False, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (False, "", "", ""),
    ],
)
def test_address_is_the_one_our_own_proxy_saw(
    settings: Settings, behind: bool, address: str, forwarded: str, network: str
) -> None:
    """S-039: what somebody writes into a header herself gives her no other address."""
    settings.BEHIND_PROXY = behind
    assert throttle.client_network(request(address, forwarded)) == network
