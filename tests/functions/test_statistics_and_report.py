"""What a company is told of its gifts: the statistics, and one send's report as a file."""

import csv
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from sandbox import processes
from sandbox.machine import CHECKOUT
from sandbox.processes import free_port
from sandbox.running import Addresses
from shared.domain.phone_number import parse, written
from shared.http.answers import report_csv
from shared.http.answers.report_csv import COLUMNS, TIMES
from shared.http.csv_file import harmless
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher
from tests.functions.program import PHONES, SECONDS, Program, a_company, a_send, codes, ok, refused
from tests.sandbox.conftest import until

FEE_ORE, VALUE_ORE = 400, 3_500
NOTHING = {"sent": 0, "delivered": 0, "opened": 0, "redeemed": 0, "cost_ore": 0}


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    return a_company(upup, balance_ore=100_000)


# Statistics


def test_a_company_sees_what_its_gifts_have_come_to(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=100_000)
    answer = ok(company.get("/v1/statistics"))
    assert (answer["items"], answer["total"]) == ([], NOTHING)
    company.delivered(company.send(*PHONES[:3], message="Räknad {{link}}"))
    gift = ok(company.get(f"/v1/gift/{company.link_token(PHONES[0], 'Räknad')}"))
    company.console("/api/till/redeem", {"code": gift["code"]})
    answer = ok(company.get("/v1/statistics"))
    counts = {"sent": 3, "delivered": 3, "opened": 1, "redeemed": 1, "cost_ore": 3 * FEE_ORE + VALUE_ORE}
    assert answer["items"] == [{"period": answer["to"], "unit": "day", "gift": "coffee"} | counts]
    assert answer["total"] == counts
    account = company.account()
    assert account["balance_ore"] + account["reserved_ore"] == 100_000 - counts["cost_ore"]
    content = company.get("/v1/statistics/file.csv", format="excel", language="sv").content
    assert (
        content
        == (
            "\ufeffperiod;enhet;gåva;skickade;levererade;öppnade;inlösta;kostnad kr\r\n"
            f"{answer['to']};day;coffee;3;3;1;1;47,00\r\n"
        ).encode()
    )
    assert ok(company.get("/v1/statistics", **{"from": "2020-01-01", "to": "2020-12-31"}))["items"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "yesterday"}, "not_a_day"),
        ({"to": "2026-02-30"}, "not_a_day"),
        ({"to": "2026-W48-1"}, "not_a_day"),
        ({"from": ""}, "not_a_day"),
        ({"from": "2026-11-24", "to": "2026-11-23"}, "after_to"),
    ],
)
def test_days_that_cannot_be_read_are_named(company: Program, query: dict[str, str], code: str) -> None:
    field = "from" if "from" in query else "to"
    assert codes(refused(company.get("/v1/statistics", **query), 422, field)) == {code}


@pytest.mark.parametrize(
    "query", [{"to": "9999-12-31"}, {"from": "0001-01-01"}, {"from": "0001-01-01", "to": "0001-01-01"}]
)
def test_the_ends_of_time_are_days_like_others(company: Program, query: dict[str, str]) -> None:
    ok(company.get("/v1/statistics", **query))


@pytest.mark.parametrize("to", ["9999-12-31", "9999-12-01", "2100-01-01"])
def test_days_that_are_still_to_come_hide_nothing_of_what_was(upup: Addresses, to: str) -> None:
    company = a_company(upup, balance_ore=100_000)
    company.delivered(company.send(*PHONES[:2]))
    until_today = ok(company.get("/v1/statistics"))
    assert until_today["total"]["sent"] == 2
    assert ok(company.get("/v1/statistics", to=to)) == until_today
    ok(company.get("/v1/statistics", **{"from": to, "to": to}))


# The report


def test_a_report_has_a_row_for_each_recipient_and_says_what_the_list_says(company: Program) -> None:
    sent = company.send(PHONES[1], PHONES[2], "+47 412 34 567")
    company.delivered(sent)
    answer = company.get(f"/v1/sends/{sent['id']}/report.csv", format="excel")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{sent["id"]}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbfid;state;"), (
        "Excel in Sweden reads semicolons, and UTF-8 by its mark"
    )
    header, *rows = csv.reader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header == [f"{name}_swedish_time" if name in TIMES else name for name in COLUMNS]
    listed = company.deliveries(sent["id"])
    assert len(rows) == len(listed) == 3
    for row, shown in zip(rows, listed, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert parse(cells["phone"]).e164 == shown["phone"]
        for name in ("id", "state", "gift_state", "phone_state"):
            assert cells[name] == shown[name]
        assert cells["reason"] == ""
        for name in TIMES:
            in_sweden = datetime.fromisoformat(shown[name]).astimezone(ZoneInfo("Europe/Stockholm"))
            assert cells[f"{name}_swedish_time"] == in_sweden.strftime("%Y-%m-%d %H:%M:%S")
    assert [row[header.index("phone")] for row in rows] == ["070-174 06 06", "070-174 06 07", "0047-41234567"]


def test_programs_get_a_report_as_rfc_4180_says_and_swedes_its_columns_in_swedish(company: Program) -> None:
    sent = company.send(PHONES[5])
    company.delivered(sent)
    path = f"/v1/sends/{sent['id']}/report.csv"
    content = company.get(path).content
    assert content.startswith(b"id,state,reason,") and content.count(b"\r\n") == content.count(b"\n") == 2
    (row,) = csv.DictReader(content.decode().splitlines())
    assert row["delivered_at"] == company.deliveries(sent["id"])[0]["delivered_at"]
    in_swedish = company.get(path, language="sv", format="excel").content.decode("utf-8-sig").splitlines()[0]
    assert in_swedish.split(";")[1:3] == ["status", "orsak"] and in_swedish.endswith("levererat (svensk tid)")
    refused(company.get(path, language="fr", format="pdf"), 422, "format", "language")


def test_no_cell_of_a_report_is_a_formula(company: Program) -> None:
    sent = company.send(PHONES[3], "+47 412 34 567")
    answer = company.get(f"/v1/sends/{sent['id']}/report.csv")
    cells = [cell for row in csv.reader(answer.content.decode().splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert [harmless(cell) for cell in ("=1+1", "+1", "-1", "@x", "\tx", "1-1", "")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "1-1",
        "",
    ]


@pytest.mark.parametrize(
    "phone", ["070-174 06 05", "+47 412 34 567", "+358 40 1234567", "+1 201 555 0123", "0046701740605"]
)
def test_a_written_number_is_read_as_the_same_number(phone: str) -> None:
    number = parse(phone)
    assert parse(written(number.e164)) == number
    assert not written(number.e164).startswith("+")


def test_a_report_is_refused_to_who_is_not_logged_in_and_for_what_is_not_there(
    company: Program, nobody: Program
) -> None:
    sent = company.send(PHONES[4])
    refused(nobody.get(f"/v1/sends/{sent['id']}/report.csv"), 401)
    refused(company.get("/v1/sends/snd_made0up0made0up0/report.csv"), 404)


def test_a_report_of_many_rows_is_whole_and_comes_in_pieces(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=15_000_000)
    rows = "".join(f"070{1_000_000 + at:07d}\n" for at in range(3_500))
    body = a_send() | {"message": "{{link}}", "scheduled_at": company.ahead(days=2)}
    body.pop("recipients")
    sent = ok(company.upload("/v1/sends", body, f"telefon\n{rows}".encode()), 201)
    try:
        answer = company.get(f"/v1/sends/{sent['id']}/report.csv")
        assert "Content-Length" not in answer.headers
        assert answer.headers["Transfer-Encoding"] == "chunked"
        lines = answer.content.decode().splitlines()
        assert len(lines) == 3_501
        assert len({line.split(",")[0] for line in lines}) == 3_501
    finally:
        ok(company.post(f"/v1/sends/{sent['id']}/cancel", {}))


class FailingDatabase:
    def transaction(self) -> Any:
        raise RuntimeError("about 070-1740605")


def test_a_report_that_breaks_off_says_nothing_of_what_was_in_it(caplog: pytest.LogCaptureFixture) -> None:
    rows = report_csv.report_rows(FailingDatabase(), "acc_1", "snd_1", DeliveryIds(TokenHasher(bytes(32))))
    with pytest.raises(report_csv.ReportEnded) as caught:
        list(rows)
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert "ReportEnded" in shown and "RuntimeError" in caplog.text
    assert "1740605" not in shown


HOST = """
from pathlib import Path

from flask import Request, Response


def plans(_request: Request) -> Response:
    def pieces():
        yield b"first"
        while not Path(__file__).with_name("go_on").exists():
            pass
        yield b"last"

    return Response(pieces())
"""
TABLE = """
functions:
  plans:
    trigger: {routes: [/v1/plans]}
    memory: 256Mi
    concurrency: 1
    max_instances: 1
    timeout_seconds: 60
    secrets: []
"""


def test_the_host_sends_a_piece_before_the_next_is_made(tmp_path: Path) -> None:
    """functions-framework and gunicorn as deployed: nothing gathers an answer before it leaves."""
    (tmp_path / "main.py").write_text(HOST)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "functions.yaml").write_text(TABLE)
    (tmp_path / "web").mkdir()
    port = free_port()
    command = [sys.executable, "-m", "sandbox.functions_host", "http", str(port), str(tmp_path)]
    host = processes.start(command, tmp_path / "host.log", cwd=CHECKOUT)
    try:
        until(lambda: not processes.port_is_free(port), SECONDS)
        with requests.get(f"http://127.0.0.1:{port}/v1/plans", stream=True, timeout=SECONDS) as answer:
            pieces = answer.iter_content(None)
            assert next(pieces) == b"first"
            (tmp_path / "go_on").touch()
            assert b"".join(pieces) == b"last"
    finally:
        processes.stop(host)
