"""The KMS stand-in, asked over the wire by Google's own client."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud.kms_v1 import KeyManagementServiceClient, types
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceGrpcTransport

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.kms import Kms
from shared.privacy.crc32c import crc32c

RING = "projects/upup-test/locations/europe-north1/keyRings/upup"
TRANSIT = f"{RING}/cryptoKeys/transit"
FINGERPRINTS = f"{RING}/cryptoKeys/fingerprints"
DATA_KEY = bytes(range(32))
STATE = types.CryptoKeyVersion.CryptoKeyVersionState


@pytest.fixture
def kms() -> Kms:
    return Kms(RING, ["transit", "fingerprints"])


@pytest.fixture
def client(kms: Kms) -> Iterator[KeyManagementServiceClient]:
    server = serve(kms)
    with grpc.insecure_channel(server.address) as channel:
        yield KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))
    server.close()


def encrypt(client: KeyManagementServiceClient, name: str = TRANSIT, aad: bytes = b"day") -> bytes:
    ciphertext: bytes = client.encrypt(
        request={"name": name, "plaintext": DATA_KEY, "additional_authenticated_data": aad}
    ).ciphertext
    return ciphertext


def decrypt(
    client: KeyManagementServiceClient, ciphertext: bytes, name: str = TRANSIT, aad: bytes = b"day"
) -> types.DecryptResponse:
    return client.decrypt(request={"name": name, "ciphertext": ciphertext, "additional_authenticated_data": aad})


def set_state(client: KeyManagementServiceClient, version: str, state: int) -> types.CryptoKeyVersion:
    request = {"crypto_key_version": {"name": version, "state": state}, "update_mask": {"paths": ["state"]}}
    return client.update_crypto_key_version(request=request)


def test_what_was_encrypted_is_decrypted_and_every_checksum_of_the_answers_is_right(
    client: KeyManagementServiceClient,
) -> None:
    sealed = client.encrypt(
        request={
            "name": TRANSIT,
            "plaintext": DATA_KEY,
            "plaintext_crc32c": crc32c(DATA_KEY),
            "additional_authenticated_data": b"day",
            "additional_authenticated_data_crc32c": crc32c(b"day"),
        }
    )
    assert sealed.name == f"{TRANSIT}/cryptoKeyVersions/1"
    assert sealed.verified_plaintext_crc32c
    assert sealed.verified_additional_authenticated_data_crc32c
    assert sealed.ciphertext_crc32c == crc32c(sealed.ciphertext)
    assert DATA_KEY not in sealed.ciphertext

    opened = client.decrypt(
        request={
            "name": TRANSIT,
            "ciphertext": sealed.ciphertext,
            "ciphertext_crc32c": crc32c(sealed.ciphertext),
            "additional_authenticated_data": b"day",
            "additional_authenticated_data_crc32c": crc32c(b"day"),
        }
    )
    assert opened.plaintext == DATA_KEY
    assert opened.plaintext_crc32c == crc32c(DATA_KEY)
    assert opened.used_primary


def test_checksums_that_were_not_sent_are_not_called_verified(client: KeyManagementServiceClient) -> None:
    sealed = client.encrypt(request={"name": TRANSIT, "plaintext": DATA_KEY})
    assert not sealed.verified_plaintext_crc32c
    assert not sealed.verified_additional_authenticated_data_crc32c


@pytest.mark.parametrize("field", ["plaintext_crc32c", "additional_authenticated_data_crc32c"])
def test_encrypt_refuses_a_wrong_checksum(client: KeyManagementServiceClient, field: str) -> None:
    request: dict[str, Any] = {"name": TRANSIT, "plaintext": DATA_KEY, "additional_authenticated_data": b"a"}
    with pytest.raises(exceptions.InvalidArgument, match=field):
        client.encrypt(request=request | {field: 0})


@pytest.mark.parametrize("field", ["ciphertext_crc32c", "additional_authenticated_data_crc32c"])
def test_decrypt_refuses_a_wrong_checksum(client: KeyManagementServiceClient, field: str) -> None:
    request = {"name": TRANSIT, "ciphertext": encrypt(client), "additional_authenticated_data": b"day"}
    with pytest.raises(exceptions.InvalidArgument, match=field):
        client.decrypt(request=request | {field: 0})


def test_a_ciphertext_opens_only_with_its_own_additional_data(client: KeyManagementServiceClient) -> None:
    ciphertext = encrypt(client, aad=b"company 1")
    with pytest.raises(exceptions.InvalidArgument):
        decrypt(client, ciphertext, aad=b"company 2")
    assert decrypt(client, ciphertext, aad=b"company 1").plaintext == DATA_KEY


def test_a_ciphertext_opens_only_under_its_own_key(client: KeyManagementServiceClient) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        decrypt(client, encrypt(client), name=FINGERPRINTS)


def test_a_ciphertext_with_any_changed_byte_is_refused(client: KeyManagementServiceClient) -> None:
    ciphertext = encrypt(client)
    for at in range(len(ciphertext)):
        changed = ciphertext[:at] + bytes([ciphertext[at] ^ 1]) + ciphertext[at + 1 :]
        with pytest.raises(exceptions.InvalidArgument):
            decrypt(client, changed)


@pytest.mark.parametrize("ciphertext", [b"", b"\0", b"\0\0\0\1", bytes(100)])
def test_what_is_no_ciphertext_is_refused(client: KeyManagementServiceClient, ciphertext: bytes) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        decrypt(client, ciphertext)


def test_a_key_is_created_once_and_encrypts_at_once(client: KeyManagementServiceClient) -> None:
    request = {
        "parent": RING,
        "crypto_key_id": "acc-1",
        "crypto_key": {"purpose": "ENCRYPT_DECRYPT", "labels": {"company": "acc-1"}},
    }
    created = client.create_crypto_key(request=request)
    assert created.name == f"{RING}/cryptoKeys/acc-1"
    assert created.primary.state == STATE.ENABLED
    with pytest.raises(exceptions.AlreadyExists):
        client.create_crypto_key(request=request)
    assert client.get_crypto_key(name=created.name) == created
    assert decrypt(client, encrypt(client, created.name), created.name).plaintext == DATA_KEY


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"parent": RING + "-other"}, exceptions.NotFound),
        ({"crypto_key_id": "acc_1/2"}, exceptions.InvalidArgument),
        ({"crypto_key": {}}, exceptions.InvalidArgument),
    ],
)
def test_a_key_that_cannot_be_is_not_created(
    client: KeyManagementServiceClient, change: dict[str, Any], refusal: type[Exception]
) -> None:
    good = {"parent": RING, "crypto_key_id": "acc-1", "crypto_key": {"purpose": "ENCRYPT_DECRYPT"}}
    with pytest.raises(refusal):
        client.create_crypto_key(request=good | change)


def test_what_an_old_version_encrypted_still_opens_after_a_rotation(
    client: KeyManagementServiceClient,
) -> None:
    old = encrypt(client)
    second = client.create_crypto_key_version(parent=TRANSIT, crypto_key_version=types.CryptoKeyVersion())
    assert client.encrypt(name=TRANSIT, plaintext=DATA_KEY).name == f"{TRANSIT}/cryptoKeyVersions/1"

    rotated = client.update_crypto_key_primary_version(name=TRANSIT, crypto_key_version_id="2")
    assert rotated.primary.name == second.name
    assert client.encrypt(name=TRANSIT, plaintext=DATA_KEY).name == second.name
    opened = decrypt(client, old)
    assert opened.plaintext == DATA_KEY
    assert not opened.used_primary


def test_a_disabled_version_neither_encrypts_nor_decrypts_until_enabled_again(
    client: KeyManagementServiceClient,
) -> None:
    ciphertext = encrypt(client)
    version = f"{TRANSIT}/cryptoKeyVersions/1"
    assert set_state(client, version, STATE.DISABLED).state == STATE.DISABLED
    with pytest.raises(exceptions.FailedPrecondition):
        encrypt(client)
    with pytest.raises(exceptions.FailedPrecondition):
        decrypt(client, ciphertext)
    set_state(client, version, STATE.ENABLED)
    assert decrypt(client, ciphertext).plaintext == DATA_KEY


def test_a_destroyed_version_is_never_usable_again(client: KeyManagementServiceClient) -> None:
    ciphertext = encrypt(client)
    version = f"{TRANSIT}/cryptoKeyVersions/1"
    destroyed = client.destroy_crypto_key_version(name=version)
    assert destroyed.state == STATE.DESTROY_SCHEDULED
    assert (destroyed.destroy_time - destroyed.create_time).days == 30
    for call in (
        lambda: encrypt(client),
        lambda: decrypt(client, ciphertext),
        lambda: set_state(client, version, STATE.ENABLED),
        lambda: client.destroy_crypto_key_version(name=version),
        lambda: client.update_crypto_key_primary_version(name=TRANSIT, crypto_key_version_id="1"),
    ):
        with pytest.raises(exceptions.FailedPrecondition):
            call()


def test_versions_are_listed_page_by_page(client: KeyManagementServiceClient) -> None:
    for _ in range(4):
        client.create_crypto_key_version(parent=TRANSIT, crypto_key_version=types.CryptoKeyVersion())
    pager = client.list_crypto_key_versions(request={"parent": TRANSIT, "page_size": 2})
    assert [version.name.rpartition("/")[2] for version in pager] == ["1", "2", "3", "4", "5"]


def test_unknown_names_are_not_found(client: KeyManagementServiceClient) -> None:
    unknown, version = f"{RING}/cryptoKeys/none", f"{TRANSIT}/cryptoKeyVersions/2"
    for call in (
        lambda: client.get_crypto_key(name=unknown),
        lambda: client.list_crypto_key_versions(parent=unknown),
        lambda: client.create_crypto_key_version(parent=unknown, crypto_key_version=types.CryptoKeyVersion()),
        lambda: encrypt(client, unknown),
        lambda: encrypt(client, version),
        lambda: decrypt(client, encrypt(client), unknown),
        lambda: set_state(client, version, STATE.DISABLED),
        lambda: client.destroy_crypto_key_version(name=version),
    ):
        with pytest.raises(exceptions.NotFound):
            call()


def test_the_sandbox_own_ciphertext_opens_over_the_wire_and_is_not_counted(
    kms: Kms, client: KeyManagementServiceClient
) -> None:
    master = kms.encrypt(FINGERPRINTS, DATA_KEY, b"fingerprint-master")
    assert kms.stats() == {"encrypt": 0, "decrypt": 0}
    assert decrypt(client, master, FINGERPRINTS, b"fingerprint-master").plaintext == DATA_KEY
    assert kms.stats() == {"encrypt": 0, "decrypt": 1}


def test_two_servers_never_share_a_port(kms: Kms) -> None:
    server = serve(kms)
    with pytest.raises(RuntimeError):
        serve(kms, port=int(server.address.rpartition(":")[2]))
    server.close()
