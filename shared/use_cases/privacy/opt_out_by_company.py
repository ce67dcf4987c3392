"""A company notes opt-outs that reached it elsewhere, and takes one back at the person's own wish."""

from datetime import datetime

from shared.database.queries import opt_outs
from shared.database.queries.opt_outs import OptOut
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.opt_out import Source
from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.domain.recipients import MESSAGES, REPORTED_ROWS, Imported, RowFault
from shared.privacy.fingerprint import Fingerprints


def opt_out(
    database: Database, fingerprints: Fingerprints, company_id: str, phone: str, now: datetime
) -> tuple[OptOut, bool]:
    """The opt-out, and whether it is new. Raises `NotAcceptable` for what is no mobile number."""
    fingerprint = fingerprints.of_company(company_id)(read_phone(phone))
    with database.transaction() as tx:
        new = opt_outs.add(tx, company_id, fingerprint, now.date(), Source.COMPANY)
        found = new or opt_outs.find(tx, company_id, fingerprint)
    if found is None:
        raise NotFound("The opt-out was taken back at the same moment. Try again.")
    return found, new is not None


def import_opt_outs(
    database: Database, fingerprints: Fingerprints, company_id: str, phones: list[str], now: datetime
) -> Imported:
    """Note all that can be read; the others are told of by row, counted from 1."""
    number_hash, found, faults = fingerprints.of_company(company_id), list[bytes](), list[RowFault]()
    for row, phone in enumerate(phones, start=1):
        try:
            found.append(number_hash(parse(phone)))
        except PhoneError as error:
            faults.append(RowFault(row, error.code))
    different = list(dict.fromkeys(found))
    with database.transaction() as tx:
        added = opt_outs.add_many(tx, company_id, different, now.date(), Source.IMPORT)
    already, twice = len(different) - added, len(found) - len(different)
    return Imported(added, already, twice, len(faults), faults[:REPORTED_ROWS])


def withdraw(database: Database, member: Session, opt_out_id: str, now: datetime) -> None:
    """Who withdraws attests that the person wished it. Raises `NotFound`, also for another company's."""
    with database.transaction() as tx:
        if not opt_outs.withdraw(tx, member.company_id, opt_out_id, member.member_id, now):
            raise NotFound("There is no such opt-out.")


def withdraw_by_phone(
    database: Database, fingerprints: Fingerprints, member: Session, phone: str, now: datetime
) -> None:
    """Likewise; for a number that has not opted out nothing is changed. Raises `NotAcceptable`."""
    fingerprint = fingerprints.of_company(member.company_id)(read_phone(phone))
    with database.transaction() as tx:
        found = opt_outs.find(tx, member.company_id, fingerprint)
        if found is not None:
            opt_outs.withdraw(tx, member.company_id, found.id, member.member_id, now)


def read_phone(text: str) -> PhoneNumber:
    """Raises `NotAcceptable`."""
    try:
        return parse(text)
    except PhoneError as error:
        fault = Fault("phone", error.code, MESSAGES[error.code])
        raise NotAcceptable("The number cannot be read.", [fault]) from None
