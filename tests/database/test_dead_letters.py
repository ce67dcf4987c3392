"""Messages that were given up are kept once, seen by staff, and tried again once for each time somebody says so."""

import json
from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from shared.database.queries import dead_letters
from shared.database.queries.dead_letters import DeadLetter
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.errors import Conflict, NotFound
from shared.http.answers.staff import dead_letter_list
from shared.http.paging import Page
from shared.ports import Message
from shared.use_cases.messages.keep_dead_letter import keep_dead_letter
from shared.use_cases.messages.replay_dead_letters import AT_ONCE, replay_dead_letter, replay_dead_letters
from tests.database.for_staff import ANNA, letter
from tests.database.pipeline import Pipeline, at_once
from tests.factories import NOON


def keep(database: PooledDatabase, number: int) -> list[DeadLetter]:
    letters = [letter(place) for place in range(1, number + 1)]
    for one in letters:
        keep_dead_letter(database, one)
    return letters


def kept(database: PooledDatabase) -> list[DeadLetter]:
    with database.transaction() as tx:
        return dead_letters.page(tx, None, 1_000)


def log_of_staff(database: PooledDatabase) -> list[tuple[object, ...]]:
    with database.transaction() as tx:
        return tx.all(lambda *row: row, "SELECT staff, action, subject, at FROM staff_log ORDER BY id")


def test_a_message_that_comes_twice_is_kept_once(database: PooledDatabase) -> None:
    first = letter()
    assert keep_dead_letter(database, first)
    assert not keep_dead_letter(database, replace(first, id=ids.new_id("ded"), attempts=40))
    assert kept(database) == [first]


def test_the_same_message_at_once_on_many_workers_is_kept_once(database: PooledDatabase) -> None:
    copies = [replace(letter(), id=ids.new_id("ded")) for _ in range(8)]
    assert at_once([partial(keep_dead_letter, database, one) for one in copies]) == []
    assert len(kept(database)) == 1


def test_each_one_kept_is_one_line_for_the_alert_with_ids_only(
    database: PooledDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    one = letter()
    keep_dead_letter(database, one)
    keep_dead_letter(database, replace(one, id=ids.new_id("ded")))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "severity": "ERROR",
        "metric": "dead_letters_kept",
        "value": 1,
        "dead_letter": one.id,
        "topic": "sms-wanted",
        "reason": "not acknowledged by send_sms",
        "attempts": 20,
    }


def test_staff_see_what_it_was_why_and_since_when(database: PooledDatabase) -> None:
    (one,) = keep(database, 1)
    with database.transaction() as tx:
        shown = dead_letter_list(tx, Page(50, None), NOON + timedelta(seconds=61))
    assert shown == {
        "items": [
            {
                "id": one.id,
                "topic": "sms-wanted",
                "message": {"send_id": "snd_1", "first": 1, "last": 500},
                "reason": "not acknowledged by send_sms",
                "attempts": 20,
                "age_seconds": 3_660,
                "published_at": "2026-11-23T10:00:01.000000Z",
                "kept_at": "2026-11-23T11:00:01.000000Z",
                "replayed_at": None,
            }
        ],
        "next_cursor": None,
    }


def test_they_are_listed_newest_first_and_page_by_page(database: PooledDatabase) -> None:
    letters = [*keep(database, 4), replace(letter(4), id=ids.new_id("ded"), outbox_id=5)]
    keep_dead_letter(database, letters[4])
    seen, before = list[str](), None
    with database.transaction() as tx:
        while page := dead_letters.page(tx, before, 2):
            seen += [one.id for one in page]
            before = page[-1].kept_at, page[-1].id
    assert seen == [one.id for one in sorted(letters, key=lambda one: (one.kept_at, one.id), reverse=True)]


def test_replaying_one_publishes_it_as_it_was_and_says_who_did(
    database: PooledDatabase, published: list[Message]
) -> None:
    one, other = keep(database, 2)
    later = NOON + timedelta(minutes=5)
    with database.transaction() as tx:
        replay_dead_letter(tx, ANNA, one.id, later)
    assert [(message.topic, message.body) for message in published] == [(one.topic, one.body)]
    assert kept(database) == [other, replace(one, replayed_at=later)]
    assert log_of_staff(database) == [(ANNA, "dead_letter.replay", one.id, later)]


def test_one_that_was_replayed_is_not_replayed_again(database: PooledDatabase, published: list[Message]) -> None:
    (one,) = keep(database, 1)
    with database.transaction() as tx:
        replay_dead_letter(tx, ANNA, one.id, NOON)
    with pytest.raises(Conflict), database.transaction() as tx:
        replay_dead_letter(tx, ANNA, one.id, NOON)
    assert len(published) == len(log_of_staff(database)) == 1


def test_one_that_was_never_kept_is_not_found(database: PooledDatabase) -> None:
    for unknown in ("ded_unknown", "", "x" * 500):
        with pytest.raises(NotFound), database.transaction() as tx:
            replay_dead_letter(tx, ANNA, unknown, NOON)
    assert log_of_staff(database) == []


def test_replaying_all_takes_each_that_is_left_and_those_kept_later_wait(
    database: PooledDatabase, published: list[Message]
) -> None:
    letters = keep(database, AT_ONCE + 5)
    with database.transaction() as tx:
        replay_dead_letter(tx, ANNA, letters[0].id, NOON)
    until = letters[-2].kept_at
    assert replay_dead_letters(database, ANNA, until) == AT_ONCE + 3
    assert len(published) == AT_ONCE + 4
    assert [one.id for one in kept(database) if one.replayed_at is None] == [letters[-1].id]
    assert replay_dead_letters(database, ANNA, until) == 0
    assert sorted(str(row[2]) for row in log_of_staff(database)) == sorted(one.id for one in letters[:-1])


def test_many_who_replay_all_at_once_publish_each_once(database: PooledDatabase, published: list[Message]) -> None:
    keep(database, 30)
    now = NOON + timedelta(hours=1)
    assert at_once([lambda: replay_dead_letters(database, ANNA, now)] * 6) == []
    assert len(published) == len(log_of_staff(database)) == 30


def test_a_replay_that_fails_half_way_has_published_and_logged_nothing(
    database: PooledDatabase, published: list[Message]
) -> None:
    (one,) = keep(database, 1)
    with pytest.raises(RuntimeError), database.transaction() as tx:
        replay_dead_letter(tx, ANNA, one.id, NOON)
        raise RuntimeError
    assert (published, log_of_staff(database), kept(database)) == ([], [], [one])


def test_a_replayed_message_does_what_was_left_to_do(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    body = json.dumps({"send_id": send_id, "first": 1, "last": 3})
    keep_dead_letter(pipeline.database, letter(body=body))
    assert replay_dead_letters(pipeline.database, ANNA, NOON + timedelta(hours=1)) == 1
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 3
