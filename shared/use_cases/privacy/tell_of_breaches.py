"""Owners of the companies that a breach concerns are mailed what staff wrote to them, each once a message."""

from datetime import datetime

from msgspec import Struct

from shared.database.queries import breaches
from shared.database.queries.breaches import Notice
from shared.database.transactions import Database, Transaction
from shared.ports import Mail
from shared.use_cases.accounts.tell_owners import in_pages, tell_owners

SUBJECT = "Personuppgiftsincident hos UpUp / Personal data breach at UpUp"
TEXT = """Hej!

En personuppgiftsincident hos UpUp rör ert konto {company_id}. Ni är personuppgiftsansvariga för era mottagares \
uppgifter och kan behöva anmäla den till Integritetsskyddsmyndigheten inom 72 timmar från det att ni fick veta. \
Svara på det här mejlet om ni har frågor och nämn {breach_id}.

A personal data breach at UpUp concerns your account {company_id}. You are the controller of your recipients' data \
and may have to notify the supervisory authority within 72 hours of having become aware of it. Answer this e-mail \
if you have questions, and mention {breach_id}.

{message}
"""


class _Letter(Struct, frozen=True):
    notice: Notice
    subject: str = SUBJECT

    @property
    def email(self) -> str:
        return self.notice.email

    def claim(self, tx: Transaction, now: datetime, until: datetime) -> str | None:
        one = self.notice
        if not breaches.claim_notice(tx, one, now, until):
            return None
        return TEXT.format(company_id=one.company_id, breach_id=one.breach_id, message=one.message)

    def told(self, tx: Transaction, now: datetime) -> None:
        breaches.notice_told(tx, self.notice, now)

    def release(self, tx: Transaction) -> None:
        breaches.release_notice(tx, self.notice)


def tell_of_breaches(database: Database, mail: Mail, now: datetime) -> int:
    """How many mails. Raises `NoticesIncomplete`."""
    found = in_pages(
        database,
        lambda tx, after, most: breaches.to_tell(tx, now, after, most),
        lambda one: (one.entry_id, one.member_id),
        (0, ""),
    )
    return tell_owners(database, mail, "breach", (_Letter(one) for one in found), now)
