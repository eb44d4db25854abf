"""Whom a learner calls: her clinics, and the number she wrote down."""

from __future__ import annotations

import pytest

from learning.models import Clinic, Learner
from learning.reports.card import WalletCard, wallet_card
from learning.reports.clinics import Numbers, clinics_of, numbers_of
from tests import factories
from tests.counting import counted
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LONG = {
    "name": "The Regional Comprehensive Cancer Center of the Northern Valleys and the Coast",
    "day_phone": "+1 (555) 010-0123 ext 12345 67890 12345",
    "night_phone": "+1 (555) 010-0124 ext 12345 67890 12345",
    "emergency": "911, " + "and say at which entrance you are " * 5,
    "fever_limit": "37.5 °C (99.5 °F), or 37.2 °C (98.9 °F) when on steroids",
}


def join(learner: Learner, clinic: Clinic, *, closed: bool = False, name: str = "Tuesday") -> None:
    nurse = factories.staff_member(name=f"Nurse {clinic.pk} {name}", clinic=clinic)
    group = factories.group(nurses=[nurse], name=name)
    if closed:
        group.closed_at = NOW
        group.save()
    factories.membership(group=group, learner=learner)


def test_clinics_of_a_learner_are_those_of_her_open_groups_by_name() -> None:
    anna, bella = factories.learner(), factories.learner()
    south, north, closed, other = (
        factories.clinic(name=name) for name in ("South", "North", "Closed", "Other")
    )
    for clinic in (south, north):
        join(anna, clinic)
    join(anna, south, name="Friday")
    join(anna, closed, closed=True)
    join(bella, other)
    with counted() as count:
        assert clinics_of(anna) == (north, south)
    assert count.all == 1
    assert clinics_of(factories.learner()) == ()


def test_numbers_are_her_clinics_and_the_one_she_wrote_down() -> None:
    anna = factories.learner()
    assert not numbers_of(anna)
    anna.team_phone = "555-0177"
    assert numbers_of(anna)
    assert numbers_of(anna) == Numbers((), "555-0177")
    clinic = factories.clinic()
    join(anna, clinic)
    assert numbers_of(anna) == Numbers((clinic,), "555-0177")


def test_numbers_of_nobody_cost_no_query() -> None:
    with counted() as count:
        assert numbers_of(None) == Numbers()
        assert not numbers_of(None)
    assert count.all == 0


def test_card_of_nobody_is_to_be_filled_in() -> None:
    assert wallet_card(None) == WalletCard((), "", "", "", "large", notes=True)


def test_card_of_a_learner_without_a_clinic_has_her_own_number() -> None:
    anna = factories.learner()
    anna.team_phone = "555-0177"
    assert wallet_card(anna) == WalletCard((), "555-0177", "", "", "large", notes=True)


def test_card_of_one_clinic_says_its_emergency_words_and_its_fever_limit() -> None:
    anna, clinic = factories.learner(), factories.clinic(emergency="911")
    join(anna, clinic)
    card = wallet_card(anna)
    assert card == WalletCard((clinic,), "", "911", "100.4 °F", "large", notes=False)


def test_card_of_two_clinics_names_both_and_says_the_emergency_in_general() -> None:
    anna = factories.learner()
    clinics = tuple(factories.clinic(name=name, emergency="911") for name in "ABC")
    for clinic in clinics[:2]:
        join(anna, clinic)
    assert wallet_card(anna) == WalletCard(clinics[:2], "", "", "", "roomy", notes=False)
    join(anna, clinics[2])
    assert wallet_card(anna).clinics == clinics[:2]


def test_card_with_the_longest_words_is_small_and_leaves_long_emergency_words_out() -> None:
    anna, clinic = factories.learner(), factories.clinic(**LONG)
    join(anna, clinic)
    card = wallet_card(anna)
    assert (card.size, card.emergency, card.fever_limit) == ("small", "", LONG["fever_limit"])
    other = factories.clinic(**{**LONG, "name": f"Z{LONG['name']}"})
    join(anna, other)
    assert wallet_card(anna) == WalletCard((clinic, other), "", "", "", "small", notes=False)
