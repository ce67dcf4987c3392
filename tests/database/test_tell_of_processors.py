"""Owners are told of new sub-processors, once each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.database.queries import people
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.ports import MailRefused, SupplierUnavailable
from shared.privacy.data_map.model import Processor, Text
from shared.privacy.data_map.processors import SUB_PROCESSOR, SUPPLIER
from shared.use_cases.accounts.tell_owners import NoticesIncomplete
from shared.use_cases.privacy.tell_of_processors import tell_of_processors
from tests.database.pipeline import WorkerDied, at_once
from tests.factories import NOON, Factory

ADDED = NOON + timedelta(days=60)
TELL_FROM = ADDED - timedelta(days=30)


def processor(name: str, role: Text = SUB_PROCESSOR, since: str = ADDED.date().isoformat()) -> Processor:
    return Processor(name, role, Text("nummer", "numbers"), Text("30 dagar", "30 days"), since)


NEW = (processor("Lekab", since="2026-11-01"), processor("Brevduvan"), processor("Banken", SUPPLIER))


@dataclass
class FakeMail:
    sent: list[tuple[str, str]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    never: set[str] = field(default_factory=set)
    dies: bool = False

    def send(self, to: str, subject: str, text: str) -> None:
        if self.dies:
            raise WorkerDied
        if to in self.refuses:
            raise SupplierUnavailable("away")
        if to in self.never:
            raise MailRefused
        self.sent.append((to, text))

    @property
    def to(self) -> list[str]:
        return sorted(to for to, _ in self.sent)


@pytest.fixture
def mail() -> FakeMail:
    return FakeMail()


@pytest.fixture
def owners(database: PooledDatabase, make: Factory) -> list[str]:
    """The e-mails of three owners, two of them of one company."""
    with database.transaction() as tx:
        tx.execute("DELETE FROM members")
        tx.execute("DELETE FROM processor_notices")
    first, second = make.company(), make.company()
    make.company(state="pending")
    with database.transaction() as tx:
        third = people.add(tx, people.Person(ids.new_id("per"), f"{ids.new_id('x')}@example.com", "Bo", "Ek"), NOON)
        people.add_member(tx, ids.new_id("mbr"), second.company_id, third.id, "owner", NOON)
        viewer = people.add(tx, people.Person(ids.new_id("per"), f"{ids.new_id('x')}@example.com", "Vi", "Ek"), NOON)
        people.add_member(tx, ids.new_id("mbr"), second.company_id, viewer.id, "viewer", NOON)
        emails = [one.email for member in (first, second) if (one := people.get(tx, member.person_id))]
    return sorted([*emails, third.email])


def tell(database: PooledDatabase, mail: FakeMail, processors: Sequence[Processor] = NEW, days: int = 0) -> int:
    return tell_of_processors(database, mail, TELL_FROM + timedelta(days=days), processors)


def test_each_owner_is_told_once_30_days_ahead(database: PooledDatabase, mail: FakeMail, owners: list[str]) -> None:
    assert tell(database, mail, days=-1) == 0
    assert tell(database, mail) == 3
    assert tell(database, mail, days=1) == tell(database, mail, days=40) == 0
    assert mail.to == owners


def test_the_mail_says_who_from_when_and_what_for_in_both_languages_and_names_no_other(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    tell(database, mail)
    for text in (text for _, text in mail.sent):
        assert "Brevduvan, från 2027-01-22: nummer (30 dagar)" in text
        assert "Brevduvan, from 2027-01-22: numbers (30 days)" in text
        assert "Lekab" not in text, "it was there when the agreement was accepted"
        assert "Banken" not in text, "it gets nothing of recipients"


def test_what_is_added_later_is_told_by_itself_and_several_in_one_mail(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    tell(database, mail)
    mail.sent.clear()
    assert tell(database, mail, (*NEW, processor("Kuriren"), processor("Posten"))) == 3
    assert all("Kuriren" in text and "Posten" in text and "Brevduvan" not in text for _, text in mail.sent)


def test_what_is_in_force_before_anybody_was_told_is_told_at_once(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    assert tell(database, mail, days=50) == 3


def test_who_could_not_be_told_is_told_by_the_next_run_and_nobody_twice(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    mail.refuses = set(owners[:2])
    with pytest.raises(NoticesIncomplete):
        tell(database, mail)
    assert mail.to == owners[2:]
    mail.refuses = set()
    assert tell(database, mail) == 2
    assert mail.to == owners


def test_who_is_refused_is_not_noted_as_told_is_counted_and_holds_up_nobody(
    database: PooledDatabase, mail: FakeMail, owners: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    mail.never = set(owners[:1])
    assert tell(database, mail) == 2
    assert mail.to == owners[1:]
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {"severity": "INFO", "metric": "notices_refused", "value": 1, "kind": "processor"}
    mail.never = set()
    assert tell(database, mail, days=1) == 1
    assert mail.to == owners


def test_runs_at_the_same_time_tell_each_owner_once(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    assert at_once([lambda: tell(database, mail)] * 5) == []
    assert mail.to == owners


def test_who_was_being_told_when_the_function_died_is_told_later(
    database: PooledDatabase, mail: FakeMail, owners: list[str]
) -> None:
    mail.dies = True
    with pytest.raises(WorkerDied):
        tell(database, mail)
    mail.dies = False
    assert tell(database, mail) == 2, "whose mail may be under way is left in peace"
    assert tell(database, mail, days=1) == 1
    assert mail.to == owners
