"""What the evidence files say must not be taught, or not be asked, each with the reason.

Taken from the audit of the evidence, its rulings on quizzes, and the traps in the evidence. An id
with a letter or a word added (D-2.17a, D-2.17-nodes) falls under the same ruling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NOT_TAUGHT: Mapping[str, str] = {
    "D-1.14": "two counts of different people side by side mislead",
    "D-1.20": "an old guess, often repeated; counts need a year, a country and “estimate”",
    "D-1.21": "a much-repeated share with weak sources",
    "D-1.22": "a risk figure that can shock; use words",
    "D-1.25": "a risk figure that can shock; use words",
    "D-2.32": "taught only by the facts on health news",
    "D-3.90": "a note to writers",
    "T-1.23": "figures too old to help",
    "T-1.27": "a rule for writers",
    "T-3.15": "too fine a point, with mixed results",
}
_FOR_WRITERS = re.compile(r"T-5\.")

NOT_ASKED: Mapping[str, str] = {
    "D-1.8": "both wordings are heard in clinics",
    "D-1.12": "how many are found at stage 4 differs by country",
    "D-1.13": "a number about who lives with it",
    "D-1.15": "a count",
    "D-2.17": "experts and countries differ about nodes on the other side",
    "D-2.27": "whether stress plays a part is open",
    "D-3.44": "scans without signs are under debate",
    "D-3.80": "which scan is best differs by country",
    "T-1.17": "a survival number",
    "T-1.18": "a survival number",
    "T-1.21": "a survival number",
    "T-1.22": "a survival number",
    "T-2.54": "what hospice means differs by country",
}

# M-5 may be asked where the question says "In the US", T-6.1 in the module with the doors.
# M-27 is ruled out as a test of a phrase, which only a person can judge.
NOT_A_CHOICE: Mapping[str, str] = {
    "M-7": "it stirs regret",
    "M-8": "it frightens",
    "M-9": "it blames the reader",
    "M-12": "it stirs regret",
    "M-31": "it stirs regret",
    "T-6.2": "it is about survival",
    "T-6.7": "it blames the reader",
    "T-6.34": "it is about survival",
    "T-6.37": "it blames the reader",
}


def why_not_taught(fact: str) -> str:
    """Why a fact may not be taught, or nothing where it may."""
    if _FOR_WRITERS.match(fact):
        return "a line for writers, not for readers"
    return NOT_TAUGHT.get(_ruled(fact), "")


def why_not_asked(fact: str) -> str:
    """Why a fact may not stand behind a question, or nothing where it may."""
    return NOT_ASKED.get(_ruled(fact), "")


def why_not_a_choice(evidence: str, *, module: str, stem: str) -> str:
    """Why a surveyed misconception may not be a choice of this question, or nothing."""
    ruled = _ruled(evidence)
    if ruled == "M-5" and "In the US" not in stem:
        return "it holds for the US only, so the question must say “In the US”"
    if ruled == "T-6.1" and module != "aims-of-treatment":
        return "it belongs in “aims-of-treatment” only"
    return NOT_A_CHOICE.get(ruled, "")


def _ruled(key: str) -> str:
    found = re.match(r"[A-Z]+-\d+(\.\d+)?", key)
    return found[0] if found else key
