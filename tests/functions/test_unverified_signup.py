"""Anybody can sign up with another's address: what that must not lead to."""

import pytest

from sandbox.running import Addresses
from tests.functions.program import Program, a_company, ok, refused, signup


def test_a_signup_with_anothers_address_does_not_become_where_their_login_leads(upup: Addresses) -> None:
    victim = a_company(upup)
    ok(Program(upup).post("/v1/signup", signup(victim.email)), 201)
    chosen = victim.log_in()
    assert chosen["account_id"] == victim.account_id
    assert len(chosen["accounts"]) == 2


def test_the_login_mail_holds_nothing_that_a_signup_chose(nobody: Program) -> None:
    nobody.sign_up(first_name="Vinnare", last_name="Vinnarsson", company_name="Vinstbolaget")
    nobody.login_token()
    assert "Vinn" not in nobody.mails()[0]["message"] and "Vinst" not in nobody.mails()[0]["message"]


@pytest.mark.parametrize("field", ["first_name", "last_name", "company_name"])
@pytest.mark.parametrize(
    "name", ["Anna\r\nDu har vunnit", "Anna\x00", "Anna\u2028Ek", "Anna\u202eEk", "https://evil.se", "www.evil.se/x"]
)
def test_a_name_is_one_line_and_no_link(nobody: Program, field: str, name: str) -> None:
    problem = refused(nobody.post("/v1/signup", signup(nobody.email) | {field: name}), 422, field)
    assert "evil" not in str(problem) and "vunnit" not in str(problem)


@pytest.mark.parametrize("name", ["Exempel.se AB", "Åkesson & Söner", "A-B:s Café (Nyköping)", "Bröd/Bulle HB", "李明"])
def test_a_company_may_be_called_what_companies_are_called(nobody: Program, name: str) -> None:
    nobody.sign_up(company_name=name)
    nobody.log_in()
    assert nobody.account()["company_name"] == name
