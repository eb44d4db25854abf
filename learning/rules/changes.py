"""What differs between two texts, word by word, and between two editions, part by part.

A text is a row of lines; lines that are alike are told apart by their words. For every result
holds: what stayed and what is gone make up the text before, what stayed and what is new the text
after.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

ALIKE = 0.5  # two lines are one line reworded when they share this much of their words
MOST_PAIRS = 2_500  # of a longer stretch no lines are paired: it was written anew

Kind = Literal["same", "gone", "new"]
PartKind = Literal["changed", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    """Some words in a row that stayed, are gone, or are new."""

    kind: Kind
    text: str


Line = tuple[Piece, ...]


def words_changed(before: str, after: str) -> Line:
    """The words of both texts in order. A single word that stayed inside a change belongs to it."""
    old, new = before.split(), after.split()
    codes = _without_islands(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    line: list[Piece] = []
    for same, i, j, k, m in codes:
        if same:
            line.append(Piece("same", " ".join(old[i:j])))
        else:
            line += [Piece("gone", " ".join(old[i:j]))] if j > i else []
            line += [Piece("new", " ".join(new[k:m]))] if m > k else []
    return tuple(line)


_Code = tuple[bool, int, int, int, int]


def _without_islands(codes: Sequence[tuple[str, int, int, int, int]]) -> list[_Code]:
    """What stayed and what changed by turns, without a single word between two changes."""
    found: list[_Code] = []
    for number, (name, i, j, k, m) in enumerate(codes):
        inside = 0 < number < len(codes) - 1
        same = name == "equal" and not (inside and j - i == 1)
        if found and not same and not found[-1][0]:
            _, i, _, k, _ = found.pop()
        found.append((same, i, j, k, m))
    return found


def lines_changed(before: Sequence[str], after: Sequence[str]) -> tuple[Line, ...]:
    """The lines of both texts in order; a reworded line is one line with its words told apart.

    Lines are paired where they are alike; the only line of a text always with the only other one.
    """
    if len(before) == len(after) == 1:
        return (words_changed(before[0], after[0]),)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    lines: list[Line] = []
    for name, i, j, k, m in matcher.get_opcodes():
        if name == "equal":
            lines += [(Piece("same", text),) for text in before[i:j]]
        else:
            lines += _reworded(before[i:j], after[k:m])
    return tuple(lines)


def _reworded(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """The pair of lines that is most alike, and in the same way those above and below it."""
    pair = _most_alike(before, after)
    if pair is None:
        yield from ((Piece("gone", text),) for text in before)
        yield from ((Piece("new", text),) for text in after)
        return
    i, k = pair
    yield from _reworded(before[:i], after[:k])
    yield words_changed(before[i], after[k])
    yield from _reworded(before[i + 1 :], after[k + 1 :])


def _most_alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int] | None:
    best, pair = ALIKE, None
    if len(before) * len(after) > MOST_PAIRS:
        return None
    for k, text in enumerate(after):
        matcher: SequenceMatcher[str] = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(text.split())
        for i, old in enumerate(before):
            matcher.set_seq1(old.split())
            # The two quick ratios are never lower than the real one, which is slow.
            if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
                continue
            ratio = matcher.ratio()
            if ratio > best or (pair is None and ratio >= best):
                best, pair = ratio, (i, k)
    return pair


@dataclass(frozen=True)
class Part:
    """A section, a question, or another part of an edition: labelled texts under one key."""

    key: str
    title: str
    texts: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class ChangedText:
    """The lines of one labelled text that changed."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ChangedPart:
    """A part that changed, is new or is gone. ``same`` are its lines that did not change."""

    kind: PartKind
    title: str
    texts: tuple[ChangedText, ...]
    same: tuple[str, ...]


@dataclass(frozen=True)
class PartsChanged:
    """The parts that changed in the order of the edition after, then those gone; and the others."""

    changed: tuple[ChangedPart, ...]
    same: tuple[str, ...]


def parts_changed(before: Sequence[Part], after: Sequence[Part]) -> PartsChanged:
    """``same`` holds the titles of the parts in which no word is different."""
    known, kept = {part.key: part for part in before}, {part.key for part in after}
    changed, same = [], []
    for part in after:
        old = known.get(part.key)
        found = _part(part.title, old.texts, part.texts) if old else _new(part)
        if found.texts:
            changed.append(found)
        else:
            same.append(part.title)
    changed += [
        _part(part.title, part.texts, {}, "gone") for part in before if part.key not in kept
    ]
    return PartsChanged(tuple(changed), tuple(same))


def _new(part: Part) -> ChangedPart:
    return _part(part.title, {}, part.texts, "new")


_Texts = Mapping[str, Sequence[str]]


def _part(title: str, old: _Texts, new: _Texts, kind: PartKind = "changed") -> ChangedPart:
    texts, same = [], []
    for label in (*new, *(label for label in old if label not in new)):
        changed = []
        for line in lines_changed(old.get(label, ()), new.get(label, ())):
            if all(piece.kind == "same" for piece in line):
                same.append(" ".join(piece.text for piece in line))
            else:
                changed.append(line)
        if changed:
            texts.append(ChangedText(label, tuple(changed)))
    return ChangedPart(kind, title, tuple(texts), tuple(same))


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names under which the two hold something different."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


@dataclass(frozen=True)
class Counts:
    """How many things are new, gone, and the same by name but different."""

    new: int
    gone: int
    changed: int

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def counts(before: Mapping[str, Hashable], after: Mapping[str, Hashable]) -> Counts:
    """Compare things by name."""
    return Counts(
        new=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
        changed=sum(before[name] != after[name] for name in before.keys() & after.keys()),
    )
