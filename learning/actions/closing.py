"""Closing periods: figures are made once from first answers, suppressed, and stored for good."""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min

from learning.models import AuditEntry, Module, Period, Question, Sitting
from learning.models.counting import Answered, Cohort, know_sizes, reach
from learning.models.sittings import Occasion
from learning.rules import disclosure
from learning.rules.disclosure import ObjectiveCounts, QuestionCounts
from learning.rules.grading import Key, Response, grade
from learning.rules.periods import month_ends
from learning.rules.statistics import Moments, Pairs

SURE = ("very", "fairly")


def close_due(
    *, now: datetime.datetime, say: Callable[[str], None] = lambda _line: None
) -> list[Period]:
    """Close every period whose month is over and whose module at least k people finished in it.

    A period with fewer runs on. Closing twice is closing once. ``say`` is given a line for each.
    """
    closed = []
    know_sizes()
    for module in Module.objects.all():
        while (period := _close_next(module, now)) is not None:
            closed.append(period)
            say(f"{module.slug}: closed {period.first_day} to {period.last_day}")
    return closed


def _close_next(module: Module, now: datetime.datetime) -> Period | None:
    first = _first_open_day(module)
    if first is None:
        return None
    k: int = settings.SMALLEST_GROUP
    for last in month_ends(first, today=now.date()):
        cohort = Cohort(module=module.pk, start=_midnight(first), end=_midnight(last, days_later=1))
        if cohort.size >= k:
            return _store(module, cohort, first, last, k=k, now=now)
    return None


def _first_open_day(module: Module) -> datetime.date | None:
    latest = Period.objects.filter(module=module).order_by("-last_day").first()
    if latest is not None:
        return latest.last_day + datetime.timedelta(days=1)
    finished = Sitting.objects.filter(
        module=module, occasion=Occasion.AFTER, finished_at__isnull=False
    ).aggregate(first=Min("finished_at"))["first"]
    return finished.date().replace(day=1) if finished else None


def _midnight(day: datetime.date, *, days_later: int = 0) -> datetime.datetime:
    later = day + datetime.timedelta(days=days_later)
    return datetime.datetime.combine(later, datetime.time(), tzinfo=datetime.UTC)


def _store(
    module: Module,
    cohort: Cohort,
    first: datetime.date,
    last: datetime.date,
    *,
    k: int,
    now: datetime.datetime,
) -> Period | None:
    """The period, or None where another process has just closed it."""
    shown = [
        told
        for counts in counted(cohort, Question.objects.filter(module=module))
        if (told := disclosure.publish(counts, k=k)) is not None
    ]
    read, began = reach(module=module.pk, start=_midnight(first), end=_midnight(last, days_later=1))
    try:
        with transaction.atomic():
            period = Period.objects.create(
                module=module,
                first_day=first,
                last_day=last,
                k=k,
                finished=cohort.size,
                figures={
                    "reach": {
                        "read": disclosure.about(read, k=k),
                        "began": disclosure.about(began, k=k),
                    },
                    "objectives": [dataclasses.asdict(objective) for objective in shown],
                },
                closed_at=now,
            )
            AuditEntry.objects.create(
                at=now, actor="nightly", verb="closed a period", object_key=module.slug
            )
            return period
    except IntegrityError:
        return None


def counted(cohort: Cohort, questions: Iterable[Question]) -> list[ObjectiveCounts]:
    """The counts of a cohort by objective, before anything is hidden."""
    known = {question.pk: question for question in questions}
    rows: dict[str, list[Answered]] = defaultdict(list)
    for row in cohort.answers():
        rows[known[row.question].objective].append(row)
    return [_objective(key, answered, known) for key, answered in sorted(rows.items())]


def _objective(
    key: str, rows: Collection[Answered], known: Mapping[int, Question]
) -> ObjectiveCounts:
    def people(*, verdict: str, sure: Collection[str] | None = None) -> int:
        return sum(
            row.people
            for row in rows
            if row.verdict == verdict and (sure is None or row.sure in sure)
        )

    def paired(*, before: bool, after: bool) -> int:
        return sum(
            row.people
            for row in rows
            if row.before
            and (row.before == "right") == before
            and (row.verdict == "right") == after
        )

    by_question: dict[int, list[Answered]] = defaultdict(list)
    for row in rows:
        by_question[row.question].append(row)
    return ObjectiveCounts(
        key=key,
        right=people(verdict="right"),
        wrong=people(verdict="not_right"),
        unsure=people(verdict="unsure"),
        sure_wrong=people(verdict="not_right", sure=SURE),
        pairs=Pairs(
            both=paired(before=True, after=True),
            before_only=paired(before=True, after=False),
            after_only=paired(before=False, after=True),
            neither=paired(before=False, after=False),
        ),
        questions=tuple(
            _question(known[question], answered)
            for question, answered in sorted(
                by_question.items(), key=lambda row: (known[row[0]].key, known[row[0]].version)
            )
        ),
        groups={
            "clinic": _by(rows, lambda row: row.clinic),
            "language": _by(rows, lambda row: row.language),
        },
    )


def _by(rows: Iterable[Answered], group: Callable[[Answered], str]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        right, n = found.get(group(row), (0, 0))
        found[group(row)] = (right + row.people * (row.verdict == "right"), n + row.people)
    return found


def _question(question: Question, rows: Collection[Answered]) -> QuestionCounts:
    key = Key.from_meaning(question.meaning)
    exclusive = key.kind == "one"
    chosen: dict[str, int] = dict.fromkeys([*key.choices, "unsure"], 0) if exclusive else {}
    right = n = 0
    for row in rows:
        n += row.people
        right += row.people * (row.verdict == "right")
        for part in _parts_met(key, Response.from_json(row.response)):
            chosen[part] = chosen.get(part, 0) + row.people
    return QuestionCounts(
        key=question.key,
        version=question.version,
        right=right,
        n=n,
        exclusive=exclusive,
        right_choice=next(iter(key.right)) if exclusive else "",
        chosen=chosen,
        moments=_moments(rows),
    )


def _moments(rows: Iterable[Answered]) -> Moments:
    """How the result of a question goes with the rest of the same check."""
    n, right, rest, squared, both = 0, 0, 0.0, 0.0, 0.0
    for row in rows:
        n += row.with_rest
        rest += row.rest
        squared += row.rest_squared
        if row.verdict == "right":
            right += row.with_rest
            both += row.rest
    return Moments(n, right, rest, squared, both)


def _parts_met(key: Key, response: Response) -> list[str]:
    """The choice of a question with one answer; else the parts that were got wrong."""
    if key.kind == "one":
        return ["unsure"] if response.unsure else list(response.picked)
    graded: Any = grade(key, response)
    return [part for part, is_right in graded.parts.items() if not is_right]
