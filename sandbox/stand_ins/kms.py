"""Cloud KMS on one machine: symmetric keys with versions, reached by the real client over gRPC. Keys live in
memory and are gone when the process ends."""

import re
import secrets
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import grpc
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.cloud.kms_v1 import types

from sandbox.stand_ins.grpc_server import Method, RefusedError, add_service
from shared.privacy.crc32c import crc32c

_KEY_ID = re.compile(r"[a-zA-Z0-9_-]{1,63}")
_MAX_BYTES = 64 * 1024
_UNTIL_DESTROYED = timedelta(days=30)
_HEADER = struct.Struct(">I")  # the number of the key version
_NONCE_BYTES = 12
_State = types.CryptoKeyVersion.CryptoKeyVersionState
_Purpose = types.CryptoKey.CryptoKeyPurpose
_SOFTWARE = types.ProtectionLevel.SOFTWARE


@dataclass
class _Version:
    """One key version; `state` is a CryptoKeyVersionState."""

    key_name: str
    number: int
    state: int = _State.ENABLED
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    destroyed_from: datetime | None = None
    cipher: AESGCM = field(default_factory=lambda: AESGCM(AESGCM.generate_key(256)))

    @property
    def name(self) -> str:
        return f"{self.key_name}/cryptoKeyVersions/{self.number}"

    def described(self) -> types.CryptoKeyVersion:
        return types.CryptoKeyVersion(
            name=self.name,
            state=self.state,
            protection_level=_SOFTWARE,
            algorithm=types.CryptoKeyVersion.CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
            create_time=self.created_at,
            destroy_time=self.destroyed_from,
        )


@dataclass
class _Key:
    info: types.CryptoKey
    versions: list[_Version] = field(default_factory=list)  # number 1 first
    primary: int = 1

    def add_version(self) -> _Version:
        self.versions.append(_Version(self.info.name, len(self.versions) + 1))
        return self.versions[-1]

    def described(self) -> types.CryptoKey:
        key = types.CryptoKey(self.info)
        key.primary = self.versions[self.primary - 1].described()
        return key


class Kms:
    """One key ring, named in full (`projects/…/locations/…/keyRings/…`), with these keys from the start."""

    def __init__(self, key_ring: str, keys: Sequence[str]) -> None:
        self._key_ring = key_ring
        self._lock = threading.Lock()
        self._keys: dict[str, _Key] = {}
        self._stats = {"encrypt": 0, "decrypt": 0}
        for key in keys:
            self._add_key(key, types.CryptoKey(purpose=_Purpose.ENCRYPT_DECRYPT))

    def add_to(self, server: grpc.Server) -> None:
        key, version = types.CryptoKey, types.CryptoKeyVersion
        methods = {
            "CreateCryptoKey": Method(self._create_key, types.CreateCryptoKeyRequest, key),
            "ListCryptoKeys": Method(self._list_keys, types.ListCryptoKeysRequest, types.ListCryptoKeysResponse),
            "GetCryptoKey": Method(self._get_key, types.GetCryptoKeyRequest, key),
            "UpdateCryptoKeyPrimaryVersion": Method(
                self._update_primary, types.UpdateCryptoKeyPrimaryVersionRequest, key
            ),
            "ListCryptoKeyVersions": Method(
                self._list_versions, types.ListCryptoKeyVersionsRequest, types.ListCryptoKeyVersionsResponse
            ),
            "CreateCryptoKeyVersion": Method(self._create_version, types.CreateCryptoKeyVersionRequest, version),
            "UpdateCryptoKeyVersion": Method(self._update_version, types.UpdateCryptoKeyVersionRequest, version),
            "DestroyCryptoKeyVersion": Method(self._destroy_version, types.DestroyCryptoKeyVersionRequest, version),
            "Encrypt": Method(self._encrypt, types.EncryptRequest, types.EncryptResponse),
            "Decrypt": Method(self._decrypt, types.DecryptRequest, types.DecryptResponse),
        }
        add_service(server, "google.cloud.kms.v1.KeyManagementService", methods)

    def stats(self) -> dict[str, int]:
        """Calls by clients that were carried out; refused ones are not counted."""
        with self._lock:
            return dict(self._stats)

    def encrypt(self, key_name: str, plaintext: bytes, aad: bytes) -> bytes:
        """What Encrypt would answer under this key (its full name), for the sandbox's own set-up."""
        with self._lock:
            return _seal(self._primary(key_name), plaintext, aad)

    # Keys

    def _create_key(self, request: types.CreateCryptoKeyRequest) -> types.CryptoKey:
        if request.parent != self._key_ring:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"KeyRing {request.parent} not found.")
        if not _KEY_ID.fullmatch(request.crypto_key_id):
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, f"crypto_key_id must match {_KEY_ID.pattern}.")
        if request.crypto_key.purpose != _Purpose.ENCRYPT_DECRYPT or request.skip_initial_version_creation:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "Only ENCRYPT_DECRYPT keys with a first version.")
        with self._lock:
            return self._add_key(request.crypto_key_id, request.crypto_key).described()

    def _add_key(self, key_id: str, wanted: types.CryptoKey) -> _Key:
        name = f"{self._key_ring}/cryptoKeys/{key_id}"
        if name in self._keys:
            raise RefusedError(grpc.StatusCode.ALREADY_EXISTS, f"CryptoKey {name} already exists.")
        info = types.CryptoKey(wanted)
        info.name, info.create_time = name, datetime.now(UTC)
        self._keys[name] = key = _Key(info)
        key.add_version()
        return key

    def _list_keys(self, request: types.ListCryptoKeysRequest) -> types.ListCryptoKeysResponse:
        if request.parent != self._key_ring:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"KeyRing {request.parent} not found.")
        with self._lock:
            keys = [self._keys[name].described() for name in sorted(self._keys)]
        start = int(request.page_token or 0)
        end = start + (request.page_size or 100)
        return types.ListCryptoKeysResponse(
            crypto_keys=keys[start:end],
            next_page_token=str(end) if end < len(keys) else "",
            total_size=len(keys),
        )

    def _get_key(self, request: types.GetCryptoKeyRequest) -> types.CryptoKey:
        with self._lock:
            return self._key(request.name).described()

    def _update_primary(self, request: types.UpdateCryptoKeyPrimaryVersionRequest) -> types.CryptoKey:
        with self._lock:
            key = self._key(request.name)
            version = self._version(f"{request.name}/cryptoKeyVersions/{request.crypto_key_version_id}")
            _require(version, _State.ENABLED)
            key.primary = version.number
            return key.described()

    # Versions

    def _list_versions(self, request: types.ListCryptoKeyVersionsRequest) -> types.ListCryptoKeyVersionsResponse:
        with self._lock:
            versions = [version.described() for version in self._key(request.parent).versions]
            start = int(request.page_token or 0)
            end = start + (request.page_size or 100)
            return types.ListCryptoKeyVersionsResponse(
                crypto_key_versions=versions[start:end],
                next_page_token=str(end) if end < len(versions) else "",
                total_size=len(versions),
            )

    def _create_version(self, request: types.CreateCryptoKeyVersionRequest) -> types.CryptoKeyVersion:
        with self._lock:
            return self._key(request.parent).add_version().described()

    def _update_version(self, request: types.UpdateCryptoKeyVersionRequest) -> types.CryptoKeyVersion:
        wanted = request.crypto_key_version
        if list(request.update_mask.paths) != ["state"] or wanted.state not in (
            _State.ENABLED,
            _State.DISABLED,
        ):
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "Only the state can change, to ENABLED or DISABLED.")
        with self._lock:
            version = self._version(wanted.name)
            _require(version, _State.ENABLED, _State.DISABLED)
            version.state = wanted.state
            return version.described()

    def _destroy_version(self, request: types.DestroyCryptoKeyVersionRequest) -> types.CryptoKeyVersion:
        with self._lock:
            version = self._version(request.name)
            _require(version, _State.ENABLED, _State.DISABLED)
            version.state = _State.DESTROY_SCHEDULED
            version.destroyed_from = datetime.now(UTC) + _UNTIL_DESTROYED
            return version.described()

    # Encrypting and decrypting

    def _encrypt(self, request: types.EncryptRequest) -> types.EncryptResponse:
        plaintext, aad = request.plaintext, request.additional_authenticated_data
        if max(len(plaintext), len(aad)) > _MAX_BYTES:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "At most 64 KiB can be encrypted.")
        plaintext_verified = _verified("plaintext", plaintext, request.plaintext_crc32c)
        aad_verified = _verified_aad(aad, request.additional_authenticated_data_crc32c)
        with self._lock:
            by_version = "/cryptoKeyVersions/" in request.name
            version = self._version(request.name) if by_version else self._primary(request.name)
            ciphertext = _seal(version, plaintext, aad)
            self._stats["encrypt"] += 1
        return types.EncryptResponse(
            name=version.name,
            ciphertext=ciphertext,
            ciphertext_crc32c=crc32c(ciphertext),
            verified_plaintext_crc32c=plaintext_verified,
            verified_additional_authenticated_data_crc32c=aad_verified,
            protection_level=_SOFTWARE,
        )

    def _decrypt(self, request: types.DecryptRequest) -> types.DecryptResponse:
        aad = request.additional_authenticated_data
        _verified("ciphertext", request.ciphertext, request.ciphertext_crc32c)
        _verified_aad(aad, request.additional_authenticated_data_crc32c)
        with self._lock:
            key = self._key(request.name)
            version = _version_of(key, request.ciphertext)
            plaintext = _open(version, request.ciphertext, aad)
            self._stats["decrypt"] += 1
            used_primary = version.number == key.primary
        return types.DecryptResponse(
            plaintext=plaintext,
            plaintext_crc32c=crc32c(plaintext),
            used_primary=used_primary,
            protection_level=_SOFTWARE,
        )

    # Looking up

    def _key(self, name: str) -> _Key:
        if name not in self._keys:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, f"CryptoKey {name} not found.")
        return self._keys[name]

    def _version(self, name: str) -> _Version:
        key = self._key(name.partition("/cryptoKeyVersions/")[0])
        for version in key.versions:
            if version.name == name:
                return version
        raise RefusedError(grpc.StatusCode.NOT_FOUND, f"CryptoKeyVersion {name} not found.")

    def _primary(self, key_name: str) -> _Version:
        key = self._key(key_name)
        return key.versions[key.primary - 1]


def _require(version: _Version, *states: int) -> None:
    if version.state not in states:
        state = _State(version.state).name
        raise RefusedError(grpc.StatusCode.FAILED_PRECONDITION, f"{version.name} is not usable: it is {state}.")


def _verified(field_name: str, data: bytes, checksum: int | None) -> bool:
    """Whether a checksum came with the data. Raises RefusedError when it is not the data's."""
    if checksum is None:
        return False
    if checksum != crc32c(data):
        message = f"The checksum in field {field_name}_crc32c did not match the data in field {field_name}."
        raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)
    return True


def _verified_aad(aad: bytes, checksum: int | None) -> bool:
    return _verified("additional_authenticated_data", aad, checksum)


def _seal(version: _Version, plaintext: bytes, aad: bytes) -> bytes:
    _require(version, _State.ENABLED)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _HEADER.pack(version.number) + nonce + version.cipher.encrypt(nonce, plaintext, aad)


def _version_of(key: _Key, ciphertext: bytes) -> _Version:
    number = _HEADER.unpack_from(ciphertext)[0] if len(ciphertext) > _HEADER.size + _NONCE_BYTES else 0
    if not 1 <= number <= len(key.versions):
        raise _cannot_decrypt()
    return key.versions[number - 1]


def _open(version: _Version, ciphertext: bytes, aad: bytes) -> bytes:
    _require(version, _State.ENABLED)
    sealed = ciphertext[_HEADER.size :]
    try:
        return version.cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
    except InvalidTag:
        raise _cannot_decrypt() from None


def _cannot_decrypt() -> RefusedError:
    return RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "Decryption failed: the ciphertext is invalid.")
