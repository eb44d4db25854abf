"""The words the system itself puts into content, by language; no content file repeats them.

A module can be written in a language only when its phrases are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Titles of the advice cards, headings of a do-and-don’t list, and hints by kind."""

    cards: Mapping[str, str]
    do: str
    dont: str
    hints: Mapping[str, str]


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        cards={
            "emergency": "Emergency: call your local emergency number now",
            "call-now": "Call your cancer team now, day or night",
            "tell": "Tell your team",
        },
        do="Do",
        dont="Don’t",
        hints={
            "one": "Choose one.",
            "several": "Choose all that apply.",
            "pairs": "Choose one for each.",
        },
    ),
}
