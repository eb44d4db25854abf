"""Eight learners who answer a real server at full speed, while something happens to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.ledger import Learner
from tests.server import Server
from tests.visitor import SLUG

LEARNERS = 8


def all_work(server: Server, meanwhile: Callable[[list[Learner]], None]) -> list[Learner]:
    """Eight learners at work until ``meanwhile`` is over; half by htmx, some answers get lost."""
    learners = [Learner(server.address, seed=seed, htmx=seed % 2 == 1) for seed in range(LEARNERS)]
    stop = threading.Event()
    broken: list[BaseException] = []

    def work(learner: Learner) -> None:
        try:
            learner.work(SLUG, stop, lose=0.1)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            broken.append(error)

    threads = [threading.Thread(target=work, args=(learner,)) for learner in learners]
    for thread in threads:
        thread.start()
    try:
        meanwhile(learners)
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=90)
    assert broken == []
    return learners


def saved(learners: list[Learner]) -> int:
    return sum(len(learner.saved) for learner in learners)


def wait_for(learners: list[Learner], answers: int, *, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while saved(learners) < answers:
        assert time.monotonic() < deadline, "the learners do not get on"
        time.sleep(0.02)
