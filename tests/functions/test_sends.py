"""POST /v1/sends as JSON: what it answers, and what it refuses."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.running import Addresses
from tests.functions.insider import money_and_sends
from tests.functions.program import MESSAGE, PHONES, Json, Program, a_company, a_file_send, a_send, codes, ok, refused


def test_a_send_answers_with_counts_parts_and_price(company: Program) -> None:
    before = company.account()
    send = company.send(PHONES[0], PHONES[1], PHONES[0])
    assert send.keys() == {"id", "state", "recipients", "report", "sms_parts", "price_ore", "test"}
    assert send["id"].startswith("snd_")
    assert send["state"] == "processing"
    assert send["recipients"] == {"accepted": 2, "duplicate": 1, "invalid": 0, "opted_out": 0}
    assert [(row["row"], row["code"]) for row in send["report"]] == [(3, "duplicate")]
    assert company.account()["balance_ore"] == before["balance_ore"] - send["price_ore"]
    shown = company.delivered(send)
    assert (shown["state"], shown["price_ore"]) == ("done", send["price_ore"])
    assert shown["consent"] == {"legal_basis": "consent", "text_version": "2026-11"}
    rows = company.deliveries(send["id"])
    assert {row["phone"] for row in rows} == {"+46701740605", "+46701740606"}
    for row in rows:
        assert row["id"].startswith("dlv_")
        assert (row["state"], row["gift_state"], row["phone_state"]) == ("delivered", "issued", "clear")


def test_the_fee_is_captured_at_hand_over_and_the_gifts_value_stays_reserved(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=100_000)
    gift = next(one for one in ok(company.get("/v1/gifts"))["items"] if one["code"] == "coffee")
    company.handed_over(company.send(PHONES[2], PHONES[3], message="{{link}}"))
    account = company.account()
    assert account["balance_ore"] == 100_000 - 2 * gift["price_ore"]
    assert account["reserved_ore"] == 2 * gift["face_value_ore"]


def test_a_number_gets_one_gift_however_it_is_written(company: Program) -> None:
    written = ["070-174 06 20", "+46701740620", "0046 70 174 06 20", "+46 (0)70-174 06 20", "46701740620"]
    send = company.send(*written)
    assert send["recipients"] == {"accepted": 1, "duplicate": 4, "invalid": 0, "opted_out": 0}
    company.handed_over(send)
    assert len(company.deliveries(send["id"])) == 1


def test_invalid_rows_reject_a_send_with_the_report_and_change_nothing(company: Program) -> None:
    before = money_and_sends(company)
    rows = [{"phone": f"070-{number}", "first_name": "Gunhild"} for number in range(150)]
    rows += [{"phone": PHONES[0], "first_name": ""}, {"phone": PHONES[1], "first_name": "Gunhild"}]
    answer = company.post("/v1/sends", a_file_send() | {"recipients": rows})
    problem = refused(answer, 422)
    assert problem["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 151, "opted_out": 0}
    assert [row["row"] for row in problem["report"]] == list(range(1, 101))
    assert "Gunhild" not in answer.text and "070-1" not in answer.text
    assert money_and_sends(company) == before


def test_skip_sends_to_the_good_rows(company: Program) -> None:
    send = company.send(PHONES[4], "x", "08-123 456 78", on_invalid="skip")
    assert send["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 2, "opted_out": 0}
    assert company.handed_over(send)["recipients"] == send["recipients"]


def test_skipping_every_row_sends_nothing(company: Program) -> None:
    before = money_and_sends(company)
    problem = refused(company.post("/v1/sends", a_send("x") | {"on_invalid": "skip"}), 422)
    assert problem["recipients"]["invalid"] == 1
    assert money_and_sends(company) == before


def test_a_row_whose_text_is_too_long_is_told_apart(company: Program) -> None:
    body = a_send(PHONES[0], PHONES[1])
    body["recipients"][1]["first_name"] = "x" * 1600
    problem = refused(company.post("/v1/sends", body), 422)
    assert [(row["row"], row["code"]) for row in problem["report"]] == [(2, "too_long")]


def test_a_balance_too_low_is_402_and_nothing_is_reserved(poor: Program) -> None:
    refused(poor.post("/v1/sends", a_send(PHONES[0])), 402)
    account = poor.account()
    assert (account["balance_ore"], account["reserved_ore"]) == (0, 0)
    assert poor.sends() == []


def test_sends_that_race_for_a_balance_never_overdraw_it(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=10_000)
    price = ok(company.post("/v1/sends/quote", a_send(PHONES[0])))["price_ore"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: company.post("/v1/sends", a_send(PHONES[0])), range(6)))
    affordable = 10_000 // price
    assert sorted(answer.status_code for answer in answers) == [201] * affordable + [402] * (6 - affordable)
    assert company.account()["balance_ore"] == 10_000 - affordable * price


def test_a_pending_company_may_not_send(nobody: Program) -> None:
    nobody.sign_up()
    nobody.log_in()
    refused(nobody.post("/v1/sends", a_send(PHONES[0])), 403)
    assert nobody.sends() == []


def test_a_send_names_every_fault_of_its_fields_at_once(company: Program) -> None:
    wrong: Json = {
        "gift": 7,
        "sender": None,
        "message": "",
        "consent": {"legal_basis": "legitimate_interest"},
        "scheduled_at": "tomorrow",
        "on_invalid": "ignore",
        "recipients": [],
        "colour": "red",
    }
    fields = wrong.keys() - {"consent"} | {"consent.legal_basis", "consent.text_version"}
    for path in ("/v1/sends", "/v1/sends/quote"):
        refused(company.post(path, wrong), 422, *fields)


def test_a_send_names_every_fault_of_its_meaning_at_once(company: Program) -> None:
    body = a_send(PHONES[0]) | {
        "sender": "Far too long a name",
        "message": "Hej {{nickname}}! Se https://evil.example",
        "consent": {"legal_basis": "consent", "text_version": "2020-01"},
    }
    problem = refused(company.post("/v1/sends", body), 422, "sender", "message", "consent.text_version")
    assert codes(problem) == {"invalid_sender", "missing_link", "foreign_link", "unknown_placeholder", "outdated"}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Hej", "missing_link"),
        ("{{link}} {{link}}", "several_links"),
        ("{{link}} {{Link}}", "several_links"),
        ("{{link}} www.example.com", "foreign_link"),
        ("{{link}} bit.ly/x", "foreign_link"),
        ("{{link}} kaffebaren.se", "foreign_link"),
        ("{{link}} {{city}}", "unknown_placeholder"),
        ("{{link}} {{", "unclosed_placeholder"),
        ("{{link}} }}", "unopened_placeholder"),
        ("{{link}} {{}}", "empty_placeholder"),
    ],
)
def test_a_message_that_cannot_be_sent_says_why(company: Program, message: str, code: str) -> None:
    for path in ("/v1/sends", "/v1/sends/quote"):
        problem = refused(company.post(path, a_send(PHONES[0]) | {"message": message}), 422, "message")
        assert codes(problem) == {code}


def test_a_placeholder_is_a_column_however_it_is_written(company: Program) -> None:
    rows = [{"Mobilnummer": PHONES[5], "Förnamn": "Åsa", "Orten": "Åre"}]
    body = a_file_send() | {"message": "{{first_name}} {{FÖRNAMN}} {{orten}} {{link}}", "recipients": rows}
    assert ok(company.post("/v1/sends/quote", body))["sms"]["example"].startswith("Åsa Åsa Åre http")


@pytest.mark.parametrize("sender", ["", "x" * 12, "Kaffe!", "Kaffebåten", "12345", "08-123 456 78", "070-12"])
def test_a_sender_is_a_name_or_a_number_that_can_be_answered(company: Program, sender: str) -> None:
    problem = refused(company.post("/v1/sends", a_send(PHONES[0]) | {"sender": sender}), 422, "sender")
    assert codes(problem) == {"invalid_sender"}


@pytest.mark.parametrize("gift", ["", "unknown", "kaffé", "COFFEE", "x" * 33, "coffee' OR 1=1"])
def test_an_unknown_gift_is_refused(company: Program, gift: str) -> None:
    refused(company.post("/v1/sends", a_send(PHONES[0]) | {"gift": gift}), 422, "gift")


@pytest.mark.parametrize("when", ["2030-01-01T10:00:00Z", "2020-01-01T10:00:00+02:00"])
def test_a_send_is_not_scheduled_in_the_past_or_further_ahead_than_14_days(company: Program, when: str) -> None:
    refused(company.post("/v1/sends", a_send(PHONES[0]) | {"scheduled_at": when}), 422, "scheduled_at")


@pytest.mark.parametrize(
    ("recipients", "code"),
    [
        ([{"name": "Anna"}], "missing_phone_column"),
        ([{"phone": "1", "mobil": "2"}], "double_column"),
        ([{}], "missing_phone_column"),
    ],
)
def test_recipients_need_one_phone_each(company: Program, recipients: list[Json], code: str) -> None:
    body = a_file_send() | {"recipients": recipients}
    assert codes(refused(company.post("/v1/sends", body), 422, "recipients")) == {code}


@pytest.mark.parametrize("recipients", [[7], ["070-1740605"], [[]], [None], [{"phone": []}], [{"phone": {}}]])
def test_a_recipient_that_is_no_object_of_values_is_named_by_its_place(company: Program, recipients: list[Any]) -> None:
    good = {"phone": PHONES[0], "first_name": "Anna"}
    refused(company.post("/v1/sends", a_file_send() | {"recipients": [good, *recipients]}), 422, "recipients.1")


def test_more_than_100000_recipients_are_refused(company: Program) -> None:
    body = a_file_send() | {"recipients": [{"phone": "1"}] * 100_001}
    refused(company.post("/v1/sends", body), 422, "recipients")


def test_a_recipients_value_may_not_be_a_link(company: Program) -> None:
    body = a_send(PHONES[0], PHONES[1])
    body["recipients"][1]["first_name"] = "evil.com"
    assert codes(refused(company.post("/v1/sends", body), 422, "recipients")) == {"foreign_link"}


def test_a_gift_that_the_catalogue_calls_available_can_be_sent_and_no_other(company: Program) -> None:
    for gift in ok(company.get("/v1/gifts"))["items"]:
        answer = company.post("/v1/sends", a_send(PHONES[6]) | {"gift": gift["code"]})
        assert answer.status_code == (201 if gift["available"] else 409), answer.text


def test_an_unknown_message_stays_the_companys_own(company: Program) -> None:
    """What a message holds is in no answer about the send."""
    send = company.send(PHONES[15], message=f"Hemligt! {MESSAGE}")
    assert "Hemligt" not in json.dumps(company.handed_over(send)) + json.dumps(company.deliveries(send["id"]))
