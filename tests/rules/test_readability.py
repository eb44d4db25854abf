"""How hard a text is to read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.rules.readability import (
    LongSentence,
    Readability,
    flesch_kincaid,
    measure,
    sentence_spans,
    smog,
    syllable_count,
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("cells", 1), ("bones", 1), ("moved", 1), ("places", 2), ("through", 1),
        ("breathe", 1), ("eyes", 1), ("called", 1), ("asked", 1), ("scale", 1), ("lives", 1),
        ("cancer", 2), ("table", 2), ("tables", 2), ("needed", 2), ("settled", 2), ("fluid", 2),
        ("diet", 2), ("someone", 2), ("safely", 2), ("movement", 2), ("going", 2), ("trial", 2),
        ("medicine", 3), ("everyone", 3), ("nausea", 3), ("idea", 3), ("previous", 3),
        ("metastatic", 4), ("emergency", 4), ("diagnosis", 4), ("diarrhea", 4), ("material", 4),
        ("chemotherapy", 5), ("radiotherapy", 6), ("Team’s", 1), ("38.0", 1), ("MBC", 1), ("é", 1),
    ],
)  # fmt: skip
def test_syllables_of_known_words(word: str, count: int) -> None:
    assert syllable_count(word) == count


def test_sentences_end_at_points_and_at_the_end_of_the_text() -> None:
    assert sentences("One two. Three? “Four!” Five") == ["One two.", "Three?", "“Four!”", "Five"]
    assert sentences("It is 38.0 °C (100.4 °F). Ask Dr. Lee, e.g. today.") == [
        "It is 38.0 °C (100.4 °F).",
        "Ask Dr. Lee, e.g. today.",
    ]
    assert sentences("  ") == []
    assert sentences("One.\nTwo.") == ["One.", "Two."]


def test_grades_of_a_worked_example() -> None:
    """Two sentences of 4 and 6 words, 13 syllables, one word of three or more syllables."""
    found = measure(["The cat sat down. Call your team in an emergency."])
    assert (found.sentences, found.words, found.syllables) == (2, 10, 13)
    assert found.flesch_kincaid == pytest.approx(0.39 * 5 + 11.8 * 1.3 - 15.59)
    assert found.smog == pytest.approx(1.043 * math.sqrt(15) + 3.1291)
    assert found.long_sentences == ()


def test_grades_of_nothing_are_none() -> None:
    empty = Readability(0, 0, 0, None, None, ())
    assert measure([]) == empty
    assert measure(["", " – ", "…!"]) == empty
    assert flesch_kincaid(0, 0, 0) is None
    assert flesch_kincaid(1, 0, 0) is None
    assert smog(0, 0) is None


def test_sentence_of_twenty_words_is_not_long_and_one_more_is() -> None:
    texts = ["One.", f"Go on. {'a ' * 19}b. {'a ' * 20}b."]
    assert measure(texts).long_sentences == (LongSentence(index=1, offset=48, words=21),)


def test_terms_that_are_taught_count_one_syllable_a_word() -> None:
    text = "Metastatic breast cancer reaches lymph systems."
    plain = measure([text])
    taught = measure([text], terms=["lymph system", "Metastatic  breast cancer", "breast", ""])
    assert (plain.words, plain.syllables) == (6, 12)
    assert (taught.words, taught.syllables) == (6, 7)
    assert plain.smog != taught.smog


def test_terms_are_found_as_whole_words_only() -> None:
    assert measure(["Cancerous tumor."], terms=["cancer"]).syllables == 5
    assert measure(["A tumor’s size."], terms=["tumor"]).syllables == 3


# A slow plain second version, for words of small letters alone


def slow_grades(texts: list[str]) -> tuple[float | None, float | None]:
    sentence_words: list[list[str]] = []
    for text in texts:
        current: list[str] = []
        for piece in text.split(" "):
            letters = piece.rstrip(".")
            if letters:
                current.append(letters)
            if piece.endswith(".") and current:
                sentence_words.append(current)
                current = []
        if current:
            sentence_words.append(current)
    words = [word for sentence in sentence_words for word in sentence]
    if not words:
        return None, None
    syllables = [KNOWN[word] for word in words]
    kincaid = 0.39 * len(words) / len(sentence_words) + 11.8 * sum(syllables) / len(words) - 15.59
    hard = len([count for count in syllables if count > 2])
    return kincaid, 1.043 * (hard * 30 / len(sentence_words)) ** 0.5 + 3.1291


KNOWN = {"a": 1, "cells": 1, "cancer": 2, "needed": 2, "medicine": 3, "emergency": 4}


@given(
    texts=st.lists(
        st.lists(
            st.tuples(st.sampled_from(sorted(KNOWN)), st.sampled_from(["", "."])), max_size=12
        ).map(lambda pieces: " ".join(word + end for word, end in pieces)),
        max_size=4,
    )
)
def test_grades_agree_with_a_slow_plain_second_version(texts: list[str]) -> None:
    kincaid, grade = slow_grades(texts)
    found = measure(texts)
    assert found.flesch_kincaid == (None if kincaid is None else pytest.approx(kincaid))
    assert found.smog == (None if grade is None else pytest.approx(grade))


@given(st.text(max_size=80))
def test_any_text_can_be_measured(text: str) -> None:
    found = measure([text, text], terms=[text])
    assert found.words <= found.syllables
    assert found.sentences <= found.words or not found.words
    assert syllable_count(text) >= 1
