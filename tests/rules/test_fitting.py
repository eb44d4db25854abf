from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from learning.rules.fitting import fill, lines, width


def test_width_rounds_letters_up_by_kind() -> None:
    letters = {"l": 0.4, "m": 0.95, "a": 0.58, "A": 0.73, "7": 0.73, "中": 1.2, "": 0}
    assert {text: width(text) for text in letters} == letters
    assert width("all") == 0.58 + 0.4 + 0.4


def test_lines_breaks_at_words_and_breaks_long_words() -> None:
    cases = {
        "": 1,
        "aa aa": 1,  # 1.16 + 0.4 + 1.16
        "aa aa aa": 2,
        "aa aaaaaaa aa": 3,  # 4.06 in the middle, wider than a line
        "a" * 18: 4,  # 10.44
        "aa " + "a" * 18: 5,
    }
    assert {text: lines(text, line=3) for text in cases} == cases


@given(st.text(max_size=60), st.floats(min_value=2, max_value=40))
def test_lines_hold_all_of_the_text(text: str, line: float) -> None:
    assert lines(text, line=line) * line >= width("".join(text.split()))


def test_fill_takes_turns_until_nothing_more_fits() -> None:
    ask, unsure, known = [10, 10, 10], [5, 5], [5, 5, 5]
    both = (0, 0, 1, 2)
    assert fill([ask, unsure, known], turns=both, more=3, room=100) == (3, 2, 3)
    assert fill([ask, unsure, known], turns=both, more=3, room=45) == (2, 2, 1)
    assert fill([ask, unsure, known], turns=both, more=3, room=30) == (2, 0, 0)
    assert fill([ask, unsure, known], turns=both, more=3, room=0) == (0, 0, 0)
    assert fill([[], [], []], turns=both, more=3, room=0) == (0, 0, 0)


def test_fill_needs_no_line_for_more_where_a_list_is_whole() -> None:
    assert fill([[10, 10]], turns=(0,), more=5, room=20) == (2,)
    assert fill([[10, 10, 10]], turns=(0,), more=5, room=20) == (1,)


sizes = st.lists(st.integers(min_value=1, max_value=100), max_size=8)


@given(st.lists(sizes, min_size=3, max_size=3), st.integers(min_value=0, max_value=500))
def test_fill_never_takes_more_than_there_is_room_for(lists: list[list[int]], room: int) -> None:
    taken = fill(lists, turns=(0, 0, 1, 2), more=20, room=room)
    needs = sum(
        sum(items[:count]) + (20 if count < len(items) else 0)
        for items, count in zip(lists, taken, strict=True)
    )
    assert all(count <= len(items) for items, count in zip(lists, taken, strict=True))
    assert needs <= room or taken == (0, 0, 0)
