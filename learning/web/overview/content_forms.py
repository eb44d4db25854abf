"""Forms of publishers: approvals on record, and what is withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms

from learning.actions.signing import Approval
from learning.models import Edition
from learning.models.signoffs import SignOffKind
from learning.web.widgets import OneRow

LONGEST_NOTE = 600
_LINES = ("name", "role", "kept_at")
NOT_CURRENT = "Another edition is the current one now. Look at it before you withdraw it."


def _line(label: str, help_text: str, missing: str, *, most: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": missing,
            "max_length": f"Write this in {most} letters or fewer.",
        },
    )


class SignOffForm(forms.Form):
    """Who approved an edition, when, and where the signed document is kept."""

    kind = forms.ChoiceField(
        label="Who read it?",
        choices=[
            (SignOffKind.CLINICAL.value, "A clinician, who approves that it is right"),
            (SignOffKind.PATIENT.value, "A patient reviewer, who says that it can be understood"),
        ],
        widget=OneRow,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose who read it."),
    )
    name = _line("Name", "As readers will see it.", "Write the name.", most=80)
    role = _line(
        "Role",
        "In plain words, for example: breast cancer doctor at North Clinic.",
        "Write the role.",
        most=120,
    )
    signed_on = forms.DateField(
        label="Signed on",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=dict.fromkeys(
            ("required", "invalid"), "Write the day it was signed, for example 2027-01-31."
        ),
    )
    kept_at = _line(
        "Where is the signed document kept?",
        "So that anybody can find it years from now. Readers do not see this.",
        "Write where the signed document is kept.",
        most=200,
    )

    def approval(self) -> Approval:
        """Only for a valid form. What was pasted over several lines becomes one."""
        texts = {name: " ".join(self.cleaned_data[name].split()) for name in _LINES}
        return Approval(**{**self.cleaned_data, **texts})


def _words(label: str, help_text: str, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": missing,
            "max_length": f"Write this in {LONGEST_NOTE} letters or fewer.",
        },
    )


class TakeBackForm(forms.Form):
    """Why a record is taken back."""

    why = _words(
        "What is wrong with this record?",
        "It stays here, beside the record.",
        "Write what is wrong with this record.",
    )


class WrongQuestionForm(forms.Form):
    """What is right instead of what a question taught."""

    note = _words(
        "What is right instead?",
        "One or two plain sentences. Everybody who answered this question reads them.",
        "Write what is right instead.",
    )


class WithdrawModuleForm(forms.Form):
    """Which edition is withdrawn: the one that was looked at."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, current: Edition) -> None:
        super().__init__(data, initial={"edition": current.number})
        self.current = current

    def clean_edition(self) -> int:
        number = self.cleaned_data["edition"]
        if number != self.current.number:
            raise forms.ValidationError(NOT_CURRENT)
        return int(number)

    def say_it_moved(self) -> None:
        self.add_error("edition", NOT_CURRENT)
