"""How hard content is to read: what is asked of whoever measures it, and what is kept of it.

The arithmetic is a rule, and content knows no rules: whoever reads a library passes it in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

# The Flesch-Kincaid grades above which a text is refused, and which it should not pass.
REFUSED_GRADE, AIM_GRADE = 8.0, 6.0


class LongSentence(Protocol):
    """A sentence that is too long: in which text, from which letter on, of how many words."""

    @property
    def index(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def words(self) -> int: ...


class Measured(Protocol):
    """How hard some texts are to read; None where there is nothing to measure."""

    @property
    def flesch_kincaid(self) -> float | None: ...
    @property
    def smog(self) -> float | None: ...
    @property
    def long_sentences(self) -> Sequence[LongSentence]: ...


class Measure(Protocol):
    """Measures texts; ``terms`` are words that a reader is taught, however long."""

    def __call__(self, texts: Sequence[str], *, terms: Collection[str]) -> Measured: ...


@dataclass(frozen=True)
class Grade:
    """The reading grades of a section, or of a whole module where ``section`` is empty."""

    slug: str
    language: str
    section: str
    flesch_kincaid: float | None
    smog: float | None
