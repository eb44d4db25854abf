"""Clinics: those who see the overview add them and keep their numbers right."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from learning.actions.clinics import ClinicNameTaken, Details, add_clinic, change_clinic
from learning.content.files import unbroken
from learning.models import Clinic
from learning.reports.clinics import clinic_by_key, clinic_rows
from learning.rules.clinics import FeverFault, fever_fault, is_phone, tidy
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.staff import StaffRequest, overview_only

# Telephone numbers that are kept free for examples and stories.
EXAMPLE = Details(
    name="Example Clinic",
    day_phone="555-0100",
    night_phone="555-0101 ext 2",
    fever_limit=unbroken("37.5 °C (99.5 °F)"),
)
PHONE_FAULT = (
    "Write {} with digits. Spaces, + ( ) - . and “ext” may stand between them, for example "
    "555-0100 ext 2."
)
FEVER_FAULTS: dict[FeverFault, str] = {
    "no temperature": "Write the fever limit as a temperature, for example 37.5 °C (99.5 °F).",
    "no unit": "Write °C or °F after each temperature, and no other number.",
    "too high": (
        "Waymark tells everybody to call at 38.0 °C (100.4 °F). A team’s own limit can be the same "
        "or lower."
    ),
    "too low": "Look at the fever limit again. It is lower than many people are on any day.",
    "not the same": "The two temperatures of the fever limit are not the same. Look at both again.",
}


class ClinicForm(forms.Form):
    """Name and numbers of a clinic, as its patients read them."""

    name = forms.CharField(
        label="Name of the clinic",
        help_text="As your patients know it.",
        max_length=80,
        error_messages={
            "required": "Write the name of the clinic.",
            "max_length": "Write the name in 80 characters or fewer.",
        },
    )
    day_phone = forms.CharField(
        label="Number to call by day",
        error_messages={"required": "Write the number to call by day."},
    )
    night_phone = forms.CharField(
        label="Number to call at night, on weekends and on holidays",
        help_text="It may be the same as by day. Somebody must answer it at any hour.",
        error_messages={"required": "Write the number to call at night."},
    )
    emergency = forms.CharField(
        label="What to call in an emergency (optional)",
        help_text="For example 911. Left empty, patients read “your local emergency number”.",
        max_length=60,  # it also stands on a card of the size of a bank card
        required=False,
        error_messages={"max_length": "Write what to call in 60 characters or fewer."},
    )
    fever_limit = forms.CharField(
        label="Your team’s own fever limit (optional)",
        help_text=(
            "For example 37.5 °C (99.5 °F). Left empty, patients read 38.0 °C (100.4 °F), as on "
            "all pages."
        ),
        max_length=60,
        required=False,
        error_messages={"max_length": "Write the fever limit in 60 characters or fewer."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # A browser must not cut what is pasted: half a number calls somebody else.
            field.widget.attrs.pop("maxlength", None)
            field.widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean_emergency(self) -> str:
        return tidy(self.cleaned_data["emergency"]).rstrip(".")

    def clean_day_phone(self) -> str:
        return self._phone("day_phone", "the day number")

    def clean_night_phone(self) -> str:
        return self._phone("night_phone", "the night number")

    def _phone(self, field: str, what: str) -> str:
        phone = tidy(self.cleaned_data[field])
        if not is_phone(phone):
            raise forms.ValidationError(PHONE_FAULT.format(what))
        return phone

    def clean_fever_limit(self) -> str:
        limit = tidy(self.cleaned_data["fever_limit"])
        fault = fever_fault(limit) if limit else None
        if fault:
            raise forms.ValidationError(FEVER_FAULTS[fault])
        return unbroken(limit)

    def details(self) -> Details:
        """Only for a valid form."""
        return Details(**self.cleaned_data)

    def say_name_is_taken(self) -> None:
        self.add_error("name", "There is a clinic of this name already. Give this one another.")


@require_safe
@overview_only
def clinics(request: StaffRequest, language: str) -> HttpResponse:
    return render(request, "overview/clinics.html", {"rows": clinic_rows()})


@require_http_methods(["GET", "HEAD", "POST"])
@overview_only
def new_clinic(request: StaffRequest, language: str) -> HttpResponse:
    form = ClinicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_clinic(staff=request.staff, details=form.details(), now=now())
        except ClinicNameTaken:
            form.say_name_is_taken()
        else:
            return _to(made, language)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "preview": [EXAMPLE]}
    return render(request, "overview/new_clinic.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@overview_only
def clinic(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """One clinic as its patients see it, and the form to change it."""
    found = clinic_by_key(key)
    if found is None:
        raise Http404
    form = ClinicForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(found, name) for name in ClinicForm.base_fields},
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_clinic(staff=request.staff, clinic=found, details=form.details(), now=now())
        except ClinicNameTaken:
            form.say_name_is_taken()
        else:
            return _to(found, language)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "clinic": found, "preview": [found], "saved": "saved" in request.GET}
    return render(request, "overview/clinic.html", context, status=status)


def _to(clinic: Clinic, language: str) -> HttpResponse:
    return SeeOther(reverse("overview:clinic", args=[language, clinic.key]) + "?saved=1")
