"""`python -m sandbox.stand_ins <run.json>`: all stand-ins, the scheduler and the console, in one process."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pymysql

from sandbox import functions_table
from sandbox.clock import SandboxClock
from sandbox.console import World, create_app
from sandbox.functions_table import Function
from sandbox.mariadb import Access, Administration
from sandbox.run import (
    DATABASE,
    ERASURE_BUCKET,
    IAP_AUDIENCE,
    KEY_RING,
    MAILCHIMP_AUDIENCE,
    PROJECT,
    SITE_BUCKET,
    SITE_VERSION,
    Run,
)
from sandbox.stand_ins.clearon import ClearOn
from sandbox.stand_ins.cloud_logging import CloudLogging
from sandbox.stand_ins.cloud_storage import CloudStorage, FolderBucket
from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.hubspot import HubSpot
from sandbox.stand_ins.iap import Iap
from sandbox.stand_ins.kms import Kms
from sandbox.stand_ins.kms_access import KmsAccess
from sandbox.stand_ins.lekab import Lekab
from sandbox.stand_ins.mailchimp import Mailchimp
from sandbox.stand_ins.mandrill import Mandrill
from sandbox.stand_ins.outages import DatabaseSwitch, DatabaseTrouble, Outages, PubSubSwitch, Switch, every_second
from sandbox.stand_ins.pubsub import PubSub, Subscription
from sandbox.stand_ins.pubsub_access import PubSubAccess
from sandbox.stand_ins.scheduler import Scheduler
from sandbox.stand_ins.stripe import Stripe
from sandbox.stand_ins.stripe.stand_in import Plan as StripePlan
from sandbox.stand_ins.web import WebServer, with_faults, with_latency
from shared.domain.plan import PLANS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Keys that exist before the product runs, as Terraform would make them.
KEYS = ("transit", "fingerprints")
STOCK_RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {"stock": {"fingerprints": ("decrypt",)}}
"""What fills the stock of codes is no function."""

SECONDS_FOR_MESSAGES = 3.0
"""In all, each time the clock is moved."""

FINGERPRINT_CONTEXT = b"fingerprint-master"
DEAD = "-dead"


class BinaryLogs:
    """Closes a binary log at each step of the clock and deletes the old ones at the end.

    A database that is down is left alone: time goes on, and the next step finds what this one missed.
    """

    def __init__(self, database: Administration) -> None:
        self._database = database

    def before_step(self, now: datetime) -> None:
        with suppress(pymysql.Error):
            self._database.rotate(now)

    def after_step(self) -> None:
        """Nothing: logs are deleted once, at the end."""

    def at_end(self, now: datetime) -> None:
        with suppress(pymysql.Error):
            self._database.purge(now)


class Renewals:
    """Lets Stripe renew, expire and end what time has brought to that."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe

    def before_step(self, now: datetime) -> None:
        """Nothing: Stripe looks back."""

    def after_step(self) -> None:
        self._stripe.advance()

    def at_end(self, now: datetime) -> None:
        """Nothing is left to do."""


class Messages:
    """Lets messages arrive before the next day begins: it takes them no day, and their work may have a last moment.

    While some cannot arrive, time goes on.
    """

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub
        self._patience = SECONDS_FOR_MESSAGES

    def before_step(self, now: datetime) -> None:
        began = time.monotonic()
        self._pubsub.wait_until_idle(self._patience)
        self._patience = max(0.0, self._patience - (time.monotonic() - began))

    def after_step(self) -> None:
        """Nothing: the day's functions are about to run."""

    def at_end(self, now: datetime) -> None:
        self.before_step(now)
        self._patience = SECONDS_FOR_MESSAGES


def make_world(run: Run) -> World:
    functions = functions_table.read(run.functions_table)
    clock = SandboxClock(run.clock_file)
    database = Administration(Access.load(run.database_file))
    faults = Faults()
    stripe = Stripe(
        clock,
        run.stripe_api_key,
        f"{run.public_url}/v1/webhooks/stripe",
        run.stripe_webhook_secret,
        _prices(),
        pages_url=f"http://127.0.0.1:{run.checkout_port}",
        faults=faults,
    )
    callbacks = f"{run.public_url}/v1/callbacks"
    pubsub = PubSub(PROJECT, _subscriptions(functions_table.of_kind(functions, "pubsub"), run), faults, clock)
    return World(
        clock=clock,
        scheduler=Scheduler(
            clock,
            functions_table.of_kind(functions, "schedule"),
            f"http://127.0.0.1:{run.schedule_functions_port}",
            [Messages(pubsub), BinaryLogs(database), Renewals(stripe)],
        ),
        lekab=Lekab(
            clock,
            f"{callbacks}/lekab/{run.lekab_callback_secret}",
            run.lekab_username,
            run.lekab_password,
            faults=faults,
        ),
        clearon=ClearOn(clock, f"{callbacks}/clearon/{run.clearon_callback_secret}", run.clearon_api_key, faults),
        stripe=stripe,
        mandrill=Mandrill(clock, run.mandrill_key),
        mailchimp=Mailchimp(clock, run.mailchimp_key, MAILCHIMP_AUDIENCE),
        hubspot=HubSpot(clock, run.hubspot_token),
        kms=Kms(KEY_RING, KEYS),
        kms_access=KmsAccess(clock, {one.name: one.keys for one in functions} | STOCK_RIGHTS, KEYS),
        pubsub=pubsub,
        pubsub_access=PubSubAccess({one.name: one.publishes for one in functions}),
        iap=Iap(IAP_AUDIENCE),
        storage=CloudStorage(
            ERASURE_BUCKET, others={SITE_BUCKET: FolderBucket(SITE_VERSION, Path(run.checkout) / "web")}
        ),
        faults=faults,
        database=database,
        database_name=DATABASE,
        function_logs=run.function_logs,
        public_url=run.public_url,
    )


def _prices() -> list[StripePlan]:
    """What the account at Stripe is set up with: a price a plan, found by the plan's code."""
    return [StripePlan(lookup_key=plan.code, unit_amount=plan.price_ore, nickname=plan.name) for plan in PLANS]


def _subscriptions(functions: Sequence[Function], run: Run) -> list[Subscription]:
    """One a topic. What is given up goes to the topic's own dead letters, which are tried for ever."""
    return [
        Subscription(
            name=function.name if len(function.topics) == 1 else f"{function.name}-{topic}",
            topic=topic,
            push_url=f"http://127.0.0.1:{run.pubsub_functions_port}/{function.name}",
            # The function must have given up before its message is pushed again.
            ack_deadline_seconds=function.timeout_seconds + 10,
            dead_letter_topic=None if topic.endswith(DEAD) else f"{topic}{DEAD}",
        )
        for function in functions
        for topic in function.topics
    ]


def serve_suppliers(run: Run, world: World) -> dict[str, WebServer]:
    """The suppliers that are reached over HTTP, by the name that their faults have."""
    places: dict[str, tuple[WSGIApplication, int]] = {
        "lekab": (world.lekab.app, run.lekab_port),
        "clearon": (world.clearon.app, run.clearon_port),
        "stripe": (world.stripe.app, run.stripe_port),
        "mailchimp": (world.mailchimp.app, run.mailchimp_port),
        "hubspot": (world.hubspot.app, run.hubspot_port),
    }
    seconds = float(os.environ.get("SUPPLIER_SECONDS", "0"))
    apps = {name: with_latency(with_faults(app, world.faults.of(name)), seconds) for name, (app, _) in places.items()}
    return {name: WebServer(apps[name], port) for name, (_, port) in places.items()}


def serve_all(run: Run, world: World) -> list[object]:
    """Everything listens when this returns; keep what it returns."""
    of = world.faults.of
    pubsub = serve(world.pubsub, run.pubsub_port, of("pubsub"), world.pubsub_access)
    switches: dict[str, Switch] = {
        **serve_suppliers(run, world),
        "kms": serve(world.kms, run.kms_port, of("kms"), world.kms_access),
        "pubsub": PubSubSwitch(world.pubsub, pubsub),
        "database": DatabaseSwitch(world.database, run.database_down_file),
    }
    outages = Outages(world.faults, switches)
    world.faults.on_change(outages.look)
    every_second(outages.look)
    every_second(DatabaseTrouble(world.faults, world.database).look)
    return [
        switches,
        WebServer(world.stripe.app, run.checkout_port),  # the pages, which no fault reaches
        WebServer(world.mandrill.app, run.mandrill_port),
        WebServer(world.iap.app, run.iap_port),
        WebServer(world.storage.app, run.storage_port),
        WebServer(world.collector.app, run.traces_port),
        WebServer(CloudLogging(world.kms_access, KEY_RING).app, run.logging_port),
        WebServer(create_app(world), run.console_port),
    ]


def _write_fingerprint_master(run: Run, kms: Kms) -> None:
    """A fresh master, wrapped as the product's settings have it; the file also says that all is up."""
    wrapped = kms.encrypt(f"{KEY_RING}/cryptoKeys/fingerprints", secrets.token_bytes(32), FINGERPRINT_CONTEXT)
    draft = run.stand_ins_file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"fingerprint_master": base64.b64encode(wrapped).decode("ascii")}), "ascii")
    draft.replace(run.stand_ins_file)


def main() -> None:
    run = Run.load(Path(sys.argv[1]))
    world = make_world(run)
    if seconds := os.environ.get("RECEIPT_SECONDS"):  # a benchmark's that is not about receipts
        world.lekab.receipt_delay = (float(seconds), float(seconds))
    servers = serve_all(run, world)
    _write_fingerprint_master(run, world.kms)
    world.scheduler.start()
    # Nothing is worth saving: a signal ends the process where it stands.
    while servers:
        signal.pause()


if __name__ == "__main__":
    main()
