from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from learning.models import Learner
from tests import factories
from tests.conftest import Clock
from tests.visitor import Visitor
from tests.web.conftest import Reader

pytestmark = pytest.mark.django_db
PLACES = "/en/me/places/"


def chosen() -> list[list[str]]:
    return list(Learner.objects.values_list("places", flat=True))


@pytest.fixture
def two_places(tmp_path: Path) -> None:
    """Two modules about places of the body are published."""
    factories.published(
        folder=tmp_path,
        modules=[
            factories.module(slug="bones", title="Bones"),
            factories.module(slug="liver", title="Liver"),
        ],
    )


def test_places_without_a_choice_is_asked_again(visitor: Visitor) -> None:
    page = visitor.get(PLACES)
    shown = visitor.press(page, {"shared": "own"})
    assert (shown.status, shown.errors) == (422, ["Choose a place, or “I don’t know yet”."])
    assert chosen() == []


def test_places_with_a_place_and_not_knowing_is_asked_again(visitor: Visitor) -> None:
    page = visitor.get(PLACES)
    shown = visitor.press(page, {"places": ["bones", "unknown"], "shared": "own"})
    assert (shown.status, shown.errors) == (
        422,
        ["Choose places, or only “I don’t know yet”."],
    )
    assert shown.checked == [("places", "bones"), ("places", "unknown"), ("shared", "own")]


def test_places_sent_twice_make_one_learner(visitor: Visitor, clock: Clock) -> None:
    """R-002: the second tap of a double tap has no cookie yet."""
    page = visitor.get(PLACES)
    sent = {"places": ["bones"], "shared": "own"}
    for _ in range(2):
        assert visitor.press(page, sent).status == 303
        visitor.forget("device")
    assert chosen() == [["bones"]]
    clock.move(minutes=11)
    shown = visitor.press(page, sent)
    assert shown.status == 422
    assert "press the button once more" in shown.errors[0]
    assert shown.checked == [("places", "bones"), ("shared", "own")]
    assert visitor.press(shown, sent).status == 303
    assert chosen() == [["bones"], ["bones"]]


def test_places_that_are_none_are_refused(visitor: Visitor) -> None:
    page = visitor.get(PLACES)
    shown = visitor.press(page, {"places": ["knee"], "shared": "own"})
    assert shown.errors == ["Choose from the places in the list, or “I don’t know yet”."]
    assert chosen() == []


def test_choosing_folds_the_other_places_and_nothing_else(
    visitor: Visitor, two_places: None
) -> None:
    before = visitor.get("/en/modules/")
    assert "Other places" not in before.text
    shown = visitor.press(visitor.get(PLACES), {"places": ["liver"], "shared": "own"})
    assert (shown.status, shown.headers["Location"]) == (303, "/en/modules/")
    after = visitor.get("/en/modules/")
    assert "Other places (1)" in after.text
    assert after.text.index("Liver") < after.text.index("Bones")
    assert chosen() == [["liver"]]
    again = visitor.get(PLACES)
    assert again.checked == [("places", "liver")]
    visitor.press(again, {"places": ["unknown"]})
    assert chosen() == [[]]
    assert "Other places" not in visitor.get("/en/modules/").text


def test_places_are_hers_alone(anna: Reader, bella: Reader) -> None:
    anna.visitor.press(anna.visitor.get(PLACES), {"places": ["brain"]})
    assert sorted(chosen()) == [[], ["brain"]]
    assert "brain" in anna.visitor.get("/en/me/download/").text
    assert "Places you have chosen" not in bella.visitor.get("/en/me/download/").text


def test_places_cannot_be_kept_while_saving_is_off(
    visitor: Visitor, settings: LazySettings
) -> None:
    settings.READ_ONLY = True
    shown = visitor.get(PLACES)
    assert shown.status == 200
    assert "Saving is switched off for now, so this cannot be kept." in shown.text
