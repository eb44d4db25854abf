"""What one test leaves must not reach the next, in whatever order the workers take them."""

from __future__ import annotations

import pytest
from django.core.cache import cache

LEFT = "left-by-a-test-that-commits"


@pytest.mark.parametrize("turn", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_shared_cache_is_empty_after_a_test_that_commits(turn: str) -> None:
    """The cache is a table, but no model's: the flush after such a test does not reach it."""
    assert cache.get(LEFT) is None, f"{turn}: what the test before kept is still counted"
    cache.set(LEFT, "yes")
