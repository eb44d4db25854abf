import pytest

from learning.actions.choosing import UnknownPlace, choose_places
from learning.models import Device, Learner
from learning.models.people import token_hash
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TOKEN = "T" * 22


def kept() -> list[list[str]]:
    return list(Learner.objects.values_list("places", flat=True))


def test_choose_places_without_a_learner_makes_one_with_her_device() -> None:
    token = choose_places(
        learner=None, places=["brain", "bones"], shared=True, now=NOW, token=TOKEN
    )
    assert token is not None
    device = Device.objects.get()
    assert (device.hash, device.shared, device.last_used_on) == (
        token_hash(token),
        True,
        NOW.date(),
    )
    assert device.learner.created_on == NOW.date()
    assert kept() == [["bones", "brain"]]


def test_choose_places_again_replaces_what_was_chosen() -> None:
    anna, bella = factories.learner(), factories.learner()
    for places in (["liver"], ["lungs", "nodes-and-skin"]):
        assert (
            choose_places(learner=anna, places=places, shared=False, now=NOW, token=TOKEN) is None
        )
    anna.refresh_from_db()
    bella.refresh_from_db()
    assert (anna.places, bella.places) == (["lungs", "nodes-and-skin"], [])


def test_choose_places_with_none_shows_all_alike() -> None:
    anna = factories.learner()
    choose_places(learner=anna, places=["liver"], shared=False, now=NOW, token=TOKEN)
    choose_places(learner=anna, places=[], shared=False, now=NOW, token=TOKEN)
    assert kept() == [[]]


def test_choose_places_refuses_an_unknown_place_and_keeps_nothing() -> None:
    with pytest.raises(UnknownPlace, match="bones, lungs, liver, brain, nodes-and-skin"):
        choose_places(learner=None, places=["bones", "knee"], shared=False, now=NOW, token=TOKEN)
    assert kept() == []
