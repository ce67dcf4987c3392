"""Each owner is told once of a sub-processor that was added after the company accepted its agreement."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries import agreements
from shared.database.queries.agreements import Owner
from shared.database.transactions import Database, Transaction
from shared.ports import Mail
from shared.privacy.data_map.model import Processor
from shared.privacy.data_map.processors import PROCESSORS, SUB_PROCESSOR
from shared.use_cases.accounts.tell_owners import in_pages, tell_owners

AHEAD = timedelta(days=30)

SUBJECT = "Nytt underbiträde hos UpUp / New sub-processor at UpUp"
TEXT = """Hej!

UpUp anlitar ett nytt underbiträde för era mottagares uppgifter:
{swedish}

Invänder ni? Svara på det här mejlet före den dagen.

UpUp engages a new sub-processor for your recipients' data:
{english}

Do you object? Answer this e-mail before that day.
"""


class _Letter(Struct):
    """Tells of those of `new` that the owner has not been told of: which, is known once they are claimed."""

    owner: Owner
    new: Sequence[Processor]
    subject: str = SUBJECT

    @property
    def email(self) -> str:
        return self.owner.email

    def claim(self, tx: Transaction, now: datetime, until: datetime) -> str | None:
        names = agreements.claim_notices(tx, self.owner, self._names(), now, until)
        self.new = [one for one in self.new if one.name in names]
        return _text(self.new) if self.new else None

    def told(self, tx: Transaction, now: datetime) -> None:
        agreements.notices_told(tx, self.owner, self._names(), now)

    def release(self, tx: Transaction) -> None:
        agreements.release_notices(tx, self.owner, self._names())

    def _names(self) -> list[str]:
        return [one.name for one in self.new]


def tell_of_processors(
    database: Database, mail: Mail, now: datetime, processors: Sequence[Processor] = PROCESSORS
) -> int:
    """Mail who has not been told, 30 days ahead or as soon as it is known; how many mails.

    Raises `NoticesIncomplete`.
    """
    added = [one for one in processors if one.role == SUB_PROCESSOR and _day(one) - AHEAD <= now.date()]
    letters = (
        _Letter(owner, [one for one in added if _day(one) > owner.accepted_at.date()])
        for owner in _owners(database, added)
    )
    return tell_owners(database, mail, "processor", letters, now)


def _owners(database: Database, added: Sequence[Processor]) -> Iterator[Owner]:
    if not added:
        return iter(())
    newest = max(map(_day, added))
    return in_pages(
        database,
        lambda tx, after, most: agreements.owners(tx, newest, after, most),
        lambda owner: owner.member_id,
        "",
    )


def _text(new: Sequence[Processor]) -> str:
    return TEXT.format(
        swedish="\n".join(f"- {one.name}, från {one.since}: {one.holds.sv} ({one.kept.sv})" for one in new),
        english="\n".join(f"- {one.name}, from {one.since}: {one.holds.en} ({one.kept.en})" for one in new),
    )


def _day(processor: Processor) -> date:
    return date.fromisoformat(processor.since)
