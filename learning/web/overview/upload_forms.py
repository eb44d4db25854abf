"""Forms around uploaded module files."""

from __future__ import annotations

from typing import Any

from django import forms

from learning.actions.uploading import LARGEST, PASTED
from learning.reports.uploads import Impact

NOTHING_CHOSEN = "Choose a file, or paste its text."
BOTH_CHOSEN = "Choose a file or paste its text, not both."
NOT_CURRENT = (
    "Another edition was published meanwhile. Look at what would change now, then publish again."
)


class UploadForm(forms.Form):
    """A module file, or its text."""

    file = forms.FileField(
        label="Module file",
        help_text=f"A YAML file of one module in one language, up to {LARGEST // 1000} KB.",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(
        label="Or paste its text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pasted = bool((cleaned.get("text") or "").strip())
        if cleaned.get("file") is None and not pasted and not self.errors:
            self.add_error("file", NOTHING_CHOSEN)
        if cleaned.get("file") is not None and pasted:
            self.add_error("file", BOTH_CHOSEN)
        return cleaned

    @property
    def where(self) -> str:
        """The field that holds what was uploaded."""
        return "file" if self.cleaned_data.get("file") is not None else "text"

    def data_and_name(self) -> tuple[bytes, str]:
        """What was uploaded, no more of it than is needed to refuse it. For a valid form."""
        file = self.cleaned_data.get("file")
        if file is None:
            return str(self.cleaned_data["text"]).encode(errors="replace"), PASTED
        return file.read(LARGEST + 1), str(file.name)


class PublishForm(forms.Form):
    """Which edition is replaced, and whether the words that changed mean the same."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    same_meaning = forms.BooleanField(
        label="Whatever was reworded still means the same",
        required=False,
        error_messages={
            "required": "Tick the box if each reworded question still means the same. If one does "
            "not, give it a new version in the file and upload it again."
        },
    )

    def __init__(self, data: Any = None, *, impact: Impact) -> None:
        super().__init__(data, initial={"edition": impact.replaces})
        self.impact = impact
        self.fields["same_meaning"].required = bool(impact.reworded)
        if not impact.reworded and not impact.approved:
            del self.fields["same_meaning"]

    def clean_edition(self) -> int:
        number = self.cleaned_data["edition"]
        if number != self.impact.replaces:
            raise forms.ValidationError(NOT_CURRENT)
        return int(number)
