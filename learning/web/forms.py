"""Forms of learners. Their errors are kind, name the thing and say how to mend it."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms

from learning.actions import asking
from learning.content.suggestions import is_suggested
from learning.reports.checks import QuestionPage
from learning.rules.clinics import LONGEST_PHONE, is_phone, tidy
from learning.rules.grading import UNSURE, Response
from learning.web.widgets import OneRow, SomeRows

UNSURE_LABEL = "I’m not sure"
SURE_CHOICES = [("very", "Very sure"), ("fairly", "Fairly sure"), ("guess", "It was a guess")]
STALE_PAGE = "This page was not complete. Your answer is still here: press the button once more."
TOKEN = re.compile(r"\A[A-Za-z0-9_-]{22}\Z")


def new_form_token() -> str:
    """A random mark of 128 bits: the same form sent twice is the same answer."""
    return secrets.token_urlsafe(16)


class TokenForm(forms.Form):
    """A form that knows itself when it is sent twice."""

    token = forms.Field(widget=forms.HiddenInput, required=False)

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"] or "")
        if not TOKEN.match(token):
            raise forms.ValidationError(STALE_PAGE)
        return token

    def fresh_token(self) -> str:
        """The token of the form as shown next: the one sent, if it was whole, else a new one."""
        if self.is_bound and "token" not in self.errors:
            return str(self.cleaned_data.get("token") or new_form_token())
        return new_form_token()


class FirstKeptForm(forms.Form):
    """The first thing kept of somebody. Whose device it is, is asked where it is not known yet."""

    shared = forms.ChoiceField(
        label="Whose device is this?",
        choices=[("own", "This is my own device"), ("shared", "I share it with others")],
        widget=OneRow,
        initial="own",
        error_messages={
            "required": "Choose whose device this is.",
            "invalid_choice": "Choose whose device this is.",
        },
    )

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["shared"]

    @property
    def is_shared(self) -> bool:
        """Only for a valid form."""
        return self.cleaned_data.get("shared") == "shared"


class StartForm(FirstKeptForm, TokenForm):
    """Begin a check."""


class PlacesForm(FirstKeptForm, TokenForm):
    """Which places of the body a reader wants to see first."""

    UNKNOWN = "unknown"

    places = forms.MultipleChoiceField(
        label="Where has the cancer been found?",
        help_text="Choose all that apply.",
        choices=[
            ("bones", "Bones"),
            ("lungs", "Lungs"),
            ("liver", "Liver"),
            ("brain", "Brain"),
            ("nodes-and-skin", "Lymph nodes or skin"),
            (UNKNOWN, "I don’t know yet, or show me all places"),
        ],
        widget=SomeRows,
        error_messages={
            "required": "Choose a place, or “I don’t know yet”.",
            "invalid_choice": "Choose from the places in the list, or “I don’t know yet”.",
            "invalid_list": "Choose from the places in the list, or “I don’t know yet”.",
        },
    )
    field_order = ("places", "shared", "token")

    def clean_places(self) -> list[str]:
        places: list[str] = self.cleaned_data["places"]
        if self.UNKNOWN in places and len(places) > 1:
            raise forms.ValidationError("Choose places, or only “I don’t know yet”.")
        return [place for place in places if place != self.UNKNOWN]


class QuestionForm(TokenForm):
    """One question: its choices, "I'm not sure", and how sure, which may be left open."""

    sure = forms.ChoiceField(
        label="How sure are you?",
        help_text="You can leave this open.",
        choices=SURE_CHOICES,
        widget=OneRow,
        required=False,
        error_messages={"invalid_choice": "Choose how sure you are, or leave it open."},
    )

    def __init__(self, data: Any = None, *, page: QuestionPage) -> None:
        super().__init__(data)
        self.page = page
        if page.kind == "pairs":
            self._add_pairs()
        else:
            self._add_choices()
        self.order_fields([*self.answer_names, "sure", "token"])

    @property
    def answer_names(self) -> list[str]:
        if self.page.kind == "pairs":
            return [f"item-{option.value}" for option in self.page.options]
        return ["answer"]

    def answer_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.answer_names]

    def _add_choices(self) -> None:
        choices = [(option.value, option.text) for option in self.page.options]
        choices.append((UNSURE, UNSURE_LABEL))
        if self.page.kind == "one":
            text = "Choose one answer, or choose “I’m not sure”."
            self.fields["answer"] = forms.ChoiceField(
                label=self.page.stem,
                help_text=self.page.hint or "Choose one.",
                choices=choices,
                widget=OneRow,
                error_messages={"required": text, "invalid_choice": text},
            )
        else:
            text = "Choose at least one answer, or choose “I’m not sure”."
            self.fields["answer"] = forms.MultipleChoiceField(
                label=self.page.stem,
                help_text=self.page.hint or "Choose all that apply.",
                choices=choices,
                widget=SomeRows,
                error_messages={
                    "required": text,
                    "invalid_choice": text,
                    "invalid_list": text,
                },
            )

    def _add_pairs(self) -> None:
        choices = [("", "Choose"), *((place.value, place.text) for place in self.page.places)]
        choices.append((UNSURE, UNSURE_LABEL))
        for option in self.page.options:
            text = f"Choose an answer for “{option.text}”, or “I’m not sure”."
            self.fields[f"item-{option.value}"] = forms.ChoiceField(
                label=option.text,
                choices=choices,
                error_messages={"required": text, "invalid_choice": text},
            )

    def clean_answer(self) -> Any:
        answer = self.cleaned_data["answer"]
        if isinstance(answer, list) and UNSURE in answer and len(answer) > 1:
            raise forms.ValidationError(
                "Choose the answers you think are right, or only “I’m not sure”."
            )
        return answer

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.page.kind == "pairs" and self.page.each_once:
            placed = [cleaned[name] for name in self.answer_names if cleaned.get(name)]
            named = [place for place in placed if place != UNSURE]
            for name in self.answer_names:
                if named.count(cleaned.get(name)) > 1:
                    self.add_error(name, "Give each step a different place.")
        return cleaned

    def response(self) -> Response:
        """What was chosen, in the keys of the question. Only for a valid form."""
        keys = {option.value: option.key for option in self.page.options}
        if self.page.kind == "pairs":
            places = {place.value: place.key for place in self.page.places} | {UNSURE: UNSURE}
            placed = {
                keys[option.value]: places[self.cleaned_data[f"item-{option.value}"]]
                for option in self.page.options
            }
            if set(placed.values()) == {UNSURE}:
                return Response(unsure=True)
            return Response(placed=placed)
        answer = self.cleaned_data["answer"]
        picked = [answer] if isinstance(answer, str) else answer
        if picked == [UNSURE]:
            return Response(unsure=True)
        return Response(picked=frozenset(keys[value] for value in picked))


class EraseForm(forms.Form):
    """Erasing needs one clear yes."""

    sure = forms.BooleanField(
        label="Yes, erase everything that is kept about me here",
        error_messages={"required": "Tick the box if you want to erase everything."},
    )


def clean_question(text: str) -> str:
    """The words of a question for her team, as they are kept."""
    try:
        return asking.in_words(text)
    except asking.NothingAsked as error:
        raise forms.ValidationError("Write your question first.") from error
    except asking.QuestionTooLong as error:
        most = asking.LONGEST_QUESTION
        raise forms.ValidationError(
            f"Make it a little shorter: up to {most} letters. Two questions can be two entries."
        ) from error


def question_field(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text="One question at a time. Short is fine.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(FirstKeptForm, TokenForm):
    """Put a question on the list: her own words, or a suggestion by its button, or both."""

    text = question_field("What do you want to ask?")
    suggestion = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("text", "suggestion", "shared", "token")

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text and self.data.get("suggestion"):
            return ""
        return clean_question(text)

    def clean_suggestion(self) -> str:
        suggestion: str = self.cleaned_data["suggestion"]
        if suggestion and not is_suggested(suggestion, language=self.language):
            raise forms.ValidationError("That question is not on the list. Choose another one.")
        return suggestion

    def texts(self) -> list[str]:
        """What to put on the list. Only for a valid form."""
        cleaned = self.cleaned_data
        return [text for text in (cleaned["text"], cleaned["suggestion"]) if text]


class RewordForm(forms.Form):
    """Give a question other words."""

    text = question_field("Your question")

    def clean_text(self) -> str:
        return clean_question(self.cleaned_data["text"])


class TeamPhoneForm(FirstKeptForm, TokenForm):
    """The number of her own team. Left empty by somebody known, it takes away what was kept."""

    phone = forms.CharField(
        label="Your team’s number",
        help_text="Digits, spaces, + ( ) and - are fine, for example 555-0100.",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    field_order = ("phone", "shared", "token")

    def clean_phone(self) -> str:
        phone = tidy(self.cleaned_data["phone"])
        if not phone and "shared" in self.fields:
            raise forms.ValidationError("Type your team’s number first.")
        if phone and not is_phone(phone):
            raise forms.ValidationError(
                f"Type a number that can be dialed, of up to {LONGEST_PHONE} digits and signs."
            )
        return phone
