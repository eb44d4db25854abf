"""Devices forget, learners are erased, and nothing of them is left anywhere."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet
from pytest_django import Settings

from learning.actions import checking, leaving, reading
from learning.actions.publishing import withdraw_question
from learning.models import (
    Answer,
    Assignment,
    AuditEntry,
    Device,
    Edition,
    Group,
    Learner,
    Membership,
    ReturnCode,
    SectionRead,
    SharingChange,
    Sitting,
    SittingQuestion,
    StaffMember,
    TalkedOver,
    TeachBack,
    TeamQuestion,
)
from learning.models.people import token_hash
from tests import factories
from tests.factories import NOW, TODAY
from tests.racing import race

ERASABLE: set[type[Model]] = {
    Learner,
    Device,
    SectionRead,
    Sitting,
    SittingQuestion,
    Answer,
    ReturnCode,
    TeamQuestion,
    Membership,
    SharingChange,
    Assignment,
    TeachBack,
    TalkedOver,
}
TOMORROW = TODAY + datetime.timedelta(days=1)


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def filled(edition: Edition, *, mark: str) -> tuple[Learner, set[str]]:
    """A learner with a row in every table that holds something of a person, and what marks her."""
    learner = factories.learner()
    tokens = [f"{mark}-device-{number}" for number in range(2)]
    for token in tokens:
        factories.device(learner=learner, token=token, shared=token.endswith("1"))
    for section in edition.sections.all():
        reading.mark_read(learner=learner, module=edition.module, section=section.key, now=NOW)
    marks = {learner.key.hex, str(learner.key), *tokens, *map(token_hash, tokens)}
    for occasion in ("before", "after"):
        check = factories.sitting(
            learner=learner, edition=edition, occasion=occasion, token=f"{mark}-{occasion}"
        )
        marks |= {check.key, check.start_token}
        for place in check.questions.all():
            for number in range(2):
                token = f"{mark}-{occasion}-{place.number}-{number}"
                marks.add(factories.answer(place=place, token=token, sure="guess").token)
    checking.see_corrections(learner=learner, now=NOW)
    return learner, marks | in_a_group(learner, edition, mark=mark)


def in_a_group(learner: Learner, edition: Edition, *, mark: str) -> set[str]:
    """What hangs on a learner as a member of a group, and what marks it."""
    nurse = StaffMember.objects.first() or factories.staff_member(clinic=factories.clinic())
    group = Group.objects.first() or factories.group(nurses=[nurse])
    names: dict[str, Any] = {name: f"{mark}-{name}" for name in ("call_name", "own_name", "label")}
    member = factories.membership(group=group, learner=learner, **names)
    question = TeamQuestion.objects.create(
        learner=learner, text=f"{mark}-asks", token=f"{mark}-asked", created_at=NOW, shared_at=NOW
    )
    Learner.objects.filter(pk=learner.pk).update(
        team_phone=f"{mark}-phone", start_token=f"{mark}-started"
    )
    TeachBack.objects.create(
        membership=member,
        module=edition.module,
        objective="routes",
        result="again",
        token=f"{mark}-talked",
        by=nurse,
        at=NOW,
    )
    TalkedOver.objects.create(membership=member, question=question, by=nurse, at=NOW)
    assigned = Assignment.objects.create(
        group=group,
        membership=member,
        module=edition.module,
        note=f"{mark}-note",
        token=f"{mark}-assigned",
        created_by=nurse,
        created_at=NOW,
    )
    factories.return_code(learner=learner)
    code = ReturnCode.objects.get(learner=learner)
    ends = ("asks", "asked", "phone", "started", "talked", "note", "assigned")
    return (
        {member.key, question.key, assigned.key, code.mark, code.hash}
        | set(names.values())
        | {f"{mark}-{end}" for end in ends}
    )


def every_value() -> Iterator[tuple[str, str, str]]:
    """Table, column and value of everything in the database, as the database lists it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    yield table, column, str(value)


def places_of(marks: set[str]) -> set[tuple[str, str]]:
    found = list(every_value())
    assert len({table for table, _, _ in found}) > 5, "the scan sees no database"
    return {
        (table, column)
        for table, column, value in found
        for mark in marks
        if mark.lower() in value.lower()
    }


def snapshot(learner: Learner) -> dict[str, list[Any]]:
    """Every row that hangs on this learner, whole."""
    rows: dict[str, QuerySet[Any]] = {
        "learner": Learner.objects.filter(pk=learner.pk),
        "devices": Device.objects.filter(learner=learner),
        "read": SectionRead.objects.filter(learner=learner),
        "sittings": Sitting.objects.filter(learner=learner),
        "questions": SittingQuestion.objects.filter(sitting__learner=learner),
        "answers": Answer.objects.filter(question__sitting__learner=learner),
        "code": ReturnCode.objects.filter(learner=learner),
        "questions for her team": TeamQuestion.objects.filter(learner=learner),
        "memberships": Membership.objects.filter(learner=learner),
        "sharing": SharingChange.objects.filter(membership__learner=learner),
        "assigned": Assignment.objects.filter(membership__learner=learner),
        "teach-backs": TeachBack.objects.filter(membership__learner=learner),
        "talked over": TalkedOver.objects.filter(membership__learner=learner),
    }
    return {name: list(found.order_by("pk").values()) for name, found in rows.items()}


def hanging_on_learner() -> set[type[Model]]:
    """Every table from which a chain of foreign keys leads to a learner."""
    found: set[type[Model]] = {Learner}
    while True:
        more = {
            model
            for model in apps.get_models()
            if any(field.related_model in found for field in model._meta.fields)
        }
        if more <= found:
            return found
        found |= more


def test_every_table_that_hangs_on_a_learner_is_filled_by_these_tests() -> None:
    """A table that is new must be filled here too, or the scan below would prove nothing."""
    assert hanging_on_learner() == ERASABLE


def test_erase_leaves_nothing_of_her_in_any_column_of_any_table(edition: Edition) -> None:
    """S-102: fill every table, erase, scan the whole database for what is left."""
    withdraw_question(
        slug="how-it-spreads", key="routes-one", version=1, note="So.", actor="op", now=NOW
    )
    anna, marks = filled(edition, mark="anna")
    bella, others = filled(edition, mark="bella")
    for model in ERASABLE:
        assert model._default_manager.exists(), model
    assert len(places_of(marks)) >= len(ERASABLE)
    kept = snapshot(bella)
    noted = AuditEntry.objects.count()

    leaving.erase(learner=anna, now=NOW)

    assert places_of(marks) == set()
    assert {name: rows for name, rows in snapshot(anna).items() if rows} == {}
    assert snapshot(bella) == kept
    assert places_of(others) >= {("learning_device", "hash"), ("learning_answer", "token")}
    log = AuditEntry.objects.order_by("id").values_list("at", "actor", "verb", "object_key")
    assert list(log[noted:]) == [(NOW, "a learner", "erased herself", "")]


def test_erase_twice_is_erased_once(edition: Edition) -> None:
    anna, _ = filled(edition, mark="anna")
    leaving.erase(learner=Learner.objects.get(pk=anna.pk), now=NOW)
    leaving.erase(learner=Learner(pk=anna.pk, created_on=TODAY), now=NOW)
    assert AuditEntry.objects.filter(verb="erased herself").count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_of_erasing_and_answering_leaves_nothing_half(edition: Edition) -> None:
    """Either the answer came first and is erased too, or it finds no check any more."""
    for round_ in range(6):
        learner = factories.learner()
        factories.device(learner=learner)
        place = factories.sitting(learner=learner, edition=edition).questions.get(number=1)
        read: dict[str, Any] = {"module": edition.module, "section": "three-routes", "now": NOW}
        runners: list[Callable[[], object]] = [
            partial(leaving.erase, learner=learner, now=NOW),
            partial(factories.answer, place=place),
            partial(reading.mark_read, learner=learner, **read),
        ]
        results = race(runners)
        assert results[0] is None, round_
        assert isinstance(results[1], (Answer, checking.CheckErased)), results[1]
        assert results[2] is None
        assert [model for model in ERASABLE if model._default_manager.exists()] == []


# One device forgets


def test_forget_device_keeps_what_another_device_can_open(edition: Edition) -> None:
    learner, _ = filled(edition, mark="anna")
    gone, stays = learner.devices.order_by("id")
    kept = snapshot(learner)
    leaving.forget_device(device=gone, today=TODAY)
    assert snapshot(learner) == kept | {
        "devices": list(Device.objects.filter(pk=stays.pk).values())
    }


def test_forget_the_last_device_erases_the_learner(edition: Edition) -> None:
    anna, marks = filled(edition, mark="anna")
    bella, _ = filled(edition, mark="bella")
    ReturnCode.objects.filter(learner=anna).delete()
    kept = snapshot(bella)
    for device in anna.devices.all():
        leaving.forget_device(device=device, today=TODAY)
    assert places_of(marks) == set()
    assert snapshot(bella) == kept


def test_forget_the_last_device_keeps_whom_a_return_code_opens(edition: Edition) -> None:
    """Her code is waited for from the day on which she cleared the device."""
    anna, _ = filled(edition, mark="anna")
    kept = snapshot(anna)
    for device in anna.devices.all():
        leaving.forget_device(device=device, today=TOMORROW)
    code = dict(kept["code"][0], last_used_on=TOMORROW)
    assert snapshot(anna) == kept | {"devices": [], "code": [code]}


def test_forget_device_twice_is_the_same_as_once(edition: Edition) -> None:
    """R-001: a double tap on "Clear this device" meets nothing on its second way."""
    learner = factories.learner()
    device = factories.device(learner=learner)
    leaving.forget_device(device=Device.objects.get(pk=device.pk), today=TODAY)
    leaving.forget_device(device=device, today=TODAY)
    assert Learner.objects.count() == Device.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_race_of_forgetting_both_devices_leaves_no_learner_that_nobody_can_open() -> None:
    for _ in range(4):
        learner = factories.learner()
        devices = [factories.device(learner=learner) for _ in range(2)]
        results = race(
            [partial(leaving.forget_device, device=device, today=TODAY) for device in devices]
        )
        assert results == [None, None]
        assert Learner.objects.count() == Device.objects.count() == 0


# Use, and idleness


@pytest.mark.parametrize(
    ("last_used_on", "today", "renewed"),
    [(TODAY, TODAY, False), (TODAY, TOMORROW, True), (TOMORROW, TODAY, False)],
)
def test_renew_device_once_a_day(
    db: None, last_used_on: datetime.date, today: datetime.date, renewed: bool
) -> None:
    device = factories.device(learner=factories.learner(), last_used_on=last_used_on)
    other = factories.device(learner=factories.learner(), last_used_on=ago(9))
    assert leaving.renew_device(device=device, today=today) is renewed
    device.refresh_from_db()
    other.refresh_from_db()
    assert device.last_used_on == (today if renewed else last_used_on)
    assert other.last_used_on == ago(9)


def test_renew_a_device_that_is_gone_says_so(db: None) -> None:
    device = factories.device(learner=factories.learner())
    Device.objects.all().delete()
    assert leaving.renew_device(device=device, today=TOMORROW) is False


def test_forget_idle_devices_takes_those_too_long_unused_and_whom_only_they_could_open(
    edition: Edition,
) -> None:
    ages = {
        "own, at the limit": (False, 180),
        "own, a day over": (False, 181),
        "shared, yesterday": (True, 1),
        "shared, the day before": (True, 2),
    }
    learners = {}
    for name, (shared, days) in ages.items():
        learners[name] = factories.learner()
        factories.device(learner=learners[name], shared=shared, last_used_on=ago(days))
        factories.answer(
            place=factories.sitting(learner=learners[name], edition=edition).questions.get(number=1)
        )
    two = factories.learner()
    factories.device(learner=two, last_used_on=ago(400))
    stays = factories.device(learner=two)

    assert leaving.forget_idle_devices(today=TODAY) == 3

    assert set(Learner.objects.values_list("pk", flat=True)) == {
        learners["own, at the limit"].pk,
        learners["shared, yesterday"].pk,
        two.pk,
    }
    assert list(two.devices.all()) == [stays]
    assert Answer.objects.count() == 2
    assert leaving.forget_idle_devices(today=TODAY) == 0


def test_forget_idle_devices_takes_a_few_at_a_time(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night after many nights fills no memory, and lets those who answer in between."""
    monkeypatch.setattr(leaving, "AT_ONCE", 2)
    for days in (400, 300, 200, 181, 181):
        learner = factories.learner()
        factories.device(learner=learner, last_used_on=ago(days))
        factories.answer(
            place=factories.sitting(learner=learner, edition=edition).questions.get(number=1)
        )
    stays = factories.device(learner=factories.learner())
    unused, learners = [], []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith('DELETE FROM "learning_device"') and "last_used_on" in sql:
            unused.append(context["cursor"].rowcount)
        if sql.startswith('DELETE FROM "learning_learner"'):
            learners.append(context["cursor"].rowcount)
        return done

    with connection.execute_wrapper(count):
        assert leaving.forget_idle_devices(today=TODAY) == 5
    assert (unused, learners) == ([2, 2, 1], [2, 2, 1])
    assert list(Learner.objects.all()) == [stays.learner]
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("made", "shared", "used", "stays"),
    [
        (0, False, 179, True),  # a device of hers is known still
        (400, False, 180, True),
        (400, False, 181, False),  # she was last here by that device
        (180, False, 181, True),  # her code is newer than the last use of the device
        (400, True, 2, True),  # forgotten by the shared device, awaited by her code
        (400, True, 180, True),
        (400, True, 181, False),
        (180, None, 0, True),  # no device at all
        (181, None, 0, False),
    ],
)
def test_forget_idle_devices_waits_for_whoever_has_a_return_code(
    db: None, made: int, shared: bool | None, used: int, stays: bool
) -> None:
    anna = factories.learner()
    day = datetime.timedelta(days=1)
    factories.return_code(learner=anna, now=NOW - made * day)
    if shared is not None:
        factories.device(learner=anna, shared=shared, last_used_on=ago(used))
    leaving.forget_idle_devices(today=TODAY)
    assert Learner.objects.filter(pk=anna.pk).exists() is stays
    if stays and not anna.devices.exists():
        last = min(made, used) if shared is not None else made
        assert ReturnCode.objects.get().last_used_on == ago(last)
        leaving.forget_idle_devices(today=TODAY + (180 - last) * day)
        assert Learner.objects.exists()
        leaving.forget_idle_devices(today=TODAY + (181 - last) * day)
        assert not Learner.objects.exists()


@pytest.mark.parametrize(("days", "stays"), [(60, True), (61, False)])
def test_forget_idle_devices_takes_the_days_that_the_operator_set(
    db: None, settings: Settings, days: int, stays: bool
) -> None:
    settings.DEVICE_DAYS = 60
    factories.device(learner=factories.learner(), last_used_on=ago(days))
    leaving.forget_idle_devices(today=TODAY)
    assert Learner.objects.exists() is stays


def test_forget_idle_devices_reckons_from_the_latest_of_several(db: None) -> None:
    anna, bella = factories.learner(), factories.learner()
    for somebody in (anna, bella):
        factories.return_code(learner=somebody, now=NOW - datetime.timedelta(days=400))
        for days in (300, 150, 2):
            factories.device(learner=somebody, shared=days < 200, last_used_on=ago(days))
    stays = factories.device(learner=bella, last_used_on=ago(90))
    assert leaving.forget_idle_devices(today=TODAY) == 6
    assert ReturnCode.objects.get(learner=anna).last_used_on == ago(2)
    assert list(Device.objects.all()) == [stays]


def test_forget_idle_devices_never_touches_who_is_known_today(db: None) -> None:
    """What is erased at night is what the cookie could not open any more on that day."""
    for days in range(178, 184):
        token = f"token-{days}"
        factories.device(learner=factories.learner(), token=token, last_used_on=ago(days))
    known = [days for days in range(178, 184) if Device.objects.known(f"token-{days}", today=TODAY)]
    leaving.forget_idle_devices(today=TODAY)
    left = sorted((TODAY - device.last_used_on).days for device in Device.objects.all())
    assert left == known == [178, 179, 180]


def test_erase_of_nobody_changes_nothing(edition: Edition) -> None:
    bella, _ = filled(edition, mark="bella")
    kept = snapshot(bella)
    leaving.erase(learner=Learner(pk=uuid.uuid4(), created_on=TODAY), now=NOW)
    assert snapshot(bella) == kept
