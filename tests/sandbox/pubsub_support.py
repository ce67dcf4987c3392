"""What the Pub/Sub tests stand on: an endpoint that receives pushes, and the two services that send them."""

import base64
import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.protobuf.duration_pb2 import Duration
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.pubsub import PubSub, Subscription

PATIENCE = 10.0  # seconds until a test gives up waiting for what should come at once


@dataclass(frozen=True)
class Push:
    path: str
    body: dict[str, Any]
    at: float
    client_port: int

    @property
    def data(self) -> bytes:
        return base64.b64decode(self.body["message"]["data"])


class Endpoint:
    """An HTTP server that notes every push and answers the status that `answer` chooses for it."""

    def __init__(self, answer: Callable[[Push], int], port: int = 0) -> None:
        self.arrivals = arrivals = queue.Queue[Push]()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                push = Push(self.path, body, time.monotonic(), self.client_address[1])
                arrivals.put(push)
                self.send_response(answer(push))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def next(self, path: str | None = None) -> Push:
        """The next push (to that path), in the order of arrival; pushes to other paths are passed over."""
        while True:
            push = self.arrivals.get(timeout=PATIENCE)
            if path in (None, push.path):
                return push

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def always(status: int) -> Callable[[Push], int]:
    return lambda _: status


def in_turn(*statuses: int) -> Callable[[Push], int]:
    left = iter(statuses)
    return lambda _: next(left)


@dataclass(frozen=True)
class Publisher:
    client: PublisherClient
    project: str

    def publish(self, topic: str, data: bytes, **attributes: str) -> str:
        path = f"projects/{self.project}/topics/{topic}"
        message_id: str = self.client.publish(path, data, **attributes).result(timeout=PATIENCE)
        return message_id


def start_stand_in(stack: ExitStack, *subscriptions: Subscription) -> tuple[PubSub, Publisher]:
    pubsub = stack.enter_context(closing(PubSub("upup-test", subscriptions)))
    server = stack.enter_context(closing(serve(pubsub)))
    channel = stack.enter_context(grpc.insecure_channel(server.address))
    client = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
    return pubsub, Publisher(client, "upup-test")


def start_at_emulator(stack: ExitStack, address: str, *subscriptions: Subscription) -> Publisher:
    channel = stack.enter_context(grpc.insecure_channel(address))
    publisher = PublisherClient(transport=PublisherGrpcTransport(channel=channel))
    subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    project = f"projects/upup-{uuid4()}"
    topics = {each.topic for each in subscriptions} | {each.dead_letter_topic for each in subscriptions}
    for topic in topics - {None}:
        publisher.create_topic(name=f"{project}/topics/{topic}")
    for each in subscriptions:
        subscriber.create_subscription(request=google_subscription(project, each))
    return Publisher(publisher, project.removeprefix("projects/"))


def google_subscription(project: str, subscription: Subscription) -> dict[str, Any]:
    request: dict[str, Any] = {
        "name": f"{project}/subscriptions/{subscription.name}",
        "topic": f"{project}/topics/{subscription.topic}",
        "push_config": {"push_endpoint": subscription.push_url},
        "ack_deadline_seconds": int(subscription.ack_deadline_seconds),
    }
    if subscription.minimum_backoff_seconds:
        request["retry_policy"] = {
            "minimum_backoff": duration(subscription.minimum_backoff_seconds),
            "maximum_backoff": duration(subscription.maximum_backoff_seconds),
        }
    if subscription.dead_letter_topic:
        request["dead_letter_policy"] = {
            "dead_letter_topic": f"{project}/topics/{subscription.dead_letter_topic}",
            "max_delivery_attempts": subscription.max_delivery_attempts,
        }
    return request


def duration(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))


@contextmanager
def google_emulator(java: str, jar: Path) -> Iterator[str]:
    """Runs Google's emulator; gives its address."""
    port = free_port()
    command = [java, "-Xmx256m", "-jar", str(jar), "--host=127.0.0.1", f"--port={port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(timeout=2 * PATIENCE)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def find_google_emulator() -> Path | None:
    """The emulator of a Google Cloud SDK in one of the places where it is usually installed."""
    gcloud = shutil.which("gcloud")
    sdks = [
        os.environ.get("CLOUDSDK_ROOT_DIR"),
        Path(gcloud).resolve().parent.parent if gcloud else None,
        "/usr/lib/google-cloud-sdk",
        "/opt/google-cloud-sdk",
    ]
    jars = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar"
    return next((jar for sdk in sdks if sdk for jar in sorted(Path(sdk).glob(jars), reverse=True)), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
