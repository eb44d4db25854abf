from __future__ import annotations

import datetime
import itertools

import pytest

from learning.rules.ideas import FirstTry, Kind, Open, Talk, kind_of, open_idea
from tests.factories import NOW


def at(day: int) -> datetime.datetime:
    return NOW + datetime.timedelta(days=day)


def first_try(day: int, form: str, verdict: str, sure: str = "") -> FirstTry:
    return FirstTry(at(day), form, verdict, sure)


WRONG, UNSURE = first_try(1, "a", "not_right"), first_try(1, "a", "unsure")


def test_what_was_never_asked_or_always_right_is_not_open() -> None:
    assert open_idea([], []) is None
    assert open_idea([first_try(1, "a", "right"), first_try(2, "b", "right")], []) is None


def test_a_try_that_is_not_right_opens() -> None:
    assert open_idea([WRONG], []) == Open(at(1), unsure=False, mistaken=False)
    assert open_idea([UNSURE], []) == Open(at(1), unsure=True, mistaken=False)


@pytest.mark.parametrize(("sure", "mistaken"), [("very", True), ("fairly", True), ("guess", False)])
def test_who_felt_sure_was_mistaken(sure: str, mistaken: bool) -> None:
    assert open_idea([first_try(1, "a", "not_right", sure)], []) == Open(
        at(1), unsure=False, mistaken=mistaken
    )
    assert open_idea([first_try(1, "a", "unsure", sure)], []) == Open(
        at(1), unsure=True, mistaken=False
    )


def test_only_another_form_closes() -> None:
    same, other = first_try(2, "a", "right"), first_try(3, "b", "right")
    assert open_idea([WRONG, same], []) == Open(at(1), unsure=False, mistaken=False)
    assert open_idea([WRONG, other], []) is None
    assert open_idea([WRONG, same, other], []) is None


def test_it_opens_again() -> None:
    again = first_try(4, "b", "unsure")
    assert open_idea([WRONG, first_try(2, "b", "right"), again], []) == Open(
        at(4), unsure=True, mistaken=False
    )
    assert open_idea([WRONG, again, first_try(5, "a", "right")], []) is None
    assert open_idea([WRONG, again, first_try(5, "b", "right")], []) is not None


def test_own_words_close_and_other_talks_stay_beside_it() -> None:
    another_go, not_today = Talk(at(2), "again"), Talk(at(3), "not_today")
    assert open_idea([WRONG], [Talk(at(2), "own_words")]) is None
    assert open_idea([WRONG], [another_go, not_today]) == Open(
        at(1), unsure=False, mistaken=False, talked=(another_go, not_today)
    )
    assert open_idea([WRONG], [another_go, Talk(at(4), "own_words")]) is None
    assert open_idea([WRONG, first_try(5, "b", "not_right")], [another_go]) == Open(
        at(5), unsure=False, mistaken=False
    )
    assert open_idea([WRONG], [Talk(at(0), "own_words")]) is not None


def test_order_of_reading_does_not_matter() -> None:
    tries = [WRONG, first_try(2, "b", "right"), first_try(3, "a", "unsure")]
    for order in itertools.permutations(tries):
        assert open_idea(order, [Talk(at(4), "again")]) == Open(
            at(3), unsure=True, mistaken=False, talked=(Talk(at(4), "again"),)
        )


@pytest.mark.parametrize(
    ("slug", "must_know", "action", "kind"),
    [
        ("when-to-call", True, None, "safety"),
        ("bones", False, "emergency", "safety"),
        ("bones", False, "call-now", "safety"),
        ("bones", False, "tell", "other"),
        ("aims-of-treatment", False, None, "aim"),
        ("aims-of-treatment", False, "call-now", "safety"),
        ("what-it-is", False, None, "other"),
    ],
)
def test_kind(slug: str, must_know: bool, action: str | None, kind: Kind) -> None:
    assert kind_of(slug=slug, must_know=must_know, action=action) == kind
