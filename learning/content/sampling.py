"""A random sample of what is published, for fresh eyes to hold against the evidence.

The same seed and content give the same sample, so a reading can be repeated and kept on record.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from learning.content.schema import Library, Module, Question

_CLAIM = re.compile(r"^(?P<text>.+?)\s*\{(?P<ids>[^}–]+)\}\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z“*])")
_LIST_MARK = re.compile(r"^\s*(?:[-+*]|\d+\.)\s+")


@dataclass(frozen=True)
class Sentence:
    """One sentence that claims something, where it stands, and the facts it names."""

    place: str
    text: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    seed: int
    sentences: tuple[Sentence, ...]
    questions: tuple[tuple[str, Question], ...]


def draw_sample(library: Library, *, seed: int, sentences: int, questions: int) -> Sample:
    """So many sentences and questions, drawn without replacement over all modules.

    Where there are fewer, all of them.
    """
    # A sample for readers, not a secret.
    rng = random.Random(seed)  # noqa: S311
    modules = [library.modules[key] for key in sorted(library.modules)]
    claims = [sentence for module in modules for sentence in _sentences(module)]
    asked = [(module.slug, question) for module in modules for question in module.questions]
    return Sample(
        seed=seed,
        sentences=tuple(rng.sample(claims, min(sentences, len(claims)))),
        questions=tuple(rng.sample(asked, min(questions, len(asked)))),
    )


def _sentences(module: Module) -> Iterator[Sentence]:
    for section in module.sections:
        texts = [section.body.source]
        if section.picture:
            texts.append(section.picture.twin.source)
        for claim in _CLAIM.finditer("\n".join(texts)):
            facts = tuple(claim["ids"].split())
            for sentence in _SENTENCE_END.split(_LIST_MARK.sub("", claim["text"])):
                yield Sentence(f"{module.slug}/{section.key}", sentence.strip(), facts)
