"""What may stand on a clinic's card."""

from __future__ import annotations

import pytest

from learning.content.files import unbroken
from learning.rules.clinics import dial, fever_fault, is_phone, tidy


@pytest.mark.parametrize(
    "text",
    [
        "911",
        "555-0100",
        "+1 (555) 555-0100",
        "+44.20.7946.0000",
        "555-0100 ext 12",
        "555-0100 Ext. 12",
        "555-0100ext12",
        "1" * 40,
    ],
)
def test_telephone_number_is_known(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11",
        "1" * 41,
        "+ ( ) -",
        "call the ward",
        "555-0100 or 555-0101",
        "555-0100 ext",
        "ext 12",
        "555-0100 ext 12 ext 13",
        "555-0100\n911",
        "٥٥٥-٠١٠٠",
        "<b>911</b>",
        "=1+1+911",
    ],
)
def test_anything_else_is_no_telephone_number(text: str) -> None:
    """S-055, S-056"""
    assert not is_phone(text)


@pytest.mark.parametrize(
    ("phone", "dialed"),
    [
        ("911", "911"),
        ("+1 (555) 555-0100", "+15555550100"),
        ("555.0100 Ext. 12", "5550100,12"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("(0)20 7946 0000", "02079460000"),
    ],
)
def test_telephone_number_is_dialed_with_a_pause_before_its_extension(
    phone: str, dialed: str
) -> None:
    assert dial(phone) == dialed


def test_what_was_pasted_is_tidied() -> None:
    assert tidy(" 555–0100 \t ext\N{NO-BREAK SPACE}12\n") == "555-0100 ext 12"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("37.5 °C (99.5 °F)", None),
        ("37,5°C", None),
        ("38 C", None),
        ("38.0 °C (100.4 °F)", None),
        ("37.8 degrees C, or 100 °F", None),
        ("98.6 f", None),
        ("as your card says", "no temperature"),
        ("", "no temperature"),
        ("37.5", "no unit"),
        ("37.5 °C or 99.5", "no unit"),
        ("37.5 °C twice in 2 hours", "no unit"),
        ("38.3 °C (101 °F)", "too high"),
        ("100.5 °F", "too high"),
        ("27.5 °C", "too low"),
        ("98 °F", "too low"),
        ("37.5 °C (98.6 °F)", "not the same"),
    ],
)
def test_fever_limit_is_a_temperature_that_lets_nobody_wait(text: str, fault: str | None) -> None:
    assert fever_fault(text) == fault


def test_unit_stays_beside_its_number() -> None:
    once = unbroken("37.5 °C (99.5 °F)")
    assert once == "37.5\N{NO-BREAK SPACE}°C (99.5\N{NO-BREAK SPACE}°F)"
    assert unbroken(tidy(once)) == once
    assert fever_fault(once) is None
