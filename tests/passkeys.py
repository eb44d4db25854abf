"""A passkey in software: it answers what a page asks of a browser, as an authenticator would."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from tests.visitor import Shown

SITE = "http://testserver"
FLAG = AuthenticatorData.FLAG


def asked(shown: Shown) -> dict[str, Any]:
    """What the page hands to the browser, from its data block or, asked by a script, as JSON."""
    if shown.headers["Content-Type"].startswith("application/json"):
        found: dict[str, Any] = json.loads(shown.html)
    else:
        block = shown.html.split('<script id="passkey_data" type="application/json">')[1]
        found = json.loads(block.split("</script>")[0])
    options: dict[str, Any] = next(iter(found.values()))["publicKey"]
    return options


class Passkey:
    """One credential of one account on one device, locked by a finger or a face."""

    def __init__(self) -> None:
        self.id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._user = b""

    def made_for(self, shown: Shown, *, alone: bool = True) -> str:
        """The answer to a page that adds a passkey."""
        options = asked(shown)
        self._user = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(Aaguid.NONE, self.id, public)
        data = AuthenticatorData.create(
            _digest(options["rp"]["id"]), FLAG.UP | FLAG.UV | FLAG.AT, 0, credential
        )
        client = self._client("webauthn.create", options)
        return self._answer(
            client,
            {"attestationObject": websafe_encode(AttestationObject.create("none", data, {}))},
            {"credProps": {"rk": alone}},
        )

    def used_for(self, shown: Shown) -> str:
        """The answer to a page that asks for a passkey."""
        options = asked(shown)
        data = AuthenticatorData.create(_digest(options["rpId"]), FLAG.UP | FLAG.UV, 0)
        client = self._client("webauthn.get", options)
        signature = self._key.sign(bytes(data) + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            client,
            {
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self._user),
            },
            {},
        )

    def _client(self, kind: str, options: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(options["challenge"])
        return CollectedClientData.create(kind, challenge, SITE)

    def _answer(
        self, client: CollectedClientData, response: dict[str, Any], results: dict[str, Any]
    ) -> str:
        return json.dumps(
            {
                "id": websafe_encode(self.id),
                "rawId": websafe_encode(self.id),
                "type": "public-key",
                "response": {"clientDataJSON": websafe_encode(client), **response},
                "clientExtensionResults": results,
            }
        )


def _digest(site: str) -> bytes:
    return hashlib.sha256(site.encode()).digest()
