"""allauth's forms in the words of this site, and the form of the invited.

Passwords are typed once: they can be long words, a password manager can fill them in, and whoever
mistypes one gets a new one by mail or from a colleague.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as factors
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.utils.safestring import SafeString

from learning.models import StaffMember
from learning.web.qr import qr_svg

LONG_ENOUGH = (
    "At least 15 characters. Four or five words in a row are easy to keep in mind and hard to "
    "guess."
)

NOTHING_CAME = "Nothing came from your device. Press the button and follow what it says."


def _field(form: forms.Form, name: str, label: str, required: str, *, hint: str = "") -> None:
    """Say a field of allauth's in our words, without a placeholder that vanishes while typing."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)


def _address(form: forms.Form, name: str) -> None:
    _field(form, name, "Email address", "Write your email address.")
    form.fields[name].error_messages["invalid"] = "Write an address like nora@example.org."


def _new_password(form: forms.Form, label: str = "New password") -> None:
    _field(form, "password1", label, "Choose a password.", hint=LONG_ENOUGH)
    form.fields.pop("password2", None)


class SignInForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _address(self, "login")
        self.fields["login"].widget.attrs["autocomplete"] = "username webauthn"
        _field(self, "password", "Password", "Write your password.")


class ConfirmForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "password", "Your password", "Write your password.")


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _field(self, "oldpassword", "Your password of today", "Write your password of today.")
        _new_password(self)


class SetPasswordForm(account.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self, "Password")


class ForgottenForm(account.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _address(self, "email")


class NewPasswordForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class InvitedForm(forms.Form):
    """Who was invited says what she is called and chooses a password."""

    name = forms.CharField(
        label="Your name",
        help_text="As your colleagues know you.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": "Write your name.",
            "max_length": "Write your name in 80 characters or fewer.",
        },
    )
    password = forms.CharField(
        label="Password",
        help_text=LONG_ENOUGH,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": "Choose a password.",
            "max_length": "Choose a password of 1000 characters or fewer.",
        },
    )


# Second factors


def use_once(user: StaffMember, code: str) -> None:
    """S-036: raise ValidationError where this code of an app was used while it holds.

    allauth itself remembers a code for one period, but takes it from one more on either side.
    """
    periods = 2 * factors.TOTP_TOLERANCE + 1
    used = f"second-factor:used:{user.pk}:{normalize_user_code(code)}"
    if not cache.add(used, "yes", factors.TOTP_PERIOD * periods):
        raise get_factor_adapter().validation_error("incorrect_code")


def _code(form: forms.Form, label: str, hint: str) -> None:
    _field(form, "code", label, "Write the code.", hint=hint)
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocapitalize": "none"}


class _CodeForm(base.BaseAuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code", "Six digits from your app, or one of your recovery codes.")

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            use_once(self.user, code)
        return code


class CodeForm(_CodeForm, base.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ConfirmCodeForm(_CodeForm, base.ReauthenticateForm):  # type: ignore[misc]
    """Showing once more that it is she."""


class AppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """Set up an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(
            self, "Code from your app", "Six digits. Your app shows a new code every half minute."
        )

    def clean_code(self) -> str:
        code: str = super().clean_code()
        use_once(self.user, code)
        return code

    @property
    def qr(self) -> SafeString:
        """What the app reads with its camera; our policy forbids the picture that allauth makes."""
        address = get_factor_adapter().build_totp_url(self.user, self.secret)
        return qr_svg(address, label="QR code for your authenticator app")

    @property
    def grouped_secret(self) -> str:
        """The same to type, in groups of four."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


# What the library for passkeys raises when it is given anything but what a browser makes.
_NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """Answer nonsense like a passkey that does not fit."""
    try:
        yield
    except _NONSENSE as error:
        raise get_factor_adapter().validation_error("incorrect_code") from error


class _PasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ("required", "invalid"):
            self.fields["credential"].error_messages[code] = NOTHING_CAME

    def clean_credential(self) -> Authenticator:
        with _understood():
            found: Authenticator = super().clean_credential()
        return found


class PasskeyForm(_PasskeyForm):
    """The second step of signing in."""


class PasskeySignInForm(_PasskeyForm, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in by a passkey alone."""


class ConfirmPasskeyForm(_PasskeyForm, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Showing once more that it is she."""


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey signs in alone unless she says otherwise."""

    name = forms.CharField(
        label="What do you call it?",
        help_text="So that you know it among others, for example “my phone”.",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": "Write a name of 60 characters or fewer."},
    )
    passwordless = forms.BooleanField(
        label="Sign in with it alone, without my password",
        help_text="Leave this ticked, unless it is a security key without a PIN or a fingerprint.",
        required=False,
        initial=True,
    )
    field_order = ("name", "passwordless", "credential")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ("required", "invalid"):
            self.fields["credential"].error_messages[code] = NOTHING_CAME

    def clean(self) -> dict[str, Any]:
        with _understood():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenamePasskeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label="What do you call it?",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Write a name.",
            "max_length": "Write a name of 60 characters or fewer.",
        },
    )
