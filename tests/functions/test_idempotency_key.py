"""Idempotency-Key on POST /v1/sends: the same key and body are one send."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.running import Addresses
from tests.functions.insider import Insider, money_and_sends
from tests.functions.program import PHONES, Program, a_company, a_file_send, a_send, ok, refused


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


def test_a_send_that_took_the_last_of_the_balance_is_answered_again_as_it_was(upup: Addresses) -> None:
    company, once, body = a_company(upup, balance_ore=10_000), key(), a_send(PHONES[9], PHONES[10])
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: company.post("/v1/sends", body, Idempotency_Key=once), range(4)))
    answers.append(company.post("/v1/sends", body, Idempotency_Key=once))
    assert len({ok(answer, 201)["id"] for answer in answers}) == 1
    refused(company.post("/v1/sends", a_send(PHONES[9]), Idempotency_Key=key()), 402)


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
