"""The staff's registers: personal data breaches with who was told, and who has access to what."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from shared.http.answers.register_csv import csv_answer
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_company, ok, refused, staff_member

STAFF, SECOND = "staff@upup.example", "second@upup.example"
MESSAGE = "Mellan 10 och 11 kunde ert kontos namn ses av ett annat företag. Ni behöver inte göra något."
BOM = "﻿"


@pytest.fixture(scope="module")
def other(upup: Addresses) -> Program:
    return a_company(upup, company_name="Beta AB")


def a_breach(staff: Program, companies: object = "all", **changes: object) -> Json:
    found = staff.now() - timedelta(hours=1)
    return {
        "happened_at": (found - timedelta(hours=3)).isoformat(),
        "found_at": found.isoformat(),
        "what": "En logg visade kontonamn för fel företag.",
        "consequences": "Namn kan ha lästs.",
        "measures": "Loggen stängdes.",
        "companies": companies,
    } | changes


def registered(staff: Program, companies: object = "all", **changes: object) -> Json:
    return ok(staff.post("/v1/staff/breaches", a_breach(staff, companies, **changes)), 201)


def patch(staff: Program, breach: Json, body: Json) -> requests.Response:
    return staff.call("PATCH", f"/v1/staff/breaches/{breach['id']}", json=body)


def table(answer: requests.Response) -> list[dict[str, str]]:
    """The rows of a file, as Excel reads it."""
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    text = answer.content.decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))


# Breaches


def test_a_breach_has_72_hours_from_when_it_was_found(staff: Program, company: Program) -> None:
    breach = registered(staff, [company.account_id])
    found, by = (datetime.fromisoformat(breach[name]) for name in ("found_at", "report_by"))
    assert by - found == timedelta(hours=72)
    assert 70 * 3600 < breach["seconds_to_report"] <= 71 * 3600
    assert (breach["state"], breach["late"], breach["reported_at"]) == ("open", False, None)
    assert breach["companies"] == [company.account_id]
    assert breach["all_companies"] is False
    assert breach["registered_by"] == STAFF
    old = staff.now() - timedelta(hours=73)
    late = registered(staff, [company.account_id], found_at=old.isoformat(), happened_at=old.isoformat())
    assert late["late"] and late["seconds_to_report"] < 0


def test_a_breach_is_shown_alone_and_in_the_list(staff: Program, company: Program) -> None:
    breach = registered(staff, [company.account_id])
    alone = ok(staff.get(f"/v1/staff/breaches/{breach['id']}"))
    assert alone | {"seconds_to_report": 0} == breach | {"seconds_to_report": 0}
    newest = ok(staff.get("/v1/staff/breaches", limit=1))["items"][0]
    assert newest["id"] == breach["id"]
    assert newest.items() <= (alone | {"seconds_to_report": newest["seconds_to_report"]}).items()


def test_the_list_goes_on_from_its_cursor(staff: Program, company: Program) -> None:
    made = [registered(staff, [company.account_id])["id"] for _ in range(3)]
    first = ok(staff.get("/v1/staff/breaches", limit=2))
    second = ok(staff.get("/v1/staff/breaches", limit=1, cursor=first["next_cursor"]))
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    refused(staff.get("/v1/staff/breaches", cursor="x"), 422, "cursor")


def test_a_change_is_an_addition(upup: Addresses, staff: Program, company: Program) -> None:
    breach = registered(staff, [company.account_id])
    second = staff_member(upup, SECOND)
    changed = ok(patch(second, breach, {"state": "reported", "measures": "Anmäld till IMY."}))
    assert changed["state"] == "reported"
    assert changed["reported_at"] is not None
    assert changed["seconds_to_report"] is None
    assert changed["entries"][0] == breach["entries"][0]
    assert changed["entries"][1].items() >= {"by": SECOND, "state": "reported", "measures": "Anmäld till IMY."}.items()
    refused(patch(staff, breach, {"state": "open"}), 409)
    assert ok(patch(staff, breach, {"state": "closed"}))["state"] == "closed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"state": "lost"}, "state"),
        ({"measures": ""}, "measures"),
        ({"what": "annat"}, "what"),
        ({"measures": "x" * 4001}, "measures"),
        ({"measures": "\x1b[2J"}, "measures"),
    ],
)
def test_a_change_that_says_nothing_or_would_overwrite_is_refused(
    staff: Program, company: Program, body: Json, field: str
) -> None:
    refused(patch(staff, registered(staff, [company.account_id]), body), 422, field)


def test_every_fault_of_a_breach_is_named(staff: Program) -> None:
    wrong = dict.fromkeys(a_breach(staff), "")
    refused(staff.post("/v1/staff/breaches", wrong), 422, *(set(wrong) - {"companies"}), "companies")
    later = (staff.now() + timedelta(days=1)).isoformat()
    body = a_breach(staff, ["acc_nobody"], found_at=later)
    refused(staff.post("/v1/staff/breaches", body), 422, "found_at", "companies")
    for company in ("å", "acc_å", "", "ACC_NOBODY"):
        refused(staff.post("/v1/staff/breaches", a_breach(staff, [company])), 422, "companies")
    naive = a_breach(staff, happened_at="2026-11-20T10:00:00")
    refused(staff.post("/v1/staff/breaches", naive), 422, "happened_at")
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59Z"):
        refused(staff.post("/v1/staff/breaches", a_breach(staff, happened_at=moment)), 422, "happened_at")


def test_a_time_is_kept_as_the_moment_that_it_is(staff: Program, company: Program) -> None:
    at = "2026-11-20T10:00:00+05:00"
    breach = registered(staff, [company.account_id], happened_at=at, found_at=at)
    assert breach["happened_at"] == "2026-11-20T05:00:00.000000Z"


def test_an_unknown_breach_is_404(staff: Program) -> None:
    for path in ("brc_nobody", "x", "%00"):
        refused(staff.get(f"/v1/staff/breaches/{path}"), 404)
    refused(staff.call("PATCH", "/v1/staff/breaches/brc_nobody", json={"measures": "x"}), 404)
    refused(staff.post("/v1/staff/breaches/brc_nobody/tell", {"message": "x"}), 404)


def test_the_owners_concerned_are_mailed_once_and_others_not_at_all(
    staff: Program, company: Program, other: Program
) -> None:
    breach = registered(staff, [company.account_id])
    path = f"/v1/staff/breaches/{breach['id']}/tell"
    assert ok(staff.post(path, {"message": MESSAGE}), 202)["owners_to_tell"] == 1
    staff.console("/api/schedule/run", {"function": "tell_of_breaches"})
    wait_for(lambda: about(company, breach), "the mail")
    ok(staff.post(path, {"message": MESSAGE}), 202)
    staff.console("/api/schedule/run", {"function": "tell_of_breaches"})
    (mail,) = about(company, breach)
    assert MESSAGE in mail["message"]
    assert "Loggen" not in mail["message"] and "Namn kan" not in mail["message"]
    assert about(other, breach) == []
    shown = ok(staff.get(f"/v1/staff/breaches/{breach['id']}"))
    assert [one["account_id"] for one in shown["told"]] == [company.account_id]
    assert (shown["owners_told"], shown["owners_to_tell"]) == (1, 0)
    assert company.email not in str(shown)


def about(program: Program, breach: Json) -> list[Json]:
    return [mail for mail in program.mails() if breach["id"] in mail["message"]]


def test_the_file_of_breaches_has_a_line_for_each_entry_and_no_formula(staff: Program, company: Program) -> None:
    breach = registered(staff, [company.account_id], what='=HYPERLINK("http://evil.example")', measures="+1;\n2")
    ok(patch(staff, breach, {"state": "closed", "measures": "@SUM(A1)"}))
    lines = [line for line in table(staff.get("/v1/staff/breaches/export.csv")) if line["id"] == breach["id"]]
    assert [line["entry_state"] for line in lines] == ["open", "closed"]
    assert lines[0]["what"] == '\'=HYPERLINK("http://evil.example")'
    assert [line["entry_measures"] for line in lines] == ["'+1;\n2", "'@SUM(A1)"]
    assert lines[0]["entry_by"] == STAFF
    found_at = datetime.fromisoformat(breach["found_at"]).astimezone(ZoneInfo("Europe/Stockholm"))
    assert lines[0]["found_at_swedish_time"] == found_at.strftime("%Y-%m-%d %H:%M:%S")


# Access


def access(**changes: object) -> Json:
    return {
        "name": "Karin Ek",
        "email": "karin@farm.example",
        "organisation": "The Farm Interactive",
        "environment": "production",
        "what": "logs",
        "role": "läser",
        "since": "2026-11-01",
    } | changes


def test_access_is_given_shown_and_ended_once(staff: Program) -> None:
    until = staff.ahead(days=160)[: len("2026-11-01")]
    given = ok(staff.post("/v1/staff/access", access(until=until)), 201)
    assert given.items() >= access(until=until, state="granted", granted_by=STAFF, ended_at=None).items()
    assert ok(staff.get("/v1/staff/access", limit=1))["items"] == [given]
    ended = ok(staff.post(f"/v1/staff/access/{given['id']}/end", {}))
    assert (ended["state"], ended["ended_by"]) == ("ended", STAFF)
    refused(staff.post(f"/v1/staff/access/{given['id']}/end", {}), 409)
    refused(staff.post("/v1/staff/access/grt_nobody/end", {}), 404)


def test_the_farm_never_gets_access_to_stripe_and_is_told_why(staff: Program) -> None:
    problem = refused(staff.post("/v1/staff/access", access(what="stripe")), 422, "what")
    assert "UpUp's named staff alone" in problem["errors"][0]["message"]
    ok(staff.post("/v1/staff/access", access(what="stripe", organisation="UpUp", email="anna@upup.example")), 201)


def test_every_fault_of_an_access_is_named(staff: Program) -> None:
    wrong = dict.fromkeys(access(until=""), "")
    refused(staff.post("/v1/staff/access", wrong), 422, *wrong)
    refused(staff.post("/v1/staff/access", access(until="2026-10-31")), 422, "until")


def test_access_past_its_end_is_marked_until_it_is_taken_away(staff: Program) -> None:
    given = ok(staff.post("/v1/staff/access", access(until="2026-11-02")), 201)
    assert given["state"] == "past_its_end"


def test_a_review_is_noted_and_shown_with_the_register(staff: Program) -> None:
    noted = ok(staff.post("/v1/staff/access/reviews", {}), 201)
    assert noted["reviewed_by"] == STAFF
    assert ok(staff.get("/v1/staff/access"))["last_review"] == noted


def test_the_list_of_access_goes_on_from_its_cursor(staff: Program) -> None:
    made = [ok(staff.post("/v1/staff/access", access()), 201)["id"] for _ in range(3)]
    first = ok(staff.get("/v1/staff/access", limit=2))
    second = ok(staff.get("/v1/staff/access", limit=1, cursor=first["next_cursor"]))
    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]


def test_the_file_of_access_is_the_whole_register_without_a_formula(staff: Program) -> None:
    given = ok(staff.post("/v1/staff/access", access(name="=cmd|'/C calc'!A1", role="-2+3")), 201)
    lines = table(staff.get("/v1/staff/access/export.csv"))
    line = next(line for line in lines if line["id"] == given["id"])
    assert (line["name"], line["role"]) == ("'=cmd|'/C calc'!A1", "'-2+3")
    assert line["email"] == "karin@farm.example"
    assert len(lines) >= len(ok(staff.get("/v1/staff/access", limit=200))["items"])


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
def test_no_cell_of_a_register_begins_as_a_formula(cell: str) -> None:
    answer = csv_answer("x", ("a",), [{"a": cell}])
    assert answer.file is not None
    text = b"".join(answer.file).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1] == [f"'{cell}"]


# What is logged, and the figures


def test_what_staff_do_with_the_registers_is_logged_without_a_name(staff: Program, insider: Insider) -> None:
    ok(staff.post("/v1/staff/access", access()), 201)
    staff.get("/v1/staff/access/export.csv")
    actions = {row[0] for row in insider.rows("SELECT DISTINCT action FROM staff_log WHERE staff = %s", STAFF)}
    assert {"breach.register", "breach.tell", "access.grant", "access.end", "register.export"} <= actions
    assert insider.rows("SELECT subject FROM staff_log WHERE subject LIKE '%%arin%%'") == []


def test_the_hourly_figures_stand_in_the_log_as_lines_of_json(staff: Program) -> None:
    staff.console("/api/schedule/run", {"function": "measure_privacy"})
    dump = requests.get(f"{staff.at.console}/api/dump", timeout=120)
    assert '{"severity":"INFO","metric":"rows_in_clear_over_limit","value":0}' in dump.text.splitlines()
