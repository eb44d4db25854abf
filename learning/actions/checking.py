"""Starting a check and answering it. What is answered is on disk before anybody is told so."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import BigAutoField, Q

from learning.actions.arriving import StartTokenUsed, arrive
from learning.models import (
    Answer,
    Assignment,
    Edition,
    Learner,
    Membership,
    Sitting,
    SittingQuestion,
    Wording,
)
from learning.models.prepared import Parameter, Prepared
from learning.rules import drawing, grading
from learning.rules.grading import Key, Response


class NothingToAsk(Exception):
    """Every question of this edition has been withdrawn."""


class CheckErased(Exception):
    """The check is no longer there: its learner was erased meanwhile, perhaps in another tab."""


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
    try:
        with transaction.atomic():
            learner, device_token = arrive(learner=learner, shared=shared, now=now, token=token)
            # Two tabs of hers begin one after the other, so that the second finds the first.
            list(Learner.objects.select_for_update().filter(pk=learner.pk).values_list("pk"))
            mine = Sitting.objects.filter(learner=learner)
            sitting = (
                mine.filter(
                    module=edition.module_id, occasion=occasion, finished_at__isnull=True
                ).first()
                or mine.filter(start_token=token).first()
                or _begin(learner, edition, occasion, token, now, rng)
            )
    except IntegrityError as error:
        raise StartTokenUsed from error
    return Started(sitting, device_token)


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
        clinic_id=_clinic(learner, edition),
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


def _clinic(learner: Learner, edition: Edition) -> int | None:
    """The clinic of the group that assigned the module last, else the learner's only one."""
    clinics = dict(Membership.objects.filter(learner=learner).values_list("group", "group__clinic"))
    assigned = (
        Assignment.objects.filter(
            Q(membership__isnull=True) | Q(membership__learner=learner),
            group__in=list(clinics),
            module=edition.module_id,
            withdrawn_at__isnull=True,
        )
        .order_by("-created_at", "-id")
        .values_list("group", flat=True)
        .first()
    )
    if assigned is not None:
        return clinics[assigned]
    return next(iter(clinics.values())) if len(set(clinics.values())) == 1 else None


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
        locked = _LOCKED(sitting=place.sitting_id)
        if not locked:
            raise CheckErased
        finished = locked[0] is not None
        tries = place.tries()
        for kept in tries:
            if kept.token == token:
                return Answered(
                    kept,
                    tuple(tries),
                    repeated=True,
                    late=False,
                    finished=finished,
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
            finished=finished or _finish(place.sitting_id, now),
        )


_SITTING = Parameter("sitting", BigAutoField())
# Answers of one check, from two tabs, come one after the other. On SQLite all writing does.
_LOCKED = Prepared(
    lambda: (
        Sitting.objects.select_for_update()
        .filter(pk=_SITTING)
        .order_by()
        .values_list("finished_at", flat=True)
    )
)
_STILL_OPEN = Prepared(
    lambda: (
        SittingQuestion.objects.filter(
            sitting=_SITTING,
            answers__isnull=True,
            asked__wording__question__withdrawn_at__isnull=True,
        )
        .order_by()
        .values_list("pk")[:1]
    )
)


def _finish(sitting: int, now: datetime.datetime) -> bool:
    """Note that the last open question was answered; False while one is open."""
    if _STILL_OPEN(sitting=sitting):
        return False
    Sitting.objects.filter(pk=sitting).update(finished_at=now)
    return True


def see_corrections(*, learner: Learner, now: datetime.datetime) -> int:
    """Note that this learner has read the corrections of questions withdrawn since she answered."""
    with transaction.atomic():
        return SittingQuestion.objects.filter(
            sitting__learner=learner,
            correction_seen_at__isnull=True,
            asked__wording__question__withdrawn_at__isnull=False,
        ).update(correction_seen_at=now)
