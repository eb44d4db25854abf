"""Codes that people read off paper and type on a phone.

Thirty letters that cannot be taken for one another (no I, L, O, U, 0, 1), so each stands for 4.9
bits: 8 letters for 39 bits, 20 for 98, 27 for 132. Case, spaces and hyphens do not matter.
"""

from __future__ import annotations

import re

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
INVITATION_LENGTH = 8  # typed: guesses are throttled, and it holds for some days
LINK_LENGTH = 27  # never typed: at least 128 bits
RETURN_LENGTH = 20  # typed once in a while: at least 96 bits

_SEPARATORS = re.compile(r"[\s\-–—_.]+")


def as_code(random_bytes: bytes, length: int) -> str:
    """A code of this length from at least 32 random bytes; its bias is below one in 2**100."""
    if len(random_bytes) * 8 < length * 5 + 100:
        raise ValueError("Too few random bytes for a code of this length.")
    number = int.from_bytes(random_bytes, "big")
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def normal_code(typed: str) -> str | None:
    """The code that was typed, in capitals without separators; None where it cannot be one."""
    code = _SEPARATORS.sub("", typed).upper()
    if not code or len(code) > LINK_LENGTH or set(code) - set(LETTERS):
        return None
    return code


def grouped(code: str) -> str:
    """The code as it is shown: in groups of four, which are easier to keep in mind."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
