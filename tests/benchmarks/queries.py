"""How many queries a page of a check needs, at most, over every published question."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.site import Bench
from tests.benchmarks.table import Row


def measure(bench: Bench) -> Iterator[Row]:
    with bench.site(serve=False) as site:
        counts = site.told("counted")
    budgets = {"section": None, "question": 5, "answer": 8}
    for what, budget in budgets.items():
        most = max(total for total, _ in counts[what])
        note = f"most of {len(counts[what])}"
        yield Row(f"{what}: queries", most, at_most=budget, note=note)
    writes = max(writes for _, writes in counts["answer"])
    yield Row("answer: of them writes", writes, at_most=3, note=f"most of {len(counts['answer'])}")
