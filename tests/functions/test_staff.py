"""UpUp's staff: who comes in, what was given up and what is in doubt, and what they do about it."""

from typing import Any

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from shared.http.openapi.routes import ROUTES, Route
from shared.http.staff import HEADER
from tests.functions.insider import OUTBOX_IDS, Insider, give_up
from tests.functions.program import SECONDS, Json, Program, dead_letters, ok, refused, staff_member

PHONE = "070-1740670"
STAFF = [route for route in ROUTES if route.staff]


def test_the_end_of_an_agreement_that_nobody_knows_is_404(staff: Program) -> None:
    for account_id in ("acc_nobody", "x"):
        refused(staff.post(f"/v1/staff/agreements/{account_id}/retry", {}), 404)


def dead_letter(staff: Program, insider: Insider, topic: str, body: Json) -> Json:
    """One that was kept just now."""
    assert give_up(insider, topic, body).status_code == 200
    found: Json = next(one for one in dead_letters(staff) if one["message"] == body)
    return found


@pytest.fixture
def in_doubt(company: Program) -> Json:
    """A delivery whose call to Lekab timed out, and which Lekab never had."""
    faults = f"{company.at.console}/api/faults"
    fault = {"provider": "lekab", "kind": "timeout_before_accept", "count": 1, "probability": 1.0, "seed": 1}
    requests.post(faults, json=fault, timeout=SECONDS).raise_for_status()
    try:
        send = company.send(PHONE)
        company.handed_over(send)
    finally:
        requests.delete(faults, timeout=SECONDS).raise_for_status()
    (row,) = company.deliveries(send["id"])
    assert row["state"] == "unknown"
    return {**row, "send_id": send["id"]}


def state(company: Program, delivery: Json) -> Any:
    return next(row["state"] for row in company.deliveries(delivery["send_id"]) if row["id"] == delivery["id"])


def sms(company: Program) -> int:
    return len(company.console("/api/sms", to=PHONE)["items"])


# Who comes in


@pytest.mark.parametrize("route", STAFF, ids=str)
def test_without_the_proxys_word_nobody_comes_in(nobody: Program, route: Route) -> None:
    refused(nobody.call(route.method, route.filled("x"), json={}), 401)
    for value in ("", "x", "a.b.c", "staff@upup.example"):
        refused(nobody.call(route.method, route.filled("x"), json={}, headers={HEADER: value}), 401)


@pytest.mark.parametrize("route", STAFF, ids=str)
def test_a_companys_session_counts_for_nothing(company: Program, route: Route) -> None:
    refused(company.call(route.method, route.filled("x"), json={}), 401)


@pytest.mark.parametrize("route", STAFF, ids=str)
def test_who_is_not_on_the_list_is_sent_away(upup: Addresses, route: Route) -> None:
    refused(staff_member(upup, "anna@example.com").call(route.method, route.filled("x"), json={}), 403)


@pytest.mark.parametrize("route", [route for route in STAFF if route.method != "GET"], ids=str)
def test_another_site_cannot_act_through_a_staff_members_browser(staff: Program, route: Route) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        refused(staff.call(route.method, route.filled("x"), json={}, headers=headers), 403)


def test_staffs_word_opens_nothing_of_a_companys(staff: Program) -> None:
    for route in ROUTES:
        if route.role:
            refused(staff.call(route.method, route.filled("x"), json={}), 401)


# Dead letters


def test_a_message_that_was_given_up_is_shown_and_replayed_once(staff: Program, insider: Insider) -> None:
    letter = dead_letter(staff, insider, "account-paid", {"company_id": "acc_gone"})
    assert (
        letter.items()
        >= {
            "topic": "account-paid",
            "reason": "not acknowledged by some_function",
            "attempts": 20,
            "replayed_at": None,
        }.items()
    )
    assert letter["id"].startswith("ded_") and letter["age_seconds"] >= 0
    path, before = f"/v1/staff/dead-letters/{letter['id']}/replay", published(staff)
    assert ok(staff.post(path, {})) == {"replayed": 1}
    assert published(staff) > before
    assert next(one for one in dead_letters(staff) if one["id"] == letter["id"])["replayed_at"]
    refused(staff.post(path, {}), 409)
    refused(staff.post("/v1/staff/dead-letters/ded_unknown/replay", {}), 404)
    log = insider.rows("SELECT staff, action FROM staff_log WHERE subject = %s", letter["id"])
    assert log == [("staff@upup.example", "dead_letter.replay")]


def published(program: Program) -> int:
    return int(program.console("/api/stats")["pubsub"]["published"])


def test_all_that_were_given_up_are_replayed_and_then_none_is_left(staff: Program, insider: Insider) -> None:
    for number in range(3):
        dead_letter(staff, insider, "sms-wanted", {"send_id": f"snd_gone{number}", "first": 1, "last": 1})
    waiting = [one for one in dead_letters(staff) if not one["replayed_at"]]
    assert ok(staff.post("/v1/staff/dead-letters/replay", {})) == {"replayed": len(waiting)}
    assert len(waiting) >= 3
    assert [one for one in dead_letters(staff) if not one["replayed_at"]] == []
    assert ok(staff.post("/v1/staff/dead-letters/replay", {})) == {"replayed": 0}


def test_a_message_that_comes_twice_or_is_not_ours_is_acknowledged(staff: Program, insider: Insider) -> None:
    before, outbox_id = dead_letters(staff), next(OUTBOX_IDS)
    body = {"send_id": "snd_twice", "first": 1, "last": 1}
    for _ in range(2):
        assert give_up(insider, "sms-wanted", body, outbox_id).status_code == 200
    assert give_up(insider, "somebody-elses", body).status_code == 200
    assert len(dead_letters(staff)) == len(before) + 1


def test_dead_letters_come_page_by_page_newest_first(staff: Program, insider: Insider) -> None:
    for number in range(3):
        dead_letter(staff, insider, "sms-wanted", {"send_id": f"snd_page{number}", "first": 1, "last": 1})
    seen: list[Json] = []
    cursor: str | None = ""
    while cursor is not None and len(seen) < 3:
        page = ok(staff.get("/v1/staff/dead-letters", limit=1, cursor=cursor))
        seen, cursor = seen + page["items"], page["next_cursor"]
    assert [one["message"]["send_id"] for one in seen] == ["snd_page2", "snd_page1", "snd_page0"]


@pytest.mark.parametrize("path", ["/v1/staff/dead-letters", "/v1/staff/deliveries"])
def test_a_page_that_cannot_be_shown_is_refused(staff: Program, path: str) -> None:
    for limit in ("0", "201", "x"):
        refused(staff.get(path, limit=limit), 422, "limit")
    for cursor in ("å!", "e30", "WyJ4Il0", "WyJ4IiwieCIsIngiXQ"):
        refused(staff.get(path, cursor=cursor), 422, "cursor")


# Deliveries in doubt


def test_what_is_in_doubt_is_shown_with_its_number_masked(
    company: Program, staff: Program, insider: Insider, in_doubt: Json
) -> None:
    answer = staff.get("/v1/staff/deliveries", state="unknown", limit=1)
    (shown,) = ok(answer)["items"]
    assert (
        shown.items()
        >= {
            "id": in_doubt["id"],
            "account_id": company.account_id,
            "send_id": in_doubt["send_id"],
            "state": "unknown",
            "phone": "+46 70 *** ** 70",
        }.items()
    )
    assert shown["since"]
    assert "1740670" not in answer.text
    assert ("staff@upup.example",) in insider.rows(
        "SELECT staff FROM staff_log WHERE action = 'deliveries.see_unknown'"
    )
    refused(staff.get("/v1/staff/deliveries", state="sent"), 422, "state")


def test_settled_as_sent_nothing_is_sent(company: Program, staff: Program, in_doubt: Json) -> None:
    before = sms(company)
    path = f"/v1/staff/deliveries/{in_doubt['id']}/settle"
    assert ok(staff.post(path, {"outcome": "sent"})) == {"id": in_doubt["id"], "state": "sent"}
    assert state(company, in_doubt) == "sent"
    for outcome in ("sent", "resend"):
        refused(staff.post(path, {"outcome": outcome}), 409)
    assert sms(company) == before


def test_settled_by_resending_it_is_sent_once(
    company: Program, staff: Program, insider: Insider, in_doubt: Json
) -> None:
    before = sms(company)
    path = f"/v1/staff/deliveries/{in_doubt['id']}/settle"
    assert ok(staff.post(path, {"outcome": "resend"})) == {"id": in_doubt["id"], "state": "issued"}
    wait_for(lambda: state(company, in_doubt) == "delivered", "the SMS", SECONDS)
    assert sms(company) == before + 1
    refused(staff.post(path, {"outcome": "resend"}), 409)
    log = insider.rows("SELECT staff, action FROM staff_log WHERE subject = %s", in_doubt["id"])
    assert log == [("staff@upup.example", "delivery.settle_resend")]


def test_a_delivery_that_is_not_there_or_not_in_doubt_is_not_settled(company: Program, staff: Program) -> None:
    send = company.send("070-1740671")
    company.delivered(send)
    (row,) = company.deliveries(send["id"])
    refused(staff.post(f"/v1/staff/deliveries/{row['id']}/settle", {"outcome": "sent"}), 409)
    for made_up in ("dlv_x", send["id"], "x", row["id"][:-1] + ("a" if row["id"][-1] != "a" else "b")):
        refused(staff.post(f"/v1/staff/deliveries/{made_up}/settle", {"outcome": "sent"}), 404)
    assert company.deliveries(send["id"]) == [row]


def test_only_the_two_outcomes_can_be_said(staff: Program) -> None:
    for outcome in ("delivered", "", None, ["sent"]):
        refused(staff.post("/v1/staff/deliveries/dlv_x/settle", {"outcome": outcome}), 422, "outcome")
    refused(staff.post("/v1/staff/deliveries/dlv_x/settle", {}), 422, "outcome")
