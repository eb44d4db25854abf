"""Several threads at one starting line, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def race(runners: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """What each runner returned or raised, in their order, after all ran at the same time."""
    line = threading.Barrier(len(runners))
    results: list[T | Exception] = [RuntimeError("did not run")] * len(runners)

    def run(place: int, runner: Callable[[], T]) -> None:
        try:
            connection.ensure_connection()
            line.wait(timeout=10)
            results[place] = runner()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, runner)) for place, runner in enumerate(runners)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
