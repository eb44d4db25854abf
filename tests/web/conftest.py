"""Readers for the tests of pages, on a day that does not depend on today."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from learning.models import Edition, Learner, Sitting, SittingQuestion
from tests import factories
from tests.conftest import Clock
from tests.visitor import Shown, Visitor

FOUR = ("routes-one", "routes-several", "steps-order", "steps-one")


@pytest.fixture(autouse=True)
def _still_clock(clock: Clock) -> None:
    """Every page is asked for at ``factories.NOW``, until the test moves the clock."""


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@dataclass(frozen=True)
class Reader:
    """A learner at her own device, with one check of all four questions just begun."""

    learner: Learner
    visitor: Visitor
    check: Sitting

    def path(self, number: int | None = None) -> str:
        return f"/en/checks/{self.check.key}/" + (f"{number}/" if number else "")

    def place(self, number: int) -> SittingQuestion:
        return self.check.questions.get(number=number)

    def question(self, number: int) -> Shown:
        return self.visitor.get(self.path(number))


def reader(edition: Edition, *, name: str = "anna", shared: bool = False) -> Reader:
    learner = factories.learner()
    token = f"{name}-device"
    factories.device(learner=learner, token=token, shared=shared)
    someone = Visitor()
    someone.use(token, shared=shared)
    check = factories.sitting(learner=learner, edition=edition, keys=FOUR)
    return Reader(learner, someone, check)


@pytest.fixture
def anna(edition: Edition) -> Reader:
    return reader(edition, name="anna")


@pytest.fixture
def bella(edition: Edition) -> Reader:
    return reader(edition, name="bella")
