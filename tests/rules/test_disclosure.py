"""The attacker knows the rules, sees everything that is shown, and solves for what is not.

Small worlds are enumerated whole: every table of counts there could be, by what would be shown
of it. In the tables that look alike, a cell that could identify somebody (a count below k) must
still be able to take several values. With complementary suppression switched off the same solver
finds leaks, so it could fail.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.rules.disclosure import (
    ObjectiveCounts,
    QuestionCounts,
    ShownObjective,
    ShownPairs,
    ShownQuestion,
    about,
    publish,
)
from learning.rules.statistics import Estimate, Moments, Pairs

K = 5
NO_PAIRS = Pairs(0, 0, 0, 0)


def parts(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to divide a total over so many cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in parts(total - first, cells - 1):
            yield (first, *rest)


def question(
    key: str, right: int, one: int, other: int, unsure: int, *, moments: Moments | None = None
) -> QuestionCounts:
    return QuestionCounts(
        key=key,
        version=1,
        right=right,
        n=right + one + other + unsure,
        right_choice="best",
        chosen={"best": right, "one": one, "other": other, "unsure": unsure},
        moments=moments,
    )


def objective(
    *questions: QuestionCounts, sure_wrong: int = 0, pairs: Pairs = NO_PAIRS
) -> ObjectiveCounts:
    unsure = sum(asked.chosen["unsure"] for asked in questions)
    right = sum(asked.right for asked in questions)
    n = sum(asked.n for asked in questions)
    return ObjectiveCounts("idea", right, n - right - unsure, unsure, sure_wrong, pairs, questions)


def solved(
    worlds: Sequence[tuple[tuple[int, ...], ObjectiveCounts]], *, complementary: bool = True
) -> dict[str, set[int]]:
    """The small cells for which what is shown leaves fewer than k - 1 values, with those."""
    alike: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for cells, counts in worlds:
        alike[repr(publish(counts, k=K, complementary=complementary))].append(cells)
    pinned = {}
    for looks, found in alike.items():
        for place in range(len(found[0])):
            values = {cells[place] for cells in found}
            if len(values) < K - 1 and min(values) < K and max(values) > 0:
                pinned[f"cell {place} of {looks}"] = values
    return pinned


def one_question_worlds() -> list[tuple[tuple[int, ...], ObjectiveCounts]]:
    """Up to 24 people, four choices."""
    return [(cells, objective(question("a", *cells))) for n in range(25) for cells in parts(n, 4)]


def two_question_worlds() -> list[tuple[tuple[int, ...], ObjectiveCounts]]:
    """Two forms of an objective: right, wrong and unsure of each, up to 9 people a form."""
    rows = [cells for n in range(K, 17) for cells in parts(n, 3)]
    small = [row for row in rows if sum(row) in (6, 11, 16)]
    return [
        (
            (*a, *b),
            objective(question("a", a[0], a[1], 0, a[2]), question("b", b[0], b[1], 0, b[2])),
        )
        for a, b in itertools.product(small, small)
    ]


def paired_worlds() -> list[tuple[tuple[int, ...], ObjectiveCounts]]:
    """Pairs by before and after, and people with an answer after reading alone."""
    found = []
    for n, alone in itertools.product((12, 16, 20), (0, 3, 10, 11)):
        for cells in parts(n, 4):
            pairs = Pairs(*cells)
            for alone_right in range(alone + 1):
                right = pairs.after + alone_right
                counts = ObjectiveCounts("idea", right, n + alone - right, 0, 0, pairs)
                found.append(((*cells, alone_right, alone - alone_right), counts))
    return found


def sure_worlds() -> list[tuple[tuple[int, ...], ObjectiveCounts]]:
    """How many of those who were wrong felt sure."""
    return [
        (
            (right, sure, wrong - sure, unsure),
            ObjectiveCounts("idea", right, wrong, unsure, sure, NO_PAIRS),
        )
        for n in range(25)
        for right, wrong, unsure in parts(n, 3)
        for sure in range(wrong + 1)
    ]


WORLDS = {
    "one question": one_question_worlds,
    "two questions": two_question_worlds,
    "pairs": paired_worlds,
    "sure": sure_worlds,
}


@pytest.mark.parametrize("name", WORLDS)
def test_no_small_cell_can_be_worked_out(name: str) -> None:
    """S-075, S-076, B9.2, B9.3"""
    assert solved(WORLDS[name]()) == {}


@pytest.mark.parametrize("name", WORLDS)
def test_the_solver_finds_the_leak_without_complementary_suppression(name: str) -> None:
    assert solved(WORLDS[name](), complementary=False) != {}


# What is shown where there are enough


def test_everything_is_shown_of_many() -> None:
    moments = Moments(n=130, right=90, rest=80.0, rest_squared=60.0, right_and_rest=60.0)
    counts = objective(
        question("a", 90, 20, 3, 17, moments=moments),
        question("b", 40, 30, 20, 20),
        sure_wrong=30,
        pairs=Pairs(40, 10, 30, 20),
    )
    assert publish(counts, k=5) == ShownObjective(
        key="idea",
        n=240,
        right=130,
        wrong=None,
        unsure=None,
        sure_wrong=30,
        pairs=ShownPairs(100, 50, 70, Pairs(40, 10, 30, 20)),
        questions=(
            ShownQuestion("a", 1, 130, 90, {"best": 90}, 40, Estimate(0.3, 0.1, 0.4, 130)),
            ShownQuestion(
                "b", 1, 110, 40, {"best": 40, "one": 30, "other": 20, "unsure": 20}, None, None
            ),
        ),
    )


@pytest.mark.parametrize(
    ("cells", "chosen", "other"),
    [
        ((90, 20, 3, 2), {"one": 20}, 5),
        ((90, 20, 3, 1), {}, 24),  # four people: fewer than k
        ((90, 20, 3, 3), {}, 26),  # each of two would be 2, 3 or 4
        ((90, 20, 8, 3), {}, 31),  # the only small one would be told by the rest
        ((90, 20, 8, 0), {}, 28),
        ((90, 20, 8, 6), {"one": 20, "other": 8, "unsure": 6}, None),
    ],
)
def test_small_choices_are_pooled_where_the_pool_does_not_tell(
    cells: tuple[int, int, int, int], chosen: dict[str, int], other: int | None
) -> None:
    shown = publish(objective(question("a", *cells)), k=5)
    assert shown is not None
    assert shown.questions[0].chosen == {"best": 90, **chosen}
    assert shown.questions[0].other == other


def test_parts_that_do_not_exclude_each_other_are_hidden_one_by_one() -> None:
    parts_wrong = {"blood": 8, "hands": 3, "tubes": 28}
    asked = QuestionCounts("a", 1, 12, 30, exclusive=False, chosen=parts_wrong)
    counts = ObjectiveCounts("idea", 12, 18, 0, 0, NO_PAIRS, [asked])
    shown = publish(counts, k=5)
    assert shown is not None
    assert shown.questions == (ShownQuestion("a", 1, 30, 12, {"blood": 8}, None, None),)


def test_too_few_people_or_all_alike_show_no_answer() -> None:
    """S-079: also not that everybody knew it."""
    assert publish(objective(question("a", 2, 1, 1, 0)), k=5) is None
    for cells in ((40, 0, 0, 0), (0, 40, 0, 0), (38, 2, 0, 0)):
        assert publish(objective(question("a", *cells)), k=5) == ShownObjective("idea", 40)


def test_one_small_question_hides_all_questions_of_the_objective() -> None:
    shown = publish(objective(question("a", 30, 30, 0, 0), question("b", 2, 9, 0, 0)), k=5)
    assert shown is not None
    assert (shown.right, shown.questions) == (32, ())


def test_k_has_a_floor() -> None:
    with pytest.raises(ValueError, match="at least 5"):
        publish(objective(question("a", 9, 9, 9, 9)), k=4)


def test_numbers_of_people_are_told_to_the_nearest_five() -> None:
    told = [about(count, k=11) for count in (0, 10, 11, 12, 13, 17, 18, 20)]
    assert told == [None, None, 10, 10, 15, 15, 20, 20]


# By clinic and by language


def shares(**groups: tuple[int, int]) -> dict[str, tuple[int, int]]:
    right = sum(row[0] for row in groups.values())
    n = sum(row[1] for row in groups.values())
    by = {"clinic": {key.replace("none", ""): row for key, row in groups.items()}}
    counts = ObjectiveCounts("idea", right, n - right, 0, 0, NO_PAIRS, (), by)
    shown = publish(counts, k=11)
    assert shown is not None
    found = shown.shares.get("clinic", {})
    return {key: (told.percent, told.at_least) for key, told in found.items()}


def test_shares_by_clinic_are_in_steps_of_five_and_never_the_ends() -> None:
    assert shares(north=(31, 40), south=(30, 30), west=(1, 40)) == {
        "north": (80, 30),
        "south": (95, 30),
        "west": (5, 30),
    }


def test_small_clinics_are_pooled_until_the_pool_is_large() -> None:
    assert shares(north=(31, 60), south=(20, 40), tiny=(2, 5)) == {
        "north": (50, 30),
        "": (50, 30),
    }
    assert shares(north=(31, 60), east=(9, 29), tiny=(2, 5)) == {
        "north": (50, 30),
        "": (30, 30),
    }
    assert shares(north=(30, 60), none=(600, 1200)) == {"north": (50, 30), "": (50, 1000)}


def test_where_only_one_clinic_stays_nothing_is_shown_by_clinic() -> None:
    assert shares(north=(30, 60)) == {}
    assert shares(north=(30, 60), tiny=(2, 5)) == {}


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=3),
        st.integers(0, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        max_size=6,
    )
)
@settings(max_examples=300)
def test_no_clinic_is_shown_beside_a_small_rest(groups: dict[str, tuple[int, int]]) -> None:
    """S-078, B9.7"""
    right, n = (sum(row[part] for row in groups.values()) for part in (0, 1))
    counts = ObjectiveCounts("idea", right, n - right, 0, 0, NO_PAIRS, (), {"clinic": groups})
    shown = publish(counts, k=11)
    found = shown.shares.get("clinic", {}) if shown else {}
    rest = sum(row[1] for key, row in groups.items() if key not in found)
    assert all(groups[key][1] >= 30 for key in found if key)
    assert ("" in found) == (bool(found) and rest > 0)
    assert not found or rest == 0 or rest >= 30
    assert all(5 <= told.percent <= 95 and told.percent % 5 == 0 for told in found.values())
