"""`python -m shared.restore settle --at … --closed … [--old …] | check`: a restored database, before it is let in.

With the settings of a function. Prints figures and companies' ids only. docs/restore.md says when.
"""

import argparse
import json
import os
import sys
from datetime import datetime
from typing import Any

from msgspec import to_builtins

from shared import settings
from shared.app import App, start
from shared.database.connection import make_pool
from shared.database.transactions import PooledDatabase
from shared.environment import Settings
from shared.metrics import Metric
from shared.ports import Message
from shared.use_cases.privacy.measure_privacy import measure_privacy
from shared.use_cases.privacy.replay_erasures import Replayed, replay_erasures
from shared.use_cases.restore.carry_over import CarriedOver, carry_gifts, carry_over
from shared.use_cases.restore.settle_restored import settle_restored

GROUPS = (settings.DatabaseSettings, settings.FingerprintSettings, settings.ErasureLogSettings)
MUST_BE_0 = (
    Metric.ROWS_IN_CLEAR_OVER_LIMIT,
    Metric.ROWS_IN_CLEAR_AFTER_ENCRYPTION,
    Metric.TEXTS_OVER_72_HOURS,
    Metric.SENDS_OVER_ERASE_LIMIT,
)


def main(words: list[str]) -> int:
    """0 when all is well; 1 where the step must be done once more, or the figures say that nobody may be let in."""
    options = _options(words)
    app = start(*GROUPS)
    database = _database(app.settings.load(settings.DatabaseSettings))
    done, answer = (_settle if options.step == "settle" else _check)(app, database, options)
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0 if done else 1


def _settle(app: App, database: PooledDatabase, options: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    now = app.clock.now()
    old = _database(_settings_of(options.old)) if options.old else None
    carried = carry_over(old, database, options.at, now) if old else CarriedOver()
    settled = settle_restored(database, options.at, options.closed, now, old_was_read=old is not None)
    if old:
        carried.gifts = carry_gifts(old, database, options.at)
    replayed = _replay(app, database)
    figures = {"carried_over": to_builtins(carried), "settled": to_builtins(settled), "replayed": to_builtins(replayed)}
    return not replayed.waiting, figures


def _check(app: App, database: PooledDatabase, options: argparse.Namespace) -> tuple[bool, dict[str, Any]]:
    """A replay that finds something to erase has been needed: nobody was let in, so once more is harmless."""
    figures = measure_privacy(database, (), app.core.environment, app.clock.now())
    wrong = {metric.value: figures[metric.value] for metric in MUST_BE_0 if figures[metric.value]}
    replayed = _replay(app, database)
    clean = replayed == Replayed(entries=replayed.entries)
    return not wrong and clean, {"must_be_0": wrong, "replayed": to_builtins(replayed)}


def _replay(app: App, database: PooledDatabase) -> Replayed:
    return replay_erasures(database, app.tokens, app.number_hash, app.erasure_log, app.clock.now())


def _database(reached_by: settings.DatabaseSettings) -> PooledDatabase:
    return PooledDatabase(make_pool(reached_by), _leave_to_the_relay)


def _leave_to_the_relay(messages: list[Message]) -> None:
    """The functions that would take them are still at the other database."""


def _settings_of(old: str) -> settings.DatabaseSettings:
    """As ours, but for where it is."""
    name = "DATABASE_ADDRESS" if os.environ.get("DATABASE_ADDRESS") else "DATABASE_INSTANCE"
    return Settings({**os.environ, name: old}).load(settings.DatabaseSettings)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a moment needs its zone, as in 2026-11-23T10:00Z")
    return moment


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shared.restore")
    steps = parser.add_subparsers(dest="step", required=True)
    settle = steps.add_parser("settle")
    settle.add_argument("--at", type=_moment, required=True, help="the moment that was restored")
    settle.add_argument("--closed", type=_moment, required=True, help="since when nothing could leave UpUp any more")
    settle.add_argument("--old", help="the instance that is given up, where it can be read")
    steps.add_parser("check")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
