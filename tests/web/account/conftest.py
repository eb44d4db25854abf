"""Signing in many times in a test takes a hash that is quick, and mail that is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from pytest_django import Settings

from learning.models import StaffMember
from learning.web.account import mailing
from tests.web.account.people import somebody


@pytest.fixture(autouse=True)
def _quick_hash(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def post(settings: Settings) -> Iterator[list[mail.EmailMessage]]:
    """What was mailed. The site sends mail."""
    settings.SENDS_MAIL = True
    yield mail.outbox
    mailing.wait()


@pytest.fixture
def vera(db: None) -> StaffMember:
    """She has a password, and no second factor yet."""
    return somebody()
