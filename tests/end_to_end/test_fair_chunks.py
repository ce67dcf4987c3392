"""One company's large send does not stand before another company's single gift, nor take more connections."""

import time

from sandbox.bench.fairness import connections
from sandbox.demo.company import wait_for
from sandbox.inside import Inside
from sandbox.running import running
from shared.settings import DatabaseSettings
from tests.functions.program import SECONDS, Json, Program, a_company, a_file_send, ok

RECIPIENTS = 20_000
GIFTS = 3
STILL_TO_COME = ("accepted", "issuing", "issued", "sending")


def test_single_gifts_leave_one_after_another_while_a_large_send_gets_a_fraction_of_the_way() -> None:
    with running() as at:  # of its own: the large send would keep other tests waiting
        large, small = a_company(at, balance_ore=90_000_000), a_company(at, balance_ore=100_000)
        with connections(Inside(at)) as most:
            send_beside(large, small)
        assert "fn-send-sms" in most
        assert max(most.values()) <= DatabaseSettings.database_connections, "a function took more than its pool"


def send_beside(large: Program, small: Program) -> None:
    rows = "".join(f"0{700_000_000 + row * 97};Kund {row % 50}\n" for row in range(RECIPIENTS))
    send = ok(large.upload("/v1/sends", a_file_send(), f"telefon;namn\n{rows}".encode()), 201)
    wait_for(lambda: handed_over(large, send), "its first SMS", SECONDS)
    for number in range(GIFTS):
        before = handed_over(large, send)
        gift = small.send(f"070-17406{10 + number}")
        until_handed_over(small, gift)
        meanwhile = handed_over(large, send) - before
        assert meanwhile < RECIPIENTS / 10
        assert len(small.console("/api/sms", to=f"070-17406{10 + number}")["items"]) == 1
    assert 0 < handed_over(large, send) < RECIPIENTS / 2, "the large send was on its way all the time"


def handed_over(company: Program, send: Json) -> int:
    """How many deliveries of the send Lekab has."""
    states: dict[str, int] = ok(company.get(f"/v1/sends/{send['id']}"))["deliveries"]
    return sum(states.values()) - sum(states[state] for state in STILL_TO_COME)


def until_handed_over(company: Program, gift: Json) -> None:
    deadline = time.monotonic() + SECONDS
    while not handed_over(company, gift):
        assert time.monotonic() < deadline, "the gift has not left"
        time.sleep(0.02)
