from __future__ import annotations

import re

import pytest

from learning.reports import codes
from learning.rules.codes import grouped
from tests import factories
from tests.counting import counted

pytestmark = pytest.mark.django_db


def test_return_code_is_hers_and_shown_as_it_was_made() -> None:
    anna, bella = factories.learner(), factories.learner()
    letters = factories.return_code(learner=anna)
    code = codes.return_code(anna)
    assert code is not None
    assert codes.shown_return_code(code) == letters
    assert (len(letters), codes.return_code(bella)) == (20, None)


def test_find_return_code_however_it_is_typed_with_one_and_the_same_work() -> None:
    """B7: 98 random bits, found by a keyed hash alone."""
    letters = factories.return_code(learner=factories.learner())
    factories.return_code(learner=factories.learner())
    seen = set()
    for typed in (letters, letters.lower(), grouped(letters), f" {letters[:9]} {letters[9:]}"):
        found = codes.find_return_code(typed)
        assert found is not None
        assert codes.shown_return_code(found) == letters
    for typed in (letters, letters[:-1], "", "0", "x" * 90, letters[::-1], "return"):
        with counted() as count:
            codes.find_return_code(typed)
        seen.add(tuple(re.sub(r"'?[0-9a-f]{64}'?", "…", sql) for sql in count.statements))
    assert len(seen) == len(seen.pop()) == 1
