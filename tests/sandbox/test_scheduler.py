"""Cloud Scheduler's stand-in: what runs when the clock moves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from sandbox.clock import SandboxClock
from sandbox.functions_table import Function
from sandbox.stand_ins.scheduler import Scheduler, UnknownFunction
from sandbox.stand_ins.web import WebServer
from tests.sandbox.conftest import until

HOURLY = Function("hourly", "schedule", cron="0 * * * *")
SUNDAYS = Function("sundays", "schedule", cron="0 3 * * 0")
EVERY_MINUTE = Function("every_minute", "schedule", cron="* * * * *")
FAILING = Function("failing", "schedule", cron="0 0 * * *")


class Jobs:
    """Scheduled functions that note when they ran on the sandbox's clock."""

    def __init__(self, clock: SandboxClock) -> None:
        self.clock = clock
        self.ran: list[tuple[str, datetime]] = []
        self.app = Flask(__name__)
        self.app.add_url_rule("/<name>", view_func=self._run, methods=["POST"])

    def names(self) -> list[str]:
        return [name for name, _ in self.ran]

    def _run(self, name: str) -> tuple[str, int]:
        self.ran.append((name, self.clock.now()))
        return "", 500 if name == "failing" else 200


class Diary:
    """A traveller that notes what it was told."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    def before_step(self, now: datetime) -> None:
        self.entries.append("before")

    def after_step(self) -> None:
        self.entries.append("after")

    def at_end(self, now: datetime) -> None:
        self.entries.append("end")


@pytest.fixture
def sandbox_clock(tmp_path: Path) -> SandboxClock:
    clock = SandboxClock(tmp_path / "offset")
    clock.set_to_ten_in_stockholm()
    return clock


@pytest.fixture
def jobs(sandbox_clock: SandboxClock) -> Jobs:
    return Jobs(sandbox_clock)


@pytest.fixture
def url(jobs: Jobs) -> Iterator[str]:
    server = WebServer(jobs.app)
    yield server.url
    server.close()


def test_an_hourly_function_runs_each_hour_of_a_journey_as_it_would_have(
    sandbox_clock: SandboxClock, jobs: Jobs, url: str
) -> None:
    began = sandbox_clock.now()
    runs = Scheduler(sandbox_clock, [HOURLY], url).advance(timedelta(days=1, minutes=90))
    passed = [round((at - began) / timedelta(minutes=30)) for _, at in jobs.ran]
    assert passed == [*range(2, 51, 2)]
    assert runs == {("hourly", 200): 25}


def test_what_runs_more_often_than_hourly_runs_once_a_day_of_a_journey_and_at_its_end(
    sandbox_clock: SandboxClock, jobs: Jobs, url: str
) -> None:
    began = sandbox_clock.now()
    Scheduler(sandbox_clock, [EVERY_MINUTE], url).advance(timedelta(days=2, hours=5))
    assert [round((at - began) / timedelta(hours=1)) for _, at in jobs.ran] == [24, 48, 53]


def test_what_is_not_due_does_not_run(sandbox_clock: SandboxClock, jobs: Jobs, url: str) -> None:
    scheduler = Scheduler(sandbox_clock, [HOURLY], url)
    scheduler.advance(timedelta(minutes=30))
    assert jobs.ran == []
    scheduler.advance(timedelta(minutes=31))
    assert jobs.names() == ["hourly"]


def test_a_weekly_function_runs_once_a_week(sandbox_clock: SandboxClock, jobs: Jobs, url: str) -> None:
    Scheduler(sandbox_clock, [SUNDAYS], url).advance(timedelta(days=28))
    assert jobs.names() == ["sundays"] * 4


def test_a_failing_function_is_told_of_and_the_others_go_on(sandbox_clock: SandboxClock, jobs: Jobs, url: str) -> None:
    runs = Scheduler(sandbox_clock, [FAILING, HOURLY], url).advance(timedelta(days=2))
    assert runs == {("failing", 500): 2, ("hourly", 200): 48}


def test_a_function_that_nobody_serves_counts_as_unavailable(sandbox_clock: SandboxClock, url: str) -> None:
    nobody = WebServer(Flask(__name__))
    nobody.close()
    assert Scheduler(sandbox_clock, [HOURLY], nobody.url).run("hourly") == 503


def test_run_returns_the_status_and_an_unknown_function_is_refused(
    sandbox_clock: SandboxClock, jobs: Jobs, url: str
) -> None:
    scheduler = Scheduler(sandbox_clock, [HOURLY, FAILING], url)
    assert (scheduler.run("hourly"), scheduler.run("failing")) == (200, 500)
    with pytest.raises(UnknownFunction):
        scheduler.run("nobody")


def test_travellers_hear_of_each_step_and_of_the_end(sandbox_clock: SandboxClock, jobs: Jobs, url: str) -> None:
    diary = Diary()
    Scheduler(sandbox_clock, [HOURLY], url, [diary]).advance(timedelta(hours=30))
    assert diary.entries == ["before", "after", "before", "after", "end"]


def test_what_falls_due_in_real_time_runs_by_itself(sandbox_clock: SandboxClock, jobs: Jobs, url: str) -> None:
    scheduler = Scheduler(sandbox_clock, [EVERY_MINUTE], url)
    sandbox_clock.advance(timedelta(minutes=1))
    scheduler.start()
    until(lambda: jobs.ran)
    scheduler.close()
    assert jobs.names() == ["every_minute"]
