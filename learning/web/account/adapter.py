"""What allauth asks of this site: who gets in, how often she may try, and what is said and sent."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from learning.actions import staffing
from learning.models import StaffMember
from learning.models.keys import sealed, unsealed
from learning.reports.staff import factors_of
from learning.web.account import mailing
from learning.web.moment import now
from learning.web.staff import begin_session

log = logging.getLogger(__name__)

# Besides the limits of the settings, which count one network alone: failures at one address from
# all networks together. A network from which she signed in lately is left out of it, so that nobody
# can shut a nurse out by failing on purpose; a passkey is never counted by address at all.
ELSEWHERE = {"login_failed_elsewhere": "30/h/key"}
KNOWN_NETWORK_SECONDS = 30 * 24 * 3600
PASSKEY = "mfa_reauthenticate:webauthn"
WAYS = {
    "reauthenticate": "Use my password",
    "mfa_reauthenticate": "Use a code of my app, or a recovery code",
    PASSKEY: "Use my passkey",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come by invitation. Pages say themselves what happened: no message is carried."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The address or the password is not right. Try again.",
        "enter_current_password": "That is not your password of today. Try again.",
        "incorrect_code": "That code is not right, or was used before. Wait for the next one.",
        "incorrect_password": "That is not your password. Try again.",
        "too_many_login_attempts": (
            "There were too many tries. Wait five minutes, or sign in with your passkey."
        ),
        "rate_limited": "There were too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Nothing is carried, but that something went wrong: the page that follows says so."""
        if level == messages.ERROR:
            request.account_problem = True  # type: ignore[attr-defined]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return f"{reverse('mfa_index')}?done=password"

    def is_safe_url(self, url: str) -> bool:
        """S-038: only pages of this site, by their path."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    # Signing in

    def login(self, request: HttpRequest, user: StaffMember) -> None:
        super().login(request, user)
        begin_session(request)
        cache.set(_known(request, user.email), "yes", KNOWN_NETWORK_SECONDS)
        staffing.note(staff=user, verb="signed in", key=user.key, now=now())

    def set_password(self, user: StaffMember, password: str) -> None:
        super().set_password(user, password)
        staffing.note(staff=user, verb="set a new password", key=user.key, now=now())

    def get_reauthentication_methods(self, user: StaffMember) -> list[dict[str, Any]]:
        """In our words; the passkey comes first for who signed in by it alone."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = WAYS[method["id"]]
        if did_use_passwordless_login(self.request, user):
            methods.sort(key=lambda method: method["id"] != PASSKEY)
        return methods

    # How often somebody may fail

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One address from one network, so that failing elsewhere does not count here."""
        address = str(credentials.get("email", "")).lower()
        return f"{address}:{ratelimit.get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        address = str(credentials.get("email", "")).lower()
        try:
            super().pre_authenticate(request, **credentials)
            if not cache.get(_known(request, address)):
                self._count_elsewhere(request, address)
        except ValidationError:
            log.warning("Too many failed tries to sign in; further ones wait.")
            raise

    def _count_elsewhere(self, request: HttpRequest, address: str) -> None:
        counted = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_elsewhere",
            config=ELSEWHERE,
            key=address,
        )
        if counted is None:
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        # Taken back with the others once she is in.
        self._login_failed_rl_usage.usage += counted.usage

    # Mail

    def get_reset_password_from_key_url(self, key: str) -> str:
        """allauth puts both parts into one word; here they are two of the address."""
        uid, _, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", args=[uid, secret])
        return str(build_absolute_uri(self.request, path))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail that fails or dawdles must not show whether an address has an account."""
        mailing.send_later(template_prefix, email, {"site": self.request.get_host(), **context})


def _known(request: HttpRequest, address: str) -> str:
    network = ratelimit.get_ip(request)
    digest = hashlib.sha256(f"{address}:{network}".encode()).hexdigest()
    return f"sign-in:known:{digest}"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors. What an authenticator app knows lies sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }
    PURPOSE = "second factor"

    def encrypt(self, text: str) -> str:
        return sealed(text, purpose=self.PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Where the site's secret has changed since, a random text, which no code fits."""
        return unsealed(encrypted_text, purpose=self.PURPOSE) or generate_totp_secret()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: StaffMember, type: Authenticator.Type) -> str:  # noqa: A002
        count = list(factors_of(user).values()).count(type)
        return f"Passkey {count + 1}" if count else "My passkey"
