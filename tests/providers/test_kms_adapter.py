"""Cloud KMS's adapter over gRPC: what is wrapped opens again, and what was changed on its way never passes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest

from sandbox.stand_ins.grpc_server import RefusedError
from sandbox.stand_ins.kms import Kms
from shared.ports import KeyServiceFault, SupplierUnavailable
from shared.providers.kms import CloudKms
from shared.settings import KeySettings
from tests.providers.kms_support import CONTEXT, KEY, RING, client_of
from tests.providers.odd_server import closed_url

Change = Callable[[Any], None]


class TamperedKms(Kms):
    """A key service, or a wire to it, that changes what passes."""

    def __init__(self, request: Change | None = None, answer: Change | None = None) -> None:
        self._change_request, self._change_answer = request, answer
        super().__init__(RING, ["transit"])

    def _encrypt(self, request: Any) -> Any:
        return self._tampered(super()._encrypt, request)

    def _decrypt(self, request: Any) -> Any:
        return self._tampered(super()._decrypt, request)

    def _tampered(self, call: Callable[[Any], Any], request: Any) -> Any:
        if self._change_request:
            self._change_request(request)
        answer = call(request)
        if self._change_answer:
            self._change_answer(answer)
        return answer


class RefusingKms(Kms):
    """Refuses every call with one status."""

    def __init__(self, status: grpc.StatusCode) -> None:
        self.status, self.asked = status, 0
        super().__init__(RING, ["transit"])

    def _encrypt(self, request: Any) -> Any:
        self.asked += 1
        raise RefusedError(self.status, "no")

    _decrypt = _create_key = _list_versions = _encrypt


@pytest.fixture
def kms() -> Kms:
    return Kms(RING, ["transit", "fingerprints"])


@pytest.fixture
def client(kms: Kms) -> Iterator[CloudKms]:
    with client_of(kms) as client:
        yield client


class ListeningKms(Kms):
    """Keeps what keys it was asked to make."""

    def __init__(self) -> None:
        self.wanted: list[Any] = []
        super().__init__(RING, ["transit"])

    def _create_key(self, request: Any) -> Any:
        self.wanted.append(request.crypto_key)
        return super()._create_key(request)


def test_a_companys_key_rotates_every_90_days_and_can_be_had_back_for_30() -> None:
    kms, before = ListeningKms(), datetime.now(UTC)
    with client_of(kms) as client:
        client.create_key("acc_a")
    (wanted,) = kms.wanted
    assert wanted.rotation_period == timedelta(days=90)
    assert wanted.destroy_scheduled_duration == timedelta(days=30)
    assert timedelta(days=89) < wanted.next_rotation_time - before < timedelta(days=91)


def test_what_is_wrapped_opens_again_and_says_by_which_version(client: CloudKms) -> None:
    wrapped = client.wrap("transit", KEY, CONTEXT)
    assert wrapped.version == f"{RING}/cryptoKeys/transit/cryptoKeyVersions/1"
    assert KEY not in wrapped.ciphertext
    assert client.unwrap("transit", wrapped.ciphertext, CONTEXT) == KEY


def test_it_opens_in_no_other_context_under_no_other_key_and_not_when_changed(client: CloudKms) -> None:
    sealed = client.wrap("transit", KEY, CONTEXT).ciphertext
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, ciphertext, context in (
        ("transit", sealed, b"acc_2|2026-11-23"),
        ("fingerprints", sealed, CONTEXT),
        ("transit", changed, CONTEXT),
        ("transit", b"", CONTEXT),
    ):
        with pytest.raises(KeyServiceFault):
            client.unwrap(key, ciphertext, context)


def test_a_key_that_does_not_exist_is_a_fault_and_not_a_reason_to_try_again(client: CloudKms) -> None:
    with pytest.raises(KeyServiceFault):
        client.wrap("acc_aldrig", KEY, CONTEXT)
    with pytest.raises(KeyServiceFault):
        client.unwrap("acc_aldrig", b"x" * 64, CONTEXT)


def test_a_key_is_made_once_and_one_that_exists_is_left_as_it_is(client: CloudKms) -> None:
    client.create_key("acc_1")
    sealed = client.wrap("acc_1", KEY, CONTEXT).ciphertext
    client.create_key("acc_1")
    assert client.unwrap("acc_1", sealed, CONTEXT) == KEY
    assert client.wrap("acc_1", KEY, CONTEXT).version.endswith("/1")


def _flip(name: str) -> Change:
    def change(message: Any) -> None:
        value = getattr(message, name)
        setattr(message, name, bytes([value[0] ^ 1]) + value[1:])

    return change


def _set(name: str, value: object) -> Change:
    return lambda message: setattr(message, name, value)


@pytest.mark.parametrize("field", ["plaintext", "additional_authenticated_data"])
def test_a_byte_changed_on_the_way_to_the_key_service_is_refused(field: str) -> None:
    with client_of(TamperedKms(request=_flip(field))) as client, pytest.raises(KeyServiceFault):
        client.wrap("transit", KEY, CONTEXT)


@pytest.mark.parametrize("field", ["plaintext_crc32c", "additional_authenticated_data_crc32c"])
def test_a_checksum_that_the_key_service_never_saw_is_refused(field: str) -> None:
    with client_of(TamperedKms(request=_set(field, None))) as client, pytest.raises(KeyServiceFault):
        client.wrap("transit", KEY, CONTEXT)


@pytest.mark.parametrize(
    "change",
    [
        _flip("ciphertext"),
        _set("ciphertext_crc32c", 0),
        _set("ciphertext", b""),
        _set("verified_plaintext_crc32c", False),
        _set("verified_additional_authenticated_data_crc32c", False),
    ],
)
def test_a_wrapped_key_that_was_changed_on_its_way_back_is_refused(change: Change) -> None:
    with client_of(TamperedKms(answer=change)) as client, pytest.raises(KeyServiceFault):
        client.wrap("transit", KEY, CONTEXT)


@pytest.mark.parametrize(
    "name",
    [
        f"{RING}/cryptoKeys/annan/cryptoKeyVersions/1",
        f"{RING}/cryptoKeys/transit2/cryptoKeyVersions/1",
        f"{RING}/cryptoKeys/transit",
        "",
    ],
)
def test_an_answer_of_another_key_is_refused(name: str) -> None:
    with client_of(TamperedKms(answer=_set("name", name))) as client, pytest.raises(KeyServiceFault):
        client.wrap("transit", KEY, CONTEXT)


@pytest.mark.parametrize(
    ("request_change", "answer_change"),
    [
        (_flip("ciphertext"), None),
        (_flip("additional_authenticated_data"), None),
        (None, _flip("plaintext")),
        (None, _set("plaintext_crc32c", 7)),
    ],
)
def test_an_unwrapped_key_that_was_changed_either_way_is_refused(
    request_change: Change | None, answer_change: Change | None
) -> None:
    kms = TamperedKms()
    with client_of(kms) as client:
        sealed = client.wrap("transit", KEY, CONTEXT).ciphertext
        assert client.unwrap("transit", sealed, CONTEXT) == KEY
        kms._change_request, kms._change_answer = request_change, answer_change
        with pytest.raises(KeyServiceFault):
            client.unwrap("transit", sealed, CONTEXT)


CALLS: list[Callable[[CloudKms], object]] = [
    lambda client: client.wrap("transit", KEY, CONTEXT),
    lambda client: client.unwrap("transit", b"x" * 64, CONTEXT),
    lambda client: client.create_key("acc-1"),
    lambda client: client.destroy_key("acc-1"),
]


@pytest.mark.parametrize("call", CALLS, ids=["wrap", "unwrap", "create_key", "destroy_key"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (grpc.StatusCode.INTERNAL, SupplierUnavailable),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, SupplierUnavailable),
        (grpc.StatusCode.DEADLINE_EXCEEDED, SupplierUnavailable),
        (grpc.StatusCode.PERMISSION_DENIED, KeyServiceFault),
        (grpc.StatusCode.FAILED_PRECONDITION, KeyServiceFault),
        (grpc.StatusCode.INVALID_ARGUMENT, KeyServiceFault),
    ],
)
def test_a_refusal_is_a_fault_and_an_outage_may_be_tried_again(
    call: Callable[[CloudKms], object], status: grpc.StatusCode, expected: type[Exception]
) -> None:
    with client_of(RefusingKms(status)) as client, pytest.raises(expected):
        call(client)


def test_a_moment_of_unavailability_is_outlasted_within_the_time_that_a_call_may_take() -> None:
    kms = RefusingKms(grpc.StatusCode.UNAVAILABLE)
    with client_of(kms, timeout=1) as client, pytest.raises(SupplierUnavailable):
        client.wrap("transit", KEY, CONTEXT)
    assert kms.asked > 1


def test_a_key_service_that_is_away_is_known_within_the_time_that_a_call_may_take() -> None:
    address = closed_url().removeprefix("http://")
    client = CloudKms(KeySettings(kms_key_ring=RING, kms_address=address), 1)
    with pytest.raises(SupplierUnavailable):
        client.wrap("transit", KEY, CONTEXT)
