"""Preview, quote and sends as JSON: what they answer, and what they refuse."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.running import Addresses
from tests.functions.insider import Insider, money_and_sends
from tests.functions.program import MESSAGE, Json, Program, a_company, a_file_send, a_send, codes, ok, refused

PHONES = [f"070-17406{number:02d}" for number in range(5, 100)]


@pytest.fixture(scope="module")
def poor(upup: Addresses) -> Program:
    """A company without money."""
    return a_company(upup)


# Preview


@pytest.mark.parametrize(
    ("message", "text", "encoding", "characters", "parts"),
    [
        ("Hej", "Hej", "GSM-7", 3, 1),
        ("", "", "GSM-7", 0, 0),
        ("“Hej” – vänta…", '"Hej" - vänta...', "GSM-7", 16, 1),
        ("a\u00a0b\u200bc", "a bc", "GSM-7", 4, 1),
        ("e\u0301a\u030a", "éå", "GSM-7", 2, 1),
        ("»Hej« 20° 🎁", "»Hej« 20° 🎁", "UCS-2", 12, 1),
        ("10 €", "10 €", "GSM-7", 5, 1),
        ("x" * 160, "x" * 160, "GSM-7", 160, 1),
        ("x" * 161, "x" * 161, "GSM-7", 161, 2),
        ("x" * 306, "x" * 306, "GSM-7", 306, 2),
        ("x" * 307, "x" * 307, "GSM-7", 307, 3),
        ("x" * 152 + "€" + "x" * 152, "x" * 152 + "€" + "x" * 152, "GSM-7", 306, 3),
        ("ж" * 70, "ж" * 70, "UCS-2", 70, 1),
        ("ж" * 71, "ж" * 71, "UCS-2", 71, 2),
        ("ж" * 66 + "🎁" + "ж" * 66, "ж" * 66 + "🎁" + "ж" * 66, "UCS-2", 134, 3),
        ("x" * 1530, "x" * 1530, "GSM-7", 1530, 10),
    ],
)
def test_a_preview_shows_the_text_as_it_would_leave(
    company: Program, message: str, text: str, encoding: str, characters: int, parts: int
) -> None:
    shown = ok(company.post("/v1/sms/preview", {"message": message}))
    assert shown.keys() == {"text", "encoding", "characters", "parts", "warnings"}
    assert (shown["text"], shown["encoding"]) == (text, encoding)
    assert shown["characters"] == characters
    if message:
        assert shown["parts"] == parts


def test_a_preview_puts_a_link_of_the_real_length_in(company: Program) -> None:
    text = ok(company.post("/v1/sms/preview", {"message": "{{link}}"}))["text"]
    send = company.send(PHONES[90], message="Preview {{link}}")
    company.handed_over(send)
    token = company.link_token(PHONES[90], "Preview")
    assert len(text) == len(f"{company.at.web}/g/{token}")


@pytest.mark.parametrize("body", [{}, {"message": None}, {"message": 7}, {"message": "x" * 4001}])
def test_a_preview_takes_one_text(company: Program, body: Json) -> None:
    refused(company.post("/v1/sms/preview", body), 422, "message")


# Quote


def test_a_quote_has_counts_report_sms_price_and_balance(company: Program) -> None:
    balance = company.account()["balance_ore"]
    quote = ok(company.post("/v1/sends/quote", a_send(PHONES[0], "08-123 456 78", PHONES[0], "x", PHONES[1])))
    assert quote["recipients"] == {"accepted": 2, "duplicate": 1, "invalid": 2, "opted_out": 0}
    assert [(row["row"], row["code"]) for row in quote["report"]] == [
        (2, "not_mobile"),
        (3, "duplicate"),
        (4, "invalid_phone"),
    ]
    assert all(row.keys() == {"row", "code", "message"} for row in quote["report"])
    assert quote["sms"].keys() == {"encoding", "parts", "characters", "example"}
    assert quote["sms"]["example"].startswith("Hej Anna! Din gåva: http")
    assert quote["balance_ore"] == balance
    assert quote["price_ore"] > 0
    assert isinstance(quote["warnings"], list)


def test_a_quote_changes_nothing(company: Program, insider: Insider) -> None:
    before = money_and_sends(company)
    holds = insider.rows("SELECT COUNT(*) FROM holds WHERE company_id = %s", company.account_id)
    for _ in range(3):
        ok(company.post("/v1/sends/quote", a_send(*PHONES[:10])))
    assert money_and_sends(company) == before
    assert insider.rows("SELECT COUNT(*) FROM holds WHERE company_id = %s", company.account_id) == holds


@settings(derandomize=True, deadline=None, max_examples=25)
@given(count=st.integers(1, len(PHONES)), parts=st.integers(1, 4))
def test_a_price_is_linear_in_recipients(company: Program, count: int, parts: int) -> None:
    message = "x" * 153 * (parts - 1) + "{{link}}"

    def price(*phones: str) -> int:
        quote = ok(company.post("/v1/sends/quote", a_send(*phones) | {"message": message}))
        assert quote["sms"]["parts"] == parts
        return int(quote["price_ore"])

    assert price(*PHONES[:count]) == count * price(PHONES[0])


def test_a_quote_of_more_than_the_balance_is_answered_with_a_warning(poor: Program) -> None:
    quote = ok(poor.post("/v1/sends/quote", a_send(PHONES[0])))
    assert quote["balance_ore"] == 0 < quote["price_ore"]
    assert "balance_too_low" in {warning["code"] for warning in quote["warnings"]}


def test_a_quote_of_nobody_is_a_report_too(company: Program) -> None:
    quote = ok(company.post("/v1/sends/quote", a_send("x", "08-123 456 78")))
    assert quote["recipients"]["accepted"] == 0 == quote["price_ore"]


# Sends


def test_a_send_answers_with_counts_parts_and_price(company: Program) -> None:
    before = company.account()
    send = company.send(PHONES[0], PHONES[1], PHONES[0])
    assert send.keys() == {"id", "state", "recipients", "report", "sms_parts", "price_ore"}
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
def test_a_send_cannot_be_scheduled_yet(company: Program, when: str) -> None:
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


# Idempotency-Key


def key() -> str:
    return secrets.token_hex(8)


def test_the_same_key_and_body_give_the_first_answer_and_one_send(company: Program) -> None:
    before, once = company.sends(), key()
    answers = [company.post("/v1/sends", a_send(PHONES[7]), Idempotency_Key=once) for _ in range(3)]
    assert len({answer.content for answer in answers}) == 1
    assert ok(answers[0], 201)["id"] == company.sends()[0]["id"]
    assert len(company.sends()) == len(before) + 1


def test_the_same_key_with_another_body_is_refused(company: Program) -> None:
    once = key()
    ok(company.post("/v1/sends", a_send(PHONES[7]), Idempotency_Key=once), 201)
    before = money_and_sends(company)
    refused(company.post("/v1/sends", a_send(PHONES[8]), Idempotency_Key=once), 422, "Idempotency-Key")
    assert money_and_sends(company) == before


def test_a_refusal_does_not_take_the_key(company: Program) -> None:
    once = key()
    refused(company.post("/v1/sends", a_send("x"), Idempotency_Key=once), 422)
    ok(company.post("/v1/sends", a_send(PHONES[7]), Idempotency_Key=once), 201)


def test_many_at_the_same_moment_make_one_send(company: Program) -> None:
    before, once = company.sends(), key()

    def post(_: int) -> tuple[int, str]:
        answer = company.post("/v1/sends", a_send(PHONES[9]), Idempotency_Key=once)
        return answer.status_code, answer.json().get("id", "")

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(post, range(6)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({send_id for status, send_id in answers if status == 201}) == 1
    assert len(company.sends()) == len(before) + 1


@pytest.mark.parametrize("bad", ["", "x" * 129, "nyckel-å"])
def test_a_key_is_1_to_128_printable_ascii_characters(company: Program, bad: str) -> None:
    before = company.sends()
    headers = {"Idempotency-Key": bad.encode("latin-1")}
    refused(company.call("POST", "/v1/sends", json=a_send(PHONES[0]), headers=headers), 422, "Idempotency-Key")
    assert len(company.sends()) == len(before)
    ok(company.post("/v1/sends", a_send(PHONES[0]), Idempotency_Key=key() + "~ !" + "x" * 100), 201)


def test_a_key_is_its_companys_own(company: Program, upup: Addresses) -> None:
    once, other = key(), a_company(upup, balance_ore=10_000)
    ours = ok(company.post("/v1/sends", a_send(PHONES[10]), Idempotency_Key=once), 201)
    theirs = ok(other.post("/v1/sends", a_send(PHONES[10]), Idempotency_Key=once), 201)
    assert ours["id"] != theirs["id"]


def test_another_boundary_is_the_same_body(company: Program) -> None:
    once = key()
    file = f"telefon;förnamn\n{PHONES[11]};Anna\n".encode()
    answers = [company.upload("/v1/sends", a_file_send(), file, Idempotency_Key=once) for _ in range(2)]
    boundaries = {answer.request.headers["Content-Type"] for answer in answers}
    assert len(boundaries) == 2
    assert ok(answers[0], 201) == ok(answers[1], 201)
    other = company.upload("/v1/sends", a_file_send(), file + b"\n", Idempotency_Key=once)
    refused(other, 422, "Idempotency-Key")


def test_what_is_kept_for_a_key_holds_no_input(company: Program, insider: Insider) -> None:
    body = a_send(PHONES[12], PHONES[12]) | {"sender": "Kaffekoppen", "message": "Hemligt {{first_name}} {{link}}"}
    body["recipients"][0]["first_name"] = "Gunhild"
    ok(company.post("/v1/sends", body, Idempotency_Key="gunhilds-key"), 201)
    kept = insider.rows("SELECT * FROM idempotent_answers WHERE company_id = %s", company.account_id)
    assert kept
    text = repr(kept).casefold()
    for secret in ("gunhild", "1740617", "kaffekoppen", "hemligt", "coffee"):
        assert secret not in text


# Lists


def test_a_list_is_newest_first_and_goes_on_from_its_cursor_while_sends_arrive(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=100_000)
    made = [company.send(PHONES[13])["id"] for _ in range(5)]
    page = ok(company.get("/v1/sends", limit=2))
    seen = [send["id"] for send in page["items"]]
    while page["next_cursor"]:
        late = company.send(PHONES[13])["id"]
        page = ok(company.call("GET", f"/v1/sends?limit=2&cursor={page['next_cursor']}"))
        seen += [send["id"] for send in page["items"]]
        assert late not in seen
    assert seen == made[::-1]


def test_a_send_in_a_list_looks_as_it_does_alone(company: Program) -> None:
    send = company.send(PHONES[14])
    company.delivered(send)
    assert company.sends()[0] == ok(company.get(f"/v1/sends/{send['id']}"))


def test_deliveries_come_page_by_page(company: Program) -> None:
    send = company.send(*PHONES[20:25])
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ok(company.get(f"/v1/sends/{send['id']}/deliveries", limit=2, cursor=cursor))
        assert len(page["items"]) <= 2
        ids, cursor = ids + [row["id"] for row in page["items"]], page["next_cursor"]
    assert len(set(ids)) == 5
    assert ids == [row["id"] for row in company.deliveries(send["id"])]


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "٣", "9" * 5000])
@pytest.mark.parametrize("path", ["/v1/sends", "/v1/sends/{id}/deliveries"])
def test_a_limit_is_1_to_200(company: Program, path: str, limit: str) -> None:
    refused(company.get(path.format(id=company.sends()[0]["id"]), limit=limit), 422, "limit")


MADE_UP_CURSORS = {
    "no Base64": "å!",
    "no JSON": "eA",
    "no list": "e30",
    "an empty list": "W10",
    "numbers": "WzEsMl0",
    "one text": "WyJ4Il0",
    "two texts": "WyJ4IiwieSJd",
    "many texts": "WyJ4IiwieSIsInoiXQ",
    "nested": "W1tbW1tbW1tb" * 400,
}


@pytest.mark.parametrize("cursor", MADE_UP_CURSORS.values(), ids=MADE_UP_CURSORS)
@pytest.mark.parametrize("path", ["/v1/sends", "/v1/sends/{id}/deliveries"])
def test_a_made_up_cursor_is_refused(company: Program, path: str, cursor: str) -> None:
    refused(company.get(path.format(id=company.sends()[0]["id"]), cursor=cursor), 422, "cursor")


def test_a_cursor_of_deliveries_names_no_send_and_no_place_beyond_the_last(company: Program) -> None:
    from base64 import urlsafe_b64encode

    send = company.sends()[0]["id"]
    cursor = urlsafe_b64encode(json.dumps(["9" * 30]).encode()).decode().rstrip("=")
    assert ok(company.get(f"/v1/sends/{send}/deliveries", cursor=cursor)) == {"items": [], "next_cursor": None}
    odd = urlsafe_b64encode(json.dumps(["2026-11-23T10:00:00+00:00", "snd_å🎁"]).encode()).decode().rstrip("=")
    refused(company.get("/v1/sends", cursor=odd), 422, "cursor")


@pytest.mark.parametrize("send_id", ["snd_unknown", "x", "%00", "å", "🎁", "x" * 2000, "'%20OR%201=1"])
def test_an_unknown_send_is_404(company: Program, send_id: str) -> None:
    refused(company.get(f"/v1/sends/{send_id}"), 404)
    refused(company.get(f"/v1/sends/{send_id}/deliveries"), 404)


def test_an_unknown_message_stays_the_companys_own(company: Program) -> None:
    """What a message holds is in no answer about the send."""
    send = company.send(PHONES[15], message=f"Hemligt! {MESSAGE}")
    assert "Hemligt" not in json.dumps(company.handed_over(send)) + json.dumps(company.deliveries(send["id"]))
