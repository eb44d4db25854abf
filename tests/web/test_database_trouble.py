"""Two transactions that wait for each other, and what is told of the one that gave way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from learning.actions import checking
from learning.models import Answer
from tests.web.conftest import Reader


def ended(state: str) -> OperationalError:
    """What PostgreSQL says where it ends a transaction of ours for this reason."""
    error = OperationalError("ended")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = state  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("states", "tried", "told"),
    [
        (["40P01"], 2, None),
        (["40001"], 2, None),
        (["40P01", "40P01"], 2, 503),
        (["55P03"], 1, 503),  # it waited for a lock for long already
    ],
)
def test_what_gave_way_is_tried_once_more(
    anna: Reader,
    monkeypatch: pytest.MonkeyPatch,
    states: list[str],
    tried: int,
    told: int | None,
    htmx: bool,
) -> None:
    """R-048: once more, and if that fails too it is told, with the answer kept on the page."""
    question, real = anna.question(1), checking.answer
    errors = [ended(state) for state in states]
    tries: list[str] = []

    def answer(**given: Any) -> checking.Answered:
        tries.append(given["token"])
        if errors:
            raise errors.pop()
        return real(**given)

    monkeypatch.setattr("learning.actions.checking.answer", answer)
    shown = anna.visitor.press(question, {"answer": "1"}, htmx=htmx)
    assert tries == [question.form().hidden["token"]] * tried
    if told is None:
        assert shown.status == (200 if htmx else 303)
        assert [kept.verdict for kept in Answer.objects.all()] == ["right"]
    else:
        assert (shown.status, shown.heading) == (told, "We could not save this yet")
        assert Answer.objects.count() == 0
