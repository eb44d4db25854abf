"""The words the system itself puts into content or looks for in it, by language.

No content file repeats the words that are put in.

A module can be written in a language only when its phrases are here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Titles of the advice cards, headings of a do-and-don’t list, and hints by kind.

    Also, in small letters, the words that make a question an open one, and the first words of one
    that a yes or a no would answer.
    """

    cards: Mapping[str, str]
    do: str
    dont: str
    hints: Mapping[str, str]
    asks_openly: frozenset[str]
    asks_yes_or_no: frozenset[str]


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
        asks_openly=frozenset(["what", "how", "who", "whom", "whose", "which", "where", "why"]),
        asks_yes_or_no=frozenset(
            [
                *("am", "are", "is", "was", "were", "do", "does", "did", "has", "have", "had"),
                *("can", "could", "may", "might", "must", "shall", "should", "will", "would"),
                *("aren’t", "isn’t", "wasn’t", "weren’t", "don’t", "doesn’t", "didn’t", "hasn’t"),
                *("haven’t", "hadn’t", "can’t", "couldn’t", "shouldn’t", "won’t", "wouldn’t"),
            ]
        ),
    ),
}
