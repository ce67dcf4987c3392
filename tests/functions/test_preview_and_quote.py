"""POST /v1/sms/preview and /v1/sends/quote: what a text or a send would come to, without anything happening."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions.insider import Insider, money_and_sends
from tests.functions.program import PHONES, Json, Program, a_send, ok, refused


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
