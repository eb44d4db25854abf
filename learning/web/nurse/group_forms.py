"""Forms about groups: their names, codes, slips, colleagues, and what is assigned."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from learning.actions.inviting import (
    FIRST_DAYS,
    FIRST_LIMIT,
    MOST_DAYS,
    MOST_PEOPLE,
    MOST_SLIPS,
)
from learning.models import Assignment, StaffMember
from learning.reports.assigned import Wish
from learning.reports.reading import Part
from learning.rules.visits import first_day, last_day, still_ahead
from learning.web.forms import TokenForm
from learning.web.widgets import SomeRows

SLIPS_ON_A_PAGE = 8
LONGEST_LABEL = 60
LONGEST_NOTE = 300


def one_line(typed: str) -> str:
    """The text with single spaces and without line breaks."""
    return " ".join(typed.split())


def _number(label: str, help_text: str, *, most: int, initial: int) -> forms.IntegerField:
    say = f"Write a number from 1 to {most}."
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=1,
        max_value=most,
        initial=initial,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4, "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), say),
    )


class GroupForm(TokenForm):
    """A new group needs a name and nothing else."""

    name = forms.CharField(
        label="Name of the group",
        help_text=(
            "Everybody who joins sees it, and it is printed on every slip. Choose a neutral name "
            "that says nothing about an illness, such as “Tuesday” or “Green room”."
        ),
        max_length=60,
        error_messages={
            "required": "Write a name for the group.",
            "max_length": "Write the name in 60 characters or fewer.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class RenewForm(TokenForm):
    """For how many people and days a new code of the group holds."""

    limit = _number(
        "For how many people?",
        "It stops by itself when so many have joined.",
        most=MOST_PEOPLE,
        initial=FIRST_LIMIT,
    )
    days = _number(
        "For how many days?",
        "Two weeks are enough for most.",
        most=MOST_DAYS,
        initial=FIRST_DAYS,
    )


class SlipsForm(TokenForm):
    """Slips to print, each with a code that lets one person in."""

    count = _number(
        "How many slips?",
        f"{SLIPS_ON_A_PAGE} fill a page. At most {MOST_SLIPS} at once.",
        most=MOST_SLIPS,
        initial=SLIPS_ON_A_PAGE,
    )
    labels = forms.CharField(
        label="Your own notes for them (optional)",
        help_text=(
            "One a line, so that you know which slip is for whom. Only nurses of the group see "
            "them: here, beside whoever joins with that slip, and on a strip that you cut off."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    days = _number(
        "For how many days?",
        "A slip that nobody used by then lets nobody in.",
        most=MOST_DAYS,
        initial=FIRST_DAYS,
    )

    def clean_labels(self) -> list[str]:
        lines = [one_line(line) for line in str(self.cleaned_data["labels"]).splitlines()]
        labels = [line for line in lines if line]
        if len(labels) > MOST_SLIPS:
            raise forms.ValidationError(f"Write at most {MOST_SLIPS} lines at once.")
        if any(len(label) > LONGEST_LABEL for label in labels):
            raise forms.ValidationError(f"Write each line in {LONGEST_LABEL} characters or fewer.")
        return labels

    def slips(self) -> list[str]:
        """The label of each slip, empty ones last. Only for a valid form."""
        labels: list[str] = self.cleaned_data["labels"]
        return labels + [""] * (self.cleaned_data["count"] - len(labels))


class ColleagueForm(forms.Form):
    """Another nurse of the clinic who is to look after the group too."""

    nurse = forms.ChoiceField(label="Who?")

    def __init__(self, data: Any = None, *, colleagues: Sequence[StaffMember]) -> None:
        super().__init__(data)
        self.colleagues = {colleague.key: colleague for colleague in colleagues}
        self.fields["nurse"] = forms.ChoiceField(
            label="Who?",
            choices=[
                ("", "Choose"),
                *((key, f"{row.name}, {row.email}") for key, row in self.colleagues.items()),
            ],
            error_messages=dict.fromkeys(
                ("required", "invalid_choice"), "Choose a colleague from the list."
            ),
        )

    def colleague(self) -> StaffMember:
        """Only for a valid form."""
        return self.colleagues[self.cleaned_data["nurse"]]


class CloseForm(forms.Form):
    """Closing a group needs one clear yes."""

    sure = forms.BooleanField(
        label="Yes, close this group",
        error_messages={"required": "Tick the box if you want to close the group."},
    )


class AssignForm(TokenForm):
    """Which modules, before which visit, with which note."""

    modules = forms.MultipleChoiceField(widget=SomeRows)
    visit_on = forms.DateField(
        label="Before the visit on (optional)",
        help_text="Nothing is ever overdue: after that day, the date is simply gone.",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Write a date, for example 2027-01-31."},
    )
    note = forms.CharField(
        label="A note to them (optional)",
        help_text=(
            "They see it, with the name of your clinic. They may read it days from now, so "
            "write nothing that cannot wait, and nothing about their treatment."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"max_length": f"Write the note in {LONGEST_NOTE} characters or fewer."},
    )

    def __init__(self, data: Any = None, *, parts: Iterable[Part], now: datetime.datetime) -> None:
        super().__init__(data)
        self.now = now
        self.first, self.last = first_day(now), last_day(now)
        rows = [row for part in parts for row in (*part.modules, *part.folded)]
        self.titles = {row.slug: row.title for row in rows}
        say = "Choose at least one module from the list."
        self.fields["modules"] = forms.MultipleChoiceField(
            label="Which modules?",
            choices=[
                (row.slug, f"{row.title} ({row.minutes} minute{'s'[: row.minutes != 1]})")
                for row in rows
            ],
            widget=SomeRows,
            error_messages=dict.fromkeys(("required", "invalid_choice", "invalid_list"), say),
        )
        self.order_fields(["modules", "visit_on", "note", "token"])
        self.fields["visit_on"].widget.attrs |= {"min": str(self.first), "max": str(self.last)}
        # A browser must not cut a note that is pasted.
        self.fields["note"].widget.attrs.pop("maxlength", None)

    def clean_modules(self) -> list[str]:
        chosen = set(self.cleaned_data["modules"])
        return [slug for slug in self.titles if slug in chosen]

    def clean_note(self) -> str:
        return one_line(self.cleaned_data["note"])

    def clean_visit_on(self) -> datetime.date | None:
        visit_on: datetime.date | None = self.cleaned_data["visit_on"]
        if visit_on is not None and visit_on < self.first:
            raise forms.ValidationError("This day is past. Choose a day from today on.")
        if visit_on is not None and visit_on > self.last:
            raise forms.ValidationError("Choose a day within a year from today.")
        return visit_on

    def wish(self, clinic: str) -> Wish:
        """What is chosen, as the learners would see it. Only for a valid form."""
        chosen = self.cleaned_data
        visit_on = still_ahead(chosen["visit_on"], self.now)
        return Wish(clinic, visit_on, chosen["note"], tuple(chosen["modules"]))

    def say_not_offered(self) -> None:
        self.add_error("modules", "One of these modules is not offered any more. Choose again.")

    def say_assigned_before(self, assignments: Iterable[Assignment], *, to_one: bool) -> None:
        """``to_one``: the form is for one person, who has what her whole group was given."""
        titles = ", ".join(
            f"“{self.titles[row.module.slug]}”"
            + (" to the whole group" if to_one and row.membership_id is None else "")
            for row in assignments
        )
        self.add_error(
            "modules", f"Assigned before: {titles}. Untick it here, or withdraw that one first."
        )
