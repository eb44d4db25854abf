"""Counts over everybody, added up by the database: the one place that reads answers for figures.

One module and period has one cohort: the people whose first check after reading was finished in it.
Only first tries count. The figures of a period are made from these rows once, by
``actions.closing``, and everything told of them passes ``rules.disclosure``.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

# A learner has one open check of a module and occasion at most, so the lowest id was the first.
_COHORT = """
    SELECT sitting.id, sitting.learner_id, sitting.module_id, sitting.clinic_id, sitting.language
    FROM learning_sitting sitting
    WHERE sitting.module_id = %(module)s AND sitting.occasion = 'after'
      AND sitting.finished_at >= %(start)s AND sitting.finished_at < %(end)s
      AND NOT EXISTS (
        SELECT 1 FROM learning_sitting earlier
        WHERE earlier.learner_id = sitting.learner_id
          AND earlier.module_id = sitting.module_id
          AND earlier.occasion = 'after' AND earlier.id < sitting.id
      )
"""
# First answers with their questions. CROSS JOIN keeps SQLite to this order, from few rows to many;
# to PostgreSQL it is a join like any other.
_ANSWERED = """
    CROSS JOIN learning_sittingquestion place
    CROSS JOIN learning_answer answer
    CROSS JOIN learning_editionquestion asked
    CROSS JOIN learning_wording wording
    CROSS JOIN learning_question question
    WHERE place.sitting_id = checks.sitting AND answer.question_id = place.id AND answer.number = 1
      AND asked.id = place.asked_id AND wording.id = asked.wording_id
      AND question.id = wording.question_id AND question.withdrawn_at IS NULL
"""
_COUNTED = (
    "learning_sectionread",
    "learning_sitting",
    "learning_sittingquestion",
    "learning_answer",
    "learning_editionquestion",
    "learning_wording",
    "learning_question",
)


@dataclass(frozen=True)
class Answered:
    """``people`` of a cohort whose first answers were alike. ``clinic`` is a key, or "" for none.

    ``before`` is the verdict of their first answer to the same objective before reading, or "".
    The rest of somebody is her share right of the other questions of the same check: ``with_rest``
    people have one, ``rest`` and ``rest_squared`` are sums over them.
    """

    question: int
    verdict: str
    sure: str
    response: Mapping[str, Any]
    clinic: str
    language: str
    before: str
    people: int
    with_rest: int
    rest: float
    rest_squared: float


def know_sizes() -> None:
    """Let PostgreSQL look at the sizes of what is counted; nothing to do on SQLite.

    It looks by itself every few minutes. Where it has not yet, as after a restore, its guesses make
    a count four times as slow.
    """
    if connection.vendor != "postgresql":
        return
    with _at_night() as cursor:
        cursor.execute(f"ANALYZE (SKIP_LOCKED) {', '.join(_COUNTED)}")


@contextlib.contextmanager
def _at_night() -> Iterator[CursorWrapper]:
    """A cursor that may take its time, and takes one processor of the database alone."""
    with contextlib.ExitStack() as stack:
        if connection.vendor == "postgresql":
            stack.enter_context(transaction.atomic())
        cursor = stack.enter_context(connection.cursor())
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = '2min'")
            cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        yield cursor


def reach(*, module: int, start: datetime.datetime, end: datetime.datetime) -> tuple[int, int]:
    """How many people read a first section of the module, and began a first check after reading.

    Only of learners: who reads without leaving a trace is not counted anywhere.
    """
    given = {"module": module, "start": _as_stored(start), "end": _as_stored(end)}
    firsts = """
        SELECT count(*) FROM (
            SELECT min({at}) AS first FROM {table} WHERE module_id = %(module)s {only}
            GROUP BY learner_id
        ) firsts WHERE first >= %(start)s AND first < %(end)s
    """
    read = firsts.format(at="at", table="learning_sectionread", only="")
    began = firsts.format(at="started_at", table="learning_sitting", only="AND occasion = 'after'")
    counts = []
    with _at_night() as cursor:
        for sql in (read, began):
            cursor.execute(sql, given)
            counts.append(int(cursor.fetchone()[0]))
    return counts[0], counts[1]


class Cohort:
    """Those whose first check of a module after reading was finished in a stretch of time."""

    def __init__(self, *, module: int, start: datetime.datetime, end: datetime.datetime) -> None:
        self.given = {
            "module": module,
            "start": _as_stored(start),
            "end": _as_stored(end),
        }

    @functools.cached_property
    def size(self) -> int:
        return int(next(self._rows(f"SELECT count(*) FROM ({_COHORT}) cohort"))[0])

    def answers(self) -> list[Answered]:
        """Its first answers, alike ones counted together. One statement, so one moment in time."""
        sql = f"""
            WITH cohort AS ({_COHORT}),
            checks AS (
                SELECT cohort.id AS person, cohort.clinic_id, cohort.language,
                       cohort.id AS sitting, 'after' AS occasion
                FROM cohort
                UNION ALL
                SELECT cohort.id, cohort.clinic_id, cohort.language, (
                           SELECT min(sitting.id) FROM learning_sitting sitting
                           WHERE sitting.learner_id = cohort.learner_id
                             AND sitting.module_id = cohort.module_id
                             AND sitting.occasion = 'before' AND sitting.id < cohort.id
                       ), 'before'
                FROM cohort
            ),
            answers AS (
                SELECT checks.person, checks.clinic_id, checks.language, checks.occasion,
                       question.id AS question, question.objective,
                       answer.verdict, answer.sure, answer.response
                FROM checks {_ANSWERED}
            ),
            beside AS (
                SELECT answers.*,
                       max(CASE WHEN occasion = 'before' THEN verdict ELSE '' END)
                           OVER (PARTITION BY person, objective) AS verdict_before,
                       sum(CASE WHEN occasion = 'after' THEN 1 ELSE 0 END)
                           OVER (PARTITION BY person) - 1 AS others,
                       sum(CASE WHEN occasion = 'after' AND verdict = 'right' THEN 1 ELSE 0 END)
                           OVER (PARTITION BY person)
                           - CASE WHEN verdict = 'right' THEN 1 ELSE 0 END AS others_right
                FROM answers
            ),
            rests AS (
                SELECT beside.*, CASE WHEN others > 0 THEN
                           CAST(others_right AS double precision) / others END AS rest
                FROM beside WHERE occasion = 'after'
            )
            SELECT rests.question, rests.verdict, rests.sure, rests.response,
                   coalesce(clinic.key, ''), rests.language, rests.verdict_before, count(*),
                   count(rest), coalesce(sum(rest), 0), coalesce(sum(rest * rest), 0)
            FROM rests LEFT JOIN learning_clinic clinic ON clinic.id = rests.clinic_id
            GROUP BY 1, 2, 3, 4, 5, 6, 7
        """
        return [
            Answered(question, verdict, sure, _loaded(response), *others)
            for question, verdict, sure, response, *others in self._rows(sql)
        ]

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with _at_night() as cursor:
            cursor.execute(sql, self.given)
            yield from cursor.fetchall()


def _as_stored(at: datetime.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _loaded(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response) if isinstance(response, str) else response
    return found
