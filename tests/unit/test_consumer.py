"""What a message becomes: work, an acknowledgement, or another try that says nothing of what was in it."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.consumer import TryAgain, consume
from shared.ports import OutcomeUnknown, SupplierPaused, SupplierUnavailable
from shared.privacy.sealing import Unreadable
from shared.privacy.transit import TransitKeyGone
from tests.unit.edge import Event

SECRET = "070-174 06 05 Åsa"


def event(body: object) -> Event:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Event({"message": {"data": base64.b64encode(text).decode()}})


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The one structured line that was written."""
    (line,) = capsys.readouterr().out.splitlines()
    found: dict[str, str] = json.loads(line)
    return found


class Work:
    """Remembers what it was called with; raises `trouble` if there is any."""

    __name__ = "work"

    def __init__(self, trouble: BaseException | None = None) -> None:
        self.trouble = trouble
        self.calls: list[dict[str, Any]] = []

    def __call__(self, **fields: Any) -> None:
        self.calls.append(fields)
        if self.trouble:
            raise self.trouble


def test_work_is_called_with_the_fields_that_it_asks_for_and_no_others() -> None:
    work = Work()
    consume(event({"send_id": "snd_1", "first": 1, "last": 500, "more": "x"}), work, send_id=str, first=int, last=int)
    assert work.calls == [{"send_id": "snd_1", "first": 1, "last": 500}]


USELESS = [
    Event(None),
    Event({}),
    Event({"message": None}),
    Event({"message": {}}),
    Event({"message": {"data": None}}),
    Event({"message": {"data": "*"}}),
    Event({"message": {"data": "å"}}),
    event(b""),
    event(b"\xff"),
    event(b"nonsens"),
    event(b"[" * 5_000),
    event([]),
    event(None),
    event("send_id"),
    event({}),
    event({"send_id": 17}),
    event({"send_id": None}),
    event({"sendId": "snd_1"}),
]


@pytest.mark.parametrize("message", USELESS)
def test_a_message_that_can_never_work_is_acknowledged_and_logged(
    message: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    work = Work()
    consume(message, work, send_id=str)
    assert work.calls == []
    line = told(capsys)
    assert (line["severity"], line["work"]) == ("ERROR", "work")
    assert line["message"].startswith("a message was dropped: ")


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_bytes_whatever_make_a_consumer_fail(data: bytes) -> None:
    consume(event(data), Work(), send_id=str)


@pytest.mark.parametrize(
    ("trouble", "severity"),
    [
        (SupplierUnavailable("status 503"), "WARNING"),
        (OutcomeUnknown("no answer"), "WARNING"),
        (ValueError(SECRET), "ERROR"),
        (KeyError(SECRET), "ERROR"),
    ],
)
def test_trouble_makes_the_message_come_again_and_is_told_without_what_it_said(
    trouble: Exception, severity: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TryAgain) as raised:
        consume(event({"send_id": SECRET}), Work(trouble), send_id=str)
    assert str(raised.value) == "work"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    line = told(capsys)
    assert (line["severity"], line["work"]) == (severity, "work")
    assert line["message"].startswith("comes again: ")
    assert "070-174" not in str(line) and "Åsa" not in str(line)


@pytest.mark.parametrize(
    ("trouble", "severity", "says"),
    [
        (SupplierPaused("lekab"), "INFO", "left to the sweep: lekab"),
        (TransitKeyGone("the day's key"), "ERROR", "can never work: TransitKeyGone"),
        (Unreadable(SECRET), "ERROR", "can never work: Unreadable"),
    ],
)
def test_what_waits_for_the_sweep_or_can_never_work_is_acknowledged_and_told(
    trouble: Exception, severity: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    consume(event({"send_id": "snd_1"}), Work(trouble), send_id=str)
    assert told(capsys) == {"severity": severity, "work": "work", "message": says}


def test_an_error_that_is_logged_says_where_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TryAgain):
        consume(event({"send_id": "x"}), Work(ZeroDivisionError(SECRET)), send_id=str)
    assert "ZeroDivisionError at shared/messaging/consumer.py:" in told(capsys)["message"]


def test_a_process_that_is_told_to_stop_stops() -> None:
    with pytest.raises(KeyboardInterrupt):
        consume(event({"send_id": "x"}), Work(KeyboardInterrupt()), send_id=str)
