"""Where a person stands, in words and by objective. No score, no pass mark.

An objective is known when the latest try at each of its questions was right, so trying again can
always mend it. Figures about everybody count first tries only and do not come from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Standing = Literal["known", "look_again", "open"]


@dataclass(frozen=True)
class Asked:
    """A question of a sitting and the verdict of its latest try (None: not answered yet)."""

    objective: str
    verdict: str | None


def standing_by_objective(asked: Iterable[Asked]) -> dict[str, Standing]:
    """For each objective asked about: known, worth another look, or still open."""
    verdicts: dict[str, list[str | None]] = {}
    for question in asked:
        verdicts.setdefault(question.objective, []).append(question.verdict)
    return {objective: _standing(found) for objective, found in verdicts.items()}


def _standing(verdicts: list[str | None]) -> Standing:
    if None in verdicts:
        return "open"
    return "known" if all(verdict == "right" for verdict in verdicts) else "look_again"


ModuleState = Literal["new", "reading", "read", "checking", "finished"]


def module_state(
    *, sections: Iterable[str], read: Iterable[str], open_check: bool, finished: bool
) -> ModuleState:
    """How far a person is with a module.

    Finished means: the check after reading was answered to its last question, whatever the
    answers. Sections read are shown, never required.
    """
    if finished:
        return "finished"
    if open_check:
        return "checking"
    sections, read = set(sections), set(read)
    if sections and sections <= read:
        return "read"
    return "reading" if read & sections else "new"


def next_section(sections: Iterable[str], read: Iterable[str]) -> str | None:
    """The first section not read yet, or None when all were read."""
    done = set(read)
    return next((section for section in sections if section not in done), None)
