"""Only my places: which modules about a place in the body come first, and which are folded.

Choosing orders and folds the list of modules and changes nothing else: never when to call, a
check, a print or a figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

PLACES = ("bones", "lungs", "liver", "brain", "nodes-and-skin")

Row = TypeVar("Row")


def fold(
    rows: Iterable[tuple[str, Row]], chosen: Collection[str]
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows shown and the rows folded: the places not chosen.

    ``rows`` are pairs of slug and row, in reading order, which both keep. What is no place is
    always shown. Where no place is chosen, nothing is folded.
    """
    shown: list[Row] = []
    folded: list[Row] = []
    for slug, row in rows:
        hide = bool(chosen) and slug in PLACES and slug not in chosen
        (folded if hide else shown).append(row)
    return tuple(shown), tuple(folded)
