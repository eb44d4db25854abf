"""Rulings of the evidence that bind every writer."""

from __future__ import annotations

import pytest

from learning.content.do_not_teach import why_not_a_choice, why_not_asked, why_not_taught


@pytest.mark.parametrize("fact", ["D-2.32", "D-1.25", "D-1.25a", "D-1.25-risk", "T-1.27", "T-5.14"])
def test_fact_that_is_not_to_be_taught(fact: str) -> None:
    assert why_not_taught(fact)


@pytest.mark.parametrize("fact", ["D-2.3", "D-2.1", "D-1.2", "T-1.2", "NEW-3", "anything"])
def test_fact_that_may_be_taught_and_asked(fact: str) -> None:
    assert (why_not_taught(fact), why_not_asked(fact)) == ("", "")


@pytest.mark.parametrize("fact", ["D-2.17", "D-3.44", "T-1.17", "T-2.54", "D-2.27b"])
def test_fact_that_may_be_taught_but_not_asked(fact: str) -> None:
    assert why_not_taught(fact) == ""
    assert why_not_asked(fact)


@pytest.mark.parametrize("evidence", ["M-7", "M-8", "M-9", "M-12", "M-31", "T-6.2", "T-6.37"])
def test_misconception_that_may_not_be_a_choice(evidence: str) -> None:
    assert why_not_a_choice(evidence, module="aims-of-treatment", stem="In the US, what?")


def test_misconception_that_holds_in_one_country_or_one_module() -> None:
    assert why_not_a_choice("M-5", module="what-it-is", stem="What?") == (
        "it holds for the US only, so the question must say “In the US”"
    )
    assert why_not_a_choice("M-5", module="what-it-is", stem="In the US, what?") == ""
    assert why_not_a_choice("T-6.1", module="what-it-is", stem="What?") == (
        "it belongs in “aims-of-treatment” only"
    )
    assert why_not_a_choice("T-6.1", module="aims-of-treatment", stem="What?") == ""
    assert why_not_a_choice("T-6.10", module="what-it-is", stem="What?") == ""
