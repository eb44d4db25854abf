"""Closing periods, held against a slow count over every single answer."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterable

import pytest
from django.conf import LazySettings

from learning.actions import closing, leaving
from learning.actions.closing import close_due, counted
from learning.models import (
    Answer,
    AuditEntry,
    Clinic,
    Edition,
    Learner,
    Period,
    Question,
    Sitting,
    SittingQuestion,
)
from learning.models.counting import Cohort
from learning.rules.disclosure import ObjectiveCounts, QuestionCounts
from learning.rules.grading import Key, Response, grade
from learning.rules.statistics import Moments, Pairs
from tests import factories

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = datetime.date(2026, 10, 1), datetime.date(2026, 11, 1)
FORMS = {"a": ("routes-one", "steps-order"), "b": ("routes-several", "steps-one")}


def day(month: int, number: int) -> datetime.datetime:
    return datetime.datetime(2026, month, number, 12, tzinfo=datetime.UTC)


def some_response(place: SittingQuestion, rng: random.Random) -> Response:
    key = Key.from_meaning(place.meaning.meaning)
    if rng.random() < 0.15:
        return Response(unsure=True)
    if rng.random() < 0.5:
        return factories.right(place=place)
    if key.kind == "pairs":
        return factories.wrong(place=place)
    if key.kind == "one":
        return Response(picked=frozenset({rng.choice(key.choices)}))
    return Response(picked=frozenset(rng.sample(key.choices, rng.randint(1, len(key.choices)))))


def check(
    learner: Learner,
    edition: Edition,
    rng: random.Random,
    *,
    at: datetime.datetime,
    form: str,
    occasion: str = "after",
    clinic: Clinic | None = None,
    finished: bool = True,
) -> Sitting:
    sitting = factories.sitting(
        learner=learner, edition=edition, keys=FORMS[form], occasion=occasion, started_at=at
    )
    Sitting.objects.filter(pk=sitting.pk).update(clinic=clinic)
    places = list(sitting.questions.all())
    for place in places if finished else places[:1]:
        sure = rng.choice(["very", "fairly", "guess", ""])
        factories.answer(place=place, response=some_response(place, rng), sure=sure, at=at)
        if rng.random() < 0.3:
            factories.answer(place=place, at=at)
    sitting.refresh_from_db()
    return sitting


@pytest.fixture
def crowd(edition: Edition) -> Edition:
    """Sixty people, some of whom answered before, again, not to the end, or in another month."""
    rng = random.Random(26)
    clinics: list[Clinic | None] = [None, *(factories.clinic(name=name) for name in ("N", "S"))]
    for _ in range(60):
        someone = factories.learner()
        clinic = rng.choice(clinics)
        form = rng.choice("ab")
        if rng.random() < 0.6:
            check(
                someone,
                edition,
                rng,
                at=day(10, 2),
                form=form,
                occasion="before",
                clinic=clinic,
                finished=rng.random() < 0.7,
            )
            form = {"a": "b", "b": "a"}[form]
        month = rng.choice((10, 10, 11))
        whole = rng.random() < 0.9
        check(
            someone,
            edition,
            rng,
            at=day(month, rng.randint(3, 27)),
            form=form,
            clinic=clinic,
            finished=whole,
        )
        if whole and rng.random() < 0.4:
            check(someone, edition, rng, at=day(11, 28), form={"a": "b", "b": "a"}[form])
    return edition


def firsts(sitting: Sitting) -> dict[str, tuple[Question, Answer]]:
    """By objective: the question and the first answer to it."""
    return {
        place.meaning.objective: (place.meaning, first)
        for place in sitting.questions.all()
        for first in place.answers.filter(number=1)
    }


def slow(edition: Edition, first: datetime.date, last: datetime.date) -> list[ObjectiveCounts]:
    """The same counts, by looking at one learner after the other."""
    rows: dict[str, list[tuple[Sitting, Question, Answer, str, float | None]]] = {}
    for learner in Learner.objects.all():
        after = learner.sittings.filter(occasion="after").order_by("id").first()
        if after is None or after.finished_at is None:
            continue
        if not first <= after.finished_at.date() <= last:
            continue
        before = learner.sittings.filter(occasion="before").order_by("id").first()
        earlier = firsts(before) if before else {}
        answers = firsts(after)
        results = {key: float(row[1].verdict == "right") for key, row in answers.items()}
        for objective, (question, answer) in answers.items():
            others = [result for key, result in results.items() if key != objective]
            rest = sum(others) / len(others) if others else None
            knew = earlier[objective][1].verdict if objective in earlier else ""
            rows.setdefault(objective, []).append((after, question, answer, knew, rest))
    return [_slow_objective(key, found) for key, found in sorted(rows.items())]


def _slow_objective(
    key: str, rows: list[tuple[Sitting, Question, Answer, str, float | None]]
) -> ObjectiveCounts:
    verdicts = Counter(answer.verdict for _, _, answer, _, _ in rows)
    pairs = Counter(
        (knew == "right", answer.verdict == "right") for _, _, answer, knew, _ in rows if knew
    )
    questions = sorted({question.pk: question for _, question, *_ in rows}.values(), key=str)
    return ObjectiveCounts(
        key=key,
        right=verdicts["right"],
        wrong=verdicts["not_right"],
        unsure=verdicts["unsure"],
        sure_wrong=sum(
            answer.verdict == "not_right" and answer.sure in ("very", "fairly")
            for _, _, answer, _, _ in rows
        ),
        pairs=Pairs(pairs[True, True], pairs[True, False], pairs[False, True], pairs[False, False]),
        questions=tuple(
            _slow_question(question, [row for row in rows if row[1].pk == question.pk])
            for question in questions
        ),
        groups={
            "clinic": _slow_groups(
                (sitting.clinic.key if sitting.clinic else "", answer)
                for sitting, _, answer, _, _ in rows
            ),
            "language": _slow_groups(
                (sitting.language, answer) for sitting, _, answer, _, _ in rows
            ),
        },
    )


def _slow_groups(rows: Iterable[tuple[str, Answer]]) -> dict[str, tuple[int, int]]:
    found: dict[str, list[bool]] = {}
    for who, answer in rows:
        found.setdefault(who, []).append(answer.verdict == "right")
    return {who: (sum(results), len(results)) for who, results in found.items()}


def _slow_question(
    question: Question, rows: list[tuple[Sitting, Question, Answer, str, float | None]]
) -> QuestionCounts:
    key = Key.from_meaning(question.meaning)
    chosen: Counter[str] = Counter()
    for _, _, answer, _, _ in rows:
        response = Response.from_json(answer.response)
        if key.kind == "one":
            chosen["unsure" if response.unsure else next(iter(response.picked))] += 1
        else:
            parts = grade(key, response).parts
            chosen.update(part for part, is_right in parts.items() if not is_right)
    if key.kind == "one":
        chosen.update(dict.fromkeys([*key.choices, "unsure"], 0))
    rests = [
        (int(answer.verdict == "right"), rest) for _, _, answer, _, rest in rows if rest is not None
    ]
    return QuestionCounts(
        key=question.key,
        version=question.version,
        right=sum(answer.verdict == "right" for _, _, answer, _, _ in rows),
        n=len(rows),
        exclusive=key.kind == "one",
        right_choice=next(iter(key.right)) if key.kind == "one" else "",
        chosen=dict(chosen),
        moments=Moments(
            n=len(rests),
            right=sum(right for right, _ in rests),
            rest=sum(rest for _, rest in rests),
            rest_squared=sum(rest * rest for _, rest in rests),
            right_and_rest=sum(right * rest for right, rest in rests),
        ),
    )


def test_counts_equal_the_slow_count(crowd: Edition) -> None:
    """The same before anything is hidden."""
    for first, last in (
        (OCTOBER, datetime.date(2026, 10, 31)),
        (NOVEMBER, datetime.date(2026, 11, 30)),
        (OCTOBER, datetime.date(2026, 11, 30)),
    ):
        cohort = Cohort(
            module=crowd.module_id,
            start=datetime.datetime.combine(first, datetime.time(), tzinfo=datetime.UTC),
            end=datetime.datetime.combine(
                last + datetime.timedelta(days=1), datetime.time(), tzinfo=datetime.UTC
            ),
        )
        found = counted(cohort, Question.objects.all())
        wanted = slow(crowd, first, last)
        assert sum(counts.n for counts in wanted) > 20
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert _plain(one) == _plain(other)


def _plain(counts: ObjectiveCounts) -> object:
    """The counts with sums rounded to six decimals, and mappings without an order."""
    return (
        counts.key,
        (counts.right, counts.wrong, counts.unsure, counts.sure_wrong),
        counts.pairs,
        {name: dict(groups) for name, groups in counts.groups.items()},
        [
            (
                asked.key,
                asked.right,
                asked.n,
                asked.exclusive,
                asked.right_choice,
                dict(asked.chosen),
                asked.moments
                and [
                    round(value, 6)
                    for value in (
                        asked.moments.n,
                        asked.moments.right,
                        asked.moments.rest,
                        asked.moments.rest_squared,
                        asked.moments.right_and_rest,
                    )
                ],
            )
            for asked in counts.questions
        ],
    )


def test_period_closes_when_its_month_is_over_and_enough_finished(crowd: Edition) -> None:
    lines: list[str] = []
    assert close_due(now=day(10, 31)) == []
    closed = close_due(now=day(11, 1), say=lines.append)
    assert [(p.module_id, p.first_day, p.last_day, p.k) for p in closed] == [
        (crowd.module_id, OCTOBER, datetime.date(2026, 10, 31), 11)
    ]
    assert lines == ["how-it-spreads: closed 2026-10-01 to 2026-10-31"]
    assert (
        closed[0].finished == Cohort(module=crowd.module_id, start=day(9, 30), end=day(11, 1)).size
    )
    learners = Learner.objects.filter(
        sittings__occasion="after", sittings__started_at__lt=day(11, 1)
    ).distinct()
    began = (learners.count() + 2) // 5 * 5
    assert closed[0].figures["reach"] == {"read": None, "began": began}
    entry = AuditEntry.objects.get(verb="closed a period")
    assert (entry.actor, entry.object_key) == ("nightly", "how-it-spreads")


def test_closing_twice_is_closing_once_and_nothing_is_computed_again(crowd: Edition) -> None:
    close_due(now=day(12, 1))
    before = list(Period.objects.order_by("id").values())
    assert [row["first_day"] for row in before] == [OCTOBER, NOVEMBER]
    for learner in Learner.objects.all()[:10]:
        leaving.erase(learner=learner, now=day(12, 2))
    assert close_due(now=day(12, 3)) == []
    assert list(Period.objects.order_by("id").values()) == before


def test_period_with_too_few_people_runs_on(crowd: Edition, settings: LazySettings) -> None:
    settings.SMALLEST_GROUP = 50
    assert close_due(now=day(11, 2)) == []
    closed = close_due(now=day(12, 2))
    assert [(p.first_day, p.last_day, p.k) for p in closed] == [
        (OCTOBER, datetime.date(2026, 11, 30), 50)
    ]


def test_two_closings_at_once_store_one_period(
    crowd: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*args: object, **kwargs: object) -> list[ObjectiveCounts]:
        monkeypatch.undo()
        close_due(now=day(11, 2))
        return counted(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(closing, "counted", meanwhile)
    assert close_due(now=day(11, 2)) == []
    assert Period.objects.count() == 1


def test_modules_nobody_finished_have_no_period(edition: Edition) -> None:
    assert close_due(now=day(12, 1)) == []
    check(factories.learner(), edition, random.Random(1), at=day(10, 3), form="a", finished=False)
    assert close_due(now=day(12, 1)) == []
