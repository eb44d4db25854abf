"""Random keys and codes, and what is stored of them.

A code that opens something is never stored. It is made from a random mark and the site's secret, so
that its owner can be shown it again; only a keyed hash is stored, to find it by. Whoever reads the
database alone learns no code. After the secret has changed, a code holds until it is made anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from learning.rules.codes import as_code


def new_key() -> str:
    """A key of 128 random bits for an address. It says what is meant and opens nothing."""
    return secrets.token_urlsafe(16)


def _keyed(secret: str, purpose: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), f"waymark.{purpose}:{text}".encode(), hashlib.sha256)


def code_from(mark: str, *, purpose: str, length: int) -> str:
    """The code of this many letters that belongs to a random mark, for this purpose alone."""
    return as_code(_keyed(settings.SECRET_KEY, purpose, mark), length)


def code_hashes(code: str, *, purpose: str) -> list[str]:
    """The stored forms a code may be found by: with the secret of today, then with older ones."""
    secrets_in_use = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_keyed(secret, f"{purpose} hash", code).hex() for secret in secrets_in_use]


def sealed(text: str, *, purpose: str) -> str:
    """The text as it may lie in the database: nobody reads it there without the site's secret."""
    return _seal(purpose).encrypt(text.encode()).decode()


def unsealed(stored: str, *, purpose: str) -> str | None:
    """The text that was sealed with the secret of today or an older one; None for anything else."""
    try:
        return _seal(purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        return None


def _seal(purpose: str) -> MultiFernet:
    secrets_in_use = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [_keyed(secret, f"{purpose} seal", "") for secret in secrets_in_use]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
