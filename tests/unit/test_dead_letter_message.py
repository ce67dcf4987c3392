"""What Pub/Sub forwards once it has given a message up, as it reaches us."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.database.queries.dead_letters import DeadLetter
from shared.domain.topics import TOPICS
from shared.messaging.consumer import UselessMessage
from shared.messaging.dead_letter import read_dead_letter
from tests.architecture.rules_functions import read_table
from tests.factories import NOON
from tests.unit.edge import Event

BODY = {"send_id": "snd_1", "first": 1, "last": 500}


def forwarded(body: object = BODY, **changes: Any) -> Event:
    """`changes` to the attributes; None takes one away."""
    attributes = {
        "outbox_id": "7",
        "source_topic": "sms-wanted",
        "CloudPubSubDeadLetterSourceDeliveryCount": "20",
        "CloudPubSubDeadLetterSourceSubscription": "send_sms",
        "CloudPubSubDeadLetterSourceSubscriptionProject": "upup",
        "CloudPubSubDeadLetterSourceTopicPublishTime": "2026-11-23T10:59:30.123Z",
    }
    attributes = {name: value for name, value in (attributes | changes).items() if value is not None}
    data = base64.b64encode(json.dumps(body).encode()).decode()
    return Event({"message": {"data": data, "attributes": attributes}})


def test_the_message_its_topic_and_how_it_went_are_read() -> None:
    letter = read_dead_letter(forwarded(), NOON)
    assert letter.id.startswith("ded_")
    assert letter == DeadLetter(
        id=letter.id,
        outbox_id=7,
        topic="sms-wanted",
        body='{"send_id":"snd_1","first":1,"last":500}',
        reason="not acknowledged by send_sms",
        attempts=20,
        published_at=NOON - timedelta(seconds=29, milliseconds=877),
        kept_at=NOON,
        replayed_at=None,
    )


@pytest.mark.parametrize(
    "written", ["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000000000Z", "2026-11-23T11:00+01:00"]
)
def test_the_time_of_its_publishing_is_read_however_exact_it_is(written: str) -> None:
    letter = read_dead_letter(forwarded(CloudPubSubDeadLetterSourceTopicPublishTime=written), NOON)
    assert letter.published_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


FOREIGN = [
    forwarded(source_topic="somebody-elses"),
    forwarded(source_topic=None),
    forwarded(source_topic="sms-wanted-dead"),
    forwarded([]),
    forwarded("070-174 06 05"),
    forwarded(CloudPubSubDeadLetterSourceDeliveryCount="many"),
    forwarded(CloudPubSubDeadLetterSourceDeliveryCount=None),
    forwarded(CloudPubSubDeadLetterSourceSubscription=None),
    forwarded(CloudPubSubDeadLetterSourceTopicPublishTime="yesterday"),
    forwarded(outbox_id=None),
    forwarded(outbox_id="seven"),
    Event({"message": {"data": "*", "attributes": {}}}),
    Event({"message": {"attributes": {}}}),
    Event(None),
]


@pytest.mark.parametrize("event", FOREIGN)
def test_what_was_never_a_message_of_ours_is_useless(event: Event) -> None:
    with pytest.raises(UselessMessage):
        read_dead_letter(event, NOON)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=6,
    )
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_whatever_makes_the_reader_fail(data: object) -> None:
    for event in (Event(data), Event({"message": data}), Event({"message": {"attributes": data, "data": "e30="}})):
        with pytest.raises(UselessMessage):
            read_dead_letter(event, NOON)


def test_what_any_topic_of_ours_gives_up_is_kept() -> None:
    triggers = {name: row["trigger"] for name, row in read_table().items()}
    consumed = {trigger["topic"] for trigger in triggers.values() if "topic" in trigger}
    assert consumed == set(TOPICS)
    assert set(triggers["keep_dead_letter"]["topics"]) == {f"{topic}-dead" for topic in TOPICS}
