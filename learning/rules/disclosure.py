"""What may be told of a cohort without telling what one person answered.

One module and one closed period has one cohort: the people whose first check after reading was
finished in that period. Everybody is in one cohort of a module at most, and a cohort is published
once, so no two figures differ by a few people. Every figure of a module comes from the tables that
``publish`` lets through; nothing else is ever computed from answers.

A count below ``k`` is hidden, zero too, so that nobody learns that everybody, or nobody, answered
so. A hidden count must not follow from those shown. That is held by building, not by hunting:

- Parts of a total are shown together; small ones are pooled where the pool leaves each of them
  ``k - 1`` values or more; else only the total is shown.
- The questions of an objective are shown all or none, so that none is the rest of the others.
- Pairs (people who also answered before) are shown only where the people without a pair are none,
  or at least ``k`` right and ``k`` not right; the four cells of the pairs only where each is at
  least ``k``; their two totals alone only where at least ``k`` values remain for a hidden cell.
- Shares by clinic or language are in steps of five, for ``LARGE`` people or more, and no number but
  one of ``SIZES``; everybody else is pooled, and the pool too must be that large.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from learning.rules.statistics import Estimate, Moments, Pairs, discrimination

SMALLEST_K = 5
LARGE = 30
SIZES = (1000, 300, 100, LARGE)
STEP = 5
DISCRIMINATION_FROM = 100


@dataclass(frozen=True)
class QuestionCounts:
    """First answers to one question. ``chosen`` counts people by what they chose.

    With ``exclusive`` choices (kind ``one``) each person is counted once, under the right choice, a
    wrong one or ``unsure``. Otherwise ``chosen`` counts, for each part with a mix-up behind it, the
    people who got it wrong.
    """

    key: str
    version: int
    right: int
    n: int
    exclusive: bool = True
    right_choice: str = ""
    chosen: Mapping[str, int] = field(default_factory=dict)
    moments: Moments | None = None


@dataclass(frozen=True)
class ObjectiveCounts:
    """First answers of a cohort to one objective, and the same by clinic and by language.

    ``sure_wrong`` are those of ``wrong`` who said they were sure. ``groups`` maps "clinic" and
    "language" to counts of right and n by their keys.
    """

    key: str
    right: int
    wrong: int
    unsure: int
    sure_wrong: int
    pairs: Pairs
    questions: Sequence[QuestionCounts] = ()
    groups: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return self.right + self.wrong + self.unsure


@dataclass(frozen=True)
class ShownQuestion:
    """``chosen`` are the choices shown; ``other`` is how many people chose one of the others.

    For a question whose choices do not exclude each other there is no ``other``.
    """

    key: str
    version: int
    n: int
    right: int
    chosen: Mapping[str, int]
    other: int | None
    discrimination: Estimate | None


@dataclass(frozen=True)
class ShownPairs:
    n: int
    before: int
    after: int
    cells: Pairs | None


@dataclass(frozen=True)
class ShownShare:
    """A share right in steps of five, and how many people it is of at the least."""

    percent: int
    at_least: int


@dataclass(frozen=True)
class ShownObjective:
    """What may be told of one objective. ``None`` is hidden: fewer than k, or it would tell.

    ``shares`` maps "clinic" and "language" to what is told of each group, the pool under "".
    """

    key: str
    n: int
    right: int | None = None
    wrong: int | None = None
    unsure: int | None = None
    sure_wrong: int | None = None
    pairs: ShownPairs | None = None
    questions: tuple[ShownQuestion, ...] = ()
    shares: Mapping[str, Mapping[str, ShownShare]] = field(default_factory=dict)


def publish(
    counts: ObjectiveCounts, *, k: int, complementary: bool = True
) -> ShownObjective | None:
    """What may be told of these counts at this ``k``; None where too few people answered.

    Without ``complementary`` suppression only counts below k are hidden, which leaks: it is there
    so that the attack test can show that it would find a leak.
    """
    if k < SMALLEST_K:
        raise ValueError(f"k is at least {SMALLEST_K}.")
    if not complementary:
        return _hide_small_counts_only(counts, k)
    if counts.n < k:
        return None
    not_right = counts.wrong + counts.unsure
    if not _enough(k, counts.right, not_right):
        return ShownObjective(counts.key, counts.n)
    questions = _questions(counts.questions, k)
    split = _enough(k, counts.wrong, counts.unsure) and all(
        not question.exclusive or "unsure" in shown.chosen
        for question, shown in zip(counts.questions, questions, strict=False)
    )
    rest = (counts.wrong if split else not_right) - counts.sure_wrong
    return ShownObjective(
        counts.key,
        counts.n,
        right=counts.right,
        wrong=counts.wrong if split else None,
        unsure=counts.unsure if split else None,
        sure_wrong=counts.sure_wrong if _enough(k, counts.sure_wrong, rest) else None,
        pairs=_pairs(counts, k),
        questions=questions,
        shares={
            name: shares
            for name, groups in counts.groups.items()
            if (shares := _shares(groups, counts))
        },
    )


def about(count: int, *, k: int) -> int | None:
    """A number of people to the nearest five, hidden below k: how many used it, never who."""
    return (count + STEP // 2) // STEP * STEP if count >= k else None


def _enough(k: int, *counts: int) -> bool:
    return all(count >= k for count in counts)


def _questions(questions: Sequence[QuestionCounts], k: int) -> tuple[ShownQuestion, ...]:
    """All questions that were answered, or none where one of them would show a small count."""
    asked = [question for question in questions if question.n]
    if not all(_enough(k, question.right, question.n - question.right) for question in asked):
        return ()
    return tuple(_question(question, k) for question in asked)


def _question(question: QuestionCounts, k: int) -> ShownQuestion:
    chosen, other = (
        _pooled(question, k)
        if question.exclusive
        else (
            {
                part: count
                for part, count in question.chosen.items()
                if _enough(k, count, question.n - count)
            },
            None,
        )
    )
    told = None
    if question.moments is not None and question.n >= DISCRIMINATION_FROM:
        told = discrimination(question.moments)
    return ShownQuestion(
        question.key,
        question.version,
        question.n,
        question.right,
        chosen,
        other,
        told and Estimate(round(told.value, 1), round(told.low, 1), round(told.high, 1), told.n),
    )


def _pooled(question: QuestionCounts, k: int) -> tuple[dict[str, int], int | None]:
    """The choices with at least k people and the rest pooled, or only right and not right.

    Whoever reads this knows that each choice in the pool has fewer than k people. So its total must
    leave k - 1 different values for each of them.
    """
    wrong = {
        choice: count
        for choice, count in question.chosen.items()
        if choice != question.right_choice
    }
    best = {question.right_choice: question.right}
    shown = {choice: count for choice, count in wrong.items() if count >= k}
    pool = [count for choice, count in wrong.items() if choice not in shown]
    if not pool:
        return best | shown, None
    total = sum(pool)
    most, fewest = min(total, k - 1), max(0, total - (len(pool) - 1) * (k - 1))
    if total >= k and most - fewest + 1 >= k - 1:
        return best | shown, total
    return best, sum(wrong.values())


def _pairs(counts: ObjectiveCounts, k: int) -> ShownPairs | None:
    pairs = counts.pairs
    n, before, after = pairs.n, pairs.before, pairs.after
    alone, alone_right = counts.n - n, counts.right - after
    if alone and not _enough(k, alone_right, alone - alone_right):
        return None
    if not _enough(k, before, n - before, after, n - after):
        return None
    if _enough(k, pairs.both, pairs.before_only, pairs.after_only, pairs.neither):
        return ShownPairs(n, before, after, pairs)
    fewest = max(0, before - after)
    most = min(before, n - after)
    return ShownPairs(n, before, after, None) if most - fewest + 1 >= k else None


def _shares(
    groups: Mapping[str, tuple[int, int]], counts: ObjectiveCounts
) -> dict[str, ShownShare]:
    """Shares right by group in steps of five, groups that are too small pooled under ""."""
    large = {key: row for key, row in groups.items() if row[1] >= LARGE and key}
    pool = [row for key, row in groups.items() if key not in large]
    while pool and sum(n for _, n in pool) < LARGE and large:
        smallest = min(large, key=lambda key: (large[key][1], key))
        pool.append(large.pop(smallest))
    if not large or (len(large) == 1 and not pool):
        return {}
    shares = {key: _step(right, n) for key, (right, n) in large.items()}
    if pool:
        shares[""] = _step(sum(right for right, _ in pool), sum(n for _, n in pool))
    return shares


def _step(right: int, n: int) -> ShownShare:
    """Never 0 or 100: those would tell what everybody answered."""
    nearest = (200 * right // n + STEP) // (2 * STEP) * STEP
    at_least = next(size for size in SIZES if n >= size)
    return ShownShare(max(STEP, min(100 - STEP, nearest)), at_least)


def _hide_small_counts_only(counts: ObjectiveCounts, k: int) -> ShownObjective:
    def shown(count: int) -> int | None:
        return count if count >= k else None

    return ShownObjective(
        counts.key,
        counts.n,
        right=shown(counts.right),
        wrong=shown(counts.wrong),
        unsure=shown(counts.unsure),
        sure_wrong=shown(counts.sure_wrong),
        pairs=ShownPairs(counts.pairs.n, counts.pairs.before, counts.pairs.after, counts.pairs),
        questions=tuple(
            ShownQuestion(
                question.key,
                question.version,
                question.n,
                question.right,
                {choice: count for choice, count in question.chosen.items() if count >= k},
                None,
                None,
            )
            for question in counts.questions
        ),
    )
