"""What an owner decides about the agreement, by the HTTPS API: the terms and how long data is kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.demo.company import wait_for
from tests.functions.insider import Insider
from tests.functions.program import SECONDS, TERMS, Json, Program, ok, refused


def change(program: Program, **days: object) -> Json:
    return ok(program.call("PATCH", "/v1/account", json={"retention": days}))


def test_an_account_shows_which_agreement_it_goes_by(company: Program, insider: Insider) -> None:
    shown = company.account()
    assert shown["dpa"] == {"accepted_version": TERMS, "current_version": TERMS, "accept_by": None}
    assert (shown["dpa_version"], shown["closing"]) == (TERMS, None)
    assert insider.rows(
        "SELECT a.version, m.role FROM dpa_acceptances a JOIN members m ON m.id = a.accepted_by"
        " WHERE a.company_id = %s",
        company.account_id,
    ) == [(TERMS, "owner")], "the signup is the first acceptance"


def test_the_agreement_of_today_can_be_accepted_again_and_no_other(company: Program) -> None:
    before = company.account()
    assert ok(company.post("/v1/account/dpa", {"version": TERMS})) == before
    for version in ("2025-01", "2099-01", "å"):
        refused(company.post("/v1/account/dpa", {"version": version}), 422, "version")
    for body in ({"version": ""}, {"version": None}, {}):
        refused(company.post("/v1/account/dpa", body), 422, "version")


def test_a_shorter_time_counts_for_what_was_sent_and_a_longer_one_for_what_will_be(company: Program) -> None:
    sent = company.send("070-1740672")

    def days(send: Json) -> tuple[str, str]:
        shown = ok(company.get(f"/v1/sends/{send['id']}"))
        return shown["encrypt_at"], shown["erase_at"]

    first = days(sent)
    assert change(company, encrypt_after_days=10)["retention"] == {"encrypt_after_days": 10, "erase_after_days": 365}
    shorter = days(sent)
    assert shorter[0] < first[0] and shorter[1] == first[1]
    assert change(company, encrypt_after_days=30, erase_after_days=31)["retention"]["erase_after_days"] == 31
    assert days(sent)[0] == shorter[0]
    assert days(sent)[1] < first[1]
    change(company, erase_after_days=365)


def test_days_are_chosen_also_while_a_send_under_way_holds_what_they_change(company: Program, insider: Insider) -> None:
    sent = company.handed_over(company.send("070-1740672"))
    with insider.connected() as send, send.cursor() as send_under_way, ThreadPoolExecutor() as threads:
        for _ in range(20):  # so much that the database gives the other one up
            send_under_way.execute("UPDATE sends SET duplicates = 1 - duplicates WHERE id = %s", (sent["id"],))
        chosen = threads.submit(change, company, encrypt_after_days=12)
        wait_for(lambda: not insider.can_lock("companies", company.account_id), "the other's lock", SECONDS)
        send_under_way.execute("UPDATE companies SET unpaid = unpaid WHERE id = %s", (company.account_id,))
        send.commit()
        assert chosen.result()["retention"]["encrypt_after_days"] == 12
    change(company, encrypt_after_days=30)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        *(("encrypt_after_days", days) for days in (0, 3, 31, 10.5, "10", True, -1)),
        *(("erase_after_days", days) for days in (0, 30, 366, "100", False)),
    ],
)
def test_no_longer_time_than_the_law_of_the_house_and_none_too_short_for_a_send(
    company: Program, field: str, days: object
) -> None:
    before = company.account()["retention"]
    refused(company.call("PATCH", "/v1/account", json={"retention": {field: days}}), 422, f"retention.{field}")
    assert company.account()["retention"] == before


def test_nothing_else_of_an_account_is_changed(company: Program) -> None:
    refused(company.call("PATCH", "/v1/account", json={"retention": {}, "state": "closed"}), 422, "state")
    refused(company.call("PATCH", "/v1/account", json={}), 422, "body")


def test_an_account_whose_plan_was_never_paid_has_nothing_to_end(nobody: Program) -> None:
    nobody.sign_up(company_name="Obetalt AB")
    nobody.log_in()
    refused(nobody.post("/v1/account/close", {"confirm": "Obetalt AB"}), 409)
    assert nobody.account()["state"] == "pending"


@pytest.mark.parametrize("path", ["dpa", "close", "reopen"])
def test_who_is_not_logged_in_decides_nothing(nobody: Program, path: str) -> None:
    refused(nobody.post(f"/v1/account/{path}", {}), 401)
