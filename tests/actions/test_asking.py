"""What a learner wants to ask her team: kept, changed, shared, taken back."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial

import pytest

from learning.actions import asking
from learning.actions.arriving import START_TOKEN_LIFE, LearnerErased, StartTokenUsed
from learning.models import Device, Learner, TeamQuestion
from learning.models.people import token_hash
from tests import factories
from tests.factories import NOW
from tests.racing import race

pytestmark = pytest.mark.django_db
TOKEN = "T" * 22
LATER = NOW + datetime.timedelta(days=1)


def ask(
    learner: Learner | None,
    *texts: str,
    token: str = TOKEN,
    shared: bool = False,
    now: datetime.datetime = NOW,
) -> asking.Asked:
    return asking.ask(learner=learner, texts=texts, shared=shared, now=now, token=token)


def keep_phone(
    learner: Learner | None, phone: str, *, token: str = TOKEN, now: datetime.datetime = NOW
) -> str | None:
    return asking.keep_team_phone(learner=learner, phone=phone, shared=True, now=now, token=token)


def texts(learner: Learner) -> list[str]:
    return list(learner.team_questions.values_list("text", flat=True))


def shared_at() -> list[datetime.datetime | None]:
    return list(TeamQuestion.objects.values_list("shared_at", flat=True))


def test_ask_keeps_her_words_on_one_line_for_her_alone() -> None:
    anna, bella = factories.learner(), factories.learner()
    asked = ask(anna, "  May I\r\n fly? ")
    question = TeamQuestion.objects.get()
    assert asked == asking.Asked((question,), None)
    assert (question.learner, question.text, question.token) == (anna, "May I fly?", TOKEN)
    assert (question.created_at, question.shared_at) == (NOW, None)
    assert texts(bella) == []


def test_ask_without_a_learner_makes_one_with_her_device() -> None:
    asked = ask(None, "May I fly?", shared=True)
    assert asked.device_token is not None
    device = Device.objects.get()
    assert (device.hash, device.shared) == (token_hash(asked.device_token), True)
    assert texts(device.learner) == ["May I fly?"]


def test_ask_by_the_same_form_again_adds_nothing() -> None:
    """S-061: a double tap without a cookie too."""
    first, second = ask(None, "May I fly?"), ask(None, "May I fly?")
    assert first.questions == second.questions
    learner = Learner.objects.get()
    assert ask(learner, "May I fly?", token="U" * 22).questions == first.questions
    assert texts(learner) == ["May I fly?"]
    with pytest.raises(StartTokenUsed):
        ask(None, "May I fly?", now=NOW + START_TOKEN_LIFE)
    assert Learner.objects.count() == 1


def test_ask_by_the_same_form_with_other_words_loses_none() -> None:
    """She went back to the form and changed it."""
    anna = factories.learner()
    ask(anna, "May I fly?")
    ask(anna, "May I swim?", "May I fly?", "May I fly?")
    assert texts(anna) == ["May I fly?", "May I swim?"]
    assert TeamQuestion.objects.filter(token=TOKEN).count() == 1


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("", asking.NothingAsked),
        (" \n ", asking.NothingAsked),
        ("x" * 301, asking.QuestionTooLong),
    ],
)
def test_ask_refuses_what_is_no_question_and_keeps_nothing(
    text: str, broken: type[Exception]
) -> None:
    with pytest.raises(broken):
        ask(None, "May I fly?", text)
    assert Learner.objects.count() == 0
    assert texts(factories.learner()) == []
    ask(factories.learner(), "x" * 300)


def test_ask_holds_fifty_questions_and_refuses_the_next() -> None:
    anna = factories.learner()
    many = [f"Question {number}?" for number in range(asking.MOST_QUESTIONS)]
    for number, text in enumerate(many):
        ask(anna, text, token=f"{number:022}")
    assert texts(anna) == many
    ask(anna, many[7])
    with pytest.raises(asking.TooManyQuestions):
        ask(anna, "One more?")
    assert texts(anna) == many


def test_ask_for_a_learner_erased_meanwhile_is_refused() -> None:
    anna = factories.learner()
    Learner.objects.all().delete()
    with pytest.raises(LearnerErased):
        ask(anna, "May I fly?")
    assert TeamQuestion.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_race_of_one_form_keeps_one_question() -> None:
    results = race([partial(ask, None, "May I fly?")] * 6)
    question = TeamQuestion.objects.get()
    kept = [result.questions for result in results if isinstance(result, asking.Asked)]
    assert kept == [(question,)] * 6
    assert Learner.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_at_the_end_of_the_list_adds_no_more_than_it_holds() -> None:
    anna = factories.learner()
    for number in range(asking.MOST_QUESTIONS - 1):
        factories.team_question(learner=anna, text=f"{number}?")
    asks = [partial(ask, anna, f"Last {n}?", token=f"{n:022}") for n in range(4)]
    results = race(asks)
    assert texts(anna)[:-1] == [f"{number}?" for number in range(asking.MOST_QUESTIONS - 1)]
    assert len(texts(anna)) == asking.MOST_QUESTIONS
    assert sum(isinstance(result, asking.TooManyQuestions) for result in results) == 3


def test_reword_gives_one_question_other_words() -> None:
    anna = factories.learner()
    first, second = (factories.team_question(learner=anna, text=text) for text in ("A?", "B?"))
    asking.reword(question=first, text=" Could I\nfly? ")
    assert texts(anna) == ["Could I fly?", "B?"]
    for text, broken in (("", asking.NothingAsked), ("x" * 301, asking.QuestionTooLong)):
        with pytest.raises(broken):
            asking.reword(question=second, text=text)
    assert texts(anna) == ["Could I fly?", "B?"]


def test_drop_question_takes_one_away_and_twice_is_once() -> None:
    anna = factories.learner()
    first, _ = (factories.team_question(learner=anna, text=text) for text in ("A?", "B?"))
    for _ in range(2):
        asking.drop_question(question=first)
    asking.reword(question=first, text="C?")
    assert texts(anna) == ["B?"]


def member(*, closed: bool = False) -> Learner:
    """A learner in one group."""
    nurse = factories.staff_member(clinic=factories.clinic())
    group = factories.group(nurses=[nurse])
    if closed:
        group.closed_at = NOW
        group.save()
    anna = factories.learner()
    factories.membership(group=group, learner=anna)
    return anna


def test_share_question_lets_it_be_read_from_the_first_time_on() -> None:
    anna = member()
    question = factories.team_question(learner=anna)
    factories.team_question(learner=anna, text="Another?")
    for now in (NOW, LATER):
        asking.share_question(question=question, now=now)
    assert shared_at() == [NOW, None]
    asking.unshare_question(question=question)
    assert shared_at() == [None, None]
    asking.share_question(question=question, now=LATER)
    assert shared_at() == [LATER, None]


@pytest.mark.parametrize("make", [factories.learner, partial(member, closed=True)])
def test_share_question_needs_somebody_who_reads_it(make: partial[Learner]) -> None:
    question = factories.team_question(learner=make())
    with pytest.raises(asking.NobodyToShareWith):
        asking.share_question(question=question, now=NOW)
    assert shared_at() == [None]


def phones(learners: Sequence[Learner]) -> list[str]:
    return [Learner.objects.get(pk=learner.pk).team_phone for learner in learners]


def test_keep_team_phone_keeps_changes_and_takes_it_away_for_her_alone() -> None:
    anna, bella = factories.learner(), factories.learner()
    assert keep_phone(anna, " 555‑0100  ext 2 ") is None
    assert phones([anna, bella]) == ["555-0100 ext 2", ""]
    keep_phone(anna, "")
    assert phones([anna, bella]) == ["", ""]


def test_keep_team_phone_without_a_learner_makes_one_once() -> None:
    first, second = keep_phone(None, "555-0100"), keep_phone(None, "555-0101")
    learner = Learner.objects.get()
    assert phones([learner]) == ["555-0101"]
    assert {token_hash(str(token)) for token in (first, second)} == set(
        Device.objects.values_list("hash", flat=True)
    )
    with pytest.raises(StartTokenUsed):
        keep_phone(None, "555-0102", now=LATER)
    assert phones([learner]) == ["555-0101"]


@pytest.mark.parametrize("phone", ["ask at the desk", "12", "5" * 41, "javascript:alert(1)"])
def test_keep_team_phone_refuses_what_cannot_be_dialed(phone: str) -> None:
    with pytest.raises(asking.NotAPhoneNumber):
        keep_phone(None, phone)
    assert Learner.objects.count() == 0
