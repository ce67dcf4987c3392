"""A send goes through in chunks, each asking for a later one, until every öre of it is accounted for."""

from functools import partial

from shared.domain.chunks import SIZE
from shared.domain.phone_number import parse
from shared.domain.topics import COUPONS_WANTED, SMS_WANTED
from shared.ports import ClaimedElsewhere, SmsOutcome, SmsResult
from shared.use_cases.gifts.settle_gifts import settle_gifts
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, at_once
from tests.factories import fictional

PRICE_ORE = FEE_ORE + VALUE_ORE


def numbers(count: int) -> list[str]:
    """Any Swedish mobile numbers: more than are reserved for fiction."""
    return [f"07{place + 20_000_000:08d}" for place in range(count)]


def test_a_send_of_1300_goes_through_in_three_chunks_two_at_most_in_flight(pipeline: Pipeline) -> None:
    send_id = pipeline.send(*numbers(1_300))
    assert [one.topic for one in pipeline.published] == [COUPONS_WANTED] * 2
    pipeline.run()
    assert sorted(pipeline.steps) == [COUPONS_WANTED] * 3 + [SMS_WANTED] * 3
    assert set(pipeline.deliveries(send_id)) == {"sent"}
    assert len({sms.to for sms in pipeline.sender.sent}) == len(pipeline.sender.sent) == 1_300
    assert pipeline.send_row(send_id, "state") == "done"
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert set(pipeline.deliveries(send_id, "sealed_values")) == {None}
    assert pipeline.booked()["capture_fee"] == 1_300 * FEE_ORE
    assert pipeline.balance().held_ore == 1_300 * VALUE_ORE


def test_a_chunk_takes_fifty_statements_at_most_from_accepted_to_sent(pipeline: Pipeline) -> None:
    pipeline.sender.at_once = SIZE  # with Lekab's batch permit
    _connects, few, more = (statements_of(pipeline, chunks) for chunks in (1, 1, 3))
    publishing = 2  # a message is deleted when Pub/Sub has it
    assert (more - few) / 2 + publishing <= 50


def statements_of(pipeline: Pipeline, chunks: int) -> int:
    """What a send takes, BEGIN and COMMIT among them, as the server counts."""
    send_id = pipeline.send(*numbers(chunks * SIZE))
    counted = "SHOW GLOBAL STATUS LIKE 'Questions'"
    ((_, before),) = pipeline.rows(counted)
    pipeline.run()
    ((_, after),) = pipeline.rows(counted)
    assert set(pipeline.deliveries(send_id)) == {"sent"}
    return int(after) - int(before)


def test_whatever_becomes_of_the_rows_what_was_reserved_is_captured_released_or_held(pipeline: Pipeline) -> None:
    wanted = numbers(1_300)
    send_id = pipeline.send(*wanted)
    for place in range(0, 1_300, 3):
        pipeline.opt_out(wanted[place])
    for place in range(1, 1_300, 5):
        kind = SmsOutcome.REFUSED if place % 2 else SmsOutcome.UNKNOWN
        pipeline.sender.outcomes[parse(wanted[place]).e164] = SmsResult(kind)
    pipeline.run()
    states = pipeline.deliveries(send_id)
    assert set(states) == {"sent", "failed", "unknown", "opted_out"}
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    booked = pipeline.booked()
    assert booked["reserve"] == 1_300 * PRICE_ORE
    assert booked["capture_fee"] == states.count("sent") * FEE_ORE
    assert booked["release"] == (states.count("opted_out") + states.count("failed")) * PRICE_ORE
    held = booked["reserve"] - booked["capture_fee"] - booked["release"]
    assert pipeline.balance().held_ore == held
    assert held == states.count("sent") * VALUE_ORE + states.count("unknown") * PRICE_ORE
    assert pipeline.column("SELECT held_ore FROM holds WHERE company_id = %s", pipeline.company_id) == [held]


def test_every_message_twice_ends_as_every_message_once(pipeline: Pipeline) -> None:
    send_id = pipeline.send(*numbers(1_100))
    while pipeline.published:
        message = pipeline.published.pop(0)
        pipeline.do(message)
        pipeline.do(message)
        assert len(pipeline.steps) < 100, "the messages never end"
    assert set(pipeline.deliveries(send_id)) == {"sent"}
    assert len({sms.to for sms in pipeline.sender.sent}) == len(pipeline.sender.sent) == 1_100
    assert pipeline.booked()["capture_fee"] == 1_100 * FEE_ORE


def test_a_send_whose_rows_all_fail_still_reaches_its_end(pipeline: Pipeline) -> None:
    send_id = pipeline.send(*numbers(1_200))
    pipeline.issuer.rejects = True
    pipeline.run()
    assert set(pipeline.deliveries(send_id)) == {"failed"}
    assert pipeline.send_row(send_id, "state") == "done"
    assert pipeline.balance().held_ore == 0
    assert pipeline.sender.sent == []


def test_a_send_with_something_in_doubt_is_done_but_keeps_its_text(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2)
    pipeline.sender.outcomes[parse(fictional(0)).e164] = SmsResult(SmsOutcome.UNKNOWN)
    pipeline.run()
    assert pipeline.send_row(send_id, "state") == "done"
    assert pipeline.send_row(send_id, "sealed_text") is not None
    assert [values is None for values in pipeline.deliveries(send_id, "sealed_values")] == [False, True]


def test_two_sends_of_one_company_at_once_keep_their_money_apart(pipeline: Pipeline) -> None:
    sends = [pipeline.send(*numbers(200)) for _ in range(2)]
    pipeline.published.clear()
    assert at_once([partial(pipeline.issue, one) for one in sends]) == []
    failures = at_once([partial(pipeline.hand_over, one) for one in sends * 2])
    assert {type(one) for one in failures} <= {ClaimedElsewhere}
    assert [set(pipeline.deliveries(one)) for one in sends] == [{"sent"}] * 2
    holds = pipeline.column("SELECT held_ore FROM holds WHERE company_id = %s", pipeline.company_id)
    assert holds == [200 * VALUE_ORE] * 2
    assert pipeline.booked()["capture_fee"] == 400 * FEE_ORE
