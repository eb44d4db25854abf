"""The sign-in links of a demo: new at each start, and good for once."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from learning.actions.demo import LinkUsed, new_links, use_link
from learning.models import StaffMember
from learning.reports.demo import staff_of_link
from tests import factories
from tests.racing import race


@pytest.fixture
def nora(db: None) -> StaffMember:
    factories.staff_member(name="Vera View", overview=True)
    return factories.staff_member(clinic=factories.clinic())


def test_everybody_active_gets_a_link_of_her_own_nurses_first(nora: StaffMember) -> None:
    StaffMember.objects.filter(pk=factories.staff_member(name="Lea Left", overview=True).pk).update(
        is_active=False
    )
    links = new_links()
    assert [someone.name for someone, _ in links] == ["Nora Nurse", "Vera View"]
    assert [staff_of_link(token) for _, token in links] == [someone for someone, _ in links]
    assert len({token for _, token in links}) == 2


def test_link_signs_in_once(nora: StaffMember) -> None:
    """S-034"""
    token = new_links()[0][1]
    assert use_link(token=token) == nora
    assert staff_of_link(token) is None
    with pytest.raises(LinkUsed):
        use_link(token=token)


def test_new_links_end_those_of_the_start_before(nora: StaffMember) -> None:
    old, new = new_links()[0][1], new_links()[0][1]
    assert staff_of_link(old) is None
    with pytest.raises(LinkUsed):
        use_link(token=old)
    assert use_link(token=new) == nora


def test_link_of_somebody_deactivated_since_works_no_more(nora: StaffMember) -> None:
    token = new_links()[0][1]
    StaffMember.objects.filter(pk=nora.pk).update(is_active=False)
    assert staff_of_link(token) is None
    with pytest.raises(LinkUsed):
        use_link(token=token)


def test_token_itself_is_stored_nowhere(nora: StaffMember) -> None:
    token = new_links()[0][1]
    assert token not in str(cache.get("demo-sign-in"))
    assert cache.get(token) is None


@pytest.mark.django_db(transaction=True)
def test_link_pressed_twice_at_once_signs_in_once() -> None:
    nora = factories.staff_member(clinic=factories.clinic())
    token = new_links()[0][1]
    found = race([lambda: use_link(token=token)] * 4)
    assert found.count(nora) == 1
    assert [type(one) for one in found].count(LinkUsed) == 3
