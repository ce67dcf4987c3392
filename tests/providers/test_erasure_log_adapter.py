"""The erasure log's adapter over the wire: what was added is read back whole, once, and page by page."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.stand_ins.cloud_storage import CloudStorage
from sandbox.stand_ins.web import WebServer
from shared.ports import Erasure, SupplierUnavailable
from shared.providers.erasure_log import CloudStorageErasureLog
from shared.settings import ErasureLogSettings
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server

BUCKET = "upup-test-erasures"
AT = datetime(2026, 11, 23, 12, 30, 15, 123456, UTC)
RECIPIENT = Erasure("prq_a", AT, "acc_a", fingerprint=bytes(range(32)), opt_out_too=True)
PERSON = Erasure("prq_b", AT, "acc_a", person_id="per_a")
COMPANY = Erasure("acc_b", AT, "acc_b")


@pytest.fixture
def storage() -> CloudStorage:
    return CloudStorage(BUCKET, largest_page=2)


@pytest.fixture
def url(storage: CloudStorage) -> Iterator[str]:
    server = WebServer(storage.app)
    yield server.url
    server.close()


def adapter(url: str, bucket: str = BUCKET, timeout: int = 5) -> CloudStorageErasureLog:
    return CloudStorageErasureLog(ErasureLogSettings(erasure_bucket=bucket, storage_url=url), timeout)


def test_each_kind_of_entry_is_read_back_as_it_was(url: str) -> None:
    log = adapter(url)
    for entry in (RECIPIENT, PERSON, COMPANY):
        log.add(entry)
    assert sorted(log.entries(), key=lambda one: one.id) == [COMPANY, RECIPIENT, PERSON]


def test_every_page_is_read(url: str) -> None:
    log = adapter(url)
    for number in range(5):
        log.add(Erasure(f"prq_{number}", AT, "acc_a", person_id=f"per_{number}"))
    assert [one.id for one in log.entries()] == [f"prq_{number}" for number in range(5)]


def test_the_same_again_is_left_as_it_is(url: str) -> None:
    log = adapter(url)
    log.add(PERSON)
    log.add(Erasure(PERSON.id, AT + timedelta(days=1), "acc_a", person_id="per_a"))
    assert list(log.entries()) == [PERSON]


def test_an_empty_log_has_no_entries(url: str) -> None:
    assert list(adapter(url).entries()) == []


def test_what_else_lies_in_the_bucket_is_no_entry(url: str, storage: CloudStorage) -> None:
    storage.put("notes.txt", b"no entry", only_new=False)
    assert list(adapter(url).entries()) == []


def test_an_entry_holds_keyed_ids_alone(url: str, storage: CloudStorage) -> None:
    adapter(url).add(RECIPIENT)
    ((name, text),) = storage.objects().items()
    assert name == "erasures/prq_a.json"
    assert json.loads(text) == {
        "id": "prq_a",
        "at": AT.isoformat(),
        "company_id": "acc_a",
        "fingerprint": bytes(range(32)).hex(),
        "person_id": None,
        "opt_out_too": True,
    }


def test_a_bucket_that_is_not_there_is_unavailable(url: str) -> None:
    log = adapter(url, "another")
    with pytest.raises(SupplierUnavailable):
        log.add(PERSON)
    with pytest.raises(SupplierUnavailable):
        list(log.entries())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_any_refusal_means_that_nothing_was_added(odd: OddServer, status: int) -> None:
    odd.answer = Answer(status, {"error": {"code": status}})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).add(PERSON)


def test_who_may_not_overwrite_what_is_there_already_has_added_it(odd: OddServer) -> None:
    message = "fn-member@p.iam.gserviceaccount.com does not have storage.objects.delete access to the object."
    odd.answer = Answer(403, {"error": {"code": 403, "message": message}})
    adapter(odd.url).add(PERSON)
    assert len(odd.asked) == 1


@pytest.mark.parametrize("body", ["", "<html>", "[]", "1"])
def test_what_is_no_answer_is_not_taken_for_an_empty_log(odd: OddServer, body: str) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(SupplierUnavailable):
        list(adapter(odd.url).entries())


def test_nobody_answering_is_unavailable() -> None:
    with pytest.raises(SupplierUnavailable):
        adapter(closed_url(), timeout=1).add(PERSON)


def test_a_connection_that_is_cut_is_unavailable() -> None:
    with cutting_server() as (url, _), pytest.raises(SupplierUnavailable):
        adapter(url, timeout=1).add(PERSON)
