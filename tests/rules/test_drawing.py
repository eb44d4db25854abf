"""Which questions a check asks."""

import random

from hypothesis import given
from hypothesis import strategies as st

from learning.rules.drawing import Candidate, display_order, draw

FIVE = [
    Candidate(2 * number + (form == "b"), objective, form)
    for number, objective in enumerate(["names", "routes", "steps", "nodes", "fault"])
    for form in ("a", "b")
]


def test_after_reading_every_objective_is_asked_once_in_the_order_of_the_file() -> None:
    drawn = draw(FIVE, occasion="after", last_form={}, rng=random.Random(1))
    assert [c.objective for c in drawn] == ["names", "routes", "steps", "nodes", "fault"]


def test_before_reading_four_objectives_at_most() -> None:
    drawn = draw(FIVE, occasion="before", last_form={}, rng=random.Random(1))
    assert len({c.objective for c in drawn}) == len(drawn) == 4


def test_each_objective_can_be_left_out_before_reading() -> None:
    seen = {
        c.objective
        for seed in range(60)
        for c in draw(FIVE, occasion="before", last_form={}, rng=random.Random(seed))
    }
    assert seen == {"names", "routes", "steps", "nodes", "fault"}


def test_both_forms_come_up_where_nothing_was_asked_yet() -> None:
    forms = {
        c.form
        for seed in range(20)
        for c in draw(FIVE, occasion="after", last_form={}, rng=random.Random(seed))
    }
    assert forms == {"a", "b"}


@given(st.integers(), st.sampled_from(["a", "b"]))
def test_after_takes_the_form_that_was_not_asked_last(seed: int, last: str) -> None:
    drawn = draw(FIVE, occasion="after", last_form={"nodes": last}, rng=random.Random(seed))
    assert [c.form for c in drawn if c.objective == "nodes"] == ["b" if last == "a" else "a"]


def test_an_objective_whose_other_form_is_gone_is_asked_in_the_one_it_has() -> None:
    left = [c for c in FIVE if not (c.objective == "nodes" and c.form == "b")]
    drawn = draw(left, occasion="after", last_form={"nodes": "a"}, rng=random.Random(3))
    assert [c.form for c in drawn if c.objective == "nodes"] == ["a"]


def test_the_third_form_of_the_must_know_set_is_kept_for_later() -> None:
    only_later = [Candidate(0, "cord", "c"), Candidate(1, "fever", "a")]
    drawn = draw(only_later, occasion="after", last_form={}, rng=random.Random(3))
    assert drawn == [Candidate(1, "fever", "a")]


def test_an_objective_with_two_questions_in_a_form_asks_both() -> None:
    both = [Candidate(0, "cord", "a"), Candidate(1, "cord", "a")]
    assert draw(both, occasion="after", last_form={}, rng=random.Random(3)) == both


@given(st.integers())
def test_choices_are_shuffled_and_none_is_lost(seed: int) -> None:
    order = display_order("abcd", in_order=False, rng=random.Random(seed))
    assert sorted(order) == list("abcd")


def test_choices_whose_order_has_meaning_keep_it() -> None:
    assert display_order("abcd", in_order=True, rng=random.Random(1)) == list("abcd")
