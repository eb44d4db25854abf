"""The simulated people behind the figures of the demo, drawn from a model with a known truth.

``fixtures/population.yaml`` holds the model and says what the overview should find. People finish
checks over the last closed months, so that the demo has closed periods to show. Rows are made in
bulk: the same actions as for real people would take minutes.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from ruamel.yaml import YAML

from learning.actions.closing import close_due
from learning.management.simulated import right_response, wrong_response
from learning.models import (
    Answer,
    Clinic,
    Device,
    Edition,
    EditionQuestion,
    Learner,
    Sitting,
    SittingQuestion,
)
from learning.models.keys import new_key
from learning.models.people import new_token, token_hash
from learning.models.sittings import Occasion
from learning.rules.grading import Key, Response, grade

SEED = 20261126
BATCH = 250
Model = Mapping[str, Any]


def populate(
    file: Path,
    *,
    people: int | None,
    now: datetime.datetime,
    say: Callable[[int, int], None],
) -> int:
    """Make so many people (by default as many as the file says) and close what is due; how many.

    People are all there or none; ``say`` is given how many there are by now, and of how many.
    """
    model: Model = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    total = model["people"] if people is None else people
    with transaction.atomic():
        crowd = _Crowd(model, now)
        for begun in range(0, total, BATCH):
            crowd.make(min(BATCH, total - begun))
            say(min(begun + BATCH, total), total)
    close_due(now=now)
    return total


@dataclass(frozen=True)
class _Asked:
    """A question that may be drawn, with all that an answer to it depends on."""

    place: EditionQuestion
    key: Key
    ease: float
    bad: Model | None

    @property
    def objective(self) -> str:
        return self.place.wording.question.objective


class _Crowd:
    def __init__(self, model: Model, now: datetime.datetime) -> None:
        self.model = model
        self.rng = random.Random(SEED)  # noqa: S311 - the same people every time
        self.month_starts = _closed_months(now, model["months"])
        self.editions = list(Edition.objects.offered("en"))
        self.weights = [model["popular"].get(e.module.slug, 1) for e in self.editions]
        self.questions = {edition.pk: self._questions(edition) for edition in self.editions}
        self.clinics = {clinic.name: clinic for clinic in Clinic.objects.all()}
        self.harder = {
            (row["clinic"], row["module"], row["objective"]): row["by"] for row in model["harder"]
        }

    def _questions(self, edition: Edition) -> dict[str, dict[str, _Asked]]:
        """By objective and form, ``a`` and ``b``."""
        found: dict[str, dict[str, _Asked]] = {}
        bad = {
            row["question"]: row
            for row in self.model["bad_questions"]
            if row["module"] == edition.module.slug
        }
        for objective, _ in edition.objectives:
            ease = self.model["ease"] + self.rng.gauss(0, self.model["spread"])
            found[objective] = {
                place.wording.question.form: _Asked(
                    place,
                    Key.from_meaning(place.wording.question.meaning),
                    ease,
                    bad.get(place.wording.question.key),
                )
                for place in edition.questions.select_related("wording__question").filter(
                    wording__question__objective=objective, wording__question__form__in="ab"
                )
            }
        return found

    # One batch of people: learners, then their checks, then the questions, then the answers

    def make(self, count: int) -> None:
        learners = Learner.objects.bulk_create(
            Learner(created_on=self.month_starts[0].date()) for _ in range(count)
        )
        Device.objects.bulk_create(
            Device(
                hash=token_hash(new_token()),
                learner=learner,
                shared=False,
                last_used_on=self.month_starts[-1].date(),
            )
            for learner in learners
        )
        drawn = [row for learner in learners for row in self._checks(learner)]
        Sitting.objects.bulk_create(sitting for sitting, _ in drawn)
        for sitting, asked in drawn:
            for place, _ in asked:
                place.sitting = sitting
        places = [row for _, asked in drawn for row in asked]
        SittingQuestion.objects.bulk_create((place for place, _ in places), batch_size=5000)
        for place, answer in places:
            answer.question = place
        Answer.objects.bulk_create((answer for _, answer in places), batch_size=5000)

    def _checks(
        self, learner: Learner
    ) -> Iterator[tuple[Sitting, list[tuple[SittingQuestion, Answer]]]]:
        ability = self.rng.gauss(0, 1)
        clinic = self._clinic()
        month = self.rng.choice(self.month_starts)
        for edition in self._modules():
            at = month + datetime.timedelta(minutes=self.rng.randrange(27 * 24 * 60))
            forms: dict[str, str] = {}
            if self.rng.random() < self.model["before"]:
                yield self._check(learner, edition, clinic, ability, at, forms, gain=0)
                at += datetime.timedelta(minutes=20)
            yield self._check(learner, edition, clinic, ability, at, forms, gain=self.model["gain"])

    def _clinic(self) -> Clinic | None:
        drawn = self.rng.random()
        for name, share in self.model["clinics"].items():
            drawn -= share
            if drawn < 0:
                return self.clinics.get(name)
        return None

    def _modules(self) -> list[Edition]:
        count = max(1, min(len(self.editions), round(self.rng.gauss(self.model["modules"], 1))))
        chosen: dict[int, Edition] = {}
        while len(chosen) < count:
            edition = self.rng.choices(self.editions, self.weights)[0]
            chosen[edition.pk] = edition
        return list(chosen.values())

    def _check(
        self,
        learner: Learner,
        edition: Edition,
        clinic: Clinic | None,
        ability: float,
        at: datetime.datetime,
        forms: dict[str, str],
        *,
        gain: float,
    ) -> tuple[Sitting, list[tuple[SittingQuestion, Answer]]]:
        """A finished check. ``forms`` is what was asked before, and takes what is asked now."""
        before = gain == 0
        questions = self.questions[edition.pk]
        objectives = list(questions)
        if before and len(objectives) > 4:
            objectives = self.rng.sample(objectives, 4)
        asked = []
        for objective in objectives:
            choices = questions[objective]
            form = self.rng.choice([f for f in choices if f != forms.get(objective)])
            forms[objective] = form
            asked.append(choices[form])
        finished = at + datetime.timedelta(minutes=len(asked))
        sitting = Sitting(
            learner=learner,
            module_id=edition.module_id,
            edition=edition,
            language=edition.language,
            clinic=clinic,
            occasion=Occasion.BEFORE if before else Occasion.AFTER,
            size=len(asked),
            start_token=new_key(),
            started_at=at,
            finished_at=finished,
        )
        rows = []
        for number, question in enumerate(asked, start=1):
            lower = 0.0
            if clinic is not None:
                lower = self.harder.get((clinic.name, edition.module.slug, question.objective), 0)
            response, sure = self._answer(question, ability + gain - lower)
            place = SittingQuestion(number=number, asked=question.place, order=_order(question.key))
            answer = Answer(
                number=1,
                token=new_key(),
                response=response.as_json(),
                sure=sure,
                verdict=grade(question.key, response).verdict,
                at=finished,
            )
            rows.append((place, answer))
        return sitting, rows

    def _answer(self, question: _Asked, level: float) -> tuple[Response, str]:
        bad = question.bad
        chance = bad["right"] if bad else 1 / (1 + math.exp(-(level + question.ease)))
        if self.rng.random() < chance:
            return right_response(question.key), self.rng.choice(("very", "fairly", "fairly", ""))
        if self.rng.random() < self.model["unsure"]:
            return Response(unsure=True), ""
        sure = bad.get("sure", self.model["sure"]) if bad else self.model["sure"]
        word = "very" if self.rng.random() < sure else "guess"
        if bad and self.rng.random() < 0.9:
            return Response(picked=frozenset([bad["draws"]])), word
        return wrong_response(question.key, self.rng), word


def _closed_months(now: datetime.datetime, count: int) -> list[datetime.datetime]:
    """The first moments of the last so many months that are over, in order."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    starts: list[datetime.datetime] = []
    for _ in range(count):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
        starts.insert(0, first)
    return starts


def _order(key: Key) -> Sequence[str]:
    return list(key.places) if key.kind == "pairs" else list(key.choices)
