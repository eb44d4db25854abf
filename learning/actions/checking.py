"""Starting a check and answering it. What is answered is on disk before anybody is told so."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from learning.actions.arriving import add_device, new_learner
from learning.models import (
    Answer,
    Edition,
    Learner,
    Sitting,
    SittingQuestion,
    Wording,
)
from learning.rules import drawing, grading
from learning.rules.grading import Key, Response

START_TOKEN_LIFE = datetime.timedelta(minutes=10)


class NothingToAsk(Exception):
    """Every question of this edition has been withdrawn."""


class CheckErased(Exception):
    """The check is no longer there: its learner was erased meanwhile, perhaps in another tab."""


class StartTokenUsed(Exception):
    """The start form was used before, by somebody else or too long ago. Show a fresh one."""


@dataclass(frozen=True)
class Started:
    """The sitting to go on with. ``device_token`` is set where the browser must be given one."""

    sitting: Sitting
    device_token: str | None


def start(
    *,
    learner: Learner | None,
    edition: Edition,
    occasion: str,
    token: str,
    shared: bool,
    now: datetime.datetime,
    rng: random.Random,
) -> Started:
    """The open sitting of this learner for the module and occasion, begun where there is none.

    Without a learner one is made, with a device of this browser. The same ``token`` again (a
    double tap on Start) lands in the same sitting; a stranger's or an old token raises
    StartTokenUsed. Raises NothingToAsk when no question is left.
    """
    device_token = None
    try:
        with transaction.atomic():
            if learner is None:
                learner, device_token = new_learner(shared=shared, now=now)
            open_sitting = _open_sitting(learner, edition, occasion)
            if open_sitting is None:
                open_sitting = _begin(learner, edition, occasion, token, now, rng)
            return Started(open_sitting, device_token)
    except IntegrityError:
        return _started_meanwhile(
            learner, device_token, edition, occasion, token, shared=shared, now=now
        )


def _started_meanwhile(
    learner: Learner | None,
    device_token: str | None,
    edition: Edition,
    occasion: str,
    token: str,
    *,
    shared: bool,
    now: datetime.datetime,
) -> Started:
    """Another request won the race. Its transaction stands, ours left nothing behind."""
    with transaction.atomic():
        if device_token is None and learner is not None:
            mine = (
                _open_sitting(learner, edition, occasion)
                or Sitting.objects.filter(learner=learner, start_token=token).first()
            )
            if mine is None:
                raise StartTokenUsed
            return Started(mine, None)
        twin = (
            Sitting.objects.select_related("learner", "module", "edition")
            .filter(start_token=token, started_at__gte=now - START_TOKEN_LIFE)
            .first()
        )
        if twin is None:
            raise StartTokenUsed
        return Started(twin, add_device(learner=twin.learner, shared=shared, now=now))


def _open_sitting(learner: Learner, edition: Edition, occasion: str) -> Sitting | None:
    return Sitting.objects.filter(
        learner=learner, module=edition.module_id, occasion=occasion, finished_at__isnull=True
    ).first()


def _begin(
    learner: Learner,
    edition: Edition,
    occasion: str,
    token: str,
    now: datetime.datetime,
    rng: random.Random,
) -> Sitting:
    offered = {
        asked.number: asked
        for asked in edition.questions.select_related("wording__question")
        if asked.wording.question.withdrawn_at is None
    }
    drawn = drawing.draw(
        [
            drawing.Candidate(number, asked.wording.question.objective, asked.wording.question.form)
            for number, asked in offered.items()
        ],
        occasion=occasion,
        last_form=_last_forms(learner, edition),
        rng=rng,
    )
    if not drawn:
        raise NothingToAsk
    sitting = Sitting.objects.create(
        learner=learner,
        module_id=edition.module_id,
        edition=edition,
        language=edition.language,
        occasion=occasion,
        size=len(drawn),
        start_token=token,
        started_at=now,
    )
    SittingQuestion.objects.bulk_create(
        SittingQuestion(
            sitting=sitting,
            number=number,
            asked=offered[candidate.number],
            order=_order(offered[candidate.number].wording, rng),
        )
        for number, candidate in enumerate(drawn, start=1)
    )
    return sitting


def _order(wording: Wording, rng: random.Random) -> list[str]:
    parts = wording.text.get("items") or wording.text["choices"]
    in_order = bool(wording.text.get("in_order"))
    return drawing.display_order((part["key"] for part in parts), in_order=in_order, rng=rng)


def _last_forms(learner: Learner, edition: Edition) -> dict[str, str]:
    asked = (
        SittingQuestion.objects.filter(sitting__learner=learner, sitting__module=edition.module_id)
        .order_by("sitting__started_at", "sitting__id", "number")
        .values_list("asked__wording__question__objective", "asked__wording__question__form")
    )
    return dict(asked)


@dataclass(frozen=True)
class Answered:
    """The answer on disk, and all tries at the question up to now, in order.

    ``repeated``: this very form was sent before, nothing new was kept. ``late``: the form asked
    for a first answer, but another tab had given one; it is kept as a later try.
    """

    answer: Answer
    tries: tuple[Answer, ...]
    repeated: bool
    late: bool
    finished: bool


def answer(
    *,
    place: SittingQuestion,
    token: str,
    response: Response,
    sure: str,
    again: bool,
    now: datetime.datetime,
) -> Answered:
    """Keep one answer for good and say how it stands.

    The same ``token`` twice is the same answer. The first committed answer stands; every other is
    a later try, kept in order. The check is finished with the answer to its last open question.
    Raises grading.ImpossibleResponse where the response does not fit the question, and CheckErased
    where there is no check any more.
    """
    grade = grading.grade(Key.from_meaning(place.meaning.meaning), response)
    with transaction.atomic():
        sitting = Sitting.objects.select_for_update().filter(pk=place.sitting_id).first()
        if sitting is None:
            raise CheckErased
        tries = list(place.answers.order_by("number"))
        for kept in tries:
            if kept.token == token:
                return Answered(
                    kept,
                    tuple(tries),
                    repeated=True,
                    late=False,
                    finished=sitting.finished_at is not None,
                )
        kept = Answer.objects.create(
            question=place,
            number=len(tries) + 1,
            token=token,
            response=response.as_json(),
            sure="" if response.unsure else sure,
            verdict=grade.verdict,
            at=now,
        )
        return Answered(
            kept,
            (*tries, kept),
            repeated=False,
            late=bool(tries) and not again,
            finished=sitting.finished_at is not None or _finish(sitting, now),
        )


def _finish(sitting: Sitting, now: datetime.datetime) -> bool:
    """Note that the last open question was answered, in one statement; False while one is open."""
    still_open = SittingQuestion.objects.filter(
        sitting=OuterRef("pk"),
        answers__isnull=True,
        asked__wording__question__withdrawn_at__isnull=True,
    )
    return bool(Sitting.objects.filter(~Exists(still_open), pk=sitting.pk).update(finished_at=now))


def see_corrections(*, learner: Learner, now: datetime.datetime) -> int:
    """Note that this learner has read the corrections of questions withdrawn since she answered."""
    with transaction.atomic():
        return SittingQuestion.objects.filter(
            sitting__learner=learner,
            correction_seen_at__isnull=True,
            asked__wording__question__withdrawn_at__isnull=False,
        ).update(correction_seen_at=now)
