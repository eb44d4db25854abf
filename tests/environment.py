"""Settings and options of the test run, loaded as a plugin before Django reads its settings."""

import os

import pytest

from learning import local

os.environ["DJANGO_SETTINGS_MODULE"] = "learning.settings"
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
local.set_up()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asking-a-database", action="store_true", help="leave out what asks none")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.getoption("asking_a_database"):
        terminalreporter.write_line(
            "Deselected was what may ask no database, so which one it is makes no difference."
        )


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test may reach the database; pytest-django keeps every other one from it."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(
        fixtures & {"db", "transactional_db", "sites"} or item.get_closest_marker("django_db")
    )


def commits(item: pytest.Item) -> bool:
    """Whether what a test writes is committed, and its tables flushed after it."""
    marker = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(
        marker and marker.kwargs.get("transaction")
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("asking_a_database"):
        left_out = [item for item in items if not asks_a_database(item)]
        items[:] = [item for item in items if asks_a_database(item)]
        config.hook.pytest_deselected(items=left_out)
