"""Endpoints are called of what they are due: signed, at least once, one worker at a time, for three days at most."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.database.queries import people, webhook_endpoints, webhook_messages
from shared.database.queries.webhook_endpoints import Endpoint
from shared.database.queries.webhook_messages import ToTell
from shared.domain.topics import EVENTS_WANTED
from shared.domain.webhook import OLD_SECRET_LIFE, PATIENCE, TEST, WAITS
from shared.ports import MailRefused, SupplierUnavailable, WebhookAnswer, WebhookCall
from shared.privacy.sealing import Unreadable
from shared.privacy.tokens import TokenHasher
from shared.privacy.webhook_secrets import new_secret, seal, signatures, unseal
from shared.use_cases.webhooks.call_endpoint import told
from shared.use_cases.webhooks.retry_webhooks import retry_webhooks
from shared.use_cases.webhooks.tell_of_disabled import tell_of_disabled
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.webhooks import BROKEN, GONE, GOOD, SILENT, FakeReceiver, HeldReceiver, Webhooks
from tests.factories import NOON

TOKENS = TokenHasher(bytes(32))
ANSWERS = (GOOD, BROKEN, SILENT, GONE, WebhookAnswer(302, None, 1), WebhookAnswer(429, None, 1))


@pytest.fixture
def webhooks(pipeline: Pipeline) -> Webhooks:
    return Webhooks(pipeline)


class FakeMail:
    def __init__(self, refuses: Sequence[str] = (), away_for: Sequence[str] = ()) -> None:
        self.sent: list[tuple[str, str]] = []
        self._refuses = refuses
        self._away_for = away_for

    def send(self, to: str, subject: str, text: str) -> None:
        if to in self._refuses:
            raise MailRefused
        if to in self._away_for:
            raise SupplierUnavailable
        self.sent.append((to, text))


def add_test(pipeline: Pipeline, endpoint: Endpoint, message_id: str = "evt_one") -> None:
    with pipeline.database.transaction() as tx:
        webhook_messages.add_test(tx, endpoint.company_id, endpoint.id, message_id, TEST, pipeline.clock.now())


def replace_secret(pipeline: Pipeline, endpoint: Endpoint) -> str:
    secret, until = new_secret(), pipeline.clock.now() + OLD_SECRET_LIFE
    sealed = seal(pipeline.tokens, endpoint.id, secret)
    with pipeline.database.transaction() as tx:
        webhook_endpoints.add_secret(tx, endpoint.company_id, endpoint.id, sealed, until)
    return secret


def test_a_send_is_told_from_its_sms_to_its_end(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, send_id = webhooks.endpoint(), pipeline.send_to(2)
    pipeline.run()
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.types == ["delivery.sent", "delivery.sent", "send.done"]
    *sent, done = sorted(webhooks.receiver.bodies, key=lambda body: body["type"])
    assert done["data"] == {"send_id": send_id, "state": "done", "test": False}
    assert {body["timestamp"] for body in webhooks.receiver.bodies} == {"2026-11-23T11:00:00Z"}
    assert len({body["data"]["delivery_id"] for body in sent}) == 2
    assert {one.url for one in webhooks.receiver.calls} == {endpoint.url}
    assert webhooks.messages() == ["delivered"] * 3


def test_a_move_publishes_a_nudge_for_its_endpoint(pipeline: Pipeline, webhooks: Webhooks) -> None:
    webhooks.endpoint()
    send_id = pipeline.issued(1)
    pipeline.hand_over(send_id)
    webhooks.tell_all()
    assert webhooks.receiver.types == ["delivery.sent", "send.done"]


def test_who_has_been_asked_to_call_an_endpoint_is_not_asked_again_for_what_comes_meanwhile(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    webhooks.endpoint()
    for send_id in [pipeline.issued(1) for _ in range(3)]:
        pipeline.hand_over(send_id)
    assert [one.topic for one in pipeline.published].count(EVENTS_WANTED) == 1
    webhooks.tell_all()
    assert webhooks.receiver.types == ["delivery.sent"] * 3 + ["send.done"] * 3


def test_what_moves_during_a_call_is_told_by_the_worker_that_makes_it(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, held, send_id = webhooks.endpoint(), HeldReceiver(), pipeline.issued(1)
    add_test(pipeline, endpoint)
    pipeline.published.clear()
    worker = threading.Thread(target=webhooks.tell, args=(endpoint.id, held))
    worker.start()
    assert held.called.wait(10)
    pipeline.hand_over(send_id)
    held.released.set()
    worker.join(10)
    assert held.types == ["delivery.sent", "send.done", TEST]
    assert [one.topic for one in pipeline.published].count(EVENTS_WANTED) == 0


@given(st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=30))
@settings(derandomize=True, deadline=None)
def test_a_message_is_tried_until_an_answer_is_good_and_for_three_days_at_most(answers: list[WebhookAnswer]) -> None:
    now, tries = NOON, 0
    message = ToTell(False, "evt_x", "send.done", "snd_x", None, None, NOON, 0)
    for answer in answers:
        outcome = told(message, answer, now)
        tries += 1
        assert outcome.tries == tries
        if outcome.state != "due":
            break
        assert outcome.next_at - now == WAITS[tries - 1] > timedelta(0)
        now = outcome.next_at
        message = ToTell(False, "evt_x", "send.done", "snd_x", None, None, NOON, tries)
    over = answers[:tries]
    assert (outcome.state == "delivered") == over[-1].is_good
    assert not any(one.is_good or one is GONE for one in over[:-1])
    if outcome.state == "given_up":
        assert over[-1] is GONE or now - NOON >= timedelta(days=3)
    assert now - NOON <= timedelta(days=3, minutes=1)


def test_a_call_that_fails_is_made_again_when_its_time_has_come_with_the_same_id(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)
    webhooks.receiver.answer = BROKEN
    webhooks.tell(endpoint.id)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.message_ids == ["evt_one"]
    webhooks.later(WAITS[0])
    webhooks.receiver.answer = GOOD
    assert retry_webhooks(pipeline.database, pipeline.clock.now()) == 1
    webhooks.tell_all()
    assert webhooks.receiver.message_ids == ["evt_one", "evt_one"]
    assert webhooks.receiver.calls[0].body == webhooks.receiver.calls[1].body
    with pipeline.database.transaction() as tx:
        attempts = webhook_messages.attempts(tx, endpoint.company_id, endpoint.id, None, 10)
    assert [(one.status, one.trouble, one.state) for one in attempts] == [
        (204, None, "delivered"),
        (500, None, "delivered"),
    ]


def test_an_endpoint_that_answers_nothing_for_three_days_is_disabled_and_its_owners_are_told_once(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)
    webhooks.receiver.answer = SILENT
    for wait in (*WAITS, timedelta(0)):
        assert webhooks.row(endpoint).state == "enabled"
        webhooks.tell(endpoint.id)
        webhooks.later(wait)
    assert len(webhooks.receiver.calls) == len(WAITS) + 1
    assert (webhooks.row(endpoint).state, webhooks.messages()) == ("failing", ["given_up"])
    mail = FakeMail()
    assert tell_of_disabled(pipeline.database, mail) == 1 and tell_of_disabled(pipeline.database, mail) == 0
    [(to, text)] = mail.sent
    assert to == f"{pipeline.member.person_id}@example.com"
    assert endpoint.id in text and endpoint.url not in text


def test_one_good_answer_gives_an_endpoint_three_days_more(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint = webhooks.endpoint()
    for number, answer in enumerate((BROKEN, GOOD, BROKEN)):
        add_test(pipeline, endpoint, f"evt_{number}")
        webhooks.receiver.answer = answer
        webhooks.tell(endpoint.id)
        webhooks.later(PATIENCE - timedelta(hours=1))
        with pipeline.database.transaction() as tx:
            tx.execute("DELETE FROM webhook_messages")
    assert webhooks.row(endpoint).state == "enabled"


def test_an_endpoint_that_says_it_is_gone_is_called_no_more(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)
    webhooks.receiver.answer = GONE
    webhooks.tell(endpoint.id)
    add_test(pipeline, endpoint, "evt_two")
    webhooks.later(PATIENCE)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.message_ids == ["evt_one"] and webhooks.row(endpoint).state == "gone"
    assert retry_webhooks(pipeline.database, pipeline.clock.now()) == 0
    mail = FakeMail(refuses=[f"{pipeline.member.person_id}@example.com"])
    assert tell_of_disabled(pipeline.database, mail) == 1 and tell_of_disabled(pipeline.database, mail) == 0


def test_an_owner_is_mailed_once_though_another_cannot_be(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, first = webhooks.endpoint(), f"{pipeline.member.person_id}@example.com"
    other, second = f"zz{endpoint.id[4:]}", f"{endpoint.id}@example.com"
    with pipeline.database.transaction() as tx:
        people.add(tx, people.Person(other, second, "Bo", "Åkesson"), NOON)
        people.add_member(tx, other, endpoint.company_id, other, "owner", NOON)
        webhook_endpoints.disable(tx, endpoint.company_id, endpoint.id, "failing")
    with pytest.raises(SupplierUnavailable):
        tell_of_disabled(pipeline.database, FakeMail(away_for=[first, second]))
    mail = FakeMail(away_for=[second])
    assert tell_of_disabled(pipeline.database, mail) == 1 and tell_of_disabled(pipeline.database, mail) == 0
    assert [to for to, _ in mail.sent] == [first]


def test_what_waits_for_a_disabled_endpoint_is_told_when_it_is_enabled_again(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)
    with pipeline.database.transaction() as tx:
        webhook_endpoints.disable(tx, endpoint.company_id, endpoint.id, "failing")
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.calls == []
    with pipeline.database.transaction() as tx:
        webhook_endpoints.change(tx, endpoint)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.message_ids == ["evt_one"]


def test_of_two_workers_at_one_endpoint_one_calls(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, held, second = webhooks.endpoint(), HeldReceiver(), FakeReceiver()
    add_test(pipeline, endpoint)
    worker = threading.Thread(target=webhooks.tell, args=(endpoint.id, held))
    worker.start()
    assert held.called.wait(10)
    webhooks.tell(endpoint.id, second)
    held.released.set()
    worker.join(10)
    assert (held.message_ids, second.message_ids) == (["evt_one"], [])


def test_what_comes_while_a_worker_is_about_to_let_go_is_not_left(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint, held = webhooks.endpoint(), HeldReceiver()
    add_test(pipeline, endpoint)
    pipeline.published.clear()
    worker = threading.Thread(target=webhooks.tell, args=(endpoint.id, held))
    worker.start()
    assert held.called.wait(10)
    add_test(pipeline, endpoint, "evt_two")
    webhooks.tell_all()
    held.released.set()
    worker.join(10)
    assert held.message_ids == ["evt_one", "evt_two"] and webhooks.receiver.calls == []


def test_a_slow_endpoint_holds_up_no_other(pipeline: Pipeline, webhooks: Webhooks) -> None:
    slow, quick, held = webhooks.endpoint(), webhooks.endpoint(), HeldReceiver()
    add_test(pipeline, slow)
    add_test(pipeline, quick, "evt_two")
    worker = threading.Thread(target=webhooks.tell, args=(slow.id, held))
    worker.start()
    assert held.called.wait(10)
    webhooks.tell(quick.id)
    assert webhooks.receiver.message_ids == ["evt_two"]
    held.released.set()
    worker.join(10)


def test_a_worker_that_dies_after_its_call_has_it_made_again_under_the_same_id(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)

    def die(call: WebhookCall) -> WebhookAnswer:
        raise WorkerDied

    dying = FakeReceiver(answers=die)
    with pytest.raises(WorkerDied):
        webhooks.tell(endpoint.id, dying)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.calls == []
    webhooks.later(timedelta(minutes=2))
    assert retry_webhooks(pipeline.database, pipeline.clock.now()) == 1
    webhooks.tell_all()
    assert dying.message_ids == webhooks.receiver.message_ids == ["evt_one"]


def test_a_worker_that_was_taken_for_dead_writes_nothing_over_the_next_ones_work(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint, held = webhooks.endpoint(), HeldReceiver(answer=BROKEN)
    add_test(pipeline, endpoint)
    worker = threading.Thread(target=webhooks.tell, args=(endpoint.id, held))
    worker.start()
    assert held.called.wait(10)
    webhooks.later(timedelta(minutes=2))
    webhooks.tell(endpoint.id)
    held.released.set()
    worker.join(10)
    assert webhooks.messages() == ["delivered"]
    assert pipeline.column("SELECT status FROM webhook_attempts") == [204]
    assert webhooks.row(endpoint).failing_since is None


def test_an_endpoint_that_is_deleted_during_its_call_leaves_nothing(pipeline: Pipeline, webhooks: Webhooks) -> None:
    endpoint = webhooks.endpoint()
    add_test(pipeline, endpoint)

    def delete(call: WebhookCall) -> WebhookAnswer:
        with pipeline.database.transaction() as tx:
            webhook_endpoints.remove(tx, endpoint.company_id, endpoint.id)
        return GOOD

    webhooks.tell(endpoint.id, FakeReceiver(answers=delete))
    for table in ("webhook_endpoints", "webhook_secrets", "webhook_messages", "webhook_attempts"):
        assert pipeline.column(f"SELECT COUNT(*) FROM {table}") == [0]


def test_where_no_call_works_the_rest_waits_for_the_job_instead_of_being_tried_at_once(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    for number in range(20):
        add_test(pipeline, endpoint, f"evt_{number}")
    pipeline.published.clear()
    webhooks.receiver.answer = SILENT
    webhooks.tell(endpoint.id)
    assert len(webhooks.receiver.calls) == 8 and pipeline.published == []
    webhooks.receiver.answer = GOOD
    assert retry_webhooks(pipeline.database, pipeline.clock.now()) == 1
    webhooks.tell_all()
    assert len(set(webhooks.receiver.message_ids)) == 20


def test_signatures_are_verified_by_standard_webhooks_own_library_and_by_the_old_secret_for_a_day(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint = webhooks.endpoint()
    first = replace_secret(pipeline, endpoint)
    second = replace_secret(pipeline, endpoint)
    add_test(pipeline, endpoint)
    webhooks.tell(endpoint.id)
    webhooks.later(OLD_SECRET_LIFE)
    add_test(pipeline, endpoint, "evt_two")
    webhooks.tell(endpoint.id)
    both, alone = webhooks.receiver.calls
    assert (both.secrets, alone.secrets) == ([second, first], [second])
    timestamp = int(datetime.now(UTC).timestamp())
    headers = {
        "webhook-id": both.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(both.secrets, both.message_id, timestamp, both.body),
    }
    for secret in (first, second):
        assert Webhook(secret).verify(both.body, headers)["type"] == TEST


def test_a_sealed_secret_opens_for_its_own_endpoint_only() -> None:
    secret = new_secret()
    sealed = seal(TOKENS, "whe_one", secret)
    assert secret.encode() not in sealed and unseal(TOKENS, "whe_one", sealed) == secret
    with pytest.raises(Unreadable):
        unseal(TOKENS, "whe_two", sealed)


def test_a_replay_is_told_under_the_same_id_and_another_companys_is_not_there(
    pipeline: Pipeline, webhooks: Webhooks
) -> None:
    endpoint, now = webhooks.endpoint(), pipeline.clock.now()
    add_test(pipeline, endpoint)
    webhooks.tell(endpoint.id)
    with pipeline.database.transaction() as tx:
        assert not webhook_messages.replay(tx, pipeline.company().company_id, endpoint.id, "evt_one", now)
        assert webhook_messages.replay(tx, endpoint.company_id, endpoint.id, "evt_one", now)
    webhooks.tell(endpoint.id)
    assert webhooks.receiver.message_ids == ["evt_one", "evt_one"]
