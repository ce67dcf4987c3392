"""Google Pub/Sub on one machine: the real PublisherClient publishes over gRPC, subscriptions push over HTTP
with backoff, ack deadline and dead letters. Delivery is at least once and in no order, as Google's."""

import base64
import heapq
import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import grpc
import urllib3
from google.pubsub_v1 import types

from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.grpc_server import Method, RefusedError, add_service
from sandbox.stand_ins.web import Clock

_ACKNOWLEDGING = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}
_SECONDS_TO_CLOSE = 2.0


@dataclass(frozen=True)
class Subscription:
    """A push subscription. `name`, `topic` and `dead_letter_topic` are short names, without the project.
    Without a dead-letter topic a message is tried for ever."""

    name: str
    topic: str
    push_url: str
    ack_deadline_seconds: float = 60
    minimum_backoff_seconds: float = 0.2
    maximum_backoff_seconds: float = 10
    max_delivery_attempts: int = 20
    dead_letter_topic: str | None = None
    max_outstanding: int = 8

    def backoff_seconds(self, attempts: int) -> float:
        """How long a message rests once this many attempts have failed."""
        # No backoff outgrows the maximum after 30 doublings, and no float overflows.
        return min(self.minimum_backoff_seconds * 2.0 ** min(attempts - 1, 30), self.maximum_backoff_seconds)


@dataclass(frozen=True)
class _Message:
    id: str
    data: bytes
    attributes: dict[str, str]
    published_at: str


@dataclass(eq=False)
class _Delivery:
    """One message on its way to one subscription; a message that is doubled has two."""

    message: _Message
    attempts: int = 0


@dataclass
class _Queue:
    """What one subscription has not acknowledged; `due` holds those that are not in flight, soonest first."""

    subscription: Subscription
    changed: threading.Condition
    unacknowledged: dict[_Delivery, None] = field(default_factory=dict)  # in the order they came
    due: list[tuple[float, int, _Delivery]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)

    def put(self, delivery: _Delivery, seconds_from_now: float = 0) -> None:
        self.unacknowledged[delivery] = None
        heapq.heappush(self.due, (time.monotonic() + seconds_from_now, next(self._order), delivery))
        self.changed.notify_all()

    def seconds_until_due(self) -> float | None:
        return self.due[0][0] - time.monotonic() if self.due else None

    def take(self) -> _Delivery:
        delivery = heapq.heappop(self.due)[2]
        delivery.attempts += 1
        return delivery


class PubSub:
    """The topics are those that the subscriptions name. A topic that nobody subscribes to keeps its messages
    for `backlog()`, where Google would lose them. The faults push some messages twice or late."""

    def __init__(
        self,
        project: str,
        subscriptions: Sequence[Subscription],
        faults: Faults | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._project = project
        self._clock = clock or RealClock()
        self._faults = (faults or Faults()).of("pubsub")
        self._lock = threading.Lock()
        self._settled = threading.Condition(self._lock)
        self._queues = [_Queue(each, threading.Condition(self._lock)) for each in subscriptions]
        self._topics: dict[str, list[_Queue]] = defaultdict(list)
        for queue in self._queues:
            self._topics[queue.subscription.topic].append(queue)
            if queue.subscription.dead_letter_topic:
                self._topics[queue.subscription.dead_letter_topic] += []
        self._unread: dict[str, list[_Message]] = defaultdict(list)
        self._message_ids = itertools.count(1)
        self._stats = {"published": 0, "pushed": 0, "dead": 0}
        self._closed = False
        self._away = False
        self._workers = [
            self._start_worker(queue) for queue in self._queues for _ in range(queue.subscription.max_outstanding)
        ]

    def add_to(self, server: grpc.Server) -> None:
        publish = Method(self._publish, types.PublishRequest, types.PublishResponse)
        add_service(server, "google.pubsub.v1.Publisher", {"Publish": publish})

    def stats(self) -> dict[str, int]:
        """Messages that were published, pushes that were tried, messages that became dead letters."""
        with self._lock:
            return dict(self._stats)

    def backlog(self) -> list[dict[str, Any]]:
        """Every message that is not acknowledged, also those in flight, and those nobody subscribes to."""
        with self._lock:
            waiting = [
                _described(queue.subscription.topic, queue.subscription.name, each.message, each.attempts)
                for queue in self._queues
                for each in queue.unacknowledged
            ]
            unread = [_described(topic, None, each, 0) for topic, kept in self._unread.items() for each in kept]
        return waiting + unread

    def wait_until_idle(self, timeout: float) -> bool:
        """Whether, within so many seconds, nothing was left to push and nothing in flight."""
        with self._settled:
            return self._settled.wait_for(lambda: not any(queue.unacknowledged for queue in self._queues), timeout)

    def go_away(self) -> None:
        """Starts no push until `come_back`, and keeps what was published; harmless when called again."""
        self._set_away(True)

    def come_back(self) -> None:
        self._set_away(False)

    def close(self) -> None:
        """Starts no further push; one that hangs is left to its daemon thread after two seconds."""
        with self._lock:
            self._closed = True
            for queue in self._queues:
                queue.changed.notify_all()
        give_up_at = time.monotonic() + _SECONDS_TO_CLOSE
        for worker in self._workers:
            worker.join(max(0.0, give_up_at - time.monotonic()))

    def _set_away(self, away: bool) -> None:
        with self._lock:
            self._away = away
            for queue in self._queues:
                queue.changed.notify_all()

    def _publish(self, request: types.PublishRequest) -> types.PublishResponse:
        if any(not message.data and not message.attributes for message in request.messages):
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "Some messages are empty")
        with self._lock:
            topic = self._known_topic(request.topic)
            ids = [self._accept(topic, each.data, dict(each.attributes)) for each in request.messages]
            self._stats["published"] += len(ids)
        return types.PublishResponse(message_ids=ids)

    def _known_topic(self, path: str) -> str:
        prefix = f"projects/{self._project}/topics/"
        topic = path.removeprefix(prefix)
        if not path.startswith(prefix) or topic not in self._topics:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, "Topic not found")
        return topic

    def _accept(self, topic: str, data: bytes, attributes: dict[str, str]) -> str:
        message = _Message(str(next(self._message_ids)), data, attributes, _rfc3339(self._clock.now()))
        for queue in self._topics[topic]:
            delay = self._faults.delay("reorder") or 0.0
            queue.put(_Delivery(message), delay)
            if (later := self._faults.delay("duplicate")) is not None:
                queue.put(_Delivery(message), delay + later)
        if not self._topics[topic]:
            self._unread[topic].append(message)
        return message.id

    def _start_worker(self, queue: _Queue) -> threading.Thread:
        worker = threading.Thread(target=self._work, args=(queue,), name=f"push-{queue.subscription.name}", daemon=True)
        worker.start()
        return worker

    def _work(self, queue: _Queue) -> None:
        with urllib3.PoolManager(retries=False) as http:
            while delivery := self._next(queue):
                acknowledged = self._push(http, queue.subscription, delivery)
                self._settle(queue, delivery, acknowledged)

    def _next(self, queue: _Queue) -> _Delivery | None:
        """Sleeps until a message is due; None when closed."""
        with queue.changed:
            while not self._closed:
                seconds = None if self._away else queue.seconds_until_due()
                if seconds is not None and seconds <= 0:
                    self._stats["pushed"] += 1
                    return queue.take()
                queue.changed.wait(seconds)
            return None

    def _push(self, http: urllib3.PoolManager, subscription: Subscription, delivery: _Delivery) -> bool:
        try:
            answer = http.request(
                "POST",
                subscription.push_url,
                json=self._push_body(subscription, delivery),
                timeout=subscription.ack_deadline_seconds,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status in _ACKNOWLEDGING

    def _push_body(self, subscription: Subscription, delivery: _Delivery) -> dict[str, Any]:
        message = delivery.message
        body: dict[str, Any] = {
            "message": {
                "data": base64.b64encode(message.data).decode(),
                "attributes": message.attributes,
                # Google writes these two in both spellings.
                "messageId": message.id,
                "message_id": message.id,
                "publishTime": message.published_at,
                "publish_time": message.published_at,
            },
            "subscription": f"projects/{self._project}/subscriptions/{subscription.name}",
        }
        if subscription.dead_letter_topic:
            body["deliveryAttempt"] = delivery.attempts
        return body

    def _settle(self, queue: _Queue, delivery: _Delivery, acknowledged: bool) -> None:
        subscription = queue.subscription
        with self._lock:
            if acknowledged:
                del queue.unacknowledged[delivery]
            elif subscription.dead_letter_topic and delivery.attempts >= subscription.max_delivery_attempts:
                del queue.unacknowledged[delivery]
                self._bury(subscription, subscription.dead_letter_topic, delivery)
            else:
                queue.put(delivery, subscription.backoff_seconds(delivery.attempts))
            self._settled.notify_all()

    def _bury(self, subscription: Subscription, dead_letter_topic: str, delivery: _Delivery) -> None:
        source = {
            "CloudPubSubDeadLetterSourceDeliveryCount": str(delivery.attempts),
            "CloudPubSubDeadLetterSourceSubscription": subscription.name,
            "CloudPubSubDeadLetterSourceSubscriptionProject": self._project,
            "CloudPubSubDeadLetterSourceTopicPublishTime": delivery.message.published_at,
        }
        self._accept(dead_letter_topic, delivery.message.data, delivery.message.attributes | source)
        self._stats["dead"] += 1


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _described(topic: str, subscription: str | None, message: _Message, attempts: int) -> dict[str, Any]:
    return {
        "topic": topic,
        "subscription": subscription,
        "message_id": message.id,
        "data": message.data.decode("utf-8", "backslashreplace"),
        "attributes": message.attributes,
        "published_at": message.published_at,
        "attempts": attempts,
    }
