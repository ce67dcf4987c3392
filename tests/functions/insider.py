"""What only suppliers and the database know of a running sandbox: for forgeries, and for what no call shows."""

import base64
import hashlib
import hmac
import itertools
import json
import time

import requests

from sandbox.inside import Inside
from tests.functions.program import SECONDS, Json, Program

OUTBOX_IDS = itertools.count(10**9)


class Insider(Inside):
    """One who can change what only time would, and speak as a supplier does."""

    def change(self, sql: str, *values: object) -> None:
        """What otherwise only time would do to the product's database."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            connection.commit()

    def can_lock(self, table: str, row_id: str) -> bool:
        """Whether nobody holds a row."""
        with self.connected() as connection, connection.cursor() as cursor:
            return bool(cursor.execute(f"SELECT id FROM {table} WHERE id = %s FOR UPDATE SKIP LOCKED", (row_id,)))

    def lekab_callback(self, kind: str, secret: str | None = None, **query: str) -> requests.Response:
        path = f"/v1/callbacks/lekab/{secret or self.run.lekab_callback_secret}/{kind}"
        return requests.get(f"{self.run.public_url}{path}", params=query, timeout=SECONDS)

    def clearon_callback(self, body: object, secret: str | None = None) -> requests.Response:
        path = f"/v1/callbacks/clearon/{secret or self.run.clearon_callback_secret}"
        return requests.post(f"{self.run.public_url}{path}", json=body, timeout=SECONDS)

    def stripe(self, path: str, **query: str) -> Json:
        """What Stripe's own API answers."""
        url = f"http://127.0.0.1:{self.run.stripe_port}/v1/{path}"
        headers = {"Authorization": f"Bearer {self.run.stripe_api_key}"}
        answer = requests.get(url, params=query, headers=headers, timeout=SECONDS)
        assert answer.ok, answer.text
        body: Json = answer.json()
        return body

    def stripe_webhook(self, body: bytes, age: int = 0, secret: str | None = None) -> requests.Response:
        """An event, signed so many seconds ago."""
        at = int(time.time()) - age
        key = (secret or self.run.stripe_webhook_secret).encode()
        signature = hmac.new(key, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={at},v1={signature}", "Content-Type": "application/json"}
        return requests.post(f"{self.run.public_url}/v1/webhooks/stripe", data=body, headers=headers, timeout=SECONDS)


def money_and_sends(program: Program) -> tuple[int, list[str]]:
    """What a call that changes nothing leaves as it is, also while earlier sends are on their way."""
    return program.account()["balance_ore"], [send["id"] for send in program.sends()]


def give_up(insider: Insider, topic: str, body: Json, outbox_id: int | None = None) -> requests.Response:
    """What Pub/Sub forwards to us after 20 tries."""
    attributes = {
        "outbox_id": str(outbox_id or next(OUTBOX_IDS)),
        "source_topic": topic,
        "CloudPubSubDeadLetterSourceDeliveryCount": "20",
        "CloudPubSubDeadLetterSourceSubscription": "some_function",
        "CloudPubSubDeadLetterSourceSubscriptionProject": "upup-sandbox",
        "CloudPubSubDeadLetterSourceTopicPublishTime": "2026-11-23T08:00:00.000Z",
    }
    data = base64.b64encode(json.dumps(body).encode()).decode()
    message = {"data": data, "attributes": attributes, "messageId": "1", "publishTime": "2026-11-23T08:05:00.000Z"}
    url = f"http://127.0.0.1:{insider.run.pubsub_functions_port}/keep_dead_letter"
    return requests.post(url, json={"message": message, "subscription": "projects/p/subscriptions/s"}, timeout=SECONDS)
