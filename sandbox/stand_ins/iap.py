"""Identity-Aware Proxy's issuer on one machine: signs who a member of staff is, and publishes its keys."""

from __future__ import annotations

import hashlib
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response, request
from google.auth import jwt
from google.auth.crypt.es256 import ES256Signer

from sandbox.run import IAP_KEYS_PATH
from sandbox.stand_ins.web import json_answer

HEADER = "X-Goog-IAP-JWT-Assertion"
ISSUER = "https://cloud.google.com/iap"
LIFETIME_SECONDS = 3600  # Google's last ten minutes; ours as long as a person plays


class Iap:
    """Has one key, made when it starts. Anybody gets a token: whom the product lets in is what is tested."""

    def __init__(self, audience: str) -> None:
        self._audience = audience
        self._key_id = "sandbox-1"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._signer = ES256Signer(self._key, key_id=self._key_id)
        self.app = Flask(__name__)
        self.app.add_url_rule(IAP_KEYS_PATH, view_func=self._keys)
        self.app.add_url_rule("/token", view_func=self._token, methods=["POST"])

    def token(self, email: str) -> str:
        """The JWT for this person, valid from now in real time."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "email": email,
            "sub": f"accounts.google.com:{int(hashlib.sha256(email.encode()).hexdigest(), 16) % 10**21:021d}",
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        token: bytes = jwt.encode(self._signer, claims)  # type: ignore[no-untyped-call]  # google-auth has no types here
        return token.decode("ascii")

    def _keys(self) -> Response:
        pem = self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return json_answer({self._key_id: pem.decode("ascii")})

    def _token(self) -> Response:
        """For the sandbox's load balancer."""
        return json_answer({"token": self.token(request.get_json()["email"])})
