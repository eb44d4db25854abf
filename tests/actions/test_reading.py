"""Keeping a learner's place while she reads."""

from __future__ import annotations

import datetime

import pytest

from learning.actions.reading import mark_read
from learning.models import Edition, Learner, SectionRead
from tests import factories
from tests.factories import NOW, TODAY
from tests.racing import race

READ = ("learner", "module", "section", "at")


def test_mark_read_keeps_section_and_time(edition: Edition) -> None:
    learner = factories.learner()
    mark_read(learner=learner, module=edition.module, section="three-routes", now=NOW)
    assert list(SectionRead.objects.values_list(*READ)) == [
        (learner.pk, edition.module.pk, "three-routes", NOW)
    ]


def test_mark_read_again_changes_nothing(edition: Edition) -> None:
    learner = factories.learner()
    for days in range(3):
        mark_read(
            learner=learner,
            module=edition.module,
            section="three-routes",
            now=NOW + datetime.timedelta(days=days),
        )
    assert list(SectionRead.objects.values_list("at", flat=True)) == [NOW]


def test_mark_read_is_kept_apart_by_learner_and_section(edition: Edition) -> None:
    learners = [factories.learner(), factories.learner()]
    for learner in learners:
        for section in ("three-routes", "five-steps"):
            mark_read(learner=learner, module=edition.module, section=section, now=NOW)
    assert [learner.sections_read.count() for learner in learners] == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_mark_read_for_a_learner_erased_meanwhile_keeps_nothing(edition: Edition) -> None:
    gone = Learner(created_on=TODAY)
    mark_read(learner=gone, module=edition.module, section="three-routes", now=NOW)
    assert SectionRead.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_race_of_marking_the_same_section_keeps_one(edition: Edition) -> None:
    learner = factories.learner()
    results = race(
        [lambda: mark_read(learner=learner, module=edition.module, section="three-routes", now=NOW)]
        * 6
    )
    assert results == [None] * 6
    assert SectionRead.objects.count() == 1
