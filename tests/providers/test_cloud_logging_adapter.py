"""Cloud Logging's adapter over the wire: what the audit log says of a day is counted whole, or not at all."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.stand_ins.cloud_logging import CloudLogging as StandIn
from sandbox.stand_ins.kms_access import Entry
from sandbox.stand_ins.web import WebServer
from shared.ports import SupplierUnavailable
from shared.providers import cloud_logging as module
from shared.providers.cloud_logging import CloudLogging
from shared.settings import AuditSettings
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server

RING = "projects/upup-test/locations/europe-north1/keyRings/upup"
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class Log:
    written: list[Entry] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        return self.written

    def note(self, key: str, at: datetime = NOON, call: str = "Decrypt", caller: str = "disclose") -> None:
        self.written.append(Entry(at, caller, call, key))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def url(log: Log) -> Iterator[str]:
    server = WebServer(StandIn(log, RING).app)
    yield server.url
    server.close()


def adapter(url: str, timeout: int = 5) -> CloudLogging:
    return CloudLogging(AuditSettings(kms_key_ring=RING, logging_url=url), timeout)


def entry(key: str, **payload: object) -> dict[str, Any]:
    return {"protoPayload": {"methodName": "Decrypt", "resourceName": f"{RING}/cryptoKeys/{key}"} | payload}


def test_decrypts_are_counted_by_company_whoever_called(log: Log, url: str) -> None:
    for key in ("acc_a", "acc_b", "acc_a"):
        log.note(key)
    log.note("acc_a", caller="a stranger")
    assert adapter(url).decrypts(DAY) == {"acc_a": 3, "acc_b": 1}


def test_other_calls_and_the_shared_keys_are_not_counted(log: Log, url: str) -> None:
    for call in ("Encrypt", "CreateCryptoKey", "DestroyCryptoKeyVersion"):
        log.note("acc_a", call=call)
    for key in ("transit", "fingerprints"):
        log.note(key)
    assert adapter(url).decrypts(DAY) == {}


def test_a_day_is_from_midnight_to_midnight_in_utc(log: Log, url: str) -> None:
    moment = timedelta(microseconds=1)
    for at in (MIDNIGHT - moment, MIDNIGHT, MIDNIGHT + timedelta(days=1) - moment, MIDNIGHT + timedelta(days=1)):
        log.note("acc_a", at)
    assert adapter(url).decrypts(DAY) == {"acc_a": 2}
    assert adapter(url).decrypts(DAY + timedelta(days=1)) == {"acc_a": 1}


def test_every_page_is_read(log: Log, url: str) -> None:
    for _ in range(2 * module.PAGE + 1):
        log.note("acc_a")
    assert adapter(url).decrypts(DAY) == {"acc_a": 2 * module.PAGE + 1}


def test_an_empty_page_with_a_token_is_not_the_last(odd: OddServer) -> None:
    pages = {
        None: Answer(200, {"nextPageToken": "more"}),
        "more": Answer(200, {"entries": [entry("acc_a")], "nextPageToken": "yet more"}),
        "yet more": Answer(200, {"entries": [entry("acc_a")]}),
    }
    odd.by_body = lambda body: pages[body.get("pageToken")]
    assert adapter(odd.url).decrypts(DAY) == {"acc_a": 2}
    assert [body.get("pageToken") for _, body in odd.asked] == [None, "more", "yet more"]


def test_a_call_that_was_refused_deciphered_nothing(odd: OddServer) -> None:
    entries = [entry("acc_a", status={"code": 7}), entry("acc_a", status={}), entry("acc_b", status={"code": 3})]
    odd.answer = Answer(200, {"entries": entries})
    assert adapter(odd.url).decrypts(DAY) == {"acc_a": 1}


def test_the_question_names_the_keys_project_and_no_other(odd: OddServer) -> None:
    adapter(odd.url).decrypts(DAY)
    ((path, body),) = odd.asked
    assert path == "v2/entries:list"
    assert body["resourceNames"] == ["projects/upup-test"]
    assert 'logName="projects/upup-test/logs/cloudaudit.googleapis.com%2Fdata_access"' in body["filter"]


def test_over_plain_http_no_token_is_sent(log: Log, url: str) -> None:
    assert adapter(url).rest.headers() == {}


def test_over_tls_it_asks_as_the_service_account(
    odd: OddServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd.answer = Answer(200, {"access_token": "of the service account", "expires_in": 3600})
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(service_account(tmp_path, f"{odd.url}/token")))
    cloud_logging = adapter("https://logging.googleapis.com")
    for _ in range(2):
        assert cloud_logging.rest.headers() == {"Authorization": "Bearer of the service account"}
    assert [path for path, _ in odd.asked] == ["token"]


def test_without_credentials_it_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in (tmp_path / "none.json", service_account(tmp_path, f"{closed_url()}/token")):
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        with pytest.raises(SupplierUnavailable):
            adapter("https://logging.googleapis.com", timeout=1).decrypts(DAY)


def service_account(folder: Path, token_uri: str) -> Path:
    """A made-up service account's key, whose tokens come from this address."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    email = "compare@upup-test.iam.gserviceaccount.com"
    facts = {"type": "service_account", "project_id": "upup-test", "client_email": email, "token_uri": token_uri}
    file = folder / "key.json"
    file.write_text(json.dumps(facts | {"private_key": key.decode()}), "utf-8")
    return file


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_any_refusal_means_that_nothing_is_known(odd: OddServer, status: int) -> None:
    odd.answer = Answer(status, {"error": {"code": status}})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).decrypts(DAY)


@pytest.mark.parametrize("body", ["", "<html>", "[]", "1"])
def test_what_is_no_answer_is_not_taken_for_an_empty_log(odd: OddServer, body: str) -> None:
    odd.answer = Answer(200, body)
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).decrypts(DAY)


def test_a_log_without_end_is_given_up(odd: OddServer) -> None:
    odd.answer = Answer(200, {"nextPageToken": "again"})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).decrypts(DAY)
    assert len(odd.asked) == module.MOST_PAGES


def test_no_connection_a_cut_one_and_silence_are_told_as_unavailable(odd: OddServer) -> None:
    odd.silent = True
    with cutting_server() as (cutting, _):
        for one in (adapter(closed_url()), adapter(cutting), adapter(odd.url, timeout=1)):
            with pytest.raises(SupplierUnavailable):
                one.decrypts(DAY)


def test_the_stand_in_refuses_what_it_cannot_read_as_google_would(url: str) -> None:
    wrong: list[dict[str, object]] = [{"filter": "severity=ERROR OR x"}, {"resourceNames": []}, {"orderBy": "severity"}]
    for changes in wrong:
        body: dict[str, object] = {"resourceNames": ["projects/upup-test"], "filter": ""} | changes
        answer = requests.post(f"{url}/v2/entries:list", json=body, timeout=5)
        assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_the_stand_in_lists_newest_first_where_asked(log: Log, url: str) -> None:
    log.note("acc_a")
    log.note("acc_b", NOON + timedelta(seconds=1))
    body = {"resourceNames": ["projects/upup-test"], "orderBy": "timestamp desc", "pageSize": 1}
    page = requests.post(f"{url}/v2/entries:list", json=body, timeout=5).json()
    assert page["entries"][0]["resource"]["labels"]["crypto_key_id"] == "acc_b"
    assert page["nextPageToken"]
