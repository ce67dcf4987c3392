"""A send is checked before it is written: what its owner or UpUp has decided in between still holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.database.queries import standing
from shared.database.transactions import Transaction
from shared.domain.errors import SameMoment
from shared.use_cases.accounts.accept_terms import choose_retention
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.sends.accept_send import Planned, accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.prepare_send import judge_request, look_up
from tests.database.pipeline import Pipeline
from tests.factories import NO_LIMITS, PUBLIC_URL, fictional, fingerprint, request, table


def planned(pipeline: Pipeline) -> Planned:
    now = pipeline.clock.now()
    checked = judge_request(request(table(fictional(0))), PUBLIC_URL, fingerprint)
    known = look_up(pipeline.database, pipeline.company_id, checked, now)
    return plan_send(pipeline.member, checked, known, transit_key_of_today(pipeline.transit, now), now)


def accept(pipeline: Pipeline, send: Planned) -> None:
    with pipeline.database.transaction() as tx:
        accept_send(tx, send, NO_LIMITS, pipeline.clock.now())


def retention(pipeline: Pipeline, encrypt: int | None, erase: int | None) -> None:
    with pipeline.database.transaction() as tx:
        choose_retention(tx, pipeline.company_id, encrypt, erase, pipeline.clock.now())


def stopped(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        assert standing.stop(tx, pipeline.company_id, "staff", "It looks like fraud.", pipeline.clock.now())


def closing(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        name = tx.value("SELECT name FROM companies WHERE id = %s", (pipeline.company_id,))
    close_account(pipeline.database, pipeline.company_id, str(name), pipeline.clock.now())


def written(pipeline: Pipeline) -> list[object]:
    """What of any send stands in the database, and the balance."""

    def all_of(tx: Transaction, sql: str) -> object:
        return tx.all(lambda *row: row, sql, (pipeline.company_id,))

    with pipeline.database.transaction() as tx:
        return [
            all_of(tx, "SELECT id FROM sends WHERE company_id = %s"),
            all_of(tx, "SELECT send_id FROM deliveries WHERE company_id = %s"),
            all_of(tx, "SELECT id FROM holds WHERE company_id = %s"),
            all_of(tx, "SELECT available_ore, held_ore FROM balances WHERE company_id = %s"),
            tx.all(lambda *row: row, "SELECT id FROM outbox"),
        ]


@pytest.mark.parametrize(
    "change",
    [lambda p: retention(p, 7, None), lambda p: retention(p, None, 60), stopped, closing],
    ids=["fewer days in clear", "fewer days until erasure", "stopped", "closing"],
)
def test_what_was_planned_before_a_change_of_its_account_is_refused_whole(
    pipeline: Pipeline, change: Callable[[Pipeline], None]
) -> None:
    send = planned(pipeline)
    change(pipeline)
    before = written(pipeline)
    with pytest.raises(SameMoment, match="Send it again"):
        accept(pipeline, send)
    assert written(pipeline) == before


def test_sent_again_it_goes_by_the_days_that_were_chosen(pipeline: Pipeline) -> None:
    retention(pipeline, 7, 60)
    send = planned(pipeline)
    accept(pipeline, send)
    days = pipeline.send_row(send.send.id, "encrypt_at - INTERVAL 7 DAY <= created_at")
    assert days == 1
    assert send.send.erase_at - send.send.created_at <= timedelta(days=60)


def test_a_change_waits_for_a_send_that_is_being_written_and_then_finds_it(pipeline: Pipeline) -> None:
    send, before = planned(pipeline), pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        accept_send(tx, send, NO_LIMITS, before)
        with pipeline.database.transaction() as other:
            free = other.all(
                str, "SELECT id FROM companies WHERE id = %s FOR UPDATE SKIP LOCKED", (send.send.company_id,)
            )
        assert free == []
    retention(pipeline, 7, None)
    assert pipeline.send_row(send.send.id, "encrypt_at <= created_at + INTERVAL 7 DAY") == 1
