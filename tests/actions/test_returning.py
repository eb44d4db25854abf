"""The return code: made, made anew, stopped, and used."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial

import pytest
from pytest_django import Settings

from learning.actions import leaving, returning
from learning.actions.arriving import START_TOKEN_LIFE, LearnerErased, StartTokenUsed
from learning.actions.returning import CodeStopped
from learning.models import AuditEntry, Device, Learner, ReturnCode
from learning.models.people import token_hash
from learning.reports import codes
from tests import factories
from tests.factories import NOW, TODAY
from tests.racing import race

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(days=3)


def test_keep_place_makes_a_learner_with_device_and_code() -> None:
    token = returning.keep_place(shared=True, now=NOW, token="t" * 22)
    device, code = Device.objects.get(), ReturnCode.objects.get()
    assert (device.hash, device.shared, device.learner) == (token_hash(token), True, code.learner)
    assert (code.created_at, code.last_used_on) == (NOW, TODAY)
    assert AuditEntry.objects.count() == 0


def test_keep_place_twice_by_one_form_is_one_learner_with_one_code() -> None:
    """R-001"""
    returning.keep_place(shared=False, now=NOW, token="t" * 22)
    mark = ReturnCode.objects.get().mark
    returning.keep_place(shared=False, now=NOW, token="t" * 22)
    assert (Learner.objects.count(), Device.objects.count()) == (1, 2)
    assert ReturnCode.objects.get().mark == mark
    with pytest.raises(StartTokenUsed):
        returning.keep_place(shared=False, now=NOW + START_TOKEN_LIFE, token="t" * 22)
    assert Device.objects.count() == 2


def test_return_code_is_stored_as_a_keyed_hash_alone(settings: Settings) -> None:
    """B7: whoever reads the database learns no code; with another secret it opens nothing."""
    letters = factories.return_code(learner=factories.learner())
    row = ReturnCode.objects.values().get()
    assert letters not in str(row)
    found = codes.find_return_code(letters)
    assert found is not None
    settings.SECRET_KEY = "another secret of at least fifty characters, for this test"
    assert codes.find_return_code(letters) is None
    assert codes.shown_return_code(found) is None


def test_new_return_code_stops_the_old_one_at_once() -> None:
    anna = factories.learner()
    old = factories.return_code(learner=anna)
    new = factories.return_code(learner=anna, now=LATER)
    assert old != new
    assert codes.find_return_code(old) is None
    found = codes.find_return_code(new)
    assert found is not None
    assert (found.learner, found.created_at, found.last_used_on) == (anna, LATER, LATER.date())


def test_new_return_code_of_somebody_erased_is_refused() -> None:
    anna = factories.learner()
    Learner.objects.all().delete()
    with pytest.raises(LearnerErased):
        returning.new_return_code(learner=anna, now=NOW)


def test_revoke_return_code_twice_is_the_same_as_once() -> None:
    anna, bella = factories.learner(), factories.learner()
    factories.return_code(learner=anna)
    others = factories.return_code(learner=bella)
    for _ in range(2):
        returning.revoke_return_code(learner=anna)
    assert ReturnCode.objects.get().learner == bella
    assert codes.find_return_code(others) is not None


def code_of(learner: Learner) -> ReturnCode:
    factories.return_code(learner=learner)
    return ReturnCode.objects.get(learner=learner)


def test_come_back_gives_the_browser_a_device_of_the_same_learner() -> None:
    anna = factories.learner()
    first, code = factories.device(learner=anna), code_of(anna)
    token = returning.come_back(code=code, here=None, shared=True, now=LATER)
    assert token is not None
    assert set(anna.devices.values_list("hash", "shared", "last_used_on")) == {
        (first.hash, False, TODAY),
        (token_hash(token), True, LATER.date()),
    }
    assert ReturnCode.objects.get().last_used_on == LATER.date()
    assert AuditEntry.objects.count() == 0


def test_come_back_where_she_is_known_already_changes_nothing() -> None:
    anna = factories.learner()
    here, code = factories.device(learner=anna), code_of(anna)
    assert returning.come_back(code=code, here=here, shared=False, now=LATER) is None
    assert list(Device.objects.all()) == [here]


def test_come_back_where_somebody_else_is_known_forgets_and_never_mixes() -> None:
    anna, bella = factories.learner(), factories.learner()
    here, code = factories.device(learner=bella), code_of(anna)
    token = returning.come_back(code=code, here=here, shared=False, now=LATER)
    assert token is not None
    assert [device.learner for device in Device.objects.all()] == [anna]
    assert list(Learner.objects.all()) == [anna]


def test_come_back_where_somebody_else_can_be_opened_again_keeps_her() -> None:
    anna, bella, clara = (factories.learner() for _ in range(3))
    factories.return_code(learner=bella)
    stays = factories.device(learner=clara)
    for other in (bella, clara):
        returning.come_back(
            code=code_of(anna), here=factories.device(learner=other), shared=False, now=LATER
        )
    assert set(Learner.objects.all()) == {anna, bella, clara}
    assert ReturnCode.objects.get(learner=bella).last_used_on == LATER.date()
    assert list(clara.devices.all()) == [stays]


def test_come_back_by_a_code_that_was_stopped_meanwhile_is_refused() -> None:
    anna, bella = factories.learner(), factories.learner()
    old, here = code_of(anna), factories.device(learner=bella)
    factories.return_code(learner=anna)
    with pytest.raises(CodeStopped):
        returning.come_back(code=old, here=here, shared=False, now=LATER)
    gone = ReturnCode.objects.select_related("learner").get()
    Learner.objects.filter(pk=anna.pk).delete()
    with pytest.raises(CodeStopped):
        returning.come_back(code=gone, here=here, shared=False, now=LATER)
    assert list(Device.objects.all()) == [here]


@pytest.mark.django_db(transaction=True)
def test_race_of_new_codes_leaves_one_that_opens() -> None:
    anna = factories.learner()
    runners = [partial(returning.new_return_code, learner=anna, now=NOW) for _ in range(3)]
    results = race(runners)
    assert all(isinstance(result, ReturnCode) for result in results), results
    code = ReturnCode.objects.get()
    letters = codes.shown_return_code(code)
    assert letters is not None
    assert codes.find_return_code(letters) == code


@pytest.mark.django_db(transaction=True)
def test_race_of_coming_back_and_clearing_the_last_device_loses_nobody() -> None:
    for _ in range(3):
        anna = factories.learner()
        here, code = factories.device(learner=anna), code_of(anna)
        runners: list[Callable[[], object]] = [
            partial(returning.come_back, code=code, here=None, shared=False, now=NOW),
            partial(leaving.forget_device, device=here, today=TODAY),
        ]
        results = race(runners)
        assert isinstance(results[0], str), results
        assert results[1] is None
        assert anna.devices.count() == 1
