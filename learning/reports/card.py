"""The card for the wallet: whom to call, in a size of type that fits a bank card."""

from __future__ import annotations

from dataclasses import dataclass

from learning.models import Clinic, Learner
from learning.reports.clinics import numbers_of
from learning.rules.fitting import lines

MOST_CLINICS = 2
LONGEST_EMERGENCY = 60  # what is longer stands on Help now; the card says the general words

HEADING = "I have metastatic (stage 4) breast cancer"
RULE = "If nobody calls back within 30 minutes, or I feel worse: emergency care."
NOTES = ("My treatment:", "Last dose, allergies:")

# The inside of one side as the style prints it, and its sizes of type, in points.
_WIDE, _HIGH = 222.0, 138.0
_SIZES = {"large": 10.5, "roomy": 9.5, "middle": 8.5, "small": 7.5}
_LINE, _GAP = 1.25, 1.7


@dataclass(frozen=True)
class WalletCard:
    """The front of the card. ``size`` is the largest in which everything fits.

    ``emergency`` and ``fever_limit`` are those of her only clinic, where it says them briefly.
    ``notes`` says whether there is room to write on.
    """

    clinics: tuple[Clinic, ...]
    own: str
    emergency: str
    fever_limit: str
    size: str
    notes: bool


def wallet_card(learner: Learner | None) -> WalletCard:
    """The card of this learner; one to be filled in by hand for nobody."""
    numbers = numbers_of(learner)
    clinics = numbers.clinics[:MOST_CLINICS]
    only = clinics[0] if len(clinics) == 1 else None
    emergency = only.emergency if only and len(only.emergency) <= LONGEST_EMERGENCY else ""
    fever_limit = only.fever_limit if only else ""
    texts = [HEADING, *_whom(clinics), f"Emergency: {emergency or 'my local emergency number'}"]
    texts += [f"My team’s limit for fever: {fever_limit}"] * bool(fever_limit) + [RULE]
    size = next((name for name in _SIZES if _fits(texts, name)), "small")
    return WalletCard(
        clinics, numbers.own, emergency, fever_limit, size, _fits([*texts, *NOTES], size)
    )


def _whom(clinics: tuple[Clinic, ...]) -> list[str]:
    if not clinics:
        return ["My cancer team, by day:", "At night:"]
    return [
        text
        for clinic in clinics
        for text in (clinic.name, f"By day: {clinic.day_phone}", f"At night: {clinic.night_phone}")
    ]


def _fits(texts: list[str], name: str) -> bool:
    size = _SIZES[name]
    high = sum(lines(text, line=_WIDE / size) * size * _LINE + _GAP for text in texts)
    return high <= _HIGH
