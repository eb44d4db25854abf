"""The ledger finds what it is there to find."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ledger import Kept, Learner, Sent, _Post, compare, forms

FIRST = Sent("check", 1, "token-a", (("answer", "1"),))
SECOND = Sent("check", 1, "token-b", (("answer", "2"),))
ROWS = [
    Kept("check", 1, 1, "token-a", (("answer", "1"),)),
    Kept("check", 1, 2, "token-b", (("answer", "2"),)),
]


def with_ledger(*saved: Sent, pending: Sent | None = None) -> list[Learner]:
    learner = Learner("http://127.0.0.1:1")
    learner.saved = list(saved)
    learner.pending = _Post("/", "", pending) if pending else None
    return [learner]


def test_compare_is_content_where_all_is_right() -> None:
    assert compare(with_ledger(FIRST, SECOND), ROWS) == []


@pytest.mark.parametrize("rows", [[], ROWS[:1]])
def test_compare_lets_an_answer_on_its_way_be_kept_or_not(rows: list[Kept]) -> None:
    assert compare(with_ledger(pending=FIRST), rows) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (ROWS[:1], "saved once, kept 0 times"),
        ([*ROWS, replace(ROWS[1], try_number=3)], "saved once, kept 2 times"),
        ([*ROWS, replace(ROWS[1], try_number=3, token="token-c")], "nobody sent it"),
        ([ROWS[0], replace(ROWS[1], chosen=(("answer", "1"),))], "kept otherwise than sent"),
        ([ROWS[0], replace(ROWS[1], number=2, try_number=1)], "kept otherwise than sent"),
        ([ROWS[0], replace(ROWS[1], try_number=3)], "are not 1, 2, 3"),
        (
            [replace(ROWS[0], try_number=2), replace(ROWS[1], try_number=1)],
            "not in the order they were made",
        ),
    ],
)
def test_compare_names_what_is_wrong(rows: list[Kept], fault: str) -> None:
    faults = compare(with_ledger(FIRST, SECOND), rows)
    assert len(faults) >= 1
    assert any(fault in found for found in faults), faults


def test_forms_reads_what_a_page_offers() -> None:
    page = (
        '<form method="get" action="/no/"></form>'
        '<form method="post" action="/a/"><input type="hidden" name="token" value="t">'
        '<input type="radio" name="one" value="1"><input type="radio" name="one" value="2">'
        '<input type="checkbox" name="yes"><select name="place"><option value="">Choose</option>'
        '<option value="1">First</option></select></form>'
    )
    (form,) = forms(page)
    assert (form.action, form.hidden) == ("/a/", {"token": "t"})
    assert form.choices == {"one": ["1", "2"], "yes": ["on"], "place": ["1"]}
    assert form.kinds == {"one": "radio", "yes": "checkbox", "place": "select"}
