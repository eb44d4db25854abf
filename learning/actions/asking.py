"""What a learner wants to ask her team, and the number she calls it by. Hers until she shares it.

Each question is shared by itself, with the nurses of every group she is in, and can be taken back.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from learning.actions.arriving import arrive, hold
from learning.models import Learner, Membership, TeamQuestion
from learning.models.keys import new_key
from learning.rules.clinics import is_phone, tidy

LONGEST_QUESTION = 300
MOST_QUESTIONS = 50


class NothingAsked(ValueError):
    """The question has no words."""


class QuestionTooLong(ValueError):
    """The question has more than LONGEST_QUESTION letters."""


class TooManyQuestions(Exception):
    """She would have more than MOST_QUESTIONS questions on her list."""


class NobodyToShareWith(Exception):
    """She is in no group, so no nurse could read the question."""


class NotAPhoneNumber(ValueError):
    """What was typed cannot be dialed."""


@dataclass(frozen=True)
class Asked:
    """The questions as they stand on her list. ``device_token`` is for a browser new to her."""

    questions: tuple[TeamQuestion, ...]
    device_token: str | None


def ask(
    *,
    learner: Learner | None,
    texts: Sequence[str],
    shared: bool,
    now: datetime.datetime,
    token: str,
) -> Asked:
    """Put questions on her list. Nobody else sees them.

    The same words twice are one question, so the same form sent twice adds nothing; the same form
    with other words (gone back to and changed) adds those. Without a learner one is made, see
    arriving.new_learner. Raises NothingAsked, QuestionTooLong, TooManyQuestions, StartTokenUsed
    and LearnerErased.
    """
    wanted = list(dict.fromkeys(in_words(text) for text in texts))
    with transaction.atomic():
        learner, device_token = arrive(learner=learner, shared=shared, now=now, token=token)
        hold(learner)
        mine = {question.text: question for question in learner.team_questions.all()}
        used = {question.token for question in mine.values()}
        for text in wanted:
            if text in mine:
                continue
            if learner.team_questions.count() >= MOST_QUESTIONS:
                raise TooManyQuestions
            mine[text] = TeamQuestion.objects.create(
                learner=learner,
                text=text,
                token=new_key() if token in used else token,
                created_at=now,
            )
            used.add(token)
        return Asked(tuple(mine[text] for text in wanted), device_token)


def reword(*, question: TeamQuestion, text: str) -> None:
    """Give a question other words. Where it is shared, her nurses read the new ones.

    Raises NothingAsked and QuestionTooLong. A question removed meanwhile stays removed.
    """
    TeamQuestion.objects.filter(pk=question.pk).update(text=in_words(text))


def in_words(text: str) -> str:
    """The question on one line, as it is kept. Raises NothingAsked and QuestionTooLong."""
    words = " ".join(text.split())
    if not words:
        raise NothingAsked
    if len(words) > LONGEST_QUESTION:
        raise QuestionTooLong
    return words


def drop_question(*, question: TeamQuestion) -> None:
    """Take a question off her list, and from the sight of her nurses."""
    TeamQuestion.objects.filter(pk=question.pk).delete()


def share_question(*, question: TeamQuestion, now: datetime.datetime) -> None:
    """Let the nurses of her groups read this question. Shared again it keeps its first day.

    Raises NobodyToShareWith.
    """
    open_memberships = Membership.objects.filter(
        learner=question.learner_id, group__closed_at__isnull=True
    )
    with transaction.atomic():
        if not open_memberships.exists():
            raise NobodyToShareWith
        TeamQuestion.objects.filter(pk=question.pk, shared_at__isnull=True).update(shared_at=now)


def unshare_question(*, question: TeamQuestion) -> None:
    """Take a question back: no nurse sees it from now on."""
    TeamQuestion.objects.filter(pk=question.pk).update(shared_at=None)


def keep_team_phone(
    *, learner: Learner | None, phone: str, shared: bool, now: datetime.datetime, token: str
) -> str | None:
    """Keep the number of her own team, with her alone. An empty one takes away what was kept.

    Without a learner one is made, see arriving.new_learner; then the token for her browser is
    returned. Raises NotAPhoneNumber and StartTokenUsed.
    """
    number = tidy(phone)
    if number and not is_phone(number):
        raise NotAPhoneNumber
    with transaction.atomic():
        learner, device_token = arrive(learner=learner, shared=shared, now=now, token=token)
        Learner.objects.filter(pk=learner.pk).update(team_phone=number)
    return device_token
