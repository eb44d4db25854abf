"""What the operator's tools are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from learning.actions.publishing import withdraw_module
from learning.models import AuditEntry, Edition
from tests.counting import counted
from tests.factories import NOW
from tests.visitor import SLUG, Visitor


def asked(visitor: Visitor, path: str) -> tuple[int, dict[str, str], str]:
    shown = visitor.get(path)
    found: dict[str, str] = json.loads(shown.html)
    return shown.status, found, shown.headers["Cache-Control"]


def test_healthz_asks_nothing_of_the_database(visitor: Visitor) -> None:
    assert asked(visitor, "/healthz") == (200, {"process": "ok"}, "no-store")


def test_readyz_is_fit_with_migrations_and_content(visitor: Visitor, edition: Edition) -> None:
    before = AuditEntry.objects.count()
    assert asked(visitor, "/readyz") == (
        200,
        {"database": "ok", "migrations": "ok", "content": "ok"},
        "no-store",
    )
    assert AuditEntry.objects.count() == before


def test_readyz_without_content(visitor: Visitor, edition: Edition) -> None:
    withdraw_module(slug=SLUG, language="en", actor="operator", now=NOW)
    assert asked(visitor, "/readyz") == (
        503,
        {"database": "ok", "migrations": "ok", "content": "none published"},
        "no-store",
    )


def test_readyz_with_migrations_waiting(visitor: Visitor, edition: Edition) -> None:
    MigrationRecorder.Migration.objects.filter(app="learning").delete()
    assert asked(visitor, "/readyz") == (
        503,
        {"database": "ok", "migrations": "waiting", "content": "not checked"},
        "no-store",
    )


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_readyz_without_a_database(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, error: type[Exception], db: None
) -> None:
    def away(*given: Any) -> None:
        raise error("away")

    monkeypatch.setattr("learning.web.operator.MigrationExecutor", away)
    assert asked(visitor, "/readyz") == (
        503,
        {
            "database": "does not answer, or takes no writes",
            "migrations": "not checked",
            "content": "not checked",
        },
        "no-store",
    )


def test_readyz_tries_a_write_only_where_saving_is_on(
    visitor: Visitor, edition: Edition, settings: Settings
) -> None:
    with counted() as writing:
        asked(visitor, "/readyz")
    settings.READ_ONLY = True
    with counted() as reading:
        assert asked(visitor, "/readyz")[0] == 200
    assert (writing.writes, reading.writes) == (1, 0)
