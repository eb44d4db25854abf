"""Who has approved what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from learning.actions.publishing import withdraw_module
from learning.actions.signing import take_back
from learning.models import Edition
from learning.reports.approvals import Approvals, ApprovedSoFar, approvals_of, approved_so_far
from tests import factories
from tests.counting import counted
from tests.factories import NOW, module

pytestmark = pytest.mark.django_db


def test_approvals_of_editions_are_those_that_stand(edition: Edition) -> None:
    doctor = factories.sign_off(edition=edition)
    reader = factories.sign_off(edition=edition, kind="patient", name="Reader Demo")
    wrong = factories.sign_off(edition=edition, name="Wrong")
    take_back(found=wrong, why="A mistake.", by=None, now=NOW)
    assert approvals_of([edition]) == {edition.pk: Approvals((doctor,), (reader,))}
    assert approvals_of([]) == {}


def test_approved_so_far_counts_clinicians_and_what_is_offered(tmp_path: Path) -> None:
    assert approved_so_far("en") == ApprovedSoFar(0, 0)
    assert not approved_so_far("en").all
    factories.published(folder=tmp_path, modules=[module(), module(slug="bones")])
    first, second = Edition.objects.order_by("module__slug")
    factories.sign_off(edition=first, kind="patient")
    assert approved_so_far("en") == ApprovedSoFar(2, 0)
    factories.sign_off(edition=first)
    factories.sign_off(edition=first, name="Doctor Other")
    assert approved_so_far("en") == ApprovedSoFar(2, 1)
    withdraw_module(slug=second.module.slug, language="en", actor="operator", now=NOW)
    with counted() as count:
        assert approved_so_far("en").all
    assert count.all == 1
