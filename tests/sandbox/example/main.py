"""A tiny product for tests of the sandbox: one function of each kind."""

import os
import signal
import sys

import functions_framework
from cloudevents.http import CloudEvent
from flask import Request

TARGET = os.environ["FUNCTION_TARGET"]


@functions_framework.http
def plans(_request: Request) -> dict[str, object]:
    return {"items": [], "target": TARGET, "process": os.getpid()}


@functions_framework.http
def crash(_request: Request) -> str:
    os.kill(os.getppid(), signal.SIGKILL)  # the host that gunicorn's worker belongs to
    return "gone"


@functions_framework.cloud_event
def listen(event: CloudEvent) -> None:
    sys.stderr.write(f"heard {event.data['message']['data']}\n")


@functions_framework.http
def job(_request: Request) -> str:
    sys.stderr.write("the job ran\n")
    return "done"
