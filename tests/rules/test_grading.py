"""Grading against worked examples and against a slow, obvious second version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.grading import UNSURE, Grade, ImpossibleResponse, Key, Response, grade

ONE = Key(
    kind="one",
    choices=("lymph", "fault", "luck"),
    right=frozenset({"lymph"}),
    mixups={"fault": "own-fault", "luck": "slip"},
)
SEVERAL = Key(
    kind="several",
    choices=("blood", "lymph", "air"),
    right=frozenset({"blood", "lymph"}),
    mixups={"air": "air-spreads-it", "lymph": "only-blood"},
)
STEPS = Key(
    kind="pairs",
    places={"out": "first", "in": "second", "settle": "third"},
    place_keys=("first", "second", "third"),
    each_once=True,
    mixups={"settle": "settles-first"},
)
MATCH = Key(
    kind="pairs",
    places={"fever": "call", "cough": "tell", "fit": "emergency"},
    place_keys=("emergency", "call", "tell"),
)


def test_one_right_choice_is_right() -> None:
    assert grade(ONE, Response(picked=frozenset({"lymph"}))) == Grade(
        "right", {"lymph": True, "fault": True, "luck": True}, ()
    )


def test_one_wrong_choice_names_only_its_own_mix_up() -> None:
    assert grade(ONE, Response(picked=frozenset({"fault"}))) == Grade(
        "not_right", {"lymph": False, "fault": False, "luck": True}, ("own-fault",)
    )


@pytest.mark.parametrize("key", [ONE, SEVERAL, STEPS, MATCH])
def test_unsure_is_an_answer_of_its_own(key: Key) -> None:
    assert grade(key, Response(unsure=True)) == Grade("unsure", {}, ())


def test_several_is_right_only_when_all_of_it_is() -> None:
    assert grade(SEVERAL, Response(picked=frozenset({"blood", "lymph"}))) == Grade(
        "right", {"blood": True, "lymph": True, "air": True}, ()
    )


def test_several_names_mix_ups_of_what_was_ticked_and_of_what_was_left_out() -> None:
    assert grade(SEVERAL, Response(picked=frozenset({"blood", "air"}))) == Grade(
        "not_right", {"blood": True, "lymph": False, "air": False}, ("only-blood", "air-spreads-it")
    )


def test_pairs_in_their_places_are_right() -> None:
    placed = {"out": "first", "in": "second", "settle": "third"}
    assert grade(STEPS, Response(placed=placed)) == Grade("right", dict.fromkeys(placed, True), ())


def test_pairs_with_an_item_left_unsure_are_not_right_and_name_no_mix_up_for_it() -> None:
    placed = {"out": "first", "in": "second", "settle": UNSURE}
    assert grade(STEPS, Response(placed=placed)) == Grade(
        "not_right", {"out": True, "in": True, "settle": False}, ()
    )


def test_pairs_out_of_place_name_the_mix_up() -> None:
    placed = {"out": "third", "in": "second", "settle": "first"}
    assert grade(STEPS, Response(placed=placed)) == Grade(
        "not_right", {"out": False, "in": True, "settle": False}, ("settles-first",)
    )


def test_pairs_all_unsure_is_unsure() -> None:
    assert grade(STEPS, Response(placed=dict.fromkeys(STEPS.places, UNSURE))) == Grade(
        "unsure", {}, ()
    )


def test_matching_may_use_a_place_twice_where_that_is_allowed() -> None:
    placed = {"fever": "call", "cough": "call", "fit": "emergency"}
    assert grade(MATCH, Response(placed=placed)).verdict == "not_right"


@pytest.mark.parametrize(
    ("key", "response"),
    [
        (ONE, Response()),
        (ONE, Response(picked=frozenset({"lymph", "fault"}))),
        (ONE, Response(picked=frozenset({"blood"}))),
        (ONE, Response(placed={"lymph": "first"})),
        (SEVERAL, Response(picked=frozenset({"blood", "nowhere"}))),
        (STEPS, Response(picked=frozenset({"out"}))),
        (STEPS, Response(placed={"out": "first"})),
        (STEPS, Response(placed={"out": "first", "in": "first", "settle": "third"})),
        (STEPS, Response(placed={"out": "fourth", "in": "second", "settle": "third"})),
    ],
)
def test_a_response_that_does_not_fit_is_refused(key: Key, response: Response) -> None:
    with pytest.raises(ImpossibleResponse):
        grade(key, response)


@given(st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1), st.data())
def test_several_agrees_with_choice_by_choice(right: set[str], data: st.DataObject) -> None:
    choices = ("a", "b", "c", "d")
    picked = data.draw(st.sets(st.sampled_from(choices), min_size=1))
    key = Key(kind="several", choices=choices, right=frozenset(right))
    expected = True
    for choice in choices:
        if choice in picked and choice not in right:
            expected = False
        if choice not in picked and choice in right:
            expected = False
    found = grade(key, Response(picked=frozenset(picked)))
    assert (found.verdict == "right") is expected


@pytest.mark.parametrize(
    "response",
    [
        Response(unsure=True),
        Response(picked=frozenset({"b", "a"})),
        Response(placed={"in": "second", "out": "first"}),
    ],
)
def test_a_stored_response_reads_back_the_same(response: Response) -> None:
    assert Response.from_json(response.as_json()) == response


def test_key_from_the_stored_meaning_of_choices() -> None:
    meaning = {
        "kind": "one",
        "choices": [
            {"key": "lymph", "right": True, "misconception": None},
            {"key": "fault", "right": False, "misconception": "own-fault"},
        ],
    }
    assert Key.from_meaning(meaning) == Key(
        kind="one",
        choices=("lymph", "fault"),
        right=frozenset({"lymph"}),
        mixups={"fault": "own-fault"},
    )


def test_key_from_the_stored_meaning_of_pairs() -> None:
    meaning = {
        "kind": "pairs",
        "places": ["first", "second"],
        "each_once": True,
        "items": [
            {"key": "out", "place": "first", "misconception": None},
            {"key": "in", "place": "second", "misconception": "never-in"},
        ],
    }
    assert Key.from_meaning(meaning) == Key(
        kind="pairs",
        places={"out": "first", "in": "second"},
        place_keys=("first", "second"),
        each_once=True,
        mixups={"in": "never-in"},
    )
