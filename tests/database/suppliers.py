"""Mailchimp and HubSpot as the account holders' contacts see them, and what brings them in step, message by message."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.database.queries import agreements, people, persons_data
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.topics import HUBSPOT_CONTACTS, MAILCHIMP_CONTACTS
from shared.ports import Contact, Forgotten, Held, Subscription, Visitor
from shared.use_cases.accounts.ask_for_sync import contact_changed, contacts_changed
from shared.use_cases.accounts.read_subscriptions import read_subscriptions
from shared.use_cases.accounts.sync_contact import AtHubSpot, AtMailchimp, Parts, Supplier, sync_contact
from shared.use_cases.accounts.sync_contacts import sweep_contacts, sync_contacts
from tests.database.ending import Troubled
from tests.database.pipeline import Pipeline


@dataclass
class FakeMailchimp(Troubled):
    kept: dict[str, Contact] = field(default_factory=dict)
    tags: dict[str, set[str]] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Whom Mailchimp asks whether they want the newsletter."""
    unsubscribed: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    changes: list[Subscription] = field(default_factory=list)

    def keep(self, contact: Contact) -> None:
        self.suffer(lambda: self._keep(contact))

    def _keep(self, contact: Contact) -> None:
        if contact.email in self.forgotten:
            raise Forgotten
        self.kept[contact.email] = contact

    def tag(self, email: str, on: Any, off: Any = ()) -> None:
        self.suffer(lambda: self.tags.update({email: (self.tags.get(email, set()) - set(off)) | set(on)}))

    def welcome(self, visitor: Visitor, tag: str, *, newsletter: bool) -> None:
        self.suffer(lambda: self._welcome(visitor, newsletter))
        self.tag(visitor.email, [tag])

    def _welcome(self, visitor: Visitor, newsletter: bool) -> None:
        if visitor.email in self.forgotten:
            raise Forgotten
        self.visitors[visitor.email] = visitor
        if newsletter:
            self.asked.append(visitor.email)

    def unsubscribe(self, email: str) -> None:
        self.suffer(lambda: self.unsubscribed.add(email))

    def changed_since(self, moment: datetime) -> Iterator[list[Subscription]]:
        self.suffer(lambda: None)
        yield self.changes

    def find(self, email: str) -> Held | None:
        found: Contact | None = self.suffer(lambda: self.kept.get(email))
        return Held({"FNAME": found.first_name}, email not in self.unsubscribed) if found else None

    def erase(self, email: str) -> None:
        self.suffer(lambda: self._erase(email))

    def _erase(self, email: str) -> None:
        self.visitors.pop(email, None)
        if self.kept.pop(email, None):
            self.forgotten.add(email)


@dataclass
class FakeHubSpot(Troubled):
    kept: dict[str, Contact] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def keep(self, contacts: Any) -> list[Contact]:
        return list(self.suffer(lambda: self._keep(contacts)))

    def _keep(self, contacts: Any) -> list[Contact]:
        self.kept |= {one.email: one for one in contacts if one.email not in self.refused}
        return [one for one in contacts if one.email in self.refused]

    def find(self, email: str) -> Held | None:
        found: Contact | None = self.suffer(lambda: self.kept.get(email))
        return Held({"firstname": found.first_name}) if found else None

    def erase(self, email: str) -> None:
        self.suffer(lambda: self.kept.pop(email, None))


@dataclass
class Suppliers:
    pipeline: Pipeline
    mailchimp: FakeMailchimp = field(default_factory=FakeMailchimp)
    hubspot: FakeHubSpot = field(default_factory=FakeHubSpot)

    def __post_init__(self) -> None:
        self.person_id = self.pipeline.member.person_id
        self.email = f"{self.person_id}@example.com"

    @property
    def now(self) -> datetime:
        return self.pipeline.clock.now()

    def parts(self, name: str) -> Parts:
        pipeline = self.pipeline
        both: dict[str, Supplier] = {"mailchimp": AtMailchimp(self.mailchimp), "hubspot": AtHubSpot(self.hubspot)}
        return Parts(pipeline.database, pipeline.clock, pipeline.tokens, pipeline.gate(name), both[name])

    def sync(self, name: str, person_id: str | None = None) -> None:
        sync_contact(self.parts(name), person_id or self.person_id)

    def changed(self, company_id: str | None = None) -> None:
        with self.pipeline.database.transaction() as tx:
            contacts_changed(tx, company_id or self.pipeline.company_id, self.now)

    def run(self) -> int:
        """Do what is published; how many messages it was."""
        done = 0
        topics = {MAILCHIMP_CONTACTS: "mailchimp", HUBSPOT_CONTACTS: "hubspot"}
        while self.pipeline.published:
            message = self.pipeline.published.pop(0)
            self.sync(topics[message.topic], json.loads(message.body)["person_id"])
            done += 1
        return done

    def told(self) -> None:
        """All of it is known to both."""
        self.changed()
        self.run()

    def change_plan(self, plan: str, company_id: str | None = None) -> None:
        company_id = company_id or self.pipeline.company_id
        with self.pipeline.database.transaction() as tx:
            tx.execute("UPDATE companies SET plan = %s WHERE id = %s", (plan, company_id))
            contacts_changed(tx, company_id, self.now)

    def join(self, plan: str, state: str = "active", person_id: str | None = None) -> str:
        """A person (or the first) becomes a member of another company; that one's id."""
        company_id = self.pipeline.make.company(state=state).company_id
        with self.pipeline.database.transaction() as tx:
            tx.execute("UPDATE companies SET plan = %s WHERE id = %s", (plan, company_id))
            person_id = person_id or self.person_id
            people.add_member(tx, ids.new_id("mbr"), company_id, person_id, "viewer", self.now)
            contact_changed(tx, person_id, self.now)
        return company_id

    def leave(self, company_id: str | None = None) -> None:
        """As an owner removes a member."""
        with self.pipeline.database.transaction() as tx:
            persons_data.remove_member(tx, company_id or self.pipeline.company_id, self.person_id, self.now)
            contact_changed(tx, self.person_id, self.now)

    def end(self, company_id: str) -> None:
        """The agreement is over; who erases is another's business."""
        with self.pipeline.database.transaction() as tx:
            tx.execute("UPDATE companies SET state = 'closing' WHERE id = %s", (company_id,))
            agreements.begin_end(tx, company_id, self.now)
            contacts_changed(tx, company_id, self.now)

    def nightly(self) -> int:
        return sync_contacts(self.pipeline.database, self.pipeline.tokens, self.now)["asked"]

    def sweep_later(self) -> int:
        self.pipeline.clock.time += timedelta(minutes=5)
        return sweep_contacts(self.pipeline.database, self.now)

    def read_back(self, *changes: Subscription) -> dict[str, int]:
        self.mailchimp.changes = list(changes)
        return read_subscriptions(self.pipeline.database, self.mailchimp, self.now)

    def syncs(self, what: str) -> list[Any]:
        """Columns of the person's rows, Mailchimp's first."""
        return self.pipeline.rows(
            f"SELECT {what} FROM contact_syncs WHERE person_id = %s ORDER BY supplier", self.person_id
        )

    def transaction(self) -> Any:
        return self.pipeline.database.transaction()

    def person(self, tx: Transaction) -> people.Person | None:
        return people.get(tx, self.person_id)
