from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.spreadsheet import BYTE_ORDER_MARK, row, safe_text

SIGNS = "=+-@＝＋－＠"


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        *(f"{sign}1" for sign in SIGNS),
        *(f"{control}plain" for control in "\t\r\n\0"),
        *(f"{space}=1+1" for space in (" ", "\u00a0", "\u200b", " \t ", "\ufeff")),
        '=HYPERLINK("https://example.org","x")',
        "-2+3+cmd|' /C calc'!A0",
    ],
)
def test_formula_gets_a_single_quote(text: str) -> None:
    """S-056"""
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Green Lake", "1 = 1", "a+b", "’=1", "'=1", "5-6", "née @ home", " ", "\u200b"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_row_is_quoted_and_ends_as_the_standard_says() -> None:
    cells: list[str | int] = ["Green Lake", 'says "so"', "a,b", "two\r\nlines", "", 7, -7]
    assert row(cells) == '"Green Lake","says ""so""","a,b","two\r\nlines","",7,-7\r\n'
    assert BYTE_ORDER_MARK.encode() == b"\xef\xbb\xbf"


def is_harmless(cell: str) -> bool:
    """Said another way: what is seen first is none of the signs, and no control comes before."""
    seen = [
        sign for sign in cell if unicodedata.category(sign) not in ("Cc", "Cf", "Zs", "Zl", "Zp")
    ]
    first = unicodedata.normalize("NFKC", seen[0]) if seen else ""
    return first not in tuple("=+-@") and not cell.startswith(("\t", "\r", "\n", "\0"))


texts = st.text(
    st.one_of(st.sampled_from(SIGNS + "\t\r\n\0\"', \u00a0"), st.characters(codec="utf-8"))
)


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4))
def test_rows_parse_back_and_carry_nothing_out(table: list[list[str]]) -> None:
    """S-056: every text comes back as it was, or with the one quote in front."""
    read = parsed("".join(row(cells) for cells in table))
    assert read == [[safe_text(cell) for cell in cells] for cells in table]
    for cells, back in zip(table, read, strict=True):
        for cell, found in zip(cells, back, strict=True):
            assert found in (cell, f"'{cell}")
            assert is_harmless(found)
