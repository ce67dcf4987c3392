"""Lekab's adapter over the wire: what becomes of an SMS, whatever Lekab answers or does not."""

import json

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from shared.domain import chunks
from shared.domain.delivery import DeliveryState
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.providers.lekab import Lekab
from shared.providers.lekab_words import read_receipt
from tests.providers.lekab_support import ANNA, BATCH, BO, CI, SEND, STATUS, Served, adapter, sms
from tests.providers.odd_server import Answer, OddServer, closed_url, cutting_server

LAND_LINE = "+4684654605"


def one(lekab: Lekab, number: str = ANNA) -> SmsResult:
    (result,) = lekab.send(sms(number))
    return result


def outcomes(results: list[SmsResult]) -> list[SmsOutcome]:
    return [result.outcome for result in results]


def test_each_text_goes_to_its_own_number_and_comes_back_with_its_own_id(served: Served) -> None:
    numbers = [f"+467017406{number:02d}" for number in range(5, 55)]
    results = adapter(served.url).send(sms(*numbers))
    arrived = {found["to"]: (found["id"], found["from"], found["message"]) for found in served.lekab.messages()}
    assert outcomes(results) == [SmsOutcome.SENT] * 50
    assert arrived == {
        wanted.to.e164: (result.reference, "Kaffebaren", wanted.text)
        for wanted, result in zip(sms(*numbers), results, strict=True)
    }


def test_a_number_that_lekab_rejects_is_refused_with_its_reason_and_the_others_are_sent(served: Served) -> None:
    results = adapter(served.url).send(sms(ANNA, LAND_LINE, CI))
    assert outcomes(results) == [SmsOutcome.SENT, SmsOutcome.REFUSED, SmsOutcome.SENT]
    assert results[1].reason == "invalid_destination"


@pytest.mark.parametrize("batched", [False, True])
def test_a_wrong_login_means_that_nothing_was_tried(served: Served, batched: bool) -> None:
    results = adapter(served.url, batched=batched, account="fel").send(sms(ANNA, BO))
    assert outcomes(results) == [SmsOutcome.NOT_TRIED] * 2
    assert served.lekab.messages() == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, SmsOutcome.REFUSED),
        (422, SmsOutcome.REFUSED),
        (401, SmsOutcome.NOT_TRIED),
        (402, SmsOutcome.NOT_TRIED),
        (403, SmsOutcome.NOT_TRIED),
        (404, SmsOutcome.NOT_TRIED),
        (405, SmsOutcome.NOT_TRIED),
        (413, SmsOutcome.NOT_TRIED),
        (415, SmsOutcome.NOT_TRIED),
        (429, SmsOutcome.NOT_TRIED),
        (500, SmsOutcome.UNKNOWN),
        (502, SmsOutcome.UNKNOWN),
        (503, SmsOutcome.UNKNOWN),
        (504, SmsOutcome.UNKNOWN),
    ],
)
def test_a_status_says_whether_the_sms_may_have_left(odd: OddServer, status: int, outcome: SmsOutcome) -> None:
    odd.answer = Answer(status, {"error": "nej"})
    assert one(adapter(odd.url)).outcome is outcome
    assert len(odd.asked) == 1


@pytest.mark.parametrize("batched", [False, True])
def test_without_an_answer_in_time_nobody_knows(odd: OddServer, batched: bool) -> None:
    odd.silent = True
    result = one(adapter(odd.url, batched=batched, timeout=1))
    assert (result.outcome, result.reference) == (SmsOutcome.UNKNOWN, None)
    assert len(odd.asked) == 1


@pytest.mark.parametrize("batched", [False, True])
def test_where_nobody_listens_nothing_was_tried(batched: bool) -> None:
    assert one(adapter(closed_url(), batched=batched)).outcome is SmsOutcome.NOT_TRIED


@pytest.mark.parametrize("batched", [False, True])
def test_a_connection_cut_after_the_request_is_unknown_and_the_text_left_once(batched: bool) -> None:
    with cutting_server() as (url, received):
        result = one(adapter(url, batched=batched))
    assert result.outcome is SmsOutcome.UNKNOWN
    assert len(received) == 1


ODD_BODIES = [
    "",
    "<html>Service</html>",
    "[]",
    '["accepted"]',
    "null",
    "17",
    "{}",
    '{"accepted": [], "rejected": []}',
    '{"accepted": {"id": "1"}}',
    '{"accepted": [null]}',
    '{"accepted": [{"to": "46701740605"}]}',
    '{"accepted": [{"id": null, "to": "46701740605"}]}',
    '{"accepted": [{"id": "", "to": "46701740605"}]}',
    '{"accepted": [{"id": {"a": 1}, "to": "46701740605"}]}',
    json.dumps({"accepted": [{"id": "x" * 65, "to": "46701740605"}]}),
    '{"accepted": "alla"}',
    '{"rejected": ["46701740605"]}',
    '{"accepted": [{"id": "1"',
    "[" * 5_000,
]


@pytest.mark.parametrize("body", ODD_BODIES)
def test_an_answer_that_nobody_understands_is_unknown(odd: OddServer, body: str) -> None:
    odd.answer = Answer(200, body)
    result = one(adapter(odd.url))
    assert (result.outcome, result.reference) == (SmsOutcome.UNKNOWN, None)


@pytest.mark.parametrize("odd_id", [None, "", "x" * 65, "å", {"a": 1}])
def test_a_batch_that_was_taken_is_sent_also_when_an_id_is_of_no_use(odd: OddServer, odd_id: object) -> None:
    odd.by_path = {
        BATCH: Answer(200, {"batchid": "b1", "batchstatuscode": 1}),
        STATUS: Answer(200, {"messages": [{"id": odd_id, "to": "46701740605"}]}),
    }
    assert one(adapter(odd.url, batched=True)) == SmsResult(SmsOutcome.SENT, reference=None)


@pytest.mark.parametrize("status", ["INVALID DESTINATION", "Nummer saknas på kontot", "", "x" * 41, None, 9])
def test_a_reason_is_always_something_the_database_takes(odd: OddServer, status: object) -> None:
    odd.answer = Answer(200, {"accepted": [], "rejected": [{"to": "46701740605", "status": status}]})
    result = one(adapter(odd.url))
    assert result.outcome is SmsOutcome.REFUSED
    assert result.reason is not None
    assert result.reason.isascii()
    assert len(result.reason) <= 40


def test_a_batch_is_one_call_and_every_id_is_learned_from_its_status(served: Served) -> None:
    lekab = adapter(served.url, batched=True)
    results = lekab.send(sms(ANNA, BO, CI))
    assert outcomes(results) == [SmsOutcome.SENT] * 3
    assert {found["to"]: found["id"] for found in served.lekab.messages()} == {
        number: result.reference for number, result in zip((ANNA, BO, CI), results, strict=True)
    }
    assert served.lekab.stats()["requests"] == 2  # the batch and its status


def test_a_bad_number_in_a_batch_is_refused_alone_and_nobody_gets_two(served: Served) -> None:
    results = adapter(served.url, batched=True).send(sms(ANNA, LAND_LINE, CI))
    assert outcomes(results) == [SmsOutcome.SENT, SmsOutcome.REFUSED, SmsOutcome.SENT]
    assert sorted(found["to"] for found in served.lekab.messages()) == [ANNA, CI]


@pytest.mark.parametrize("status", [Answer(500), Answer(200, "[]"), Answer(200, {"messages": [17]}), Answer(404)])
def test_a_batch_that_was_taken_is_sent_also_when_its_ids_cannot_be_had(odd: OddServer, status: Answer) -> None:
    odd.by_path = {BATCH: Answer(200, {"batchid": "b1", "batchstatuscode": 1}), STATUS: status}
    assert adapter(odd.url, batched=True).send(sms(ANNA)) == [SmsResult(SmsOutcome.SENT, reference=None)]
    assert odd.bodies(STATUS)[0]["batchid"] == "b1"


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(200, "[]"), Answer(200, "oj"), Answer(200, {}), Answer(200, {"batchstatuscode": 7})]
)
def test_a_batch_whose_answer_is_lost_or_odd_is_unknown_and_not_sent_singly(odd: OddServer, answer: Answer) -> None:
    odd.answer = answer
    assert outcomes(adapter(odd.url, batched=True).send(sms(ANNA, BO))) == [SmsOutcome.UNKNOWN] * 2
    assert odd.bodies(SEND) == []


def test_of_a_refused_batch_what_is_not_begun_in_time_singly_was_not_tried(odd: OddServer) -> None:
    odd.answer = Answer(400)
    assert outcomes(adapter(odd.url, batched=True, longest_seconds=0).send(sms(ANNA, BO))) == [SmsOutcome.NOT_TRIED] * 2
    assert odd.bodies(SEND) == []


@pytest.mark.parametrize("status", [401, 403, 404, 413, 429])
def test_a_batch_that_is_not_taken_for_what_is_wrong_with_us_was_not_tried(odd: OddServer, status: int) -> None:
    odd.answer = Answer(status)
    assert outcomes(adapter(odd.url, batched=True).send(sms(ANNA, BO))) == [SmsOutcome.NOT_TRIED] * 2
    assert odd.bodies(SEND) == []


def test_a_worker_that_dies_leaves_a_hundred_in_doubt_and_where_a_call_takes_more_one_chunk() -> None:
    assert adapter("http://127.0.0.1:1").at_once == 100
    assert adapter("http://127.0.0.1:1", batched=True).at_once == chunks.SIZE


DELIVERED, FAILED = DeliveryState.DELIVERED, DeliveryState.FAILED
NOT_FINAL = ("QUEUED", "SENT", "ACCEPTED", "UNKNOWN")
FAILING = (
    "DELETED",
    "EXPIRED",
    "REJECTED",
    "UNDELIVERABLE",
    "ABSENT SUBSCRIBER",
    "UNKNOWN SUBSCRIBER",
    "INVALID DESTINATION",
    "SUBSCRIBER ERROR",
    "ERROR",
)


@pytest.mark.parametrize("written", ["DELIVERED", "Delivered", "delivered", " Delivered "])
def test_a_delivered_receipt_is_read_however_it_is_written(written: str) -> None:
    assert read_receipt({"id": "a1", "status": written}) == Receipt("a1", DELIVERED, None)


@pytest.mark.parametrize("word", FAILING)
def test_every_word_of_failure_is_read_with_spaces_and_with_underscores(word: str) -> None:
    reason = word.lower().replace(" ", "_")
    for written in (word, word.title(), word.replace(" ", "_"), word.lower()):
        assert read_receipt({"id": "a1", "status": written}) == Receipt("a1", FAILED, reason)


@pytest.mark.parametrize("word", NOT_FINAL)
def test_a_word_that_is_not_the_last_moves_nothing(word: str) -> None:
    assert read_receipt({"id": "a1", "status": word}) is None


@pytest.mark.parametrize("number", ["46701740605", "+46701740605", "0701740605", "", "nonsens"])
def test_the_number_in_a_receipt_plays_no_part(number: str) -> None:
    assert read_receipt({"id": "a1", "to": number, "from": "Kaffebaren", "status": "Delivered"}) is not None


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"id": "a1"},
        {"status": "Delivered"},
        {"id": "", "status": "Delivered"},
        {"id": "å", "status": "Delivered"},
        {"id": "x" * 65, "status": "Delivered"},
        {"id": "a1", "status": ""},
        {"id": "a1", "status": "2"},
        {"id": "a1", "status": "DELIVRD"},
        {"id": "a1", "status": "NOT DELIVERED"},
    ],
)
def test_a_receipt_that_is_not_understood_is_left_alone(query: dict[str, str]) -> None:
    assert read_receipt(query) is None


@given(st.dictionaries(st.sampled_from(["id", "status", "to", "timestamp"]), st.text(max_size=100)))
@effort(max_examples=200, deadline=None, derandomize=True)
def test_no_query_whatever_makes_a_receipt_that_the_database_cannot_hold(query: dict[str, str]) -> None:
    receipt = read_receipt(query)
    if receipt is not None:
        assert receipt.sms_ref.isascii()
        assert 1 <= len(receipt.sms_ref) <= 64
