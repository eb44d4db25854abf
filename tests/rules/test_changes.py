"""What differs between two texts: nothing is lost, nothing is made up, and it reads well."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from learning.rules.changes import (
    ChangedPart,
    ChangedText,
    Counts,
    Line,
    Part,
    PartsChanged,
    Piece,
    counts,
    lines_changed,
    parts_changed,
    words_changed,
)

WORDS = st.sampled_from(["a", "an", "cell", "cells", "spread", "to", "bone", "bones.", "Call"])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)
LINES = st.lists(TEXTS.filter(bool), max_size=8)


def same(text: str) -> Piece:
    return Piece("same", text)


def gone(text: str) -> Piece:
    return Piece("gone", text)


def new(text: str) -> Piece:
    return Piece("new", text)


def words_of(line: Line, *kinds: str) -> list[str]:
    return [word for piece in line if piece.kind in kinds for word in piece.text.split()]


def test_words_that_changed_are_told_apart() -> None:
    before = "Call your cancer team by day. Tell them you have cancer."
    after = "Call your cancer team now, day or night. Tell them you have cancer."
    assert words_changed(before, after) == (
        same("Call your cancer team"),
        gone("by day."),
        new("now, day or night."),
        same("Tell them you have cancer."),
    )
    assert words_changed("Call now.", "Call now.") == (same("Call now."),)
    assert words_changed("", "Call now.") == (new("Call now."),)
    assert words_changed("Call now.", "") == (gone("Call now."),)
    assert words_changed("", "") == ()


def test_one_word_between_two_changes_is_part_of_one_change() -> None:
    assert words_changed("it hurts a lot now", "it aches a little now") == (
        same("it"),
        gone("hurts a lot"),
        new("aches a little"),
        same("now"),
    )
    # At an end, or where more stayed, it is no island.
    assert words_changed("a lot", "a little") == (same("a"), gone("lot"), new("little"))


@given(TEXTS, TEXTS)
def test_words_before_and_after_can_be_put_together_again(before: str, after: str) -> None:
    line = words_changed(before, after)
    assert words_of(line, "same", "gone") == before.split()
    assert words_of(line, "same", "new") == after.split()
    assert all(piece.text for piece in line)
    kinds = [piece.kind for piece in line]
    assert all(one != other for one, other in itertools.pairwise(kinds))


@given(LINES, LINES)
def test_lines_before_and_after_can_be_put_together_again(
    before: list[str], after: list[str]
) -> None:
    lines = lines_changed(before, after)
    assert [w for line in lines for w in words_of(line, "same", "gone")] == " ".join(before).split()
    assert [w for line in lines for w in words_of(line, "same", "new")] == " ".join(after).split()


@given(LINES)
def test_a_text_is_no_different_from_itself(text: list[str]) -> None:
    assert lines_changed(text, text) == tuple((same(line),) for line in text)


def test_a_reworded_line_is_paired_and_a_new_one_stands_alone() -> None:
    before = ["Cancer can spread in three ways.", "You cannot catch it."]
    after = ["Bones can ache.", "Cancer can spread in three known ways.", "You cannot catch it."]
    assert lines_changed(before, after) == (
        (new("Bones can ache."),),
        (same("Cancer can spread in three"), new("known"), same("ways.")),
        (same("You cannot catch it."),),
    )


def test_lines_that_have_little_in_common_are_not_mixed() -> None:
    assert lines_changed(["Call your team."], ["Bones can ache.", "So can legs."]) == (
        (gone("Call your team."),),
        (new("Bones can ache."),),
        (new("So can legs."),),
    )
    assert lines_changed(["Through lymph"], ["Through the blood"]) == (
        (same("Through"), gone("lymph"), new("the blood")),
    )


def test_of_a_very_long_stretch_no_lines_are_paired() -> None:
    before = [f"Line {number} of the text before" for number in range(60)]
    after = [f"Line {number} of the text after" for number in range(60)]
    lines = lines_changed(before, after)
    assert [line[0].kind for line in lines] == ["gone"] * 60 + ["new"] * 60


def part(key: str, text: str, **more: list[str]) -> Part:
    return Part(key, key.title(), {"Text": [text, "It stays."], **more})


def test_parts_are_compared_by_key() -> None:
    before = [part("one", "Old words here."), part("two", "Alike."), part("three", "Was here.")]
    after = [part("two", "Alike."), part("four", "Is here."), part("one", "New words here.")]
    assert parts_changed(before, after) == PartsChanged(
        changed=(
            ChangedPart(
                "new", "Four", (ChangedText("Text", ((new("Is here."),), (new("It stays."),))),), ()
            ),
            ChangedPart(
                "changed",
                "One",
                (ChangedText("Text", ((gone("Old"), new("New"), same("words here.")),)),),
                ("It stays.",),
            ),
            ChangedPart(
                "gone",
                "Three",
                (ChangedText("Text", ((gone("Was here."),), (gone("It stays."),))),),
                (),
            ),
        ),
        same=("Two",),
    )


def test_a_text_that_is_gone_from_a_part_is_told() -> None:
    found = parts_changed([part("one", "A.", Door=["Hard to read."])], [part("one", "A.")])
    assert found.changed == (
        ChangedPart(
            "changed",
            "One",
            (ChangedText("Door", ((gone("Hard to read."),),)),),
            ("A.", "It stays."),
        ),
    )


def test_counts_compare_by_name() -> None:
    found = counts({"a": 1, "b": 2, "c": 3}, {"b": 2, "c": 4, "d": 5, "e": 6})
    assert (found, bool(found)) == (Counts(new=2, gone=1, changed=1), True)
    assert not counts({"a": 1}, {"a": 1})
