"""A key's states: nobody's, under way, answered, and too old. Work is done once for each, and a refusal takes none."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.database.queries import cursors
from shared.database.transactions import PooledDatabase, Transaction
from shared.domain import ids
from shared.domain.errors import BalanceTooLow, NotAcceptable
from shared.domain.retention import IDEMPOTENT_LIFE
from shared.http.call import Answer
from shared.http.idempotency import Once
from tests.factories import NOON


@dataclass
class Work:
    """Counts what is done, in the database; `refused`: its plan cannot be made."""

    database: PooledDatabase
    once: Once
    refused: bool = False
    done: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def ask(self, once: Once | None = None, holding: threading.Event | None = None, fails: bool = False) -> Answer:
        def do(tx: Transaction, planned: str) -> None:
            if holding is not None:
                holding.set()
                assert self.released.wait(20)
            if fails:
                raise BalanceTooLow("no money")
            cursors.put(tx, f"done {planned}", "yes")
            self.done.append(planned)

        return (once or self.once).answer(self.database, self.plan, lambda planned: Answer(201, {"id": planned}), do)

    def plan(self) -> str:
        if self.refused:
            raise BalanceTooLow("no money")
        return ids.new_id("wrk")

    def kept(self, tx: Transaction) -> list[str]:
        return tx.values("SELECT answer FROM idempotent_answers WHERE company_id = %s", (self.once.company_id,))


@pytest.fixture
def work(database: PooledDatabase) -> Work:
    return Work(database, Once(ids.new_id("acc"), "sends", b"k" * 32, b"b" * 32, NOON))


def test_what_is_answered_again_is_as_it_was_although_it_would_be_refused_now(work: Work) -> None:
    first = work.ask()
    work.refused = True
    assert work.ask() == first
    assert len(work.done) == 1


def test_a_refusal_takes_no_key_and_what_is_accepted_later_takes_it(work: Work) -> None:
    work.refused = True
    with pytest.raises(BalanceTooLow):
        work.ask()
    work.refused = False
    with pytest.raises(BalanceTooLow):
        work.ask(fails=True)
    with work.database.transaction() as tx:
        assert work.kept(tx) == []
    assert work.ask() == work.ask()
    assert len(work.done) == 1


@pytest.mark.parametrize("refused", [False, True])
def test_another_body_is_refused_as_such_whatever_else_is_wrong_with_it(work: Work, refused: bool) -> None:
    work.ask()
    work.refused = refused
    with pytest.raises(NotAcceptable):
        work.ask(replace(work.once, body_hmac=b"c" * 32))


def test_a_key_that_is_too_old_is_free_and_keeps_the_new_answer(work: Work) -> None:
    first = work.ask()
    later = replace(work.once, now=NOON + IDEMPOTENT_LIFE + timedelta(seconds=1))
    second = work.ask(later)
    assert second != first
    assert work.ask(later) == second
    assert len(work.done) == 2


@pytest.mark.parametrize("fails", [False, True])
def test_who_asks_meanwhile_waits_and_is_answered_alike_or_does_it_where_that_failed(work: Work, fails: bool) -> None:
    holding, answers = threading.Event(), dict[str, Answer]()

    def first() -> None:
        try:
            answers["first"] = work.ask(holding=holding, fails=fails)
        except BalanceTooLow:
            assert fails

    def second() -> None:
        answers["second"] = work.ask()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert holding.wait(20)
    threads[1].start()
    threads[1].join(0.2)
    assert "second" not in answers, "it waits"
    work.released.set()
    for thread in threads:
        thread.join(20)
    assert len(work.done) == 1
    assert answers["second"].body == {"id": work.done[0]}
    assert ("first" in answers) is not fails


def test_without_a_key_it_is_done_each_time(work: Work) -> None:
    once = replace(work.once, key_hmac=None)
    assert work.ask(once) != work.ask(once)
    assert len(work.done) == 2


def test_a_key_that_was_taken_without_an_answer_gets_this_one(work: Work) -> None:
    with work.database.transaction() as tx:
        assert work.once.earlier(tx) is None
    assert work.ask() == work.ask()
    assert len(work.done) == 1
