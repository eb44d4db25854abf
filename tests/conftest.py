"""What every test needs.

The test database of SQLite is a file, as it is for readers, because a database in memory has no
write-ahead log and locks otherwise: threads that race in a test meet what racing readers meet.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from types import SimpleNamespace

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from learning.content.schema import Library
from learning.models import Edition
from tests import factories
from tests.environment import commits
from tests.server import own_database, prepare

# How long an example takes, or to make one, says nothing on a machine with other things to do.
hypothesis.settings.register_profile(
    "waymark", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("waymark")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Collect the static files once, so that tests see the names and links that readers get."""
    if hasattr(session.config, "workerinput"):
        return
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(file)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The small library of the factories, read once."""
    return factories.library(folder=tmp_path_factory.mktemp("library"))


def publish(library: Library, *, now: datetime.datetime = factories.NOW) -> Edition:
    """Publish the library; the current edition of its first module."""
    from learning.actions import publishing

    publishing.publish(library, actor="operator", now=now, same_meaning=True)
    slug, language = next(iter(library.modules))
    return Edition.objects.get(module__slug=slug, language=language, current=True)


@pytest.fixture(scope="session")
def small_site(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[str]:
    """The URL of a database with the small library, from which ``own_database`` makes copies."""
    folder = tmp_path_factory.mktemp("small-site")
    stack = contextlib.ExitStack()
    with django_db_blocker.unblock():
        url = stack.enter_context(own_database(folder))
        prepare(url, folder)
    yield url
    with django_db_blocker.unblock():
        stack.close()


@pytest.fixture
def edition(db: None, library: Library) -> Edition:
    """The small module, published."""
    return publish(library)


@pytest.fixture(autouse=True)
def _nothing_counted(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Empty the shared cache after a test that commits: no model's table, so no flush reaches it.

    Failed tries at an account would count in the next test that has one of the same address.
    """
    yield
    if commits(request.node):
        with django_db_blocker.unblock():
            cache.clear()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What was published in another test may have had the same numbers."""
    from learning.reports import figures, tries

    figures.forget()
    tries.forget()


class Clock:
    """The clock of the server, moved by a test."""

    def __init__(self) -> None:
        self.now = factories.NOW

    def move(self, **delta: float) -> None:
        self.now += datetime.timedelta(**delta)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until the test moves it. It starts at ``factories.NOW``."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    monkeypatch.setattr(
        "django.core.signing.time", SimpleNamespace(time=lambda: clock.now.timestamp())
    )
    return clock
