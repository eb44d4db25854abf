"""A prepared query gives what its queryset gives, whatever it is asked with."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable

import pytest
from django.db.models import BigAutoField, CharField, DateField, DateTimeField, QuerySet, UUIDField

from learning.models import Device, Group, Learner
from learning.models.prepared import Parameter, Prepared
from tests import factories
from tests.counting import counted
from tests.factories import NOW, TODAY
from tests.racing import race

DAY = datetime.timedelta(days=1)


@pytest.fixture
def groups(db: None) -> list[Group]:
    nurse = factories.staff_member(clinic=factories.clinic())
    return [factories.group(nurses=[nurse], name=name) for name in ("A", "B", "C")]


def test_models_come_with_what_was_selected_with_them(groups: list[Group]) -> None:
    ask = Prepared(
        lambda: Group.objects.select_related("clinic").filter(
            pk=Parameter("group", BigAutoField()), name=Parameter("name", CharField())
        )
    )
    for group in groups:
        with counted() as count:
            (found,) = ask(group=group.pk, name=group.name)
            assert (found, found.name, found.clinic.name) == (group, group.name, "Green Clinic")
        assert count.all == 1
    assert ask(group=groups[0].pk, name="B") == []
    assert ask.first(group=groups[1].pk, name="B") == groups[1]
    assert ask.first(group=groups[1].pk, name="A") is None


def test_a_model_without_all_its_fields_asks_for_the_others_later(groups: list[Group]) -> None:
    ask = Prepared(lambda: Group.objects.only("key").filter(pk=Parameter("pk", BigAutoField())))
    (found,) = ask(pk=groups[0].pk)
    with counted() as count:
        assert found.key == groups[0].key
        assert found.name == "A"
    assert count.all == 1


def of_groups() -> QuerySet[Group, str]:
    return Group.objects.filter(pk__in=Parameter("pks", BigAutoField(), many=True)).values_list(
        "name", flat=True
    )


def test_a_list_may_be_of_any_length(groups: list[Group]) -> None:
    ask = Prepared(of_groups)
    one, two, three = (group.pk for group in groups)
    assert ask(pks=[one, two, three]) == ["A", "B", "C"]
    assert ask(pks=[]) == []
    assert ask(pks={three}) == ["C"]
    assert ask(pks=[two, two, 0]) == ["B"]
    assert ask(pks=range(10**6, 10**6 + 500)) == []


def test_a_list_of_related_rows_beside_other_values(groups: list[Group]) -> None:
    learners = [factories.learner() for _ in range(2)]
    for group in groups[:2]:
        for learner in learners:
            factories.membership(group=group, learner=learner, call_name=str(learner.pk)[:9])
    ask = Prepared(
        lambda: (
            Learner.objects.filter(
                created_on__gte=Parameter("since", DateField()),
                memberships__group__in=Parameter("groups", BigAutoField(), many=True),
                memberships__joined_at__lte=Parameter("until", DateTimeField()),
                pk__in=Parameter("learners", UUIDField(), many=True),
            )
            .order_by("memberships__group__name")
            .values_list("pk", "memberships__group__name")
        )
    )
    anna, ben = (learner.pk for learner in learners)
    pks = [group.pk for group in groups]
    long_ago, later = TODAY - 1000 * DAY, NOW + 1000 * DAY
    both = {"since": long_ago, "until": later, "groups": pks}
    assert ask(**both, learners=[anna]) == [(anna, "A"), (anna, "B")]
    assert ask(**both, learners=[str(ben)]) == [(ben, "A"), (ben, "B")]
    assert ask(**both, learners=[uuid.uuid4()]) == []
    assert ask(**both | {"groups": pks[1:]}, learners=[anna]) == [(anna, "B")]
    assert ask(**both | {"since": TODAY + 1000 * DAY}, learners=[anna]) == []
    assert ask(**both | {"until": NOW - 1000 * DAY}, learners=[anna]) == []


def test_a_name_may_stand_in_several_places(groups: list[Group]) -> None:
    pks = Parameter("pks", BigAutoField(), many=True)
    name = Parameter("name", CharField())
    ask = Prepared(
        lambda: (
            Group.objects.filter(pk__in=pks, name__gte=name)
            | Group.objects.filter(pk__in=pks, name=name)
        ).values_list("name", flat=True)
    )
    assert ask(pks=[group.pk for group in groups], name="B") == ["B", "C"]
    assert ask(pks=[groups[0].pk], name="A") == ["A"]


def test_text_is_never_taken_for_sql(groups: list[Group]) -> None:
    ask = Prepared(lambda: Group.objects.filter(name=Parameter("name", CharField())))
    for text in ("' OR ''='", "%s", "{name}", "({name})", '"', "\\", "A%"):
        assert ask(name=text) == []


def test_what_is_missing_is_named(groups: list[Group]) -> None:
    with pytest.raises(KeyError, match="pks"):
        Prepared(of_groups)()


@pytest.mark.django_db(transaction=True)
def test_several_ask_at_the_same_time() -> None:
    devices = [factories.device(learner=factories.learner()) for _ in range(4)]
    ask = Prepared(
        lambda: Device.objects.select_related("learner").filter(pk=Parameter("pk", BigAutoField()))
    )

    def look(device: Device) -> Callable[[], bool]:
        return lambda: all(
            [found.learner for found in ask(pk=device.pk)] == [device.learner] for _ in range(25)
        )

    assert race([look(device) for device in devices]) == [True] * 4
