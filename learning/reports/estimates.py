"""What may be told of one idea, as estimates with intervals; None is hidden."""

from __future__ import annotations

from learning.reports.figures import Idea
from learning.rules.statistics import Estimate, gain_from_margins, paired_gain, share


def right_after(idea: Idea) -> Estimate | None:
    shown = idea.shown
    return None if shown.right is None else share(shown.right, shown.n)


def right_before(idea: Idea) -> Estimate | None:
    """Of the people who also answered before reading."""
    pairs = idea.shown.pairs
    return share(pairs.before, pairs.n) if pairs else None


def gain(idea: Idea) -> Estimate | None:
    """The paired gain; with the wide interval where the four cells cannot be told."""
    pairs = idea.shown.pairs
    if pairs is None:
        return None
    if pairs.cells is None:
        return gain_from_margins(pairs.before, pairs.after, pairs.n)
    return paired_gain(pairs.cells)


def not_sure(idea: Idea) -> Estimate | None:
    shown = idea.shown
    return None if shown.unsure is None else share(shown.unsure, shown.n)


def sure_and_wrong(idea: Idea) -> Estimate | None:
    shown = idea.shown
    return None if shown.sure_wrong is None else share(shown.sure_wrong, shown.n)


def in_quotes(idea: Idea) -> str:
    return f"“{idea.sentence.rstrip('.')}”"
