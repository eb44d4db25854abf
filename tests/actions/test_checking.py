"""Starting checks and keeping answers, alone and in races on real databases."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Model

from learning.actions import checking
from learning.actions.arriving import START_TOKEN_LIFE, StartTokenUsed
from learning.actions.publishing import withdraw_question
from learning.models import (
    Answer,
    Assignment,
    Clinic,
    Device,
    Edition,
    Group,
    Learner,
    Membership,
    Module,
    Question,
    SectionRead,
    Sitting,
    SittingQuestion,
)
from learning.models.people import token_hash
from learning.models.sittings import new_sitting_key
from learning.rules.grading import ImpossibleResponse, Response
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY
from tests.racing import race

TOKEN = "A" * 22
LATER = NOW + datetime.timedelta(minutes=3)


def start(edition: Edition, **changes: Any) -> checking.Started:
    return checking.start(
        **{
            "learner": None,
            "edition": edition,
            "occasion": "after",
            "token": TOKEN,
            "shared": False,
            "now": NOW,
            "rng": random.Random(1),
            **changes,
        }
    )


def answer(place: SittingQuestion, **changes: Any) -> checking.Answered:
    return checking.answer(
        **{
            "place": place,
            "token": TOKEN,
            "response": factories.right(place=place),
            "sure": "",
            "again": False,
            "now": NOW,
            **changes,
        }
    )


def rows() -> dict[str, int]:
    tables: tuple[type[Model], ...] = (Learner, Device, Sitting, SittingQuestion, Answer)
    return {table.__name__: table._default_manager.count() for table in tables}


def asked(sitting: Sitting) -> list[tuple[int, str, list[str]]]:
    places = sitting.questions.select_related("asked__wording__question")
    return [(place.number, place.meaning.key, place.order) for place in places]


def places(sitting: Sitting) -> list[SittingQuestion]:
    return list(sitting.questions.select_related("asked__wording__question"))


@pytest.fixture
def sitting(edition: Edition) -> Sitting:
    return factories.sitting(learner=factories.learner(), edition=edition)


# Starting


def test_start_without_a_learner_makes_her_and_a_device_and_one_check(edition: Edition) -> None:
    started = start(edition)
    check = Sitting.objects.get()
    assert started == checking.Started(check, started.device_token)
    assert started.device_token is not None
    assert (check.module, check.edition, check.language) == (edition.module, edition, "en")
    assert (check.occasion, check.size, check.start_token) == ("after", 2, TOKEN)
    assert (check.started_at, check.finished_at) == (NOW, None)
    assert check.learner.created_on == TODAY
    device = Device.objects.get()
    assert (device.learner, device.hash) == (check.learner, token_hash(started.device_token))
    assert (device.shared, device.last_used_on) == (False, TODAY)


def group_of(clinic: str, learner: Learner, name: str = "Tuesday") -> tuple[Group, Membership]:
    """A group of this clinic with the learner in it."""
    found = Clinic.objects.filter(name=clinic).first() or factories.clinic(name=clinic)
    nurse = factories.staff_member(name=f"{clinic} {name}", clinic=found)
    group = factories.group(nurses=[nurse], name=name)
    return group, factories.membership(group=group, learner=learner)


def assign(edition: Edition, group: Group, *, minutes: int = 0, **changes: Any) -> None:
    Assignment.objects.create(
        group=group,
        module=edition.module,
        token=new_sitting_key(),
        created_at=NOW + datetime.timedelta(minutes=minutes),
        **changes,
    )


def stamped(edition: Edition, learner: Learner | None) -> str | None:
    clinic = start(edition, learner=learner, token=new_sitting_key()).sitting.clinic
    return clinic.name if clinic else None


def test_start_stamps_no_clinic_on_a_check_of_somebody_in_no_group(edition: Edition) -> None:
    stranger = factories.learner()
    group, _ = group_of("North", stranger)
    assign(edition, group)
    assert stamped(edition, None) is None
    assert stamped(edition, factories.learner()) is None


def test_start_stamps_the_only_clinic_of_a_learner_for_good(edition: Edition) -> None:
    anna = factories.learner()
    group_of("North", anna)
    _, other = group_of("North", anna, "Friday")
    assert stamped(edition, anna) == "North"
    other.delete()
    group_of("South", anna)
    check = Sitting.objects.get()
    assert (check.clinic and check.clinic.name) == "North"


def test_start_stamps_no_clinic_where_two_have_not_assigned_the_module(edition: Edition) -> None:
    anna, bella = factories.learner(), factories.learner()
    north, _ = group_of("North", anna)
    group_of("South", anna)
    elsewhere, _ = group_of("East", bella)
    assign(edition, elsewhere)
    other = Module.objects.create(slug="other", position=9)
    Assignment.objects.create(group=north, module=other, token="o", created_at=NOW)
    assign(edition, north, withdrawn_at=NOW)
    of_bella = factories.membership(group=north, learner=bella, call_name="Oak Hill")
    assign(edition, north, membership=of_bella)
    assert stamped(edition, anna) is None


def test_start_stamps_the_clinic_that_assigned_the_module_last(edition: Edition) -> None:
    anna = factories.learner()
    north, _ = group_of("North", anna)
    south, mine = group_of("South", anna)
    assign(edition, south, membership=mine, minutes=2)
    assign(edition, north, minutes=1)
    assert stamped(edition, anna) == "South"
    Sitting.objects.all().delete()
    assign(edition, north, minutes=3)
    assert stamped(edition, anna) == "North"


def test_start_of_somebody_in_ten_groups_asks_as_often_as_in_one(edition: Edition) -> None:
    counts = []
    for groups in (1, 10):
        someone = factories.learner()
        for number in range(groups):
            group_of(f"{groups} {number}", someone)
        with counted() as count:
            start(edition, learner=someone, token=f"{groups:022}")
        counts.append(count.all)
    assert counts == [counts[0]] * 2


def test_start_asks_one_form_of_each_objective_in_a_drawn_order_of_choices(
    edition: Edition,
) -> None:
    drawn = set()
    for seed in range(12):
        sitting = start(edition, learner=None, token=f"{seed:022}", rng=random.Random(seed)).sitting
        drawn.add(tuple(key for _, key, _ in asked(sitting)))
        assert [number for number, _, _ in asked(sitting)] == [1, 2]
    assert drawn == {
        (routes, steps)
        for routes in ("routes-one", "routes-several")
        for steps in ("steps-order", "steps-one")
    }


def test_start_after_a_check_before_asks_the_other_forms(edition: Edition) -> None:
    learner = factories.learner()
    factories.sitting(
        learner=learner, edition=edition, occasion="before", keys=("routes-several", "steps-order")
    )
    sitting = start(edition, learner=learner).sitting
    assert [key for _, key, _ in asked(sitting)] == ["routes-one", "steps-one"]


def test_start_again_lands_in_the_open_check(edition: Edition) -> None:
    learner = factories.learner()
    first = start(edition, learner=learner, token="B" * 22)
    second = start(edition, learner=learner, token="C" * 22, now=LATER)
    assert first.sitting == second.sitting
    assert (first.device_token, second.device_token) == (None, None)
    assert rows() == {
        "Learner": 1,
        "Device": 0,
        "Sitting": 1,
        "SittingQuestion": 2,
        "Answer": 0,
    }


def test_start_of_the_other_occasion_is_another_check(edition: Edition) -> None:
    learner = factories.learner()
    before = start(edition, learner=learner, occasion="before", token="B" * 22).sitting
    after = start(edition, learner=learner, occasion="after", token="C" * 22).sitting
    assert before != after
    assert {before.occasion, after.occasion} == {"before", "after"}


def test_start_with_the_same_token_by_an_unknown_browser_lands_in_the_same_check(
    edition: Edition,
) -> None:
    """R-002: the second tap has no cookie yet, so it gets a device of the same learner."""
    first, second = start(edition), start(edition, now=LATER, shared=True)
    assert first.sitting == second.sitting
    assert first.device_token != second.device_token
    assert second.device_token is not None
    shared = Device.objects.get(hash=token_hash(second.device_token))
    assert (shared.learner, shared.shared) == (first.sitting.learner, True)
    assert rows() == {"Learner": 1, "Device": 2, "Sitting": 1, "SittingQuestion": 2, "Answer": 0}


def test_start_with_a_token_of_long_ago_is_refused_and_leaves_nothing(edition: Edition) -> None:
    start(edition)
    before = rows()
    with pytest.raises(StartTokenUsed):
        start(edition, now=NOW + START_TOKEN_LIFE + datetime.timedelta(seconds=1))
    assert rows() == before


def test_start_with_a_strangers_token_is_refused_and_leaves_nothing(edition: Edition) -> None:
    start(edition)
    stranger = factories.learner()
    before = rows()
    with pytest.raises(StartTokenUsed):
        start(edition, learner=stranger)
    assert rows() == before


def test_start_with_the_token_of_her_finished_check_shows_that_check(edition: Edition) -> None:
    learner = factories.learner()
    check = factories.sitting(learner=learner, edition=edition, token=TOKEN)
    for place in places(check):
        factories.answer(place=place)
    assert start(edition, learner=learner) == checking.Started(check, None)
    assert Sitting.objects.count() == 1


def test_start_after_a_finished_check_begins_a_new_one(edition: Edition) -> None:
    learner = factories.learner()
    check = factories.sitting(learner=learner, edition=edition)
    for place in places(check):
        factories.answer(place=place)
    again = start(edition, learner=learner, now=LATER).sitting
    assert again != check
    assert [key for _, key, _ in asked(again)] == ["routes-several", "steps-one"]


def test_start_leaves_withdrawn_questions_out(edition: Edition) -> None:
    """R-062: a withdrawn question leaves every check that begins later."""
    for key in ("routes-one", "routes-several", "steps-order"):
        withdraw_question(
            slug="how-it-spreads", key=key, version=1, note="So.", actor="operator", now=NOW
        )
    sitting = start(edition).sitting
    assert sitting.size == 1
    assert [key for _, key, _ in asked(sitting)] == ["steps-one"]


def test_start_with_nothing_left_to_ask_is_refused_and_leaves_nothing(edition: Edition) -> None:
    Question.objects.update(withdrawn_at=NOW, withdrawn_note="So.")
    with pytest.raises(checking.NothingToAsk):
        start(edition)
    assert set(rows().values()) == {0}


def test_start_keeps_the_order_of_choices_where_it_has_meaning(tmp_path: Any, db: None) -> None:
    choices = factories.one_question()["choices"]
    ordered = factories.module(
        questions=[
            factories.one_question(in_order=True, choices=choices),
            factories.several_question(in_order=True),
            factories.pairs_question(),
            factories.steps_question(in_order=True),
        ]
    )
    edition = factories.published(folder=tmp_path, modules=[ordered])
    orders = {
        (key, tuple(order))
        for seed in range(10)
        for _, key, order in asked(
            start(edition, token=f"{seed:022}", rng=random.Random(seed)).sitting
        )
        if key != "steps-order"
    }
    assert orders == {
        ("routes-one", ("lymph", "touch")),
        ("routes-several", ("blood", "hands", "tubes")),
        ("steps-one", ("grow", "leave")),
    }


# Answering


def test_answer_is_kept_whole_and_graded(sitting: Sitting) -> None:
    place = places(sitting)[0]
    answered = answer(place, response=Response(picked=frozenset({"touch"})), sure="very")
    kept = Answer.objects.get()
    assert answered == checking.Answered(kept, (kept,), repeated=False, late=False, finished=False)
    assert (kept.question, kept.number, kept.token, kept.at) == (place, 1, TOKEN, NOW)
    assert (kept.response, kept.sure, kept.verdict) == ({"picked": ["touch"]}, "very", "not_right")


def test_answer_not_sure_keeps_no_sureness(sitting: Sitting) -> None:
    answered = answer(places(sitting)[0], response=Response(unsure=True), sure="very")
    kept = answered.answer
    assert (kept.response, kept.sure, kept.verdict) == ({"unsure": True}, "", "unsure")


def test_answer_with_the_same_token_is_the_same_answer(sitting: Sitting) -> None:
    """R-001, R-017: what was sent first stands, whatever the second form says."""
    place = places(sitting)[0]
    first = answer(place)
    second = answer(place, response=factories.wrong(place=place), now=LATER, again=True)
    assert second == checking.Answered(
        first.answer, (first.answer,), repeated=True, late=False, finished=False
    )
    assert Answer.objects.get().at == NOW


def test_answer_from_a_second_tab_is_a_late_try(sitting: Sitting) -> None:
    """R-004: the first committed answer stands, the other is kept after it."""
    place = places(sitting)[0]
    first = answer(place, token="B" * 22)
    second = answer(place, token="C" * 22, response=factories.wrong(place=place), now=LATER)
    assert second == checking.Answered(
        second.answer, (first.answer, second.answer), repeated=False, late=True, finished=False
    )
    assert list(place.answers.values_list("number", "token", "verdict", "at")) == [
        (1, "B" * 22, "right", NOW),
        (2, "C" * 22, "not_right", LATER),
    ]


def test_answer_again_is_not_called_late(sitting: Sitting) -> None:
    place = places(sitting)[0]
    tries = [answer(place, token=f"{number:022}", again=True) for number in range(1, 5)]
    assert [tried.late for tried in tries] == [False] * 4
    assert [tried.answer.number for tried in tries] == [1, 2, 3, 4]
    assert list(place.answers.values_list("number", "token")) == [
        (number, f"{number:022}") for number in range(1, 5)
    ]


def test_answer_to_the_last_open_question_finishes_once(sitting: Sitting) -> None:
    first, last = places(sitting)
    assert answer(last).finished is False
    assert answer(first, token="B" * 22, now=LATER).finished is True
    sitting.refresh_from_db()
    assert sitting.finished_at == LATER
    much_later = LATER + datetime.timedelta(days=1)
    assert answer(first, token="C" * 22, again=True, now=much_later).finished is True
    assert answer(first, token="C" * 22, again=True, now=much_later).finished is True
    sitting.refresh_from_db()
    assert sitting.finished_at == LATER


def test_answer_finishes_without_the_question_that_was_withdrawn(sitting: Sitting) -> None:
    """R-062: the withdrawn question is not waited for; its own answer is kept all the same."""
    first, last = places(sitting)
    withdraw_question(
        slug="how-it-spreads", key="steps-order", version=1, note="So.", actor="op", now=NOW
    )
    assert answer(first).finished is True
    late = answer(last, token="B" * 22)
    assert (late.finished, late.answer.verdict) == (True, "right")


@pytest.mark.parametrize(
    "response",
    [
        Response(picked=frozenset({"nowhere"})),
        Response(picked=frozenset({"lymph", "touch"})),
        Response(),
        Response(placed={"lymph": "first"}),
    ],
)
def test_answer_that_fits_no_choice_is_refused_and_not_kept(
    sitting: Sitting, response: Response
) -> None:
    with pytest.raises(ImpossibleResponse):
        answer(places(sitting)[0], response=response)
    assert Answer.objects.count() == 0


def test_answer_to_an_erased_check_is_refused(sitting: Sitting) -> None:
    place = places(sitting)[0]
    sitting.learner.delete()
    with pytest.raises(checking.CheckErased):
        answer(place)
    assert Answer.objects.count() == 0


def test_answers_of_one_question_touch_no_other(edition: Edition, sitting: Sitting) -> None:
    other = factories.sitting(learner=factories.learner(), edition=edition)
    answer(places(sitting)[0])
    answer(places(other)[0])
    assert [place.answers.count() for place in (*places(sitting), *places(other))] == [1, 0, 1, 0]


# Corrections


def test_see_corrections_notes_what_was_withdrawn_and_nothing_else(edition: Edition) -> None:
    mine = factories.sitting(learner=factories.learner(), edition=edition)
    hers = factories.sitting(learner=factories.learner(), edition=edition)
    for check in (mine, hers):
        factories.answer(place=places(check)[0])
    withdraw_question(
        slug="how-it-spreads", key="routes-one", version=1, note="So.", actor="op", now=NOW
    )
    assert checking.see_corrections(learner=mine.learner, now=NOW) == 1
    assert checking.see_corrections(learner=mine.learner, now=LATER) == 0
    seen = [place.correction_seen_at for place in (*places(mine), *places(hers))]
    assert seen == [NOW, None, None, None]


# Races, with real threads and real commits


def raced(runners: Sequence[Callable[[], Any]]) -> list[Any]:
    results = race(runners)
    assert [result for result in results if isinstance(result, Exception)] == []
    return results


@pytest.mark.django_db(transaction=True)
def test_race_of_the_same_answer_keeps_one(sitting: Sitting) -> None:
    """R-001: five parallel taps with one token are one answer, and each is told so."""
    place = places(sitting)[0]
    results = raced([partial(answer, place)] * 5)
    kept = Answer.objects.get()
    assert [result.answer for result in results] == [kept] * 5
    assert sorted(result.repeated for result in results) == [False, True, True, True, True]


@pytest.mark.django_db(transaction=True)
def test_race_of_two_tabs_keeps_both_in_order(sitting: Sitting) -> None:
    """R-004: whichever commits first is try 1, the others follow, none is lost."""
    place = places(sitting)[0]
    tokens = [f"{number:022}" for number in range(5)]
    results = raced([partial(answer, place, token=token) for token in tokens])
    kept = list(place.answers.all())
    assert [row.number for row in kept] == [1, 2, 3, 4, 5]
    assert {row.token for row in kept} == set(tokens)
    for result in results:
        assert result.late is (result.answer.number > 1)
        assert [row.number for row in result.tries] == list(range(1, result.answer.number + 1))


@pytest.mark.django_db(transaction=True)
def test_race_to_the_last_question_finishes_the_check(sitting: Sitting) -> None:
    results = raced([partial(answer, place) for place in places(sitting)])
    sitting.refresh_from_db()
    assert sitting.finished_at == NOW
    assert sorted(result.finished for result in results) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_race_of_the_last_answer_and_a_withdrawal_finishes_the_check(edition: Edition) -> None:
    """R-062: one question is answered while the only other one is withdrawn."""
    for _ in range(4):
        check = factories.sitting(learner=factories.learner(), edition=edition)
        Question.objects.update(withdrawn_at=None, withdrawn_note="")
        withdraw = partial(withdraw_question, slug="how-it-spreads", key="steps-order", version=1)
        runners: list[Callable[[], object]] = [
            partial(answer, places(check)[0]),
            partial(withdraw, note="So.", actor="operator", now=NOW),
        ]
        raced(runners)
        check.refresh_from_db()
        assert check.finished_at == NOW


@pytest.mark.django_db(transaction=True)
def test_race_of_starts_with_one_token_makes_one_learner_and_one_check(edition: Edition) -> None:
    """R-002: every tap lands in the same check, each with a device that opens it."""
    results = raced([partial(start, edition)] * 8)
    check = Sitting.objects.get()
    assert [result.sitting for result in results] == [check] * 8
    assert rows() == {"Learner": 1, "Device": 8, "Sitting": 1, "SittingQuestion": 2, "Answer": 0}
    known = {token_hash(result.device_token) for result in results}
    assert known == set(Device.objects.values_list("hash", flat=True))


@pytest.mark.django_db(transaction=True)
def test_race_of_starts_of_one_learner_makes_one_check(edition: Edition) -> None:
    """R-002: two tabs, two forms, two tokens: one open check, and both land in it."""
    learner = factories.learner()
    tokens = [f"{number:022}" for number in range(8)]
    results = raced([partial(start, edition, learner=learner, token=token) for token in tokens])
    check = Sitting.objects.get()
    assert results == [checking.Started(check, None)] * 8
    assert check.questions.count() == check.size == 2


@pytest.mark.django_db(transaction=True)
def test_start_for_a_learner_erased_meanwhile_is_refused(edition: Edition) -> None:
    learner = factories.learner()
    Learner.objects.all().delete()
    with pytest.raises(StartTokenUsed):
        start(edition, learner=learner)
    assert set(rows().values()) == {0}


# What the database itself refuses


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Device, {"hash": "x", "shared": False, "last_used_on": TODAY}),
        (SectionRead, {"section": "a", "at": NOW}),
        (
            Sitting,
            {
                "language": "en",
                "occasion": "after",
                "size": 1,
                "start_token": "x",
                "started_at": NOW,
            },
        ),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_nothing_hangs_on_a_learner_who_is_not_there(
    edition: Edition, model: type[Model], values: dict[str, Any]
) -> None:
    gone = Learner(created_on=TODAY)
    more: dict[str, Any] = {"module": edition.module} if model is not Device else {}
    if model is Sitting:
        more["edition"] = edition
    with pytest.raises(IntegrityError):
        model._default_manager.bulk_create([model(learner=gone, **more, **values)])
    assert model._default_manager.count() == 0
