from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.attention import (
    FEWEST,
    QUIET,
    REASONS,
    Need,
    OpenInGroup,
    Reason,
    Shows,
    finding,
    need,
    people_say,
    phrase,
    quiet,
    reason_of,
    weigh,
    worth_teaching,
)
from learning.rules.ideas import KINDS, Kind, Open, Talk
from tests.factories import NOW, TODAY


@dataclass(frozen=True)
class Idea:
    kind: Kind
    state: Open


Order = tuple[int, bool, bool, datetime.date, float]


def day(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def at(number: int) -> datetime.datetime:
    return NOW + datetime.timedelta(days=number)


def idea(
    kind: Kind = "other",
    *,
    unsure: bool = False,
    mistaken: bool = False,
    since: int = 0,
    talked: Sequence[str] = (),
) -> Idea:
    talks = tuple(Talk(at(since + 1), result) for result in talked)
    return Idea(kind, Open(at(since), unsure, mistaken, talks))


def needed(*ideas: Idea, questions: Sequence[int] = (), visits: Sequence[int] = ()) -> Need | None:
    shows = Shows(
        weigh(ideas), [at(number) for number in questions], [day(number) for number in visits]
    )
    return need(shows, today=TODAY)


def order_of(*ideas: Idea, questions: Sequence[int] = (), visits: Sequence[int] = ()) -> Order:
    found = needed(*ideas, questions=questions, visits=visits)
    assert found is not None
    return found.order


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (idea("safety", unsure=True), "safety"),
        (idea("aim"), "aim"),
        (idea(unsure=True), "unsure"),
        (idea(), "idea"),
    ],
)
def test_reason_of_an_idea(of: Idea, reason: Reason) -> None:
    assert reason_of(of) == reason


def test_nothing_needs_a_nurse() -> None:
    assert needed() is None


def test_all_reasons_in_their_order_and_the_first_is_the_band() -> None:
    found = needed(
        idea(),
        idea(unsure=True),
        idea(unsure=True, since=1),
        idea("aim"),
        idea("safety"),
        questions=[1, 2],
        visits=[3, 4, 20],
    )
    assert found is not None
    assert list(found.reasons.items()) == [
        ("safety", 1),
        ("aim", 1),
        ("question", 2),
        ("unsure", 2),
        ("idea", 1),
        ("visit", 2),
    ]
    assert found.band == "safety"


@pytest.mark.parametrize(("visit", "counts"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_visit_counts_from_today_to_two_weeks_ahead(visit: int, counts: bool) -> None:
    """Nothing is ever overdue: a visit that is over asks for nothing."""
    found = needed(visits=[visit])
    assert (found is not None and found.reasons == {"visit": 1}) is counts


def test_bands_come_in_the_order_of_the_reasons() -> None:
    bands = [
        order_of(idea("safety")),
        order_of(idea("aim", mistaken=True)),
        order_of(questions=[0]),
        order_of(idea(unsure=True)),
        order_of(idea(mistaken=True)),
        order_of(visits=[1]),
    ]
    assert bands == sorted(bands)


def test_order_within_a_band() -> None:
    """Sure and mistaken, then not yet talked with, then the next visit, then who waited longest."""
    people = [
        order_of(idea("safety", mistaken=True, since=5)),
        order_of(idea("safety", mistaken=True, since=-5, talked=["again"])),
        order_of(idea("safety"), visits=[2]),
        order_of(idea("safety"), visits=[9]),
        order_of(idea("safety", since=-9)),
        order_of(idea("safety", since=-2)),
        order_of(idea("safety", since=-9, talked=["not_today"])),
    ]
    for shuffled in itertools.islice(itertools.permutations(people), 0, 5040, 97):
        assert sorted(shuffled) == people


def test_only_what_is_in_the_band_orders_it() -> None:
    plain, other = order_of(idea("safety")), order_of(idea("safety"), idea("aim", mistaken=True))
    assert plain == other
    assert order_of(questions=[2, 1]) == order_of(questions=[1])


ideas = st.builds(
    Idea,
    st.sampled_from(KINDS),
    st.builds(Open, st.datetimes(timezones=st.just(datetime.UTC)), st.booleans(), st.booleans()),
)


@given(
    st.lists(ideas, max_size=6),
    st.lists(st.datetimes(timezones=st.just(datetime.UTC)), max_size=3),
    st.lists(st.integers(-30, 60), max_size=4),
)
def test_reasons_are_counted_once_each(
    open_ideas: list[Idea], questions: list[datetime.datetime], visits: list[int]
) -> None:
    """Against a slow plain second count."""
    days = [day(number) for number in visits]
    found = need(Shows(weigh(open_ideas), questions, days), today=TODAY)
    expected: dict[Reason, int] = {
        "safety": sum(each.kind == "safety" for each in open_ideas),
        "aim": sum(each.kind == "aim" for each in open_ideas),
        "question": len(questions),
        "unsure": sum(each.kind == "other" and each.state.unsure for each in open_ideas),
        "idea": sum(each.kind == "other" and not each.state.unsure for each in open_ideas),
        "visit": sum(0 <= number <= 14 for number in visits),
    }
    reasons = dict(found.reasons) if found else {}
    assert {reason: reasons.get(reason, 0) for reason in REASONS} == expected


def test_who_has_no_reason() -> None:
    assert (quiet(only_joined=True), quiet(only_joined=False)) == ("joined", "nothing")


def test_findings_are_sentences() -> None:
    assert [finding(about, 1) for about in (*REASONS, *QUIET)] == [
        "One person has an open idea about when to call.",
        "One person has an open idea about what treatment is for.",
        "One person shared a question with you.",
        "One person is not sure about another topic.",
        "One person has an open idea on another topic.",
        "One person has a module to finish before a visit in the next two weeks.",
        "One person has nothing open in what they share.",
        "One person shares only that they joined.",
    ]
    assert [finding(about, 3) for about in (*REASONS, *QUIET)] == [
        "Three people have an open idea about when to call.",
        "Three people have an open idea about what treatment is for.",
        "Three people shared a question with you.",
        "Three people are not sure about another topic.",
        "Three people have an open idea on another topic.",
        "Three people have a module to finish before a visit in the next two weeks.",
        "Three people have nothing open in what they share.",
        "Three people share only that they joined.",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "No people"),
        (1, "One person"),
        (9, "Nine people"),
        (10, "10 people"),
        (1200, "1,200 people"),
    ],
)
def test_numbers_of_people_in_words(number: int, words: str) -> None:
    assert people_say(number) == words


def test_phrases() -> None:
    assert [phrase(reason, 1) for reason in REASONS] == [
        "an idea about when to call",
        "an idea about what treatment is for",
        "a question for you",
        "not sure about another topic",
        "an idea on another topic",
        "a module to finish before a visit",
    ]
    assert [phrase(reason, 2) for reason in REASONS] == [
        "2 ideas about when to call",
        "2 ideas about what treatment is for",
        "2 questions for you",
        "not sure about 2 other topics",
        "2 ideas on other topics",
        "2 modules to finish before a visit",
    ]


def in_group(kind: Kind, people: int, sentence: str = "One.") -> OpenInGroup:
    return OpenInGroup(kind, sentence, "A module", people)


def test_what_to_teach_is_ordered_by_kind_and_then_by_number() -> None:
    ideas = [
        in_group("safety", 5),
        in_group("safety", 1),
        in_group("aim", 7),
        in_group("other", 9, "A."),
        in_group("other", 9, "B."),
    ]
    assert worth_teaching(reversed(ideas), sharing=FEWEST) == tuple(ideas)


def test_what_to_teach_is_silent_of_few() -> None:
    """B9: inside a nurse's own group at least five who share."""
    assert worth_teaching([in_group("safety", 4)], sharing=FEWEST - 1) == ()
