"""Erasing a recipient leaves nothing that leads to them, in whatever state their deliveries are, and every count."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.database.queries import deliveries, receipts
from shared.domain.delivery import DeliveryState
from shared.domain.delivery import DeliveryState as S
from shared.domain.persons_data import ErasedRecipient, FoundRecipient
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind, State
from shared.ports import Receipt, SmsOutcome, SmsResult
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.privacy_requests_due import privacy_requests_due
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, SlowSender, at_once
from tests.database.privacy import Desk
from tests.database.stopping import Stopped, StoppingDatabase
from tests.factories import fictional, fingerprint, receipts_number_hash

ONE, OTHER = fictional(0), fictional(1)
LEFT = ("sent", "delivered", "failed", "unknown")


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def in_state(pipeline: Pipeline, state: DeliveryState) -> str:
    """A send to two people whose first delivery is in this state."""
    first = parse(ONE)
    if state in (S.FAILED, S.UNKNOWN):
        outcome = {S.FAILED: SmsOutcome.REFUSED, S.UNKNOWN: SmsOutcome.UNKNOWN}[state]
        pipeline.sender.outcomes[first.e164] = SmsResult(outcome, reason="no")
    if state is S.OPTED_OUT:
        send_id = pipeline.send_to(2)
        pipeline.opt_out(ONE)
        pipeline.run()
        return send_id
    if state in (S.ACCEPTED, S.ISSUED, S.CANCELLED):
        send_id = pipeline.send_to(2) if state is S.ACCEPTED else pipeline.issued(2)
        if state is S.CANCELLED:
            with pipeline.database.transaction() as tx:
                cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())
        return send_id
    send_id = pipeline.sent(2)
    if state is S.DELIVERED:
        (reference, *_) = pipeline.deliveries(send_id, "sms_ref")
        receipt = Receipt(reference, S.DELIVERED, phone=first, sender="Kaffebaren")
        pipeline.record(receipt)
    pipeline.sender.outcomes.clear()
    return send_id


STATES = [S.ACCEPTED, S.ISSUED, S.SENT, S.DELIVERED, S.FAILED, S.UNKNOWN, S.OPTED_OUT, S.CANCELLED]


@pytest.mark.parametrize("state", STATES)
def test_nothing_leads_to_an_erased_recipient_and_the_row_stays(desk: Desk, state: DeliveryState) -> None:
    pipeline = desk.pipeline
    send_id = in_state(pipeline, state)
    assert pipeline.deliveries(send_id)[0] == state
    assert desk.traces(ONE), "the search finds what is there"
    request, _ = desk.ask(Kind.ERASE, ONE)
    assert request.state == State.DONE
    assert desk.traces(ONE) == set()
    assert {"deliveries.phone", "deliveries.fingerprint"} <= desk.traces(OTHER), "and nobody else is erased"
    (row, _) = pipeline.rows(
        "SELECT state, phone, fingerprint, record, data_key_id, sms_ref, sealed_values, coupon_id, claimed_by"
        " FROM deliveries WHERE send_id = %s ORDER BY position",
        send_id,
    )
    assert row == ("cancelled" if state in deliveries.NOT_BEGUN else state, *[None] * 8)


@pytest.mark.parametrize("state", [one for one in STATES if one.value in LEFT])
def test_the_counts_of_what_has_left_stay_before_and_after_encryption(desk: Desk, state: DeliveryState) -> None:
    pipeline = desk.pipeline
    send_id = in_state(pipeline, state)
    before = Counter(pipeline.deliveries(send_id))
    desk.ask(Kind.ERASE, ONE)
    assert Counter(pipeline.deliveries(send_id)) == before
    pipeline.clock.advance(days=31)
    erase_expired(pipeline.database, pipeline.clock.now())
    run = encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    assert (run.rows, run.overdue) == (1, 0), "an erased row holds nothing to encrypt, and holds up nothing"
    assert pipeline.send_row(send_id, "encrypted_at IS NOT NULL, gift_code")
    assert Counter(pipeline.deliveries(send_id)) == before


def test_after_encryption_the_record_and_its_key_go_too(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.sent(1)
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    assert desk.traces(ONE) == {"deliveries.fingerprint"}
    desk.ask(Kind.ERASE, ONE)
    assert desk.traces(ONE) == set()
    assert pipeline.deliveries(send_id, "record") == [None]
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT id FROM data_keys") == []


@pytest.mark.parametrize("state", [S.ACCEPTED, S.ISSUED])
def test_what_has_not_left_never_does_and_costs_nothing(desk: Desk, state: DeliveryState) -> None:
    pipeline = desk.pipeline
    before = pipeline.balance()
    send_id = in_state(pipeline, state)
    _, result = desk.ask(Kind.ERASE, ONE)
    assert isinstance(result, ErasedRecipient)
    assert (result.erased, result.cancelled, result.waiting) == (1, 1, 0)
    # a coupon that was asked for is voided first, and its value is free then
    voided = VALUE_ORE if state is S.ISSUED else 0
    assert pipeline.balance().held_ore == FEE_ORE + VALUE_ORE + voided
    assert pipeline.balance().available_ore == before.available_ore - FEE_ORE - VALUE_ORE - voided
    pipeline.issue(send_id)
    pipeline.hand_over(send_id)
    pipeline.run()
    assert [sms.to for sms in pipeline.sender.sent] == [parse(OTHER)]
    assert pipeline.send_row(send_id, "state") == "done"


def test_the_gift_already_given_still_opens_by_its_link(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    token = pipeline.token_of(pipeline.sender.sent[0])
    desk.ask(Kind.ERASE, ONE)
    with pipeline.database.transaction() as tx:
        assert open_gift(tx, pipeline.tokens, token, pipeline.today).code


def test_an_sms_in_its_call_is_waited_for_and_erased_by_the_job(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.issued(1)
    slow = SlowSender(pipeline.sender)

    def erase_meanwhile() -> None:
        assert slow.called.wait(20)
        request, result = desk.ask(Kind.ERASE, ONE)
        assert isinstance(result, ErasedRecipient)
        assert (request.state, result.waiting) == (State.IN_PROGRESS, 1)
        slow.released.set()

    assert at_once([lambda: pipeline.hand_over(send_id, sender=slow), erase_meanwhile]) == []
    assert pipeline.deliveries(send_id) == ["sent"]
    done = privacy_requests_due(desk.parts, NoMail(), "https://upup.example", pipeline.clock.now())
    assert (done.gone_on, done.erasures_open) == (1, 0)
    assert desk.traces(ONE) == set()
    assert pipeline.deliveries(send_id) == ["sent"]


class NoMail:
    def send(self, to: str, subject: str, text: str) -> None:
        raise AssertionError("nobody is to be told")


def test_another_company_that_has_the_same_number_keeps_its_rows(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    other = pipeline.company()
    theirs = pipeline.send(ONE, member=other)
    pipeline.run()
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.deliveries(theirs, "phone") == [parse(ONE).e164]
    _, found = desk.ask(Kind.FIND, ONE, member=other)
    assert isinstance(found, FoundRecipient)
    assert [one.send_id for one in found.deliveries] == [theirs]
    _, gone = desk.ask(Kind.FIND, ONE)
    assert isinstance(gone, FoundRecipient)
    assert gone.deliveries == []


def test_the_opt_out_stays_unless_it_is_to_be_forgotten_too(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    pipeline.opt_out(ONE)
    desk.ask(Kind.ERASE, ONE)
    assert desk.traces(ONE, but=()) == {"opt_outs.fingerprint"}
    desk.ask(Kind.ERASE, ONE, opt_out_too=True)
    assert desk.traces(ONE, but=()) == set()


def test_that_the_opt_out_goes_too_may_be_asked_for_while_the_erasure_is_open(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.issued(1)
    slow = SlowSender(pipeline.sender)

    def erase_meanwhile() -> None:
        assert slow.called.wait(20)
        first, _ = desk.ask(Kind.ERASE, ONE)  # its entry in the erasure log says nothing of the opt-out
        pipeline.opt_out(ONE)
        desk.log.away = True
        again, _ = desk.ask(Kind.ERASE, ONE, opt_out_too=True)
        assert (again.id, again.opt_out_too, again.state) == (first.id, True, State.IN_PROGRESS)
        desk.log.away = False
        slow.released.set()

    assert at_once([lambda: pipeline.hand_over(send_id, sender=slow), erase_meanwhile]) == []
    assert desk.traces(ONE, but=()) > {"opt_outs.fingerprint"}
    privacy_requests_due(desk.parts, NoMail(), "https://upup.example", pipeline.clock.now())
    assert desk.traces(ONE, but=()) == set()
    assert [entry.opt_out_too for entry in desk.log.written.values()] == [False, True], "a replay forgets it too"


def test_erasing_twice_changes_nothing_more(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.sent(2)
    desk.ask(Kind.ERASE, ONE)
    everything = "SELECT * FROM deliveries WHERE send_id = %s"
    once, booked = pipeline.rows(everything, send_id), pipeline.booked()
    request, result = desk.ask(Kind.ERASE, ONE)
    assert isinstance(result, ErasedRecipient)
    assert (request.state, result.erased) == (State.DONE, 0)
    assert (pipeline.rows(everything, send_id), pipeline.booked()) == (once, booked)


def test_it_can_be_killed_anywhere_and_the_job_finishes(desk: Desk) -> None:
    """After each number of transactions that went through: what was begun is brought to its end."""
    pipeline = desk.pipeline
    for survives in range(12):
        for _ in range(3):
            pipeline.sent(1)
        whole = pipeline.database
        desk.pipeline.database = StoppingDatabase(whole, survives)  # type: ignore[assignment]  # a worker that dies
        try:
            desk.ask(Kind.ERASE, ONE)
            killed = False
        except Stopped:
            killed = True
        desk.pipeline.database = whole
        if survives >= 2:  # it is written down that it began
            privacy_requests_due(desk.parts, NoMail(), "https://upup.example", pipeline.clock.now())
        else:
            desk.ask(Kind.ERASE, ONE)
        assert desk.traces(ONE) == set(), survives
        assert pipeline.column("SELECT COUNT(*) FROM privacy_requests WHERE state <> 'done'") == [0]
        if not killed:
            return
    pytest.fail("it was killed every time")


def test_receipts_that_wait_for_the_number_go_too(desk: Desk) -> None:
    pipeline = desk.pipeline
    in_state(pipeline, S.UNKNOWN)
    with pipeline.database.transaction() as tx:
        number = receipts_number_hash(parse(ONE))
        receipts.keep_early(tx, "ours", S.DELIVERED, None, pipeline.clock.now(), number, "Kaffebaren")
        receipts.keep_early(tx, "theirs", S.DELIVERED, None, pipeline.clock.now(), number, "Blommor")
    assert desk.traces(ONE) > {"sms_doubts.number_hmac", "early_receipts.number_hmac"}
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == ["theirs"], "another company's is its own"
    assert pipeline.column("SELECT send_id FROM sms_doubts") == []


def test_the_fee_of_an_erased_doubt_is_released_after_its_72_hours(desk: Desk) -> None:
    pipeline = desk.pipeline
    in_state(pipeline, S.UNKNOWN)
    held = pipeline.balance().held_ore
    desk.ask(Kind.ERASE, ONE)
    assert pipeline.column("SELECT COUNT(*) FROM coupons WHERE sealed_code IS NOT NULL") == [0]
    pipeline.clock.advance(hours=73)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.balance().held_ore == held - FEE_ORE


def test_what_is_uploaded_afterwards_is_not_erased(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    desk.log.away = True
    request, result = desk.ask(Kind.ERASE, ONE)
    assert (request.state, result) == (State.IN_PROGRESS, None), "nothing is erased before it is logged"
    assert desk.traces(ONE) >= {"deliveries.phone", "privacy_requests.fingerprint"}
    desk.log.away = False
    pipeline.clock.advance(hours=1)
    later = pipeline.send(ONE)
    privacy_requests_due(desk.parts, NoMail(), "https://upup.example", pipeline.clock.now())
    assert desk.request(request.id).state == State.DONE
    assert pipeline.column("SELECT send_id FROM deliveries WHERE fingerprint IS NOT NULL") == [later]


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=4), st.integers(0, 35), st.booleans())
def test_no_column_of_any_table_holds_an_erased_number(
    pipeline: Pipeline, states: list[DeliveryState], days: int, twice: bool
) -> None:
    desk = Desk(pipeline)
    with pipeline.database.transaction() as tx:
        tx.execute("DELETE FROM opt_outs")
    sends = [in_state(pipeline, state) for state in states if state is not S.OPTED_OUT]
    pipeline.clock.advance(days=days)
    erase_expired(pipeline.database, pipeline.clock.now())
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    before = {send_id: counted(pipeline, send_id) for send_id in sends}
    for _ in range(1 + twice):
        desk.ask(Kind.ERASE, ONE, opt_out_too=True)
    assert desk.traces(ONE, but=()) == set()
    for send_id in sends:
        after = counted(pipeline, send_id)
        assert sum(after.values()) == sum(before[send_id].values())
        assert {state: after[state] for state in LEFT} == {state: before[send_id][state] for state in LEFT}


def counted(pipeline: Pipeline, send_id: str) -> Counter[Any]:
    return Counter(pipeline.deliveries(send_id))


def test_the_erasure_is_logged_by_keyed_ids_alone(desk: Desk) -> None:
    desk.pipeline.sent(1)
    request, _ = desk.ask(Kind.ERASE, ONE)
    (entry,) = desk.log.written.values()
    assert (entry.id, entry.company_id, entry.person_id) == (request.id, desk.pipeline.company_id, None)
    assert entry.fingerprint == fingerprint(parse(ONE))
    assert desk.steps(request) == ["received", "began", "done"]
    assert request.due_at - request.received_at in (timedelta(days=30), timedelta(days=31))
