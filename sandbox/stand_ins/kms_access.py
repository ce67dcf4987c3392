"""Who may do what with which key, as IAM says in the cloud: by caller, from the one table of functions.

What was allowed is noted as Cloud Audit Logs would note it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import grpc

from sandbox.stand_ins.callers import caller_of
from sandbox.stand_ins.web import Clock

COMPANIES = "companies"
"""In the table: the companies' own keys. Every other key goes by its name."""

RIGHT_TO = {
    "Encrypt": "encrypt",
    "Decrypt": "decrypt",
    "CreateCryptoKey": "create",
    "UpdateCryptoKeyVersion": "disable",
    "DestroyCryptoKeyVersion": "destroy",
    "ListCryptoKeys": "list",
    "ListCryptoKeyVersions": "list",
}
"""The right that each call needs; any other call is refused."""

Rights = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Caller, key (or `companies`), rights."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call that was carried out."""

    at: datetime
    caller: str
    call: str
    key: str


class KmsAccess(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    def __init__(self, clock: Clock, rights: Rights, shared_keys: tuple[str, ...]) -> None:
        self._clock = clock
        self._rights = rights
        self._shared_keys = shared_keys
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def entries(self) -> list[Entry]:
        """The audit log, oldest first."""
        with self._lock:
            return list(self._entries)

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if handler is None:
            return None
        call = details.method.rpartition("/")[2]
        caller = caller_of(details)

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            key = _key(request)
            if not self._may(caller, call, key):
                message = f"Permission denied on resource for {caller or 'nobody'}: {call}."
                context.abort(grpc.StatusCode.PERMISSION_DENIED, message)
            found = handler.unary_unary(request, context)
            with self._lock:
                self._entries.append(Entry(self._clock.now(), caller, call, key))
            return found

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)

    def _may(self, caller: str, call: str, key: str) -> bool:
        kind = key if key in self._shared_keys else COMPANIES
        return RIGHT_TO.get(call, "none") in self._rights.get(caller, {}).get(kind, ())


def _key(request: Any) -> str:
    """The key's own name, whatever the call calls it."""
    if hasattr(request, "crypto_key_id"):
        return str(request.crypto_key_id)
    version = getattr(request, "crypto_key_version", None)
    name = getattr(request, "name", "") or getattr(request, "parent", "") or getattr(version, "name", "")
    return str(name).partition("/cryptoKeys/")[2].partition("/")[0]
