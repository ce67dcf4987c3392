"""Asking Lekab what became of an SMS that was sent: its last word counts as a receipt."""

import pytest

from sandbox.demo.company import wait_for
from shared.domain.delivery import DeliveryState
from shared.ports import Receipt, SmsOutcome, SupplierUnavailable
from tests.providers.lekab_support import ANNA, BATCH, BO, STATUS, STATUS_SINGLE, Served, adapter, sms
from tests.providers.odd_server import Answer, OddServer, closed_url


def test_what_a_phone_has_got_is_known_as_delivered(served: Served) -> None:
    lekab = adapter(served.url)
    references = [result.reference or "" for result in lekab.send(sms(ANNA, BO))]
    wait_for(lambda: len(lekab.receipts(references)) == 2, "both phones")
    assert [(one.sms_ref, one.outcome) for one in lekab.receipts(references)] == [
        (reference, DeliveryState.DELIVERED) for reference in references
    ]


def test_what_is_on_its_way_or_unknown_to_lekab_has_no_last_word(served: Served) -> None:
    lekab = adapter(served.url)
    assert lekab.receipts(["no-such-id"]) == []


@pytest.mark.parametrize("word", ["QUEUED", "SENT", "ACCEPTED", "UNKNOWN", "", "AS YET UNHEARD OF"])
def test_a_word_that_is_not_the_last_is_no_receipt(odd: OddServer, word: str) -> None:
    odd.answer = Answer(200, {"id": "a1", "to": "46701740605", "status": word})
    assert adapter(odd.url).receipts(["a1"]) == []


def test_a_failure_is_told_with_its_reason_and_about_the_sms_that_was_asked_about(odd: OddServer) -> None:
    odd.answer = Answer(200, {"id": "another", "status": "ABSENT SUBSCRIBER"})
    assert adapter(odd.url).receipts(["a1"]) == [Receipt("a1", DeliveryState.FAILED, "absent_subscriber")]
    assert odd.bodies(STATUS_SINGLE)[0]["id"] == "a1"


@pytest.mark.parametrize("answer", [Answer(500), Answer(401), Answer(429), Answer(200, "no JSON")])
def test_a_lekab_that_cannot_say_is_asked_again_later(odd: OddServer, answer: Answer) -> None:
    odd.answer = answer
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).receipts(["a1"])


def test_what_one_sms_meets_is_no_reason_to_lose_the_others(odd: OddServer) -> None:
    odd.by_body = lambda body: Answer(500) if body["id"] == "a1" else Answer(200, {"status": "DELIVERED"})
    assert adapter(odd.url).receipts(["a1", "a2"]) == [Receipt("a2", DeliveryState.DELIVERED)]


def test_a_lekab_that_is_down_is_asked_again_later() -> None:
    with pytest.raises(SupplierUnavailable):
        adapter(closed_url()).receipts(["a1"])


def test_of_a_batch_with_an_odd_answer_that_is_sent_whose_id_its_status_knows_and_the_rest_is_unknown(
    odd: OddServer,
) -> None:
    odd.by_path = {
        BATCH: Answer(200, {"batchid": "b1", "batchstatuscode": 7}),
        STATUS: Answer(200, {"messages": [{"id": "a1", "to": "46701740605"}]}),
    }
    anna, bo = adapter(odd.url, batched=True).send(sms(ANNA, BO))
    assert (anna.outcome, anna.reference) == (SmsOutcome.SENT, "a1")
    assert bo.outcome is SmsOutcome.UNKNOWN
