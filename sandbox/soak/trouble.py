"""The first half of a soak: sends, redemptions and top-ups while everything around them fails."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import requests

from sandbox.demo.company import DemoError
from sandbox.inside import Inside
from sandbox.soak.customer import Accepted, Customer, Totals
from sandbox.soak.plan import Plan, PlannedSend

LINK = re.compile(r"/g/([A-Za-z0-9_-]+)")
TOP_UP_ORE = 100_000
_AT_ONCE = 24


class Trouble:
    """Carries out a plan. What it did is in its counters when `run` has returned."""

    def __init__(self, plan: Plan, customers: list[Customer], inside: Inside) -> None:
        self._plan, self._customers, self._inside = plan, customers, inside
        self._lock = threading.Lock()
        self._dice = random.Random(len(plan.sends))
        self.accepted: list[Accepted] = []
        self.totals = Totals()
        self.faults: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        """Returns when all of it is done. Raises DemoError for a call that came to nothing in two minutes."""
        plan = self._plan
        for fault in plan.held:
            self._inject(fault)
        began = time.monotonic()
        todo: list[tuple[float, Callable[[], None]]] = [
            *((send.at, lambda send=send: self._send(send)) for send in plan.sends),
            *((at, lambda fault=fault: self._inject(fault)) for at, fault in plan.faults),
            *((at, lambda kind=kind: self._kill(kind)) for at, kind in plan.kills),
            *((at, self._restart_database) for at in plan.database_restarts),
            *((at, self._redeem) for at in plan.redemptions),
            *((at, self._top_up) for at in plan.top_ups),
        ]
        with ThreadPoolExecutor(_AT_ONCE) as workers:
            started: list[Future[None]] = []
            for at, work in sorted(todo, key=lambda one: one[0]):
                time.sleep(max(0.0, began + at - time.monotonic()))
                started.append(workers.submit(work))
            time.sleep(max(0.0, began + plan.span - time.monotonic()))
            self._customers[0].end_faults()
            for one in started:
                one.result()

    def _send(self, planned: PlannedSend) -> None:
        customer = self._customers[planned.company]
        answer = customer.send(planned)
        with self._lock:
            self.accepted.append(Accepted(answer["id"], planned.company, planned))
        if planned.cancel_after is not None:
            time.sleep(planned.cancel_after)
            cancelled = customer.cancel(answer["id"])
            with self._lock:
                self.totals.cancelled += cancelled

    def _inject(self, fault: dict[str, object]) -> None:
        self._customers[0].console("/api/faults", fault)
        with self._lock:
            self.faults[str(fault["provider"])][str(fault["kind"])] += 1

    def _restart_database(self) -> None:
        self._inject({"provider": "database", "kind": "down", "count": 1})

    def _kill(self, kind: str) -> None:
        killed = self._inside.kill(kind)
        with self._lock:
            self.kills[kind] += killed

    def _redeem(self) -> None:
        """The gift of an SMS at random, as its recipient would: open the page, show the code in a shop."""
        inbox = self._customers[0].console("/api/sms")["items"]
        if not inbox:
            return
        token = LINK.search(self._dice.choice(inbox)["message"])
        try:
            code = self._customers[0].get(f"/v1/gift/{token[1] if token else ''}")["code"]
            self._customers[0].console("/api/till/redeem", {"code": str(code)})
        except (DemoError, requests.RequestException):
            return  # the page is away for the moment, or the gift comes from no shop or was used
        with self._lock:
            self.totals.redeemed += 1

    def _top_up(self) -> None:
        number = self._dice.randrange(len(self._customers))
        self._customers[number].top_up(TOP_UP_ORE)
        with self._lock:
            paid, company = self.totals.paid_ore, self._customers[number].account_id
            paid[company] = paid.get(company, 0) + TOP_UP_ORE
