"""What may stand on a clinic's card: telephone numbers that can be dialed, and a fever limit.

A fever limit may be lower than the one that every page names, never higher: nobody should wait
longer than the page beside it says.
"""

from __future__ import annotations

import re
from typing import Literal

SHORTEST_PHONE, LONGEST_PHONE = 3, 40
FEVER_HIGHEST = 38.0  # °C, as on the pages for everybody
FEVER_LOWEST = 37.0  # below this everybody would call every day: a slip of the pen
_SAME_WITHIN = 0.15  # °C: one and the same limit, rounded in both units

_PHONE = re.compile(r"[0-9 +().-]+(?:ext\.?[0-9 ]+)?", re.IGNORECASE)
_TEMPERATURE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:°|º|degrees)?\s*([CF])\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")

FeverFault = Literal["no temperature", "no unit", "too high", "too low", "not the same"]


def tidy(typed: str) -> str:
    """The text with single spaces, and with the hyphens and spaces of a keyboard."""
    return " ".join(re.sub("[\u2010-\u2015\u2212]", "-", typed).split())


def is_phone(text: str) -> bool:
    """Whether this is a telephone number: digits, spaces, + ( ) - . and “ext” before the last."""
    digits = sum(character.isdigit() for character in text)
    fits = SHORTEST_PHONE <= len(text) <= LONGEST_PHONE and digits >= SHORTEST_PHONE
    return fits and _PHONE.fullmatch(text) is not None


def dial(phone: str) -> str:
    """The number as a telephone takes it, for a ``tel:`` link: an extension after a pause.

    The (0) in “+44 (0)20 …” is for callers at home, and is left out behind the +.
    """
    number, _, extension = phone.lower().partition("ext")
    if number.strip().startswith("+"):
        number = number.replace("(0)", "")
    digits = "".join(character for character in number if character.isdigit())
    more = "".join(character for character in extension if character.isdigit())
    return ("+" if number.strip().startswith("+") else "") + digits + (f",{more}" if more else "")


def fever_fault(text: str) -> FeverFault | None:
    """What is wrong with a fever limit such as “37.5 °C (99.5 °F)”; None where nothing is."""
    found = _TEMPERATURE.findall(text)
    if len(found) != len(_NUMBER.findall(text)):
        return "no unit"
    if not found:
        return "no temperature"
    degrees = [_celsius(number, unit) for number, unit in found]
    if max(degrees) > FEVER_HIGHEST + 0.01:
        return "too high"
    if min(degrees) < FEVER_LOWEST - 0.01:
        return "too low"
    return "not the same" if max(degrees) - min(degrees) > _SAME_WITHIN else None


def _celsius(number: str, unit: str) -> float:
    value = float(number.replace(",", "."))
    return (value - 32) / 1.8 if unit in "fF" else value
