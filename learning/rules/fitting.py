"""How much fits on one sheet of paper, so that it never spills over onto a second.

Lines are reckoned from the widths of letters, on the safe side: a text may turn out shorter on
paper than here, not longer.
"""

from __future__ import annotations

from collections.abc import Sequence

_NARROW = frozenset("iljtfrI.,;:!|'’“”()[] -")
_WIDE = frozenset("mwMWQ@%&—")


def width(text: str) -> float:
    """The width of a text in em, a little more than it takes in the typeface of the site."""
    return sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    """Measured in Atkinson Hyperlegible Next, and rounded up by kind."""
    if letter in _NARROW:
        return 0.4
    if letter in _WIDE:
        return 0.95
    if ord(letter) > 0xFF:  # other scripts and signs, some as wide as they are high
        return 1.2
    return 0.58 if letter.islower() else 0.73


def lines(text: str, *, line: float) -> int:
    """How many lines of ``line`` em a text takes at most. A word longer than a line is broken."""
    count, used = 1, 0.0
    for word in text.split():
        needs = width(word)
        if used and used + _letter(" ") + needs <= line:
            used += _letter(" ") + needs
            continue
        if used:
            count += 1
        whole = int(needs // line)
        count += whole
        used = needs - whole * line
    return count


def fill(
    sizes: Sequence[Sequence[int]], *, turns: Sequence[int], more: int, room: int
) -> tuple[int, ...]:
    """How many items of each list fit into ``room``, in the order of each list.

    The lists take turns, as ``turns`` names them, until nothing more fits. A list that is cut
    needs ``more`` for the line that says so.
    """
    taken = [0] * len(sizes)
    waiting = list(turns)
    while waiting:
        for turn in list(waiting):
            trial = taken.copy()
            trial[turn] += 1
            if trial[turn] <= len(sizes[turn]) and _needs(sizes, trial, more) <= room:
                taken = trial
            else:
                waiting = [other for other in waiting if other != turn]
    return tuple(taken)


def _needs(sizes: Sequence[Sequence[int]], taken: Sequence[int], more: int) -> int:
    return sum(
        sum(items[:count]) + (more if count < len(items) else 0)
        for items, count in zip(sizes, taken, strict=True)
    )
