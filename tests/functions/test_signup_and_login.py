"""Signing up, logging in by a mailed link, logging out."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.program import Program, a_company, ok, refused, signup


def test_a_signup_answers_with_account_and_checkout(nobody: Program) -> None:
    answer = ok(nobody.post("/v1/signup", signup(nobody.email)), 201)
    assert answer.keys() == {"account_id", "checkout_url"}
    assert answer["account_id"].startswith("acc_")
    assert answer["checkout_url"].startswith("http")


@pytest.mark.parametrize("number", ["556821-9819", "5568219819", " 556821-9819 "])
def test_an_org_number_is_taken_as_swedes_write_it(upup: Addresses, number: str) -> None:
    program = Program(upup)
    program.sign_up(org_number=number)
    program.log_in()
    assert program.account()["org_number"] == "5568219819"


@pytest.mark.parametrize("number", ["556821-9818", "556821", "", "5568219819x", "٥٥٦٨٢١٩٨١٩"])
def test_an_org_number_with_a_wrong_digit_is_refused(nobody: Program, number: str) -> None:
    refused(nobody.post("/v1/signup", signup(nobody.email) | {"org_number": number}), 422, "org_number")


@pytest.mark.parametrize(
    "email", ["", "a", "a@", "@b.se", "a b@c.se", "a@b..se", "x" * 250 + "@b.se", "a@b.se\nBcc: c@d.se"]
)
def test_what_is_no_email_address_is_refused(nobody: Program, email: str) -> None:
    refused(nobody.post("/v1/signup", signup(email)), 422, "email")
    refused(nobody.post("/v1/login", {"email": email}), 422, "email")


def test_a_known_email_gets_the_same_answer_and_its_owner_a_second_company(nobody: Program) -> None:
    first = nobody.sign_up(company_name="Kaffebaren AB")
    second = nobody.sign_up(company_name="Tebaren AB", first_name="Mallory")
    assert first.keys() == second.keys()
    assert first["account_id"] != second["account_id"]
    chosen = nobody.log_in()
    assert {(one["id"], one["company_name"], one["role"]) for one in chosen["accounts"]} == {
        (first["account_id"], "Kaffebaren AB", "owner"),
        (second["account_id"], "Tebaren AB", "owner"),
    }
    # whoever knew the address could not rename its owner
    assert "Mallory" not in nobody.mails()[0]["message"]


def test_a_login_can_choose_one_of_the_persons_companies_and_no_other(upup: Addresses, company: Program) -> None:
    program = Program(upup)
    first = program.sign_up()["account_id"]
    program.sign_up()
    body = {"token": program.login_token(), "account_id": first}
    assert ok(program.post("/v1/login/complete", body))["account_id"] == first
    assert program.account()["id"] == first
    body = {"token": program.login_token(), "account_id": company.account_id}
    refused(program.post("/v1/login/complete", body), 403)


def test_a_pending_company_can_log_in(nobody: Program) -> None:
    nobody.sign_up()
    assert nobody.log_in()["account_id"] == nobody.account_id
    assert nobody.account()["state"] == "pending"


def test_a_login_for_an_unknown_address_looks_the_same(nobody: Program, company: Program) -> None:
    known = company.post("/v1/login", {"email": company.email})
    unknown = nobody.post("/v1/login", {"email": nobody.email})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"{}")
    assert known.headers.keys() == unknown.headers.keys()
    wait_for(lambda: company.mails(), "the mail that was asked for before the other")
    assert nobody.mails() == []


def test_an_address_is_known_however_its_letters_are_written(nobody: Program) -> None:
    nobody.sign_up()
    ok(nobody.post("/v1/login", {"email": nobody.email.upper()}), 202)
    wait_for(lambda: nobody.mails(), "the mail")


def test_after_six_links_in_a_minute_there_are_none_for_15_minutes_whoever_has_the_address(nobody: Program) -> None:
    nobody.sign_up()
    told = []
    for email in (nobody.email, f"unknown-{nobody.email}"):
        answers = [nobody.post("/v1/login", {"email": email}) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [202] * 6 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
        told.append(answers[-1].json() | {"trace_id": ""})
    assert told[0] == told[1]


def test_a_link_works_once(nobody: Program) -> None:
    nobody.sign_up()
    token = nobody.login_token()
    ok(nobody.post("/v1/login/complete", {"token": token}))
    refused(nobody.post("/v1/login/complete", {"token": token}), 401)


def test_of_many_at_the_same_moment_one_gets_in(upup: Addresses) -> None:
    owner = Program(upup)
    owner.sign_up()
    token = owner.login_token()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: Program(upup).post("/v1/login/complete", {"token": token}), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401, 401]


def test_looking_at_a_link_does_not_spend_it(nobody: Program) -> None:
    nobody.sign_up()
    token = nobody.login_token()
    refused(nobody.get("/v1/login/complete", token=token), 405)
    nobody.get("/login", token=token)
    assert nobody.call("HEAD", "/v1/login/complete").status_code == 405
    ok(nobody.post("/v1/login/complete", {"token": token}))


def test_a_made_up_token_lets_nobody_in(nobody: Program) -> None:
    refused(nobody.post("/v1/login/complete", {"token": "made-up"}), 401)
    refused(nobody.post("/v1/login/complete", {"token": ""}), 422, "token")
    refused(nobody.post("/v1/login/complete", {"token": "x" * 201, "account_id": 7}), 422, "token", "account_id")
    assert "Set-Cookie" not in nobody.post("/v1/login/complete", {"token": "made-up"}).headers


def test_a_logout_ends_the_session_itself(upup: Addresses) -> None:
    company = a_company(upup)
    cookie = company.session.cookies["session"]
    ok(company.call("POST", "/v1/logout"), 204)
    assert "session" not in company.session.cookies
    company.session.cookies.set("session", cookie)
    refused(company.get("/v1/account"), 401)


def test_nobody_can_log_out_too(nobody: Program) -> None:
    ok(nobody.call("POST", "/v1/logout"), 204)
