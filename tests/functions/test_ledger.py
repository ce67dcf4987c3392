"""A company's money as it sees it: sends that race for it, the ledger, and the months' statements."""

import csv
import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import PHONES, Json, Program, a_company, a_send, codes, ok, refused

FEE_ORE, VALUE_ORE = 400, 3_500
PRICE_ORE = FEE_ORE + VALUE_ORE
"""Of one coffee."""
FORMULA = "=HYPERLINK(evil) AB"


@pytest.fixture(scope="module")
def spender(upup: Addresses) -> Program:
    """A company with 1,000 kr less two coffees, of which one is redeemed; its name is a formula."""
    company = a_company(upup, balance_ore=100_000, company_name=FORMULA)
    sent = company.send(*PHONES[:2], message="Bokförd {{link}}")
    assert company.delivered(sent)["funnel"] == funnel(0, 0)
    gift = ok(company.get(f"/v1/gift/{company.link_token(PHONES[0], 'Bokförd')}"))
    company.console("/api/till/redeem", {"code": gift["code"]})
    assert ok(company.get(f"/v1/sends/{sent['id']}"))["funnel"] == funnel(1, 1)
    return company


def funnel(opened: int, redeemed: int) -> Json:
    return {"accepted": 2, "sent": 2, "delivered": 2, "opened": opened, "redeemed": redeemed}


def test_fifty_sends_at_once_against_a_balance_for_ten_are_ten_and_forty_refusals(
    upup: Addresses, insider: Insider
) -> None:
    company = a_company(upup, balance_ore=10 * PRICE_ORE)

    def send(number: int) -> int:
        program = Program(upup)  # a connection of its own
        program.session.cookies.update(company.session.cookies)
        return program.post("/v1/sends", a_send(PHONES[number])).status_code

    with ThreadPoolExecutor(50) as threads:
        outcomes = Counter(threads.map(send, range(50)))
    assert outcomes == {requests.codes.created: 10, requests.codes.payment_required: 40}
    assert company.account()["balance_ore"] == 0
    assert len(company.sends()) == 10
    sums: dict[str, int] = dict(
        insider.rows(
            "SELECT account, SUM(amount_ore) FROM ledger_entries WHERE company_id = %s GROUP BY account",
            company.account_id,
        )
    )
    assert sum(sums.values()) == 0
    assert sums["available"] == 0


def test_the_ledger_shows_each_movement_once_and_sums_to_the_account(spender: Program) -> None:
    lines = ok(spender.get("/v1/ledger"))["items"]
    found = Counter({line["purpose"]: 0 for line in lines})
    for line in lines:
        found[line["purpose"]] += line["amount_ore"] + line["reserved_ore"]
    assert found == {"top_up": 100_000, "reserve": 0, "capture_fee": -2 * FEE_ORE, "capture_value": -VALUE_ORE}
    account = spender.account()
    assert sum(line["amount_ore"] for line in lines) == account["balance_ore"] == 100_000 - 2 * PRICE_ORE
    assert sum(line["reserved_ore"] for line in lines) == account["reserved_ore"] == VALUE_ORE
    assert {line["vat_class"] for line in lines if line["purpose"] == "capture_value"} == {"served_food"}
    paged: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ok(spender.get("/v1/ledger", limit=1, cursor=cursor, month=lines[0]["day"][:7]))
        paged, cursor = paged + page["items"], page["next_cursor"]
    assert paged == lines


def test_a_statement_holds_fees_and_gifts_with_their_vat_and_leads_from_opening_to_closing(spender: Program) -> None:
    (listed,) = ok(spender.get("/v1/statements"))["items"]
    shown = ok(spender.get(f"/v1/statements/{listed['month']}"))
    assert shown["company"] == {"name": FORMULA, "org_number": "556821-9819"}
    assert shown["number"] == listed["number"] and not shown["complete"]
    assert shown["opening"]["total_ore"] == 0
    assert shown["closing"]["total_ore"] == listed["closing_ore"] == sum(shown["movements"].values())
    assert shown["closing"]["free_ore"] == spender.account()["balance_ore"]
    assert shown["inside"] == {"reserved_ore": 2 * PRICE_ORE, "released_ore": 0, "settled_ore": 0}
    fees = {"net_ore": 640, "vat_ore": 160, "gross_ore": 800}
    gifts = {"net_ore": 3_125, "vat_ore": 375, "gross_ore": 3_500}
    assert shown["taxed"] == [
        {"line": "fees", "vat_class": "standard", "rate_percent": 25} | fees,
        {"line": "gifts", "vat_class": "served_food", "rate_percent": 12} | gifts,
    ]
    assert shown["taxed_total"] == {name: fees[name] + gifts[name] for name in fees}


def test_a_statements_file_sums_and_a_name_in_it_is_no_formula(spender: Program) -> None:
    (listed,) = ok(spender.get("/v1/statements"))["items"]
    path = f"/v1/statements/{listed['month']}/file.csv"
    rows = list(csv.DictReader(io.StringIO(spender.get(path).text, newline="")))
    ore = [round(float(row["amount_sek"]) * 100) for row in rows]
    assert [row["line"] for row in rows][0 :: len(rows) - 1] == ["opening_balance", "closing_balance"]
    assert sum(ore[:-1]) == ore[-1] == listed["closing_ore"]
    assert {row["company"] for row in rows} == {f"'{FORMULA}"}
    excel = spender.get(path, format="excel", language="sv").content
    assert excel.startswith("\ufeffnummer;månad;".encode()) and b";-8,00\r\n" in excel


def test_a_company_without_money_has_an_empty_ledger_and_a_statement_of_zeros(poor: Program) -> None:
    assert ok(poor.get("/v1/ledger")) == ok(poor.get("/v1/statements")) == {"items": [], "next_cursor": None}
    shown = ok(poor.get("/v1/statements/2026-10"))
    assert shown["complete"] and shown["taxed"] == []
    amounts = [shown[part] for part in ("opening", "closing", "movements", "inside", "taxed_total")]
    assert {ore for part in amounts for ore in part.values()} == {0}


@pytest.mark.parametrize(
    ("month", "code"), [("2026-13", "not_a_month"), ("x", "not_a_month"), ("2999-01", "in_the_future")]
)
def test_a_month_that_cannot_be_shown_is_named(poor: Program, month: str, code: str) -> None:
    for answer in (
        poor.get("/v1/ledger", month=month),
        poor.get(f"/v1/statements/{month}"),
        poor.get(f"/v1/statements/{month}/file.csv"),
    ):
        assert codes(refused(answer, 422, "month")) == {code}
