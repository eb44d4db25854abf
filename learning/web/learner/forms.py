"""Forms for joining a group, coming back, and choosing what to share."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from learning.reports.joining import Level
from learning.rules.codes import normal_code
from learning.web.forms import FirstKeptForm, TokenForm

LONGEST_NAME = 40
JOINERS = "\u200c\u200d"
UNSEEN = ("Cc", "Cf")
NOT_LET_IN = (
    "This code does not let you in. If you have joined before, use your return code. Or ask your "
    "nurse for a new one."
)
NOT_KNOWN = (
    "This return code is not known. Check each letter and number. If you have made a new code "
    "since then, the old one has stopped."
)
TOO_MANY_GROUPS = (
    "You are in ten groups already, which is as many as there can be. Leave one first, under “What "
    "I share”."
)
SOMEBODY_ELSE = "Tick the box if you want to go on, or clear this device first."


def _code(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
                "data-from-fragment": True,
            }
        ),
        error_messages={
            "required": "Type your code.",
            "max_length": "This is too long for a code. Type the letters and numbers of your code.",
        },
    )


class CodeForm(forms.Form):
    """The code of a slip, or the long one that a link brings along."""

    code = _code(
        "Your code",
        "8 letters and numbers, such as ABCD‑EFGH. Capital or small letters, "
        "spaces and hyphens all work.",
    )

    @classmethod
    def refused(cls) -> CodeForm:
        """An empty form with the one answer to every code that lets nobody in."""
        form = cls({"code": "-"})
        form.add_error("code", NOT_LET_IN)
        form.data = {}
        return form

    @property
    def length(self) -> int:
        """How many letters were typed, without spaces and hyphens. Only for a valid form."""
        return len(normal_code(self.cleaned_data["code"]) or "")


class _SharingForm(forms.Form):
    """How much the nurses of a group see, and what they call her."""

    level = forms.TypedChoiceField(
        label="What may the nurses of this group see?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose what the nurses may see."
        ),
    )
    own_name = forms.CharField(
        label="What should your nurse call you?",
        help_text="You can leave this open. Only the nurses of this group see it.",
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": f"Write at most {LONGEST_NAME} letters."},
    )

    def __init__(self, *args: Any, levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = levels
        level = cast("forms.TypedChoiceField", self.fields["level"])
        level.choices = [(row.number, row.words) for row in levels]

    def rows(self) -> list[tuple[Level, str, bool]]:
        """Each level with the id of its radio button, and whether it is chosen."""
        chosen = str(self["level"].value())
        return [
            (level, f"id_level_{place}", chosen == str(level.number))
            for place, level in enumerate(self.levels)
        ]

    def clean_own_name(self) -> str:
        return one_line(self.cleaned_data["own_name"])


class JoinForm(_SharingForm, FirstKeptForm, TokenForm):
    """Become a member of a group.

    The first level is chosen beforehand: nobody shares more than that she joined unless she says
    so, and whoever only presses the button shares the least. Asking for a choice with none made
    would show an error to people who are tired, and teach them nothing.
    """

    field_order = ("level", "own_name", "shared", "token")


class MembershipForm(_SharingForm):
    """Change what the nurses of a group see, or what they call her."""


class LeaveForm(forms.Form):
    """Leaving needs one clear yes."""

    sure = forms.BooleanField(
        label="Yes, leave this group",
        error_messages={"required": "Tick the box if you want to leave the group."},
    )


class KeepForm(FirstKeptForm, TokenForm):
    """Keep one's place by a return code; ``step`` says what to do with the one there is."""

    MAKE, STOP = "make", "stop"

    step = forms.ChoiceField(
        choices=[(MAKE, MAKE), (STOP, STOP)],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose what to do, then press its button once more."
        ),
    )


class ReturnForm(FirstKeptForm):
    """Come back by a return code. Where the browser knows somebody else, that needs a yes."""

    code = _code(
        "Your return code",
        "20 letters and numbers. Capital or small letters, spaces and hyphens all work.",
    )
    sure = forms.BooleanField(label="Yes, go on and erase the answers here", required=False)
    field_order = ("sure", "code", "shared")

    def __init__(
        self, *args: Any, somebody_here: bool, opened_elsewhere: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, known=False, **kwargs)
        self.opened_elsewhere = opened_elsewhere
        if not somebody_here:
            del self.fields["sure"]
        elif opened_elsewhere:
            self.fields["sure"].label = "Yes, go on. This browser may forget the answers here"


def one_line(typed: str) -> str:
    """The text on one line with single spaces, without letters that nobody sees.

    Such letters could turn the direction of what stands beside them. The two joiners stay: names
    in some scripts are written with them.
    """
    kept = "".join(
        letter
        for letter in typed
        if letter.isspace() or letter in JOINERS or unicodedata.category(letter) not in UNSEEN
    )
    return " ".join(kept.split())
