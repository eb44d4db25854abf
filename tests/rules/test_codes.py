from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.codes import (
    INVITATION_LENGTH,
    LETTERS,
    LINK_LENGTH,
    RETURN_LENGTH,
    as_code,
    grouped,
    normal_code,
)


def test_letters_cannot_be_taken_for_one_another() -> None:
    """B7"""
    assert len(set(LETTERS)) == len(LETTERS) == 30
    assert not set("ILOU01") & set(LETTERS)


def test_codes_are_long_enough_for_what_they_open() -> None:
    """B7: 39 bits for a typed invitation, 96 for a return code, 128 for a link."""
    possible = {length: 30**length for length in (INVITATION_LENGTH, RETURN_LENGTH, LINK_LENGTH)}
    assert possible[8] > 2**39
    assert possible[20] > 2**96
    assert possible[27] > 2**128


@given(st.binary(min_size=32, max_size=32))
def test_every_letter_comes_from_the_bytes(data: bytes) -> None:
    code = as_code(data, LINK_LENGTH)
    number = sum(LETTERS.index(letter) * 30**place for place, letter in enumerate(code))
    assert number == int.from_bytes(data, "big") % 30**LINK_LENGTH


def test_letters_are_spread_evenly() -> None:
    codes = "".join(as_code(hashlib.sha256(bytes([n, n // 256])).digest(), 8) for n in range(256))
    counts = [codes.count(letter) for letter in LETTERS]
    assert min(counts) > 40
    assert max(counts) < 100


def test_too_few_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="Too few random bytes"):
        as_code(b"short", INVITATION_LENGTH)


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH", "abcdefgh", " ab cd ef gh ", "ABCD – EFGH", "a.b.c.d_e.f.g.h"]
)
def test_code_may_be_typed_in_any_way(typed: str) -> None:
    assert normal_code(typed) == "ABCDEFGH"


@pytest.mark.parametrize("typed", ["", "  -", "ABCD-EFG0", "ABCDEFGI", "A" * 28, "ＡＢＣＤ"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normal_code(typed) is None


def test_code_is_shown_in_groups_of_four() -> None:
    assert grouped("ABCDEFGH") == "ABCD-EFGH"
    assert grouped("ABCDEFGHJ") == "ABCD-EFGH-J"
    assert normal_code(grouped("ABCDEFGHJ")) == "ABCDEFGHJ"
