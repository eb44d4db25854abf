"""How somebody becomes a learner, once for each form, alone and in a race."""

from __future__ import annotations

import datetime
from functools import partial

import pytest
from django.db import transaction

from learning.actions import arriving
from learning.models import Device, Learner
from learning.models.people import token_hash
from tests import factories
from tests.factories import NOW, TODAY
from tests.racing import race

pytestmark = pytest.mark.django_db
TOKEN = "T" * 22


def arrive(
    learner: Learner | None = None,
    *,
    token: str = TOKEN,
    shared: bool = False,
    now: datetime.datetime = NOW,
) -> tuple[Learner, str | None]:
    with transaction.atomic():
        return arriving.arrive(learner=learner, shared=shared, now=now, token=token)


def devices() -> list[tuple[str, Learner, bool, datetime.date]]:
    return [(row.hash, row.learner, row.shared, row.last_used_on) for row in Device.objects.all()]


def test_arriving_makes_a_learner_and_a_device_of_this_browser() -> None:
    learner, token = arrive(shared=True)
    assert token is not None
    assert Learner.objects.get() == learner
    assert (learner.created_on, learner.start_token, learner.started_at) == (TODAY, TOKEN, NOW)
    assert devices() == [(token_hash(token), learner, True, TODAY)]


def test_arriving_with_a_learner_changes_nothing() -> None:
    anna = factories.learner()
    assert arrive(anna) == (anna, None)
    assert (Learner.objects.get(), Device.objects.count()) == (anna, 0)


def test_arriving_twice_by_one_form_is_one_learner_with_a_device_for_each_answer() -> None:
    """R-002: a double tap, or a first answer that was lost on its way."""
    first, second = arrive(), arrive(now=NOW + datetime.timedelta(minutes=9))
    assert first[0] == second[0] == Learner.objects.get()
    assert {row[0] for row in devices()} == {token_hash(str(row[1])) for row in (first, second)}


def test_arriving_by_two_forms_is_two_learners() -> None:
    assert arrive()[0] != arrive(token="U" * 22)[0]


def test_arriving_by_a_form_of_long_ago_is_refused_and_leaves_nothing() -> None:
    """Somebody who finds the form later on this device does not become her."""
    arrive()
    with pytest.raises(arriving.StartTokenUsed):
        arrive(now=NOW + arriving.START_TOKEN_LIFE)
    assert (Learner.objects.count(), Device.objects.count()) == (1, 1)


def test_arriving_without_a_token_makes_a_learner_each_time() -> None:
    for _ in range(2):
        with transaction.atomic():
            arriving.new_learner(shared=False, now=NOW)
    assert list(Learner.objects.values_list("start_token", "started_at")) == [(None, None)] * 2


def test_hold_lets_a_learner_through_and_nobody_who_is_gone() -> None:
    anna = factories.learner()
    with transaction.atomic():
        arriving.hold(anna)
    Learner.objects.all().delete()
    with pytest.raises(arriving.LearnerErased), transaction.atomic():
        arriving.hold(anna)


@pytest.mark.django_db(transaction=True)
def test_race_of_one_form_makes_one_learner() -> None:
    """R-002: every tap gets a device that opens the same learner's pages."""
    results = race([partial(arrive)] * 8)
    found = [result for result in results if not isinstance(result, Exception)]
    assert len(found) == 8, results
    assert {learner for learner, _ in found} == {Learner.objects.get()}
    hashes = {token_hash(str(token)) for _, token in found}
    assert hashes == set(Device.objects.values_list("hash", flat=True))
