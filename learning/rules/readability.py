"""How hard a text is to read: Flesch-Kincaid grade, SMOG grade, and sentences that are too long.

Flesch-Kincaid grade = 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (Kincaid and
others, 1975). SMOG grade = 1.043 × √(30 × words of three or more syllables ÷ sentences) + 3.1291
(McLaughlin, 1969); it is made for thirty sentences and rough below that.

Each text is a paragraph or list item; its end ends a sentence. Syllables are counted from the
letters of a word, which is right for about nine English words in ten. Numbers count as one
syllable, and so does each word of a term that readers are taught. Without a word there is no grade.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

LONGEST_SENTENCE = 20

# A word: letters and digits, with inner apostrophes; "well-known" is two words.
_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*|\d+(?:[.,]\d+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_END = re.compile(r"[.!?]+[”’\")]*(?=\s|\Z)")
_NO_END = re.compile(r"\b(?:Dr|Mr|Ms|Mrs|St|vs|e\.g|i\.e)\.\Z")
# Two vowels side by side that are spoken apart: "di-et", "cre-ate", "tri-al", "radi-o".
_APART = re.compile(
    r"i(?:a(?!l|n\b)|et|o(?!us|n)|u)|(?<![ct])i(?:al|en(?!d))|(?<![ctxg])ious|(?<=..)ier\Z"
    r"|(?<![qg])u(?:a|o|el|id\b)|eo(?!u|n\b)|crea|react|scien|oe[mt]|yi|[eo]ing\b"
)
# An e that is written and not spoken: "place", "called", "places" but not "table", "needed".
_SILENT = re.compile(
    r"(?<![aeiouyl])e\Z|(?<=[aeiouy]l)e\Z|(?<![aeiouytdl])ed\Z|(?<=[aeiouyl]l)ed\Z"
)
_SILENT_S = re.compile(r"(?<![aeiouyscxzgl])(?<!ch)(?<!sh)es\Z|(?<=[aeiouy]l)es\Z")
_SILENT_INSIDE = re.compile(
    r"(?<=[a-z][^aeiouyl])e(?=(?:ly|liness|ment|ments|ful|less|ness|work|time|where|fore|lines?)\Z)"
)
_EXCEPTIONS = {
    "area": 3,
    "areas": 3,
    "cream": 1,
    "diarrhea": 4,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "everywhere": 3,
    "homework": 2,
    "idea": 3,
    "ideas": 3,
    "moreover": 3,
    "nausea": 3,
    "people": 2,
    "rhythm": 2,
    "someone": 2,
    "something": 2,
    "sometimes": 2,
    "somewhere": 2,
    "the": 1,
}


@dataclass(frozen=True)
class LongSentence:
    """A sentence of too many words: in which text, from which letter on."""

    index: int
    offset: int
    words: int


@dataclass(frozen=True)
class Readability:
    """The grades of some texts together; None where there is no word."""

    sentences: int
    words: int
    syllables: int
    flesch_kincaid: float | None
    smog: float | None
    long_sentences: tuple[LongSentence, ...]


def measure(texts: Sequence[str], *, terms: Collection[str] = ()) -> Readability:
    """How hard the texts are to read together. ``terms`` are words that readers are taught."""
    taught = _term_pattern(terms)
    sentences = words = syllables = hard = 0
    long: list[LongSentence] = []
    for index, text in enumerate(texts):
        spans = [match.span() for match in taught.finditer(text)] if taught else []
        for start, end in sentence_spans(text):
            counts = [
                1
                if any(first <= word.start() < last for first, last in spans)
                else syllable_count(word[0])
                for word in _words(text, start, end)
            ]
            if not counts:
                continue
            sentences += 1
            words += len(counts)
            syllables += sum(counts)
            hard += sum(count >= 3 for count in counts)
            if len(counts) > LONGEST_SENTENCE:
                long.append(LongSentence(index, start, len(counts)))
    return Readability(
        sentences=sentences,
        words=words,
        syllables=syllables,
        flesch_kincaid=flesch_kincaid(sentences, words, syllables),
        smog=smog(sentences, hard),
        long_sentences=tuple(long),
    )


def flesch_kincaid(sentences: int, words: int, syllables: int) -> float | None:
    """The school grade that average sentence and word length ask for."""
    if not sentences or not words:
        return None
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def smog(sentences: int, hard_words: int) -> float | None:
    """The school grade that words of three or more syllables ask for."""
    if not sentences:
        return None
    return 1.043 * math.sqrt(30 * hard_words / sentences) + 3.1291


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a paragraph begins and ends."""
    start = 0
    for end in _END.finditer(text):
        if not _NO_END.search(text, start, end.end()):
            yield start, end.end()
            start = end.end() + len(text[end.end() :]) - len(text[end.end() :].lstrip())
    if text[start:].strip():
        yield start, len(text)


def syllable_count(word: str) -> int:
    """The syllables of one English word, at least one."""
    letters = word.lower().replace("’s", "").replace("'s", "")
    if not any(letter.isalpha() for letter in letters):
        return 1
    if letters in _EXCEPTIONS:
        return _EXCEPTIONS[letters]
    letters = re.sub(r"[^a-z]", "", letters)
    letters = _SILENT_INSIDE.sub("", letters)
    spoken = _SILENT_S.sub("s", _SILENT.sub("", letters))
    return max(1, len(re.findall(r"[aeiouy]+", spoken)) + len(_APART.findall(spoken)))


def _words(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    return _WORD.finditer(text, start, end)


def _term_pattern(terms: Collection[str]) -> re.Pattern[str] | None:
    """Finds the terms, longest first, in any case and with a plural s."""
    longest_first = sorted({term for term in terms if term.strip()}, key=lambda term: -len(term))
    if not longest_first:
        return None
    either = "|".join(r"\s+".join(map(re.escape, term.split())) for term in longest_first)
    return re.compile(rf"\b(?:{either})(?:s|’s)?\b", re.IGNORECASE)
