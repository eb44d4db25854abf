"""Counts over everybody, added up by the database: the one place that reads answers for figures.

One module and period has one cohort: the people whose first check after reading was finished in it.
Only first tries count. The figures of a period are made from these rows once, by
``actions.closing``, and everything told of them passes ``rules.disclosure``.
"""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from learning.rules.statistics import Moments

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
    WHERE place.sitting_id = {sitting} AND answer.question_id = place.id AND answer.number = 1
      AND asked.id = place.asked_id AND wording.id = asked.wording_id
      AND question.id = wording.question_id AND question.withdrawn_at IS NULL
"""


@dataclass(frozen=True)
class Answered:
    """``people`` of a cohort whose first answers were alike. ``clinic`` is a key, or "" for none.

    ``before`` is the verdict of their first answer to the same objective before reading, or "".
    """

    question: int
    verdict: str
    sure: str
    response: Mapping[str, Any]
    clinic: str
    language: str
    before: str
    people: int


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
    with connection.cursor() as cursor:
        for sql in (read, began):
            cursor.execute(sql, given)
            counts.append(int(cursor.fetchone()[0]))
    return counts[0], counts[1]


class Cohort:
    """The people whose first check of a module after reading was finished in a stretch of time."""

    def __init__(self, *, module: int, start: datetime.datetime, end: datetime.datetime) -> None:
        self.given = {
            "module": module,
            "start": _as_stored(start),
            "end": _as_stored(end),
        }

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
                FROM checks {_ANSWERED.format(sitting="checks.sitting")}
            ),
            pairs AS (
                SELECT answers.*, max(CASE WHEN occasion = 'before' THEN verdict ELSE '' END)
                           OVER (PARTITION BY person, objective) AS verdict_before
                FROM answers
            )
            SELECT pairs.question, pairs.verdict, pairs.sure, pairs.response,
                   coalesce(clinic.key, ''), pairs.language, pairs.verdict_before, count(*)
            FROM pairs LEFT JOIN learning_clinic clinic ON clinic.id = pairs.clinic_id
            WHERE pairs.occasion = 'after'
            GROUP BY 1, 2, 3, 4, 5, 6, 7
        """
        return [
            Answered(question, verdict, sure, _loaded(response), *rest)
            for question, verdict, sure, response, *rest in self._rows(sql)
        ]

    def moments(self) -> dict[int, Moments]:
        """For each question id how its result goes with the rest of the same check."""
        sql = f"""
            WITH results AS (
                SELECT cohort.id AS sitting, question.id AS question,
                       CASE WHEN answer.verdict = 'right' THEN 1.0 ELSE 0.0 END AS result
                FROM ({_COHORT}) cohort {_ANSWERED.format(sitting="cohort.id")}
            ),
            rests AS (
                SELECT question, result,
                       sum(result) OVER one_check AS total, count(*) OVER one_check AS size
                FROM results WINDOW one_check AS (PARTITION BY sitting)
            ),
            shares AS (
                SELECT question, result, (total - result) / (size - 1) AS rest
                FROM rests WHERE size > 1
            )
            SELECT question, count(*), sum(result), sum(rest), sum(rest * rest),
                   sum(result * rest)
            FROM shares GROUP BY question
        """
        return {
            question: Moments(n, int(right), float(rest), float(squared), float(both))
            for question, n, right, rest, squared, both in self._rows(sql)
        }

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with contextlib.ExitStack() as stack:
            if connection.vendor == "postgresql":  # its usual limit is for a page, not for a night
                stack.enter_context(transaction.atomic())
            cursor = stack.enter_context(connection.cursor())
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL statement_timeout = '2min'")
                # Everything is read once, so joins by hash are right whatever it guesses of sizes.
                cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(sql, self.given)
            yield from cursor.fetchall()


def _as_stored(at: datetime.datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _loaded(response: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(response) if isinstance(response, str) else response
    return found
