"""A send as it is read and checked before the database is asked: odd bodies, and every fault at once."""

import json
from datetime import UTC, datetime

import pytest
from flask import Flask, request
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import NotAcceptable, TooLarge
from shared.domain.recipient_file import MAX_CELLS, MAX_COLUMNS
from shared.domain.send import SendRequest
from shared.domain.sms_text import Template
from shared.http.answers.sends import preview
from shared.http.bodies.send import read_send
from shared.http.call import Call
from shared.use_cases.sends.prepare_send import MOST_PLACEHOLDERS, example_link, judge_request
from tests.factories import PUBLIC_URL, fictional, fingerprint
from tests.factories import request as a_request
from tests.factories import table as a_table

APP = Flask(__name__)
LINK = example_link(PUBLIC_URL)
SEND = {
    "gift": "coffee",
    "sender": "Kaffebaren",
    "message": "Hej {{first_name}}! {{link}}",
    "consent": {"legal_basis": "consent", "text_version": "2026-11"},
    "recipients": [{"phone": fictional(0), "first_name": "Anna"}],
}


def read(body: str) -> SendRequest:
    with APP.test_request_context("/v1/sends", method="POST", data=body, content_type="application/json"):
        return read_send(Call(request, {}, datetime(2026, 11, 23, tzinfo=UTC), None), quiet_hours=False)[0]


def fields(body: str) -> list[str]:
    with pytest.raises(NotAcceptable) as refused:
        read(body)
    return [fault.field for fault in refused.value.faults]


def codes(wanted: SendRequest) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in judge_request(wanted, PUBLIC_URL, fingerprint).faults}


# Recipients in JSON


@pytest.mark.parametrize("value", ["true", "false", "NaN", "1e400", "-1e400", "Infinity"])
def test_what_is_neither_a_text_nor_a_number_is_no_value(value: str) -> None:
    assert fields(json.dumps(SEND).replace('"Anna"', value)) == ["recipients.0"]


@pytest.mark.parametrize(
    ("value", "text"), [('"Anna"', "Anna"), ("7", "7"), ("7.0", "7"), ("7.5", "7.5"), ("1e3", "1000"), ("null", "")]
)
def test_a_text_or_a_number_is_written_out(value: str, text: str) -> None:
    recipients = read(json.dumps(SEND).replace('"Anna"', value)).recipients
    assert recipients is not None
    assert recipients.column("first_name") == [text]


def test_recipients_that_each_have_other_fields_are_too_large_as_a_file_of_them_would_be() -> None:
    rows = [{"phone": fictional(0), f"k{row}": "x"} for row in range(MAX_COLUMNS)]
    with pytest.raises(TooLarge):
        read(json.dumps(SEND | {"recipients": rows}))
    assert read(json.dumps(SEND | {"recipients": rows[:-1]})).recipients is not None


def test_recipients_that_span_too_many_cells_are_too_large() -> None:
    wide = [{f"k{column}": "x" for column in range(MAX_COLUMNS - 1)}]
    rows = wide + [{"phone": "1"}] * (MAX_CELLS // MAX_COLUMNS)
    with pytest.raises(TooLarge):
        read(json.dumps(SEND | {"recipients": rows}))


@pytest.mark.parametrize("key", ["070-174 06 05", "0701740605", "Anna Åkesson", "", "x" * 41, "a.b", "<script>"])
def test_a_key_that_is_no_name_of_a_field_is_not_repeated(key: str) -> None:
    assert fields(json.dumps(SEND | {key: 1})) == ["body"]
    consent = {"legal_basis": "consent", "text_version": "2026-11", key: 1}
    assert fields(json.dumps(SEND | {"consent": consent})) == ["consent"]


# Every fault at once


def test_what_is_wrong_with_recipients_and_schedule_is_told_together_with_all_else() -> None:
    wrong = SEND | {
        "sender": "åäö åäö åäö",
        "message": "Hej! {{",
        "consent": {"legal_basis": "consent", "text_version": "1"},
        "scheduled_at": "2027-12-01T10:00:00Z",
        "recipients": [{"first_name": "Anna"}],
    }
    assert codes(read(json.dumps(wrong))) == {
        ("scheduled_at", "out_of_range"),
        ("recipients", "missing_phone_column"),
        ("message", "unclosed_placeholder"),
        ("sender", "invalid_sender"),
        ("consent.text_version", "outdated"),
    }


def test_rows_are_judged_although_the_sender_is_wrong() -> None:
    wanted = read(json.dumps(SEND | {"sender": "åäö åäö åäö"}))
    checked = judge_request(wanted, PUBLIC_URL, fingerprint)
    assert checked.judgement is not None
    assert len(checked.judgement.accepted) == 1


def test_a_message_has_no_more_placeholders_than_can_be_filled_in_for_everybody() -> None:
    most = "{{first_name}}" * (MOST_PLACEHOLDERS - 1) + "{{link}}"
    assert codes(a_request(a_table(fictional(0)), message=most)) == set()
    one_more = a_request(a_table(fictional(0)), message="{{first_name}}" + most)
    assert codes(one_more) == {("message", "too_many_placeholders")}
    assert judge_request(one_more, PUBLIC_URL, fingerprint).judgement is None


# The preview


@pytest.mark.parametrize("written", ["{{link}}", "{{ link }}", "{{LINK}}", "{{Li-nk}}"])
def test_a_preview_fills_the_link_in_however_it_is_written(written: str) -> None:
    assert preview(f"Hej {{{{first_name}}}}! {written}", LINK)["text"] == f"Hej {{{{first_name}}}}! {LINK}"


@given(
    st.lists(st.sampled_from(["Hej", " ", "å", "{", "}", "–", "{{link}}", "{{ Link }}", "🎁", "e\u0301"]), max_size=9)
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_preview_is_the_text_that_a_send_would_make(pieces: list[str]) -> None:
    message = "".join(pieces)
    shown = preview(message, LINK)
    warned = {one["code"] for one in shown["warnings"]}
    if not any(code.endswith("_placeholder") for code in warned):
        assert shown["text"] == Template(message).render({}, LINK)


@pytest.mark.parametrize(
    ("message", "code"),
    [("Hej {{", "unclosed_placeholder"), ("Hej }}", "unopened_placeholder"), ("Hej {{}}", "empty_placeholder")],
)
def test_a_preview_of_braces_that_are_no_placeholder_shows_them_and_warns(message: str, code: str) -> None:
    shown = preview(message, LINK)
    assert shown["text"] == message
    assert [one["code"] for one in shown["warnings"]] == [code]
