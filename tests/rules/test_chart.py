from __future__ import annotations

import datetime
from dataclasses import replace

from learning.rules.chart import Chart, chart_note

DAY = datetime.date(2026, 11, 5)
WHOLE = Chart(
    on=datetime.date(2026, 11, 25),
    group="Tuesday",
    call_name="Green Lake",
    label="Slip 7",
    finished=[("What treatment is for", DAY)],
    ideas=[("When to call", "Which signs cannot wait."), ("Bones", "What protects bones.")],
    talks=[(DAY, "Which signs cannot wait.", "needs another go")],
    questions=["Can I fly?"],
)


def test_note_with_everything() -> None:
    assert chart_note(WHOLE) == (
        "Waymark (patient education), November 25, 2026\n"
        "Group: Tuesday\n"
        "Call name: Green Lake\n"
        "Label: Slip 7\n"
        "\n"
        "Modules finished:\n"
        "- What treatment is for, November 5, 2026\n"
        "\n"
        "Ideas to talk over:\n"
        "- When to call: Which signs cannot wait.\n"
        "- Bones: What protects bones.\n"
        "\n"
        "Talked over:\n"
        "- November 5, 2026: Which signs cannot wait. Result: needs another go\n"
        "\n"
        "Questions for the team:\n"
        "- Can I fly?\n"
    )


def test_note_says_none_for_what_is_shared_and_empty() -> None:
    empty = replace(WHOLE, label="", finished=[], ideas=[], talks=[], questions=[])
    assert chart_note(empty) == (
        "Waymark (patient education), November 25, 2026\n"
        "Group: Tuesday\n"
        "Call name: Green Lake\n"
        "\n"
        "Modules finished:\n"
        "- none\n"
        "\n"
        "Ideas to talk over:\n"
        "- none\n"
        "\n"
        "Talked over:\n"
        "- none\n"
    )


def test_note_is_silent_about_what_is_not_shared() -> None:
    silent = replace(WHOLE, label="", finished=None, ideas=None, talks=None, questions=[])
    assert chart_note(silent) == (
        "Waymark (patient education), November 25, 2026\nGroup: Tuesday\nCall name: Green Lake\n"
    )
