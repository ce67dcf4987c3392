"""A company's key at the end of its agreement, over gRPC: nothing opens under it from the first call on."""

import pytest
from google.cloud.kms_v1 import types

from sandbox.stand_ins.kms import Kms
from shared.ports import KeyServiceFault
from tests.providers.kms_support import CONTEXT, KEY, RING, client_of

State = types.CryptoKeyVersion.CryptoKeyVersionState


def states(kms: Kms, key: str) -> list[int]:
    request = types.ListCryptoKeyVersionsRequest(parent=f"{RING}/cryptoKeys/{key}")
    return [version.state for version in kms._list_versions(request).crypto_key_versions]


def test_every_version_is_refused_from_then_on_and_will_be_destroyed() -> None:
    kms = Kms(RING, ["acc-1", "acc-2"])
    with client_of(kms) as client:
        old = client.wrap("acc-1", KEY, CONTEXT).ciphertext
        for _ in range(150):  # more than a page of them
            kms._create_version(types.CreateCryptoKeyVersionRequest(parent=f"{RING}/cryptoKeys/acc-1"))
        client.destroy_key("acc-1")
        assert set(states(kms, "acc-1")) == {State.DESTROY_SCHEDULED}
        for call in (lambda: client.unwrap("acc-1", old, CONTEXT), lambda: client.wrap("acc-1", KEY, CONTEXT)):
            with pytest.raises(KeyServiceFault):
                call()
        client.destroy_key("acc-1")
        assert client.unwrap("acc-2", client.wrap("acc-2", KEY, CONTEXT).ciphertext, CONTEXT) == KEY


def test_one_that_was_left_half_way_is_finished() -> None:
    kms = Kms(RING, ["acc-1"])
    kms._create_version(types.CreateCryptoKeyVersionRequest(parent=f"{RING}/cryptoKeys/acc-1"))
    name = f"{RING}/cryptoKeys/acc-1/cryptoKeyVersions/1"
    kms._destroy_version(types.DestroyCryptoKeyVersionRequest(name=name))
    with client_of(kms) as client:
        client.destroy_key("acc-1")
    assert set(states(kms, "acc-1")) == {State.DESTROY_SCHEDULED}


def test_all_are_disabled_before_the_first_is_destroyed() -> None:
    kms = Kms(RING, ["acc-1"])
    kms._create_version(types.CreateCryptoKeyVersionRequest(parent=f"{RING}/cryptoKeys/acc-1"))
    seen: list[list[int]] = []
    destroy = kms._destroy_version

    def watched(request: types.DestroyCryptoKeyVersionRequest) -> types.CryptoKeyVersion:
        seen.append(states(kms, "acc-1"))
        return destroy(request)

    kms._destroy_version = watched  # type: ignore[method-assign]  # before it is served
    with client_of(kms) as client:
        client.destroy_key("acc-1")
    assert seen[0] == [State.DISABLED, State.DISABLED]


def test_a_key_that_never_was_needs_no_end() -> None:
    with client_of(Kms(RING, ["transit"])) as client:
        client.destroy_key("acc-9")
        with pytest.raises(KeyServiceFault):
            client.wrap("acc-9", KEY, CONTEXT)


@pytest.mark.parametrize(
    "kms", [Kms(f"{RING}-of-another", ["transit"]), Kms(RING, [])], ids=["no ring", "an empty ring"]
)
def test_a_key_is_not_taken_for_destroyed_where_its_ring_is_not_ours(kms: Kms) -> None:
    with client_of(kms) as client, pytest.raises(KeyServiceFault):
        client.destroy_key("acc-1")
