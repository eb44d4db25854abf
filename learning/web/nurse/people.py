"""One person of a nurse’s groups: what she shares, talking it over, chart note, removing her."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django import forms
from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learning.actions import talking
from learning.actions.grouping import NotYourGroup
from learning.models import Membership
from learning.models.groups import TeachBackResult
from learning.reports.groups import own_members
from learning.reports.person import note_for_chart, person_page
from learning.reports.roster import roster as roster_of
from learning.web.files import counted, spreadsheet
from learning.web.forms import TokenForm, new_form_token
from learning.web.htmx import SeeOther
from learning.web.moment import now
from learning.web.nurse.group_forms import LONGEST_LABEL, one_line
from learning.web.nurse.groups import own_group
from learning.web.staff import StaffRequest, nurse_only

TAKE_BACK = "take_back"
NO_LONGER_SHARED = "This is no longer shared with you, so nothing was noted."
NOTED = {
    TeachBackResult.OWN_WORDS: "Noted: said it in own words. This idea is no longer open.",
    TeachBackResult.AGAIN: "Noted: needs another go. The idea stays open.",
    TeachBackResult.NOT_TODAY: "Noted: did not want to talk today. The idea stays open.",
    TAKE_BACK: "Taken back. It is as it was before.",
    "talked": "Noted: you talked this question over.",
    "later": "Noted: this question is still to be talked over.",
    "label": "Your note is kept.",
}


class LabelForm(forms.Form):
    """The nurses' own note of who this is."""

    label = forms.CharField(
        label="Your own note of who this is",
        help_text=(
            "Only you and your colleagues of this group see it. It is in the chart note and in "
            "the roster. You can leave it empty."
        ),
        max_length=LONGEST_LABEL,
        required=False,
        error_messages={"max_length": f"Write {LONGEST_LABEL} characters or fewer."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_label(self) -> str:
        return one_line(self.cleaned_data["label"])


class TeachBackForm(TokenForm):
    """What came of talking one idea over, or taking back what was noted."""

    module = forms.CharField(widget=forms.HiddenInput, required=False)
    objective = forms.CharField(widget=forms.HiddenInput, required=False)
    result = forms.ChoiceField(
        choices=[*TeachBackResult.choices, (TAKE_BACK, "")],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Press one of the three buttons below the idea."
        ),
    )


class QuestionTalkForm(forms.Form):
    result = forms.ChoiceField(
        choices=[("talked", ""), ("later", "")],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Press the button below the question."
        ),
    )


class RemoveForm(forms.Form):
    """Removing somebody needs one clear yes."""

    sure = forms.BooleanField(
        label="Yes, take this person out of the group",
        error_messages={"required": "Tick the box if you want to take this person out."},
    )


def _own_member(request: StaffRequest, key: str) -> Membership:
    """The member with this key; the same 404 for another's, one who left, and none."""
    return get_object_or_404(own_members(request.staff), key=key)


def _note_read(request: StaffRequest, membership: Membership, verb: str) -> None:
    """That the audit log cannot be written just now must not keep her from reading."""
    if settings.READ_ONLY:
        return
    with contextlib.suppress(OperationalError, InterfaceError, InternalError):
        talking.note_read(nurse=request.staff, membership=membership, verb=verb, now=now())


@contextlib.contextmanager
def _hers() -> Iterator[None]:
    """Who left, or was taken from her, while the page was open is not there."""
    try:
        yield
    except (NotYourGroup, talking.MemberGone) as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def person(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """What she shares, and what came of talking. The form in the page keeps the nurses' note."""
    membership = _own_member(request, key)
    if request.method != "POST":
        _note_read(request, membership, "read a person’s page")
        return _show(request, membership)
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form, label=form)
    with _hers():
        talking.label_member(
            nurse=request.staff,
            membership=membership,
            label=form.cleaned_data["label"],
            now=now(),
        )
    return _back(language, membership, "label")


@require_POST
@nurse_only
def teach_back(request: StaffRequest, language: str, key: str) -> HttpResponse:
    membership = _own_member(request, key)
    form = TeachBackForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    asked = form.cleaned_data
    try:
        with _hers():
            if asked["result"] == TAKE_BACK:
                talking.take_back(
                    nurse=request.staff, membership=membership, token=asked["token"], now=now()
                )
            else:
                talking.note_teach_back(
                    nurse=request.staff,
                    membership=membership,
                    module=asked["module"],
                    objective=asked["objective"],
                    result=asked["result"],
                    token=asked["token"],
                    now=now(),
                )
    except talking.NotShared:
        form.add_error(None, NO_LONGER_SHARED)
        return _show(request, membership, form)
    return _back(language, membership, asked["result"])


@require_POST
@nurse_only
def talked_over(request: StaffRequest, language: str, key: str, question: str) -> HttpResponse:
    """Whether a shared question was talked over."""
    membership = _own_member(request, key)
    form = QuestionTalkForm(request.POST)
    if not form.is_valid():
        return _show(request, membership, form)
    result = form.cleaned_data["result"]
    note = talking.note_talked_over if result == "talked" else talking.note_not_talked_over
    try:
        with _hers():
            note(nurse=request.staff, membership=membership, question=question, now=now())
    except talking.NotShared:
        form.add_error(None, NO_LONGER_SHARED)
        return _show(request, membership, form)
    return _back(language, membership, result)


def _back(language: str, membership: Membership, noted: str) -> HttpResponse:
    address = reverse("nurse:person", args=[language, membership.key])
    return SeeOther(f"{address}?noted={noted}")


def _show(
    request: StaffRequest,
    membership: Membership,
    refused: forms.Form | None = None,
    *,
    label: LabelForm | None = None,
) -> HttpResponse:
    """The page of a person; with the errors of the form that was refused, if one was."""
    page = person_page(membership, request.staff, now=now())
    return render(
        request,
        "nurse/person.html",
        {
            "page": page,
            "person": membership,
            "ideas": [(each, new_form_token()) for each in page.ideas],
            "form": refused,
            "label_form": label or LabelForm(initial={"label": membership.label}),
            "noted": "" if refused else NOTED.get(request.GET.get("noted", ""), ""),
            "results": TeachBackResult.choices,
        },
        status=422 if refused else 200,
    )


@require_safe
@nurse_only
def note(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """What she shares as plain text, to copy into a chart."""
    membership = _own_member(request, key)
    _note_read(request, membership, "read a chart note")
    text = note_for_chart(membership, request.staff, now=now())
    return render(
        request,
        "nurse/note.html",
        {"person": membership, "note": text, "rows": _rows(text)},
    )


def _rows(text: str) -> int:
    """How many rows the text takes where a row holds about 60 letters."""
    return sum(1 + len(line) // 60 for line in text.splitlines())


@require_http_methods(["GET", "HEAD", "POST"])
@nurse_only
def remove_person(request: StaffRequest, language: str, key: str) -> HttpResponse:
    membership = _own_member(request, key)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with _hers():
            talking.remove_member(nurse=request.staff, membership=membership, now=now())
        return SeeOther(reverse("nurse:group", args=[language, membership.group.key]))
    return render(
        request,
        "nurse/remove_person.html",
        {"form": form, "person": membership},
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@nurse_only
@counted
def roster(request: StaffRequest, language: str, key: str) -> HttpResponse:
    """The people of a group as a file, made while it is sent."""
    group = own_group(request, key)
    with _hers():
        talking.note_roster(nurse=request.staff, group=group, now=now())
    return spreadsheet(roster_of(request.staff, group), name="waymark-roster")
