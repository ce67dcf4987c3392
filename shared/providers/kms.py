"""Cloud KMS: wraps and unwraps data keys, with CRC32C checked both ways. The client loads at first use: 430 ms."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.local_channel import open_channel
from shared.observability.spans import span
from shared.once import once
from shared.ports import KeyServiceFault, SupplierUnavailable, WrappedKey
from shared.privacy.crc32c import crc32c
from shared.settings import KeySettings

ROTATION_DAYS = 90
DESTROYED_AFTER_DAYS = 30
"""From the request on, as every agreement says: until then it can be taken back."""

DAY_SECONDS = 86_400


class NoSuchKey(KeyServiceFault):
    """The ring has no key of that name."""


class CloudKms:
    """The keys of one ring. Nothing of a key that is wrapped here is ever stored or logged in clear."""

    def __init__(self, settings: KeySettings, timeout_seconds: int) -> None:
        self._settings = settings
        self._timeout_seconds = timeout_seconds

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        name = self._name(key)
        answer = self._call(
            "encrypt",
            {
                "name": name,
                "plaintext": plaintext,
                "plaintext_crc32c": crc32c(plaintext),
                "additional_authenticated_data": context,
                "additional_authenticated_data_crc32c": crc32c(context),
            },
        )
        if not (answer.verified_plaintext_crc32c and answer.verified_additional_authenticated_data_crc32c):
            raise KeyServiceFault("the key service did not receive what was sent")
        if answer.ciphertext_crc32c != crc32c(answer.ciphertext):
            raise KeyServiceFault("the wrapped key was changed on its way")
        if not answer.name.startswith(f"{name}/cryptoKeyVersions/"):
            raise KeyServiceFault("another key answered")
        return WrappedKey(answer.name, answer.ciphertext)

    def unwrap(self, key: str, ciphertext: bytes, context: bytes) -> bytes:
        answer = self._call(
            "decrypt",
            {
                "name": self._name(key),
                "ciphertext": ciphertext,
                "ciphertext_crc32c": crc32c(ciphertext),
                "additional_authenticated_data": context,
                "additional_authenticated_data_crc32c": crc32c(context),
            },
        )
        if answer.plaintext_crc32c != crc32c(answer.plaintext):
            raise KeyServiceFault("the key was changed on its way")
        return bytes(answer.plaintext)

    def create_key(self, key: str) -> None:
        from google.api_core.exceptions import AlreadyExists
        from google.cloud import kms

        purpose = kms.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT
        # Google goes by its own clock, so this is real time and not ours
        next_rotation = int(time.time()) + ROTATION_DAYS * DAY_SECONDS
        try:
            self._call(
                "create_crypto_key",
                {
                    "parent": self._settings.kms_key_ring,
                    "crypto_key_id": key,
                    "crypto_key": {
                        "purpose": purpose,
                        "rotation_period": {"seconds": ROTATION_DAYS * DAY_SECONDS},
                        "next_rotation_time": {"seconds": next_rotation},
                        "destroy_scheduled_duration": {"seconds": DESTROYED_AFTER_DAYS * DAY_SECONDS},
                    },
                },
            )
        except AlreadyExists:
            return

    def destroy_key(self, key: str) -> None:
        """All are disabled before the first is destroyed: destruction waits for 30 days, and can be taken back.

        A key that never was needs no end, but only the right ring can say so.
        """
        from google.cloud import kms

        state = kms.CryptoKeyVersion.CryptoKeyVersionState
        try:
            versions = self._versions(key)
        except NoSuchKey:
            self._check_ring()
            return
        for version in versions:
            if version.state == state.ENABLED:
                disabled = {"name": version.name, "state": state.DISABLED}
                self._call(
                    "update_crypto_key_version",
                    {"crypto_key_version": disabled, "update_mask": {"paths": ["state"]}},
                )
        for version in versions:
            if version.state in (state.ENABLED, state.DISABLED):
                self._call("destroy_crypto_key_version", {"name": version.name})

    def _check_ring(self) -> None:
        """Raises `KeyServiceFault` where the ring is not there or has no keys: then it is not ours."""
        pages = self._call("list_crypto_keys", {"parent": self._settings.kms_key_ring, "page_size": 1})
        with _translated():
            if next(iter(pages), None) is None:
                raise KeyServiceFault("the key ring has no keys")

    def _versions(self, key: str) -> list[Any]:
        pages = self._call("list_crypto_key_versions", {"parent": self._name(key)})
        with _translated():
            return list(pages)

    def _call(self, method: str, request: dict[str, Any]) -> Any:
        from google.api_core import exceptions
        from google.api_core.retry import Retry, if_exception_type

        # The client's own patience is 60 s, longer than any function may wait.
        retry = Retry(predicate=if_exception_type(exceptions.ServiceUnavailable), timeout=self._timeout_seconds)
        with _translated(), span("cloud_kms", "client", {"rpc.method": method}):
            return getattr(self._client, method)(request=request, retry=retry, timeout=self._timeout_seconds)

    def _name(self, key: str) -> str:
        return f"{self._settings.kms_key_ring}/cryptoKeys/{key}"

    @once
    def _client(self) -> Any:
        from google.cloud import kms

        if self._settings.kms_address is None:
            return kms.KeyManagementServiceClient()
        from google.cloud.kms_v1.services.key_management_service.transports import (
            KeyManagementServiceGrpcTransport,
        )

        channel = open_channel(self._settings.kms_address, self._settings.sandbox_caller)
        return kms.KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))


@contextmanager
def _translated() -> Iterator[None]:
    """Google's errors as the port's own; that a key exists already is the caller's to judge."""
    from google.api_core import exceptions

    try:
        yield
    except exceptions.AlreadyExists:
        raise
    except exceptions.NotFound:
        raise NoSuchKey("key service: there is no such key") from None
    except (exceptions.ServerError, exceptions.TooManyRequests, exceptions.RetryError) as error:
        raise SupplierUnavailable(f"key service: {type(error).__name__}") from None
    except exceptions.GoogleAPICallError as error:
        raise KeyServiceFault(f"key service: {type(error).__name__}") from None
