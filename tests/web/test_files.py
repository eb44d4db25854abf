"""Files that staff take away are counted for each person, all kinds together."""

from __future__ import annotations

import ast
import datetime
from pathlib import Path

import pytest
from django.conf import settings

from learning.models import AuditEntry, Edition, StaffMember
from learning.web import throttle
from tests import factories
from tests.conftest import Clock
from tests.factories import NOW
from tests.markup import faults
from tests.visitor import Shown, Visitor

pytestmark = pytest.mark.django_db
REPORT = "/en/overview/figures/objectives/file/"
LOG = "/en/overview/audit/file/"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def mia(edition: Edition) -> StaffMember:
    """Somebody who may take every kind of file."""
    return factories.staff_member(name="Mia Many", clinic=factories.clinic(), overview=True)


def roster(someone: StaffMember) -> str:
    return f"/en/nurse/groups/{factories.group(nurses=[someone]).key}/roster/"


def taken(visitor: Visitor, *paths: str) -> list[int]:
    hidden = visitor.get("/en/me/clear/").form().hidden
    return [visitor.post(path, hidden).status for path in paths]


def noted() -> int:
    return AuditEntry.objects.exclude(actor="operator").count()


def test_every_kind_counts_and_the_last_is_refused_kindly(
    mia: StaffMember, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """B10: nothing leaves, and nothing is noted, above the limit."""
    monkeypatch.setattr(throttle, "MOST_FILES", 3)
    visitor, paths = factories.signed_in(mia), (REPORT, LOG, roster(mia))
    assert taken(visitor, *paths) == [200, 200, 200]
    before = noted()
    clock.move(minutes=18)
    for path in paths:
        shown: Shown = visitor.post(path, visitor.get("/en/me/clear/").form().hidden)
        assert (shown.status, shown.headers["Retry-After"]) == (429, str(42 * 60))
        assert faults(shown.page) == []
        assert shown.text == (
            "Wait 42 minutes, then take the next file You have taken 3 files within the hour, and "
            "that is the most. You can read every page meanwhile. The limit keeps much from "
            "leaving at once if somebody else ever uses your account. If you took no files, tell a "
            "colleague who looks after accounts. Your first page"
        )
    assert (before, noted()) == (3, 3)


def test_limit_is_thirty_an_hour_for_one_person(mia: StaffMember, clock: Clock) -> None:
    """A colleague is not shut out, and neither is she in the next hour."""
    visitor = factories.signed_in(mia)
    assert taken(visitor, *[LOG] * 32) == [200] * 30 + [429] * 2
    vera = factories.signed_in(factories.staff_member(name="Vera View", overview=True))
    assert taken(vera, LOG) == [200]
    clock.move(minutes=59)
    assert taken(factories.signed_in(mia), LOG) == [429]
    clock.move(minutes=1)
    assert taken(factories.signed_in(mia), LOG) == [200]


def test_what_was_not_sent_is_not_counted(
    mia: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_FILES", 1)
    other = roster(factories.staff_member(name="Olga Other", clinic=factories.clinic(name="Red")))
    visitor = factories.signed_in(mia)
    refused = [REPORT.replace("objectives", "answers"), f"{LOG}?since=x", other]
    assert taken(visitor, *refused, LOG) == [404, 422, 404, 200]


def test_files_and_uploads_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_UPLOADS", 1)
    monkeypatch.setattr(throttle, "MOST_FILES", 1)
    throttle.note_upload("someone", now=NOW)
    assert throttle.wait_to_upload("someone", now=NOW + 45 * MINUTE) == 15 * 60
    assert throttle.wait_to_take("someone", now=NOW) == 0
    throttle.note_taken("someone", now=NOW)
    assert throttle.wait_to_take("someone", now=NOW + 59 * MINUTE) == 60
    assert throttle.wait_to_take("another", now=NOW) == 0
    assert throttle.wait_to_take("someone", now=NOW + 60 * MINUTE) == 0


def test_every_view_that_sends_a_spreadsheet_is_counted() -> None:
    """A new export fails here until it is counted."""
    views = {}
    for path in sorted((Path(settings.BASE_DIR) / "learning" / "web").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        assert ("text/csv" in source) == (path.name == "files.py"), path
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and "return spreadsheet(" in ast.unparse(node):
                views[node.name] = [ast.unparse(one) for one in node.decorator_list]
    assert views == {
        "audit_file": ["require_POST", "overview_only", "counted"],
        "report_file": ["require_POST", "overview_only", "counted"],
        "roster": ["require_POST", "nurse_only", "counted"],
    }
