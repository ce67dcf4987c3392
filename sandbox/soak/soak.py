"""`python -m sandbox soak`: trouble from a seed, then time to settle, then the invariants."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from sandbox.demo.company import DemoError
from sandbox.inside import Inside
from sandbox.processes import StartError
from sandbox.running import Addresses, running
from sandbox.soak.checks import Findings, check_coupons, check_deliveries, check_messages, check_sends
from sandbox.soak.customer import Customer
from sandbox.soak.money import money_off_by
from sandbox.soak.plan import Plan, make_plan, with_chosen_faults
from sandbox.soak.report import counted, machine, table
from sandbox.soak.settling import settle
from sandbox.soak.trouble import Trouble

COMPANIES = 3
BALANCE_ORE = 50_000_000


def soak(sends: int, seconds: float, seed: int, faults: Sequence[tuple[str, str]]) -> int:
    """0 if every invariant held, else 1 with the reasons; the table is printed either way.

    Without `faults` the dice choose, and kill; with them nothing else goes wrong.
    """
    plan = make_plan(sends, seconds, seed, COMPANIES)
    asked = f"SENDS={sends} SECONDS={seconds:g} SEED={seed}"
    if faults:
        plan = with_chosen_faults(plan, faults, seed)
        asked += f" FAULTS={','.join(map(':'.join, faults))}"
    print(f"soak: {asked} on {machine()}", flush=True)
    try:
        with running() as at:
            found = _run(at, plan, seconds)
    except (DemoError, StartError) as error:
        print(f"soak: {error}\nAgain with: make soak {asked}", file=sys.stderr)
        return 1
    if found.reasons:
        print(f"Did not hold. Again with: make soak {asked}", file=sys.stderr)
        return 1
    print("All of it held.")
    return 0


def _run(at: Addresses, plan: Plan, seconds: float) -> Findings:
    inside = Inside(at)
    customers = [Customer(at.web, at.console, f"soak-{number}@example.com") for number in range(COMPANIES)]
    for number, customer in enumerate(customers):
        customer.join(number, BALANCE_ORE)
    trouble = Trouble(plan, customers, inside)
    began = time.monotonic()
    trouble.run()
    replayed = settle(customers[0], inside, began + seconds - time.monotonic())
    found = Findings()
    inbox = customers[0].console("/api/sms")["items"]
    check_deliveries(found, inside, trouble.accepted, inbox)
    check_sends(found, inside, customers, trouble.accepted)
    check_coupons(found, inside, customers[0], inbox, trouble.totals.redeemed)
    check_messages(found, inside, customers[0], trouble.accepted)
    paid = {one.account_id: BALANCE_ORE + trouble.totals.paid_ore.get(one.account_id, 0) for one in customers}
    money = money_off_by(found, inside, paid)
    figures = {
        "sends": f"{len(trouble.accepted)} ({trouble.totals.cancelled} cancelled on their way)",
        "SMS at Lekab": str(len(inbox)),
        "redeemed": str(trouble.totals.redeemed),
        "faults injected": str(sum(each.total() for each in trouble.faults.values())),
        **{f"  {provider}": counted(kinds) for provider, kinds in sorted(trouble.faults.items())},
        "kills": f"{trouble.kills.total()} ({counted(trouble.kills)})",
        "dead letters": f"{replayed} replayed",
        "money off by": f"{money} öre",
    }
    print(table(found, figures), flush=True)
    return found
