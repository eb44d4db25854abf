"""Journeys in a browser: one Chromium and one set of servers for each worker.

Playwright keeps an event loop running in the thread of the tests, and Django refuses its database
there. So the browser lives only as long as tests of this folder run, none of which asks the
database but through the site, as a reader does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.plugin import DjangoDbBlocker

from tests.benchmarks.browser import chromium
from tests.journeys.answers import AnswerKey
from tests.journeys.reader import MOUSE, PHONE_WAY, Reader, Way
from tests.journeys.sites import FRESH, REAL, Sites
from tests.sharing import shared_folder
from tests.shipped import shipped_library

NewReader = Callable[..., Reader]
Tabs = defaultdict[str, list[Reader]]


@pytest.fixture(scope="package")
def chromium_is_here() -> None:
    """Where there is no browser the journeys are left out, but not in CI."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    missing = "No Chromium is installed here, so no journey can be made."
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="package")
def sites(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Sites]:
    with django_db_blocker.unblock(), contextlib.ExitStack() as stack:
        shared = shared_folder(tmp_path_factory)
        sites = Sites(tmp_path_factory.mktemp("sites"), shared, stack)
        for name in (REAL, FRESH):  # while nobody has answered, and the database may be asked
            sites.url(name)
        yield sites


@pytest.fixture(scope="package")
def browser(chromium_is_here: None, sites: Sites) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def key() -> AnswerKey:
    return AnswerKey(shipped_library())


@pytest.fixture
def new_reader(browser: Browser, sites: Sites) -> Iterator[NewReader]:
    """Makes readers. At the end none of them may have met a fault."""
    readers: list[Reader] = []

    def make(way: Way = MOUSE, *, site: str = REAL, **options: Any) -> Reader:
        reader = Reader(browser, sites.address(site), way, **options)
        readers.append(reader)
        return reader

    yield make
    faults = [fault for reader in readers for fault in reader.faults]
    for reader in readers:
        reader.context.close()
    assert faults == []


@pytest.fixture(scope="package")
def tabs() -> Tabs:
    """By site, tabs on a phone that nobody uses just now."""
    return defaultdict(list)


@pytest.fixture
def new_reader_in_a_used_tab(
    browser: Browser, sites: Sites, tabs: Tabs, new_reader: NewReader
) -> Iterator[NewReader]:
    """Makes readers too, but on a phone they take a tab that somebody left, where there is one."""
    taken: list[tuple[str, Reader]] = []

    def make(way: Way = MOUSE, *, site: str = REAL, **options: Any) -> Reader:
        if way is not PHONE_WAY or options:
            return new_reader(way, site=site, **options)
        free = tabs[site]
        reader = free.pop() if free else Reader(browser, sites.address(site), way)
        taken.append((site, reader))
        return reader

    yield make
    faults = [fault for _, reader in taken for fault in reader.faults]
    for site, reader in taken:
        reader.leave()
        tabs[site].append(reader)
    assert faults == []


@pytest.fixture
def reader(new_reader: NewReader) -> Reader:
    """One reader on the real site, at a desk, with a mouse."""
    return new_reader()
