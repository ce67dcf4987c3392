"""What the console can reach: every stand-in, the clock with its scheduler, and the evidence on disk."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sandbox.clock import SandboxClock
from sandbox.mariadb import Administration
from sandbox.stand_ins.clearon import ClearOn
from sandbox.stand_ins.cloud_storage import CloudStorage
from sandbox.stand_ins.collector import Collector
from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.hubspot import HubSpot
from sandbox.stand_ins.iap import Iap
from sandbox.stand_ins.kms import Kms
from sandbox.stand_ins.kms_access import KmsAccess
from sandbox.stand_ins.lekab import Lekab
from sandbox.stand_ins.mailchimp import Mailchimp
from sandbox.stand_ins.mandrill import Mandrill
from sandbox.stand_ins.pubsub import PubSub
from sandbox.stand_ins.pubsub_access import PubSubAccess
from sandbox.stand_ins.scheduler import Scheduler
from sandbox.stand_ins.stripe import Stripe


class Settling(Protocol):
    def wait_until_idle(self, timeout: float) -> bool: ...


@dataclass(frozen=True)
class World:
    clock: SandboxClock
    scheduler: Scheduler
    lekab: Lekab
    clearon: ClearOn
    stripe: Stripe
    mandrill: Mandrill
    mailchimp: Mailchimp
    hubspot: HubSpot
    kms: Kms
    kms_access: KmsAccess
    pubsub: PubSub
    pubsub_access: PubSubAccess
    iap: Iap
    storage: CloudStorage
    faults: Faults
    database: Administration
    database_name: str
    function_logs: Path
    public_url: str
    """Where the product is reached."""
    collector: Collector = field(default_factory=Collector)

    def settle(self, source: Settling, seconds: float = 5) -> None:
        """Waits until the source's callbacks are delivered and no message is under way, at most so long."""
        deadline = time.monotonic() + seconds
        source.wait_until_idle(seconds)
        self.pubsub.wait_until_idle(max(0.0, deadline - time.monotonic()))

    def stats(self) -> dict[str, dict[str, int]]:
        """What each provider really did."""
        return {
            "lekab": self.lekab.stats(),
            "clearon": self.clearon.stats(),
            "stripe": self.stripe.stats(),
            "mandrill": self.mandrill.stats(),
            "mailchimp": self.mailchimp.stats(),
            "hubspot": self.hubspot.stats(),
            "kms": self.kms.stats(),
            "pubsub": self.pubsub.stats() | self.pubsub_access.stats(),
            "database": {"statements": self.database.statements()},
        }

    def trace(self, trace_id: str) -> dict[str, list[dict[str, Any]]]:
        """The spans and the functions' log lines of one trace."""
        lines = [line for log in sorted(self.function_logs.glob("*.log")) for line in _text(log).splitlines()]
        told = [json.loads(line) for line in lines if f"/traces/{trace_id}" in line and line.startswith("{")]
        return {"spans": self.collector.spans(trace_id), "lines": told}

    def dump(self) -> str:
        """All that the product has written anywhere, as one text; nothing of the stand-ins' own memory."""
        backlog = json.dumps(self.pubsub.backlog(), ensure_ascii=False, indent=1)
        parts: list[tuple[str, str]] = [
            ("SQL dump", self.database.dump(self.database_name)),
            ("binary logs, rows decoded", self.database.binary_logs()),
            ("message backlog", backlog),
            ("erasure log", json.dumps(self.storage.objects(), ensure_ascii=False, indent=1)),
        ]
        parts += [(f"log {log.name}", _text(log)) for log in sorted(self.function_logs.glob("*.log"))]
        return "\n".join(f"===== {title} =====\n{text}" for title, text in parts)


def _text(log: Path) -> str:
    return log.read_text("utf-8", "replace")


def runs_as_json(runs: dict[tuple[str, int], int]) -> list[dict[str, Any]]:
    """Scheduler runs for people: `{"function","status","times"}`."""
    return [{"function": name, "status": status, "times": times} for (name, status), times in runs.items()]
