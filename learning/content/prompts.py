"""Teach-back prompts: what a nurse asks to hear each objective in the person's own words.

A prompt is asked kindly and aloud, so it is short, and nobody can answer it by yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from learning.content.measuring import AIM_GRADE, REFUSED_GRADE, Measure
from learning.content.nodes import Cursor, Fields, unique
from learning.content.phrases import PHRASES

LONGEST_PROMPT = 25
# Words in “ ” are somebody else's: a friend may well ask what is answered by yes or no.
_QUOTED = re.compile(r"“[^”]*”")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")


@dataclass(frozen=True)
class PromptReader:
    """Reads the prompts of a module in one language. ``terms`` count as easy words."""

    language: str
    measure: Measure
    terms: Collection[str]

    def read(self, fields: Fields, objectives: Collection[str]) -> dict[str, str]:
        """The prompt for each objective, in the order of the objectives."""
        prompts: dict[str, str] = {}
        places: list[tuple[Cursor, str]] = []
        for key, entry in fields.entries("teach_back").items():
            entry.key.one_of(objectives)
            prompts[key] = entry.value.text()
            places.append((entry.value, prompts[key]))
            if prompts[key]:
                self._check(entry.value, prompts[key])
        unique(places, "prompt")
        if place := fields.get("teach_back"):
            for objective in objectives:
                if objective not in prompts:
                    place.fault(f"objective “{objective}” has no prompt")
        return {key: prompts[key] for key in objectives if key in prompts}

    def _check(self, place: Cursor, prompt: str) -> None:
        count = len(prompt.split())
        if count > LONGEST_PROMPT:
            place.fault(f"{count} words; expected {LONGEST_PROMPT} at most")
        if not prompt.endswith("?"):
            place.fault("expected a question, with its question mark at the very end")
        for trouble in self._closed(prompt):
            place.fault(trouble)
        measured = self.measure([prompt], terms=self.terms)
        grade = measured.flesch_kincaid
        if grade is not None and grade > REFUSED_GRADE:
            place.fault(f"reading grade {grade:.1f}; refused above {REFUSED_GRADE:.0f}")
        elif grade is not None and grade > AIM_GRADE:
            place.warn(f"reading grade {grade:.1f}; aim at {AIM_GRADE:.0f}")
        for long in measured.long_sentences:
            place.warn(f"a sentence of {long.words} words; aim at 20 at most")

    def _closed(self, prompt: str) -> list[str]:
        """What is wrong with each question of a prompt that a yes or a no would answer."""
        phrases = PHRASES.get(self.language)
        if phrases is None:
            return []
        troubles = []
        for sentence in re.split(r"(?<=[.!?])\s+", _QUOTED.sub("“”", prompt)):
            words = _WORD.findall(sentence.casefold())
            if not sentence.endswith("?") or not words:
                continue
            if words[0] in phrases.asks_yes_or_no:
                opening = _WORD.findall(sentence)[0]
                troubles.append(f"“{opening} …” asks for a yes or a no; ask what or how")
            elif not phrases.asks_openly.intersection(words):
                troubles.append("a yes or a no would answer this; ask what or how")
        return troubles
