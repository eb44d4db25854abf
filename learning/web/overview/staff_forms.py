"""Forms for those who look after staff. No field of theirs changes who may do what later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from learning.models import Clinic, StaffMember
from learning.web.forms import TokenForm


class InviteForm(TokenForm):
    """Whom to invite, and for what."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        error_messages={
            "required": "Write the name.",
            "max_length": "Write the name in 80 characters or fewer.",
        },
    )
    email = forms.EmailField(
        label="Email address",
        help_text="She signs in with it.",
        max_length=254,
        error_messages={
            "required": "Write the email address.",
            "invalid": "Write an address like nora@example.org.",
            "max_length": "Write an address of 254 characters or fewer.",
        },
    )
    clinic = forms.ChoiceField(
        label="Nurse of which clinic?",
        help_text="A nurse makes groups and sees what patients of her groups share.",
        required=False,
        error_messages={"invalid_choice": "Choose a clinic of the list."},
    )
    overview = forms.BooleanField(
        label="May see the overview, and look after staff and clinics", required=False
    )
    publisher = forms.BooleanField(label="May publish and withdraw modules", required=False)
    field_order = ("name", "email", "clinic", "overview", "publisher", "token")

    def __init__(
        self, data: Any = None, *, inviter: StaffMember, clinics: Sequence[Clinic], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.clinics = {clinic.key: clinic for clinic in clinics}
        self.fields["clinic"].choices = [  # type: ignore[attr-defined]
            ("", "None, she is not a nurse"),
            *((clinic.key, clinic.name) for clinic in clinics),
        ]
        if not inviter.publisher:
            del self.fields["publisher"]

    def clinic_chosen(self) -> Clinic | None:
        """Only for a valid form."""
        return self.clinics.get(self.cleaned_data["clinic"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [cleaned.get(name) for name in ("clinic", "overview", "publisher")]
        if "clinic" not in self.errors and not any(given):
            self.add_error("clinic", "Choose a clinic, or tick what else she may do.")
        return cleaned


class HandOverForm(forms.Form):
    """Who looks after a group from now on."""

    nurse = forms.ChoiceField(
        label="Who looks after it from now on?",
        error_messages={
            "required": "Choose a nurse.",
            "invalid_choice": "Choose an active nurse of this clinic.",
        },
    )

    def __init__(self, data: Any = None, *, nurses: Sequence[StaffMember]) -> None:
        super().__init__(data)
        self.nurses = {nurse.key: nurse for nurse in nurses}
        self.fields["nurse"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((nurse.key, nurse.name) for nurse in nurses),
        ]

    def chosen(self) -> StaffMember:
        """Only for a valid form."""
        return self.nurses[self.cleaned_data["nurse"]]
