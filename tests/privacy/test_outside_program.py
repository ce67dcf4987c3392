"""31 days as an outside program sees them: two companies, two days of sends, a run that is killed, and what is left."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.running import Addresses, running
from sandbox.soak.inside import Inside
from tests.functions.program import SECONDS, Json, Program, a_company, a_file_send, a_send, ok
from tests.privacy.proof import Canaries, in_clear, tables_of, ties

RECIPIENTS = 120  # the promise is the same for 2,000, which take a minute longer
SENDS = 4  # two companies, two days
COMPANIES, SEND_DAYS = 2, 2
NAMES = ("Zyxhild", "Kvorgåsa", "Ödbrygga")
DUE = {"days": 28, "hours": 22}
"""From the second day of sends: nothing is due yet, and the first day's is with the next hour's run."""


@dataclass
class Month:
    at: Addresses
    companies: list[Program]
    inside: Inside
    numbers: list[str] = field(default_factory=list)
    sends: list[tuple[Program, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""
    totals: list[dict[str, int]] = field(default_factory=list)
    half_way: tuple[int, int] = (0, 0)
    calls: int = 0
    runs_with_work: int = 0

    def console(self, path: str, body: Json | None = None) -> Json:
        method = "GET" if body is None else "POST"
        return ok(requests.request(method, f"{self.at.console}{path}", json=body, timeout=400))

    def dump(self) -> str:
        answer = requests.get(f"{self.at.console}/api/dump", timeout=120)
        answer.encoding = "utf-8"
        return answer.text

    def kms(self) -> int:
        return int(self.console("/api/stats")["kms"]["encrypt"])

    def in_clear(self) -> int:
        return self.inside.value("SELECT COUNT(*) FROM deliveries WHERE phone IS NOT NULL")

    def statistics(self) -> list[dict[str, int]]:
        return [ok(company.get("/v1/statistics"))["total"] for company in self.companies]

    @property
    def canaries(self) -> Canaries:
        return Canaries(self.numbers, NAMES, self.tokens + self.codes)


@pytest.fixture(scope="module")
def month() -> Iterator[Month]:
    with running() as at:
        price = RECIPIENTS * 4_000
        month = Month(at, [a_company(at, price), a_company(at, price)], Inside(at))
        for day in range(SEND_DAYS):
            for company in month.companies:
                send(month, company)
            if day == 0:
                month.console("/api/clock/advance", {"days": 1})
        use_gifts(month)
        month.before, month.totals = month.dump(), month.statistics()
        month.console("/api/clock/advance", DUE)
        killed_half_way(month)
        calls = month.kms()
        month.console("/api/clock/advance", {"days": 2})
        month.calls += month.kms() - calls
        month.after = month.dump()
        for company in month.companies:
            company.log_in()  # a session lives 7 days
        yield month


def send(month: Month, company: Program) -> None:
    numbers = [f"+4673{len(month.numbers) + at:07d}" for at in range(RECIPIENTS // SENDS)]
    rows = "".join(f"{number};{NAMES[at % len(NAMES)]}\r\n" for at, number in enumerate(numbers))
    month.numbers += numbers
    made = ok(company.upload("/v1/sends", a_file_send(), f"mobil;namn\r\n{rows}".encode("cp1252")), 201)
    month.sends.append((company, made["id"]))
    wait_for(
        lambda: ok(company.get(f"/v1/sends/{made['id']}"))["deliveries"]["delivered"] == len(numbers) or None,
        "the last receipt",
        300,
    )


def use_gifts(month: Month) -> None:
    inbox = month.console("/api/sms")["items"]
    month.tokens = [found[1] for sms in inbox if (found := re.search(r"/g/([A-Za-z0-9_-]+)", sms["message"]))]
    for token in month.tokens[:5]:
        gift = ok(requests.get(f"{month.at.web}/v1/gift/{token}", timeout=SECONDS))
        month.codes += [gift["ean"]]
        month.console("/api/till/redeem", {"code": gift["code"]})


def killed_half_way(month: Month) -> None:
    """SIGKILL in the middle of the run that encrypts the first day, and the next run after it."""
    assert month.in_clear() == len(month.numbers), "nothing is encrypted early"
    calls = month.kms()
    slow = {"provider": "kms", "kind": "slow"}
    fault = ok(requests.post(f"{month.at.console}/api/faults", json=slow, timeout=SECONDS), 201)
    passing = threading.Thread(target=month.console, args=("/api/clock/advance", {"hours": 1}))
    passing.start()
    wait_for(lambda: month.in_clear() < len(month.numbers) or None, "the first company's rows", 60)
    assert month.inside.kill("schedule")
    month.half_way = month.in_clear(), len(month.numbers) // SEND_DAYS
    requests.delete(f"{month.at.console}/api/faults/{fault['id']}", timeout=SECONDS).raise_for_status()
    passing.join()
    wait_for(lambda: encrypts(month) or None, "the next run", 60)
    month.runs_with_work = 3  # the killed one, the next one, and the second day's
    month.calls = month.kms() - calls


def encrypts(month: Month) -> bool:
    """Whether a run works: the host may just be coming back."""
    body = {"function": "encrypt_expired"}
    return requests.post(f"{month.at.console}/api/schedule/run", json=body, timeout=60).status_code == 200


def test_the_search_finds_all_of_it_where_it_is(month: Month) -> None:
    inbox = "\n".join(f"{sms['to']} {sms['message']}" for sms in month.console("/api/sms")["items"])
    assert len(in_clear(inbox, Canaries(month.numbers, NAMES, month.tokens))) == len(month.numbers) * 2 + len(NAMES)
    assert len(in_clear(month.before, Canaries(month.numbers, ()))) == len(month.numbers) == RECIPIENTS


def test_no_name_code_or_link_is_there_at_any_time(month: Month) -> None:
    assert in_clear(month.before, Canaries((), NAMES, month.tokens + month.codes)) == []


def test_after_31_days_the_dump_holds_none_of_it(month: Month) -> None:
    assert in_clear(month.after, month.canaries) == []


def test_no_gift_is_tied_to_a_persons_row(month: Month) -> None:
    assert ties(month.inside.rows) == []


def test_the_run_was_killed_half_way_and_the_next_one_left_the_same(month: Month) -> None:
    left, on_the_second_day = month.half_way
    assert len(month.numbers) > left >= on_the_second_day
    assert month.inside.rows(
        "SELECT COUNT(*), COUNT(record), COUNT(phone), COUNT(coupon_id), COUNT(DISTINCT LENGTH(record)) FROM deliveries"
    ) == [(RECIPIENTS, RECIPIENTS, 0, 0, 1)]
    assert month.inside.rows("SELECT COUNT(encrypted_at), COUNT(gift_code), COUNT(hold_id) FROM sends") == [
        (SENDS, 0, 0)
    ]
    late = month.inside.value("SELECT COUNT(*) FROM sends WHERE encrypted_at > encrypt_at")
    assert late == 0
    for company, send_id in month.sends:
        shown = ok(company.get(f"/v1/sends/{send_id}"))
        assert shown["deliveries"]["delivered"] == RECIPIENTS // SENDS


def test_the_counts_are_what_they_were(month: Month) -> None:
    assert month.statistics() == month.totals
    assert sum(total["sent"] for total in month.totals) == RECIPIENTS
    assert sum(total["redeemed"] for total in month.totals) == 5


def test_calls_to_the_key_service_grow_with_companies_days_and_runs_alone(month: Month) -> None:
    assert COMPANIES * SEND_DAYS <= month.calls <= COMPANIES * SEND_DAYS * month.runs_with_work


def test_a_second_run_changes_nothing(month: Month) -> None:
    before, calls = tables_of(month.dump()), month.kms()
    assert len(before) > RECIPIENTS
    assert encrypts(month)
    assert tables_of(month.dump()) == before
    assert month.kms() == calls


def test_who_left_after_encryption_is_found_by_number_and_left_out(month: Month) -> None:
    company, _ = month.sends[0]
    inbox = month.console("/api/sms")["items"]
    mine = month.numbers[: RECIPIENTS // SENDS]
    leaving = next(sms for sms in inbox if sms["to"] == mine[3])
    token = leaving["message"].partition("/g/")[2].split()[0]
    ok(requests.post(f"{month.at.web}/v1/gift/{token}/opt-out", timeout=SECONDS), 204)
    quote = ok(company.post("/v1/sends/quote", a_send(mine[3], mine[4])))
    assert quote["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 0, "opted_out": 1}
    assert [row["code"] for row in quote["report"]] == ["opted_out"]
