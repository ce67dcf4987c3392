"""A month in a sandbox of its own: two companies, two days of sends, a run of encryption that is killed, and what is
left, as an outside program sees it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from sandbox.demo.company import wait_for
from sandbox.running import running
from tests.functions.insider import Insider
from tests.functions.program import SECONDS, Json, Program, a_company, a_file_send, ok
from tests.privacy.proof import Canaries, ties

COMPANIES, SEND_DAYS = 2, 2
NAMES = ("Zyxhild", "Kvorgåsa", "Ödbrygga")
REPLY_NUMBER = "+46701740699"
REDEEMED = range(10, 15)
UNOPENED, OPENED = 50, 51
"""Two numbers of a send with a reminder; only the second one's gift page is seen."""

OF_A_POOL = range(35, 45)
"""Numbers that got a code which staff had imported."""

RUNS_WITH_WORK = 3
"""The killed run, the next one, and the second day's."""

DUE = {"days": 28, "hours": 22}
"""From the second day of sends: nothing is due yet, and the first day's is with the next hour's run."""


@dataclass
class Month:
    """The companies and their sends; what phones got, by number; full dumps of either side of the encryption."""

    coffee: Program
    tea: Program
    insider: Insider
    sends: dict[str, Program] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""
    totals: list[list[dict[str, int]]] = field(default_factory=list)
    """The companies' statistics before and after."""

    left_half_way: int = 0
    early_kms_calls: int = 0
    """Before the first day of sends was due: nothing but a shared key of a day, for what else is sent."""

    kms_calls: int = 0
    ties: list[str] = field(default_factory=list)

    def dump(self) -> str:
        answer = requests.get(f"{self.coffee.at.console}/api/dump", timeout=120)
        answer.encoding = "utf-8"
        return answer.text

    def kms_encrypt(self) -> int:
        return int(self.coffee.console("/api/stats")["kms"]["encrypt"])

    def encrypts(self) -> bool:
        """Whether a run works: the host may just be coming back."""
        body = {"function": "encrypt_expired"}
        url = f"{self.coffee.at.console}/api/schedule/run"
        return requests.post(url, json=body, timeout=60).status_code == 200

    def rows(self) -> list[Json]:
        return [row for send_id, program in self.sends.items() for row in program.deliveries(send_id)]

    def in_clear(self) -> int:
        return self.insider.value("SELECT COUNT(*) FROM deliveries WHERE phone IS NOT NULL")

    @property
    def secrets(self) -> list[str]:
        return [*self.tokens.values(), *self.codes]

    @property
    def canaries(self) -> Canaries:
        return Canaries(self.numbers, NAMES, self.secrets)


def number(at: int) -> str:
    return f"+467017406{at:02d}"


@contextmanager
def a_month() -> Iterator[Month]:
    with running() as at:
        month = Month(a_company(at, 1_000_000), a_company(at, 1_000_000), Insider(at))
        made = [send(month, month.coffee, range(5, 25)), send(month, month.tea, range(25, 35))]
        reminder = {"after_days": 27, "language": "sv"}
        made.append(send(month, month.coffee, range(UNOPENED, OPENED + 1), reminder=reminder))
        arrived(month, made)
        advance(month, days=1)
        on_the_second_day = [send(month, month.coffee, OF_A_POOL, gift="cinema"), send(month, month.tea, range(65, 75))]
        arrived(month, on_the_second_day)
        use_gifts(month)
        month.before = month.dump()
        month.totals.append(statistics(month))
        calls = [month.kms_encrypt()]
        advance(month, **DUE)
        calls.append(month.kms_encrypt())
        killed_half_way(month)
        advance(month, days=2)
        calls.append(month.kms_encrypt())
        month.early_kms_calls, month.kms_calls = calls[1] - calls[0], calls[2] - calls[1]
        month.after, month.ties = month.dump(), ties(month.insider.rows)
        for program in (month.coffee, month.tea):
            program.log_in()  # a session lives 7 days
        month.totals.append(statistics(month))
        yield month


def send(month: Month, program: Program, numbers: range, gift: str = "coffee", reminder: Json | None = None) -> Json:
    rows = "".join(f"{number(at)};{NAMES[at % len(NAMES)]}\r\n" for at in numbers)
    body = a_file_send() | {"sender": REPLY_NUMBER, "gift": gift, "reminder": reminder}
    made = ok(program.upload("/v1/sends", body, f"mobil;namn\r\n{rows}".encode("cp1252")), 201)
    month.sends[made["id"]] = program
    for at in numbers:
        month.numbers.append(number(at))
        month.tokens[number(at)] = program.link_token(number(at), NAMES[at % len(NAMES)])
    return made


def arrived(month: Month, made: Sequence[Json]) -> None:
    for one in made:
        month.sends[one["id"]].delivered(one)


def statistics(month: Month) -> list[dict[str, int]]:
    return [ok(company.get("/v1/statistics"))["total"] for company in (month.coffee, month.tea)]


def use_gifts(month: Month) -> None:
    """Some are redeemed, and one is only looked at."""
    ok(month.coffee.get(f"/v1/gift/{month.tokens[number(OPENED)]}"))
    for at in REDEEMED:
        gift = ok(month.coffee.get(f"/v1/gift/{month.tokens[number(at)]}"))
        month.codes.append(gift["ean"])
        month.coffee.console("/api/till/redeem", {"code": gift["code"]})
    wait_for(lambda: statistics(month)[0]["redeemed"] == len(REDEEMED), "the redemptions")


def advance(month: Month, **how_far: int) -> None:
    moved = ok(requests.post(f"{month.coffee.at.console}/api/clock/advance", json=how_far, timeout=400))
    assert {run["status"] for run in moved["runs"]} == {200}


def killed_half_way(month: Month) -> None:
    """SIGKILL in the middle of the run that encrypts the first day, and the next run after it."""
    console = month.coffee.at.console
    assert month.in_clear() == len(month.numbers), "nothing is encrypted early"
    slow = {"provider": "kms", "kind": "slow"}
    fault = ok(requests.post(f"{console}/api/faults", json=slow, timeout=SECONDS), 201)
    body = {"hours": 1}
    passing = threading.Thread(target=requests.post, args=(f"{console}/api/clock/advance",), kwargs={"json": body})
    passing.start()
    wait_for(lambda: month.in_clear() < len(month.numbers), "the first company's rows", 60)
    assert month.insider.kill("schedule")
    month.left_half_way = month.in_clear()
    requests.delete(f"{console}/api/faults/{fault['id']}", timeout=SECONDS).raise_for_status()
    passing.join()
    wait_for(month.encrypts, "the next run", 60)
