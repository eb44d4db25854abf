"""Readers for the tests of pages, on a day that does not depend on today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from learning.models import Edition, Learner, Sitting, SittingQuestion
from tests import factories
from tests.conftest import Clock
from tests.server import Server, own_database
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


@pytest.fixture
def server(tmp_path: Path, transactional_db: None, small_site: str) -> Iterator[Server]:
    """A real server on a copy of the small site."""
    with own_database(tmp_path, like=small_site) as url:
        server = Server(url, log=tmp_path / "server.log")
        server.start()
        try:
            yield server
        finally:
            server.stop()
