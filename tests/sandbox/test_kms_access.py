"""The key service answers each caller only what the table of functions allows, and notes what it did."""

from collections.abc import Iterator

import pytest

from sandbox import functions_table
from sandbox.machine import CHECKOUT
from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.kms import Kms
from sandbox.stand_ins.kms_access import KmsAccess, Rights
from shared.ports import KeyServiceFault
from shared.providers.kms import CloudKms
from shared.settings import KeySettings
from tests.factories import NOON, FakeClock

RING = "projects/p/locations/europe-north1/keyRings/upup"
RIGHTS: Rights = {
    "activate": {"companies": ("create",)},
    "encrypt": {"companies": ("encrypt",)},
    "disclose": {"companies": ("decrypt",)},
    "sends": {"transit": ("encrypt", "decrypt")},
}


TABLE = functions_table.read(CHECKOUT / "infra" / "functions.yaml")
"""The deployed functions, with the rights that each really has."""


class Callers:
    def __init__(self, access: KmsAccess, address: str) -> None:
        self.access, self._address = access, address

    def __call__(self, name: str) -> CloudKms:
        return CloudKms(KeySettings(kms_key_ring=RING, kms_address=self._address, sandbox_caller=name), 5)


@pytest.fixture
def callers() -> Iterator[Callers]:
    access = KmsAccess(FakeClock(), RIGHTS, ("transit",))
    server = serve(Kms(RING, ["transit"]), access=access)
    yield Callers(access, server.address)
    server.close()


def test_who_may_encrypt_with_a_companys_key_cannot_decipher_and_the_other_way_round(callers: Callers) -> None:
    callers("activate").create_key("acc-1")
    wrapped = callers("encrypt").wrap("acc-1", b"data key", b"place").ciphertext
    with pytest.raises(KeyServiceFault):
        callers("encrypt").unwrap("acc-1", wrapped, b"place")
    with pytest.raises(KeyServiceFault):
        callers("disclose").wrap("acc-1", b"data key", b"place")
    assert callers("disclose").unwrap("acc-1", wrapped, b"place") == b"data key"


@pytest.mark.parametrize("caller", ["sends", "activate", "a stranger", ""])
def test_everybody_else_is_refused(callers: Callers, caller: str) -> None:
    callers("activate").create_key("acc-1")
    wrapped = callers("encrypt").wrap("acc-1", b"data key", b"place").ciphertext
    with pytest.raises(KeyServiceFault):
        callers(caller).unwrap("acc-1", wrapped, b"place")


@pytest.fixture(scope="module")
def deployed() -> Iterator[Callers]:
    access = KmsAccess(FakeClock(), {one.name: one.keys for one in TABLE}, ("transit", "fingerprints"))
    server = serve(Kms(RING, ["transit", "fingerprints"]), access=access)
    callers = Callers(access, server.address)
    callers("activate_account").create_key("acc-1")
    yield callers
    server.close()


@pytest.mark.parametrize("function", [one.name for one in TABLE])
def test_of_all_functions_disclose_alone_deciphers_with_a_companys_key(deployed: Callers, function: str) -> None:
    wrapped = deployed("encrypt_expired").wrap("acc-1", b"data key", b"place").ciphertext
    if function == "disclose":
        assert deployed(function).unwrap("acc-1", wrapped, b"place") == b"data key"
    else:
        with pytest.raises(KeyServiceFault):
            deployed(function).unwrap("acc-1", wrapped, b"place")


def test_a_right_to_a_shared_key_is_none_to_a_companys(callers: Callers) -> None:
    wrapped = callers("sends").wrap("transit", b"day key", b"day").ciphertext
    assert callers("sends").unwrap("transit", wrapped, b"day") == b"day key"
    with pytest.raises(KeyServiceFault):
        callers("disclose").unwrap("transit", wrapped, b"day")


def test_what_was_carried_out_is_in_the_audit_log_and_what_was_refused_is_not(callers: Callers) -> None:
    callers("activate").create_key("acc-1")
    callers("encrypt").wrap("acc-1", b"data key", b"place")
    with pytest.raises(KeyServiceFault):
        callers("encrypt").unwrap("acc-1", b"anything", b"place")
    assert [(entry.at, entry.caller, entry.call, entry.key) for entry in callers.access.entries()] == [
        (NOON, "activate", "CreateCryptoKey", "acc-1"),
        (NOON, "encrypt", "Encrypt", "acc-1"),
    ]


def test_who_ends_agreements_may_make_sure_that_a_key_never_was_and_nobody_else_may(deployed: Callers) -> None:
    deployed("end_agreements").destroy_key("acc-never-was")
    for one in TABLE:
        if one.name != "end_agreements":
            with pytest.raises(KeyServiceFault):
                deployed(one.name).destroy_key("acc-never-was")
