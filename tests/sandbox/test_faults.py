"""Faults: what can be asked for, when they bite, and what HTTP and gRPC calls, callbacks and pushes suffer."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from typing import Any

import grpc
import pytest
import requests
from google.api_core import exceptions
from google.cloud.kms_v1 import KeyManagementServiceClient
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceGrpcTransport
from google.pubsub_v1 import PublisherClient, PubsubMessage
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from sandbox.stand_ins.clearon import ClearOn
from sandbox.stand_ins.faults import HOLD_SECONDS, KINDS, Fault, Faults, InvalidFault
from sandbox.stand_ins.grpc_server import GrpcServer, serve
from sandbox.stand_ins.kms import Kms
from sandbox.stand_ins.lekab import Lekab
from sandbox.stand_ins.outages import Outages, PubSubSwitch
from sandbox.stand_ins.pubsub import PubSub, Subscription
from sandbox.stand_ins.web import Callback, CallbackSender, WebServer, with_faults
from tests.sandbox.conftest import ManualClock, Receiver, until
from tests.sandbox.pubsub_support import Endpoint, always

ACCOUNT = {"username": "upup", "password": "hemligt"}
NUMBERS = [f"+467017406{last:02}" for last in range(5, 100)]
RING = "projects/upup-test/locations/europe-north1/keyRings/upup"
CALLER_SECONDS = 2


@pytest.fixture
def faults() -> Faults:
    return Faults()


# What can be asked for, and when it bites


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"provider": "telia", "kind": "error"}, "provider must be one of lekab, clearon,"),
        ({"kind": "error"}, "provider must be one of"),
        ({"provider": "lekab"}, "kind must be one of error,"),
        ({"provider": "lekab", "kind": "sloth"}, "kind must be one of error,"),
        ({"provider": ["lekab"], "kind": "error"}, "provider must be one of"),
        ({"provider": "kms", "kind": "duplicate"}, "kms cannot have duplicate: it can have error,"),
        ({"provider": "hubspot", "kind": "reorder"}, "hubspot cannot have reorder"),
        ({"provider": "database", "kind": "timeout_after_accept"}, "it can have error, slow, down"),
        ({"provider": "lekab", "kind": "error", "probability": 1.01}, "probability must be a number from 0 to 1"),
        ({"provider": "lekab", "kind": "error", "probability": -0.5}, "probability must be"),
        ({"provider": "lekab", "kind": "error", "probability": float("nan")}, "probability must be"),
        ({"provider": "lekab", "kind": "error", "probability": True}, "probability must be"),
        ({"provider": "lekab", "kind": "error", "count": 0}, "count must be a whole number above 0"),
        ({"provider": "lekab", "kind": "error", "count": 1.5}, "count must be"),
        ({"provider": "lekab", "kind": "error", "count": "1"}, "count must be"),
        ({"provider": "lekab", "kind": "error", "seconds": 0}, "seconds must be a number above 0"),
        ({"provider": "lekab", "kind": "error", "seed": "x"}, "seed must be a whole number"),
        ({"provider": "lekab", "kind": "error", "probabilty": 0.5}, "there is no probabilty"),
        ({"provider": "x", "kind": "error", "count": 0}, "count must be"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_with_what_is_wrong(body: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFault, match=message):
        Fault.from_json(body)


@pytest.mark.parametrize(("provider", "kind"), [(provider, kind) for provider in KINDS for kind in KINDS[provider]])
def test_every_fault_of_the_table_can_be_made_and_bites_its_own_provider_only(provider: str, kind: str) -> None:
    faults = Faults()
    faults.add(Fault.from_json({"provider": provider, "kind": kind, "probability": None, "count": None}))
    bitten = {(one, each) for one in KINDS for each in KINDS[one] if faults.of(one).bites(each)}
    assert bitten == {(provider, kind)}


def test_a_fault_without_a_count_stays_until_it_is_deleted(faults: Faults) -> None:
    made = faults.add(Fault("lekab", "error"))
    assert all(faults.of("lekab").bites("error") for _ in range(100))
    assert [(one["id"], one["bitten"]) for one in faults.listed()] == [(made["id"], 100)]
    assert faults.remove(made["id"]) == 1
    assert not faults.of("lekab").bites("error")
    assert faults.listed() == []


def test_a_count_is_of_bites_and_not_of_chances(faults: Faults) -> None:
    faults.add(Fault("lekab", "error", probability=0.5, count=3))
    assert sum(faults.of("lekab").bites("error") for _ in range(200)) == 3
    assert faults.listed() == []


def test_a_fault_of_some_seconds_ends_by_itself(faults: Faults) -> None:
    faults.add(Fault("lekab", "error", seconds=0.05))
    assert faults.of("lekab").bites("error")
    until(lambda: not faults.listed())
    assert not faults.of("lekab").bites("error")


def test_the_same_seed_bites_at_the_same_chances_whatever_else_is_active() -> None:
    def bites(*others: Fault) -> list[bool]:
        faults = Faults()
        for fault in (Fault("lekab", "error", probability=0.3, seed=7), *others):
            faults.add(fault)
        return [faults.of("lekab").bites("error") and faults.of("clearon").bites("slow") is False for _ in range(300)]

    first = bites()
    assert first == bites(Fault("stripe", "error", seed=8))
    assert 50 < sum(first) < 130


def test_faults_add_up(faults: Faults) -> None:
    for seed in (1, 2):
        faults.add(Fault("lekab", "error", probability=0.5, seed=seed))
    assert 650 < sum(faults.of("lekab").bites("error") for _ in range(1000)) < 850


def test_a_probability_of_nothing_never_bites(faults: Faults) -> None:
    faults.add(Fault("lekab", "error", probability=0))
    assert not any(faults.of("lekab").bites("error") for _ in range(1000))


# Calls over HTTP


class Served:
    """Lekab and ClearOn behind the same faults."""

    def __init__(self, faults: Faults, clock: ManualClock, receiver: Receiver) -> None:
        self.faults = faults
        self.lekab = Lekab(clock, f"{receiver.url}/lekab", **ACCOUNT, faults=faults)
        self.clearon = ClearOn(clock, f"{receiver.url}/clearon", "key", faults)
        self.servers = {
            "lekab": WebServer(with_faults(self.lekab.app, faults.of("lekab"))),
            "clearon": WebServer(with_faults(self.clearon.app, faults.of("clearon"))),
        }

    def send(self, *numbers: str, seconds: float = CALLER_SECONDS) -> requests.Response:
        url = f"{self.servers['lekab'].url}/restsms/lekabrest/send"
        body = {**ACCOUNT, "from": "Kaffebaren", "to": list(numbers), "message": "Hej!"}
        return requests.post(url, json=body, timeout=seconds)

    def sms(self) -> int:
        return self.lekab.stats()["sms"]

    def close(self) -> None:
        for server in self.servers.values():
            server.close()
        self.lekab.close()
        self.clearon.close()


@pytest.fixture
def served(faults: Faults, clock: ManualClock, receiver: Receiver) -> Iterator[Served]:
    with closing(Served(faults, clock, receiver)) as served:
        yield served


def test_an_error_is_a_500_that_has_done_nothing_and_the_next_call_works(served: Served) -> None:
    served.faults.add(Fault("lekab", "error", count=1))
    answer = served.send(NUMBERS[0])
    assert (answer.status_code, answer.text, served.sms()) == (500, "Internal Server Error", 0)
    assert served.send(NUMBERS[0]).status_code == 200
    assert served.sms() == 1


@pytest.mark.parametrize(("kind", "sms"), [("timeout_before_accept", 0), ("timeout_after_accept", 1)])
def test_a_time_out_outlasts_the_caller_and_then_cuts_and_only_one_of_the_two_has_done_the_work(
    served: Served, kind: str, sms: int
) -> None:
    served.faults.add(Fault("lekab", kind, count=2))
    with pytest.raises(requests.ReadTimeout):
        served.send(NUMBERS[0], seconds=0.2)
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError, match="Connection aborted"):
        served.send(NUMBERS[1], seconds=30)
    assert HOLD_SECONDS - 0.1 < time.monotonic() - began < HOLD_SECONDS + 5
    assert served.sms() == 2 * sms
    assert served.send(NUMBERS[2]).status_code == 200


def test_a_slow_call_takes_its_time_and_is_answered(served: Served) -> None:
    served.faults.add(Fault("lekab", "slow", count=1))
    began = time.monotonic()
    assert served.send(NUMBERS[0], seconds=10).status_code == 200
    assert time.monotonic() - began >= 0.5
    assert served.sms() == 1


def test_one_providers_faults_leave_the_other_alone(served: Served) -> None:
    served.faults.add(Fault("lekab", "error"))
    url = f"{served.servers['clearon'].url}/redemptions"
    assert requests.get(url, headers={"Authorization": "Bearer key"}, timeout=5).status_code == 200


def test_what_is_down_refuses_connections_cuts_kept_ones_and_comes_back(served: Served) -> None:
    served.faults.on_change(Outages(served.faults, served.servers).look)
    url = f"{served.servers['clearon'].url}/redemptions"
    with requests.Session() as kept:
        kept.headers["Authorization"] = "Bearer key"
        assert kept.get(url, timeout=5).ok
        served.faults.add(Fault("clearon", "down"))
        with pytest.raises(requests.ConnectionError):
            kept.get(url, timeout=5)
        assert served.send(NUMBERS[0]).ok
        served.faults.remove()
        assert kept.get(url, timeout=5).ok


def test_an_outage_with_a_count_is_over_after_as_many_looks(served: Served) -> None:
    outages = Outages(served.faults, served.servers)
    served.faults.add(Fault("lekab", "down", count=1))
    outages.look()
    with pytest.raises(requests.ConnectionError):
        served.send(NUMBERS[0])
    outages.look()
    assert served.send(NUMBERS[0]).ok


# Callbacks


def test_a_duplicate_receipt_comes_twice(served: Served, receiver: Receiver) -> None:
    served.faults.add(Fault("lekab", "duplicate", count=1))
    served.send(*NUMBERS[:2])
    assert served.lekab.wait_until_idle(10)
    ids = [call.query["id"] for call in receiver.calls]
    assert (len(ids), len(set(ids))) == (3, 2)


def test_a_duplicate_redemption_comes_twice(served: Served, receiver: Receiver, clock: ManualClock) -> None:
    served.faults.add(Fault("clearon", "duplicate"))
    (coupon,) = served.clearon.issue([("r1", "coffee", date(2027, 1, 1))])["coupons"]
    served.clearon.redeem(coupon["code"])
    assert served.clearon.wait_until_idle(10)
    assert len(receiver.calls) == 2
    assert receiver.calls[0].body == receiver.calls[1].body


def test_what_is_reordered_is_overtaken(faults: Faults, receiver: Receiver) -> None:
    faults.add(Fault("stripe", "reorder", count=1))
    with closing(CallbackSender(faults.of("stripe"))) as sender:
        for name in ("first", "second"):
            sender.send(Callback("POST", f"{receiver.url}/{name}"))
        assert sender.wait_until_idle(10)
    assert [call.path for call in receiver.calls] == ["second", "first"]


# gRPC


@pytest.fixture
def kms_server(faults: Faults) -> Iterator[GrpcServer]:
    with closing(serve(Kms(RING, ["transit"]), faults=faults.of("kms"))) as server:
        yield server


def wrap(server: GrpcServer, seconds: float = 30) -> bytes:
    with grpc.insecure_channel(server.address) as channel:
        client = KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))
        request = {"name": f"{RING}/cryptoKeys/transit", "plaintext": b"key"}
        ciphertext: bytes = client.encrypt(request=request, timeout=seconds, retry=None).ciphertext
        return ciphertext


def test_a_grpc_error_is_internal(faults: Faults, kms_server: GrpcServer) -> None:
    faults.add(Fault("kms", "error", count=1))
    with pytest.raises(exceptions.InternalServerError):
        wrap(kms_server)
    assert wrap(kms_server)


@pytest.mark.parametrize(("kind", "done"), [("timeout_before_accept", 0), ("timeout_after_accept", 1)])
def test_a_grpc_time_out_outlasts_the_caller(faults: Faults, kind: str, done: int) -> None:
    kms = Kms(RING, ["transit"])
    with closing(serve(kms, faults=faults.of("kms"))) as server:
        faults.add(Fault("kms", kind, count=2))
        with pytest.raises(exceptions.DeadlineExceeded):
            wrap(server, seconds=0.3)
        with pytest.raises(exceptions.ServiceUnavailable):
            wrap(server)
        assert kms.stats()["encrypt"] == 2 * done


def test_a_slow_grpc_call_is_answered(faults: Faults, kms_server: GrpcServer) -> None:
    faults.add(Fault("kms", "slow", count=1))
    began = time.monotonic()
    assert wrap(kms_server)
    assert time.monotonic() - began >= 0.5


def test_a_key_service_that_is_down_refuses_and_comes_back_on_its_port(faults: Faults, kms_server: GrpcServer) -> None:
    faults.on_change(Outages(faults, {"kms": kms_server}).look)
    address = kms_server.address
    faults.add(Fault("kms", "down"))
    with pytest.raises(exceptions.ServiceUnavailable):
        wrap(kms_server)
    faults.remove()
    assert kms_server.address == address
    assert wrap(kms_server)


# Pub/Sub


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def publish(server: GrpcServer, *texts: bytes) -> None:
    with grpc.insecure_channel(server.address) as channel:
        client = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
        messages = [PubsubMessage(data=text) for text in texts]
        client.publish(topic="projects/upup-test/topics/sms-wanted", messages=messages, timeout=10, retry=None)


def start_pubsub(stack: ExitStack, faults: Faults) -> tuple[PubSub, GrpcServer, Endpoint]:
    endpoint = stack.enter_context(closing(Endpoint(always(200))))
    pubsub = stack.enter_context(
        closing(PubSub("upup-test", [Subscription("send_sms", "sms-wanted", endpoint.url)], faults))
    )
    return pubsub, stack.enter_context(closing(serve(pubsub, faults=faults.of("pubsub")))), endpoint


def test_a_duplicate_message_is_pushed_twice_and_all_of_it_is_acknowledged(stack: ExitStack, faults: Faults) -> None:
    pubsub, server, endpoint = start_pubsub(stack, faults)
    faults.add(Fault("pubsub", "duplicate", count=1))
    publish(server, b"one", b"two")
    assert sorted(endpoint.next().data for _ in range(3)) == [b"one", b"one", b"two"]
    assert pubsub.wait_until_idle(5)
    assert (pubsub.backlog(), pubsub.stats()["pushed"]) == ([], 3)


def test_a_reordered_message_is_overtaken(stack: ExitStack, faults: Faults) -> None:
    _, server, endpoint = start_pubsub(stack, faults)
    faults.add(Fault("pubsub", "reorder", count=1))
    publish(server, b"one", b"two")
    assert [endpoint.next().data for _ in range(2)] == [b"two", b"one"]


def test_a_publish_that_fails_has_published_nothing(stack: ExitStack, faults: Faults) -> None:
    pubsub, server, _ = start_pubsub(stack, faults)
    faults.add(Fault("pubsub", "error", count=1))
    with pytest.raises(exceptions.InternalServerError):
        publish(server, b"one")
    assert pubsub.stats()["published"] == 0


def test_a_pubsub_that_is_down_neither_takes_nor_pushes_and_loses_nothing(stack: ExitStack, faults: Faults) -> None:
    pubsub, server, endpoint = start_pubsub(stack, faults)
    faults.on_change(Outages(faults, {"pubsub": PubSubSwitch(pubsub, server)}).look)
    faults.add(Fault("pubsub", "reorder", count=1))
    publish(server, b"one")
    faults.add(Fault("pubsub", "down"))
    with pytest.raises(exceptions.ServiceUnavailable):
        publish(server, b"two")
    assert not pubsub.wait_until_idle(3)  # longer than it was to be late
    assert pubsub.stats() == {"published": 1, "pushed": 0, "dead": 0}
    faults.remove()
    assert endpoint.next().data == b"one"
