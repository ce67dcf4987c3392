"""What is held of a person, found anew at each reading and kept nowhere."""

from msgspec.structs import replace

from shared.database.queries import contacts, people, persons_data, second_factors
from shared.database.transactions import Database, Transaction
from shared.domain.persons_data import FoundPerson, FoundRecipient, HeldElsewhere, HeldMembership
from shared.ports import Crm, Held, Marketing


def find_recipient(tx: Transaction, company_id: str, fingerprint: bytes) -> FoundRecipient:
    """Before and after encryption, by the company's own fingerprint: no other company's rows have it."""
    return FoundRecipient(
        persons_data.deliveries(tx, company_id, fingerprint), persons_data.opted_out_on(tx, company_id, fingerprint)
    )


def find_account_holder(
    database: Database, marketing: Marketing, crm: Crm, company_id: str, person_id: str, *, own: bool
) -> FoundPerson | None:
    """Here and at the suppliers; all of it to the person (`own`), and to others of the company what is of it alone.

    Raises `SupplierUnavailable`.
    """
    with database.transaction() as tx:
        person = people.get(tx, person_id)
        every = persons_data.memberships(tx, person_id)
        no_news_since = contacts.unsubscribed_at(tx, person_id)
        second_factor_since = second_factors.since(tx, person_id)
        shown = [_whole(tx, one) for one in every if own or one.company_id == company_id]
    if person is None:
        return None
    suppliers = None
    if len(shown) == len(every):
        suppliers = {"mailchimp": _held(marketing.find(person.email)), "hubspot": _held(crm.find(person.email))}
    names = (person.email, person.first_name, person.last_name)
    return FoundPerson(*names, shown, suppliers, no_news_since, second_factor_since)


def _whole(tx: Transaction, one: HeldMembership) -> HeldMembership:
    return replace(
        one,
        attested=persons_data.attested(tx, one.company_id, one.id),
        sessions=persons_data.sessions(tx, one.company_id, one.id),
        api_keys=persons_data.api_keys(tx, one.company_id, one.id),
    )


def _held(there: Held | None) -> HeldElsewhere | None:
    return HeldElsewhere(there.values, there.subscribed) if there else None
