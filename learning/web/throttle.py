"""Counting wrong codes, so that nobody guesses one or is shut out; and files of staff.

Of codes only failures count. A whole hospital may stand behind one address, so the ceiling is high:
at 100 guesses in ten minutes it takes an address more than a hundred years to hit one of a thousand
open codes. Nothing but a keyed hash of the address is counted under. It means nothing once its ten
minutes are over, and goes with the next wrong code, at the latest at night.
"""

from __future__ import annotations

import datetime
import ipaddress
import logging

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from learning.actions.forgetting import forget_counts

CEILING = 100
WINDOW = datetime.timedelta(minutes=10)
MOST_UPLOADS = 30
MOST_FILES = 30
ACCOUNT_WINDOW = datetime.timedelta(hours=1)
ALARM = 1_000
ALARM_WINDOW = datetime.timedelta(hours=1)

_log = logging.getLogger(__name__)


def wait_for(request: HttpRequest, *, now: datetime.datetime) -> int:
    """The seconds until guessable codes are looked at again from this address; 0: at once."""
    if cache.get(_key(request, now), 0) < CEILING:
        return 0
    return _left(now, WINDOW)


def in_minutes(seconds: int) -> int:
    """So many minutes, rounded up."""
    return -(-seconds // 60)


def try_later(response: HttpResponse, seconds: int) -> HttpResponse:
    """The page that says so, with the time after which a browser may try again."""
    response["Retry-After"] = str(seconds)
    return response


def note_failure(request: HttpRequest, *, now: datetime.datetime) -> None:
    """Count a wrong code of this address, and of everybody together."""
    forget_counts(now=now)
    _count(_key(request, now), _left(now, WINDOW))
    hour, left = _window(now, ALARM_WINDOW), _left(now, ALARM_WINDOW)
    everybody = _count(f"wrong-codes:{hour}", left)
    if everybody >= ALARM and cache.add(f"wrong-codes-alarm:{hour}", 1, timeout=left):
        _log.warning("%s wrong codes within the hour: somebody may be guessing.", ALARM)


def wait_to_upload(account: str, *, now: datetime.datetime) -> int:
    """The seconds until this account may upload another file; 0: at once."""
    return _wait_of("uploads", account, now, most=MOST_UPLOADS)


def note_upload(account: str, *, now: datetime.datetime) -> None:
    """Count a file that this account uploaded, kept or not."""
    _note_of("uploads", account, now)


def wait_to_take(account: str, *, now: datetime.datetime) -> int:
    """The seconds until this account may take another file away; 0: at once."""
    return _wait_of("files", account, now, most=MOST_FILES)


def note_taken(account: str, *, now: datetime.datetime) -> None:
    """Count a file that this account took away."""
    _note_of("files", account, now)


def _wait_of(kind: str, account: str, now: datetime.datetime, *, most: int) -> int:
    if cache.get(_account_key(kind, account, now), 0) < most:
        return 0
    return _left(now, ACCOUNT_WINDOW)


def _note_of(kind: str, account: str, now: datetime.datetime) -> None:
    _count(_account_key(kind, account, now), _left(now, ACCOUNT_WINDOW))


def _account_key(kind: str, account: str, now: datetime.datetime) -> str:
    return f"{kind}:{_window(now, ACCOUNT_WINDOW)}:{account}"


def _count(key: str, seconds: int) -> int:
    """One more under this key.

    Two at the very same moment may count as one on PostgreSQL: the ceiling is so much higher, by a
    factor that is never more than the number of threads that serve.
    """
    with transaction.atomic():
        count = int(cache.get(key, 0)) + 1
        cache.set(key, count, timeout=seconds)
    return count


def _key(request: HttpRequest, now: datetime.datetime) -> str:
    network = salted_hmac("learning.throttle", client_network(request), algorithm="sha256")
    return f"wrong-codes:{_window(now, WINDOW)}:{network.hexdigest()}"


def _window(now: datetime.datetime, length: datetime.timedelta) -> int:
    return int(now.timestamp() // length.total_seconds())


def _left(now: datetime.datetime, length: datetime.timedelta) -> int:
    """Whole seconds until the next window begins, at least one."""
    return int(length.total_seconds() - now.timestamp() % length.total_seconds()) or 1


def client_network(request: HttpRequest) -> str:
    """The address that asks: the one our own proxy saw, or that of the connection.

    What stands before the proxy's own entry came from outside, and could be anything. One person
    has a whole /64 of IPv6 addresses, so that counts as one.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
