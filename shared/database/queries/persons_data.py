"""What is held of one person: a recipient of one company by fingerprint, an account holder by id; and its end."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from shared.database.queries import people
from shared.database.transactions import Transaction, columns
from shared.domain.persons_data import HeldDelivery, HeldKey, HeldMembership, HeldSession


class Row(Struct, frozen=True):
    """A delivery to be erased or put right."""

    position: int
    state: str
    phone: str | None
    coupon_id: str | None
    sms_ref: str | None

    def __repr__(self) -> str:
        return f"Row({self.position}, {self.state})"


def deliveries(tx: Transaction, company_id: str, fingerprint: bytes) -> list[HeldDelivery]:
    """The newest upload first."""
    return tx.all(
        lambda send_id, position, state, reason, uploaded, sent, delivered, phone, encrypted, *gift: HeldDelivery(
            send_id, position, state, reason, uploaded, sent, delivered, phone, bool(encrypted), *gift
        ),
        "SELECT d.send_id, d.position, d.state, d.reason, s.created_at, d.sent_at, d.delivered_at, d.phone,"
        " d.record IS NOT NULL, c.gift_code, c.state,"
        " (SELECT COUNT(*) FROM extra_sms x WHERE x.send_id = d.send_id AND x.company_id = d.company_id"
        " AND x.position = d.position)"
        " FROM deliveries d JOIN sends s ON s.id = d.send_id AND s.company_id = d.company_id"
        " LEFT JOIN coupons c ON c.id = d.coupon_id AND c.company_id = d.company_id"
        " WHERE d.company_id = %s AND d.fingerprint = %s ORDER BY s.created_at DESC, s.id, d.position",
        (company_id, fingerprint),
    )


def opted_out_on(tx: Transaction, company_id: str, fingerprint: bytes) -> date | None:
    found: date | None = tx.value(
        "SELECT opted_out_on FROM opt_outs WHERE company_id = %s AND fingerprint = %s", (company_id, fingerprint)
    )
    return found


def forget_opt_out(tx: Transaction, company_id: str, fingerprint: bytes) -> None:
    tx.execute("DELETE FROM opt_outs WHERE company_id = %s AND fingerprint = %s", (company_id, fingerprint))


def sends_to(tx: Transaction, company_id: str, fingerprint: bytes, until: datetime) -> list[str]:
    """The company's sends, uploaded until then, that have a delivery to the person."""
    return tx.values(
        "SELECT DISTINCT s.id FROM deliveries d JOIN sends s ON s.id = d.send_id AND s.company_id = d.company_id"
        " WHERE d.company_id = %s AND d.fingerprint = %s AND s.created_at <= %s ORDER BY s.id",
        (company_id, fingerprint, until),
    )


def lock(tx: Transaction, company_id: str, send_id: str, fingerprint: bytes) -> list[Row]:
    """A send's deliveries to the person, held still until the transaction ends."""
    return tx.all(
        Row,
        "SELECT position, state, phone, coupon_id, sms_ref FROM deliveries"
        " WHERE send_id = %s AND company_id = %s AND fingerprint = %s ORDER BY position FOR UPDATE",
        (send_id, company_id, fingerprint),
    )


def end(
    tx: Transaction, company_id: str, send_id: str, positions: Sequence[int], state: str, reason: str | None
) -> None:
    """Deliveries that have not begun to leave never will; whoever holds a claim on one has lost it."""
    if positions:
        tx.execute(
            "UPDATE deliveries SET state = %s, reason = %s, sealed_values = NULL, claimed_by = NULL,"
            " claimed_until = NULL WHERE send_id = %s AND company_id = %s AND position IN %s",
            (state, reason, send_id, company_id, list(positions)),
        )


def empty(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]) -> None:
    """Leave of deliveries what counts them, and nothing that leads to anybody or from one to a gift."""
    if positions:
        tx.execute(
            "UPDATE deliveries SET phone = NULL, fingerprint = NULL, sealed_values = NULL, coupon_id = NULL,"
            " sms_ref = NULL, record = NULL, data_key_id = NULL, claimed_by = NULL, claimed_until = NULL"
            " WHERE send_id = %s AND company_id = %s AND position IN %s",
            (send_id, company_id, list(positions)),
        )


def doubted_numbers(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]) -> list[bytes]:
    """Forget the doubts about these deliveries; the keyed hashes that they were kept under."""
    if not positions:
        return []
    place = (send_id, company_id, list(positions))
    found = tx.values(
        "SELECT number_hmac FROM sms_doubts WHERE send_id = %s AND company_id = %s AND position IN %s", place
    )
    tx.execute("DELETE FROM sms_doubts WHERE send_id = %s AND company_id = %s AND position IN %s", place)
    return found


def leave_to_a_person(tx: Transaction, company_id: str, numbers: Sequence[bytes], sender: str) -> None:
    """Other companies' doubts that a receipt of these numbers could as well be about as about the erased ones."""
    if numbers:
        tx.execute(
            "UPDATE sms_doubts SET for_a_person = TRUE WHERE number_hmac IN %s AND sender = %s AND company_id <> %s"
            " /* all companies: a receipt names the number only */",
            (list(numbers), sender, company_id),
        )


def drop_receipts(
    tx: Transaction, company_id: str, sms_refs: Sequence[str], numbers: Sequence[bytes], sender: str
) -> None:
    """Receipts that came early: of these SMS, and of these numbers from this sender, except where one may settle
    another company's doubt."""
    if sms_refs:
        tx.execute("DELETE FROM early_receipts WHERE sms_ref IN %s", (list(sms_refs),))
    if numbers:
        tx.execute(
            "DELETE FROM early_receipts WHERE number_hmac IN %s AND sender = %s AND NOT EXISTS"
            " (SELECT 1 FROM sms_doubts d WHERE d.number_hmac = early_receipts.number_hmac"
            " AND d.sender = early_receipts.sender AND d.company_id <> %s AND NOT d.for_a_person)"
            " /* all companies: a receipt names the number only */",
            (list(numbers), sender, company_id),
        )


def is_recipient(tx: Transaction, company_id: str, send_id: str, fingerprint: bytes) -> bool:
    """Whether the send already goes to that person."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries WHERE company_id = %s AND send_id = %s AND fingerprint = %s LIMIT 1",
            (company_id, send_id, fingerprint),
        )
    )


def put_right(tx: Transaction, company_id: str, send_id: str, position: int, phone: str, fingerprint: bytes) -> bool:
    """Another number for a delivery that has not left and is in clear; whether it was. Who was about to send it has
    prepared the old one: its claim ends. One whose coupon is being asked for stays claimed, as that asks for no
    number."""
    changed = tx.execute(
        "UPDATE deliveries SET phone = %s, fingerprint = %s,"
        " claimed_until = IF(state = 'issued', NULL, claimed_until),"
        " claimed_by = IF(state = 'issued', NULL, claimed_by)"
        " WHERE send_id = %s AND company_id = %s AND position = %s AND phone IS NOT NULL",
        (phone, fingerprint, send_id, company_id, position),
    )
    return changed == 1


# Account holders


def memberships(tx: Transaction, person_id: str) -> list[HeldMembership]:
    """All of a person's, also in companies whose plan was never paid."""
    return tx.all(
        HeldMembership,
        "SELECT m.id, m.company_id, c.name, m.role, m.created_at FROM members m JOIN companies c"
        " ON c.id = m.company_id WHERE m.person_id = %s ORDER BY m.created_at, m.id",
        (person_id,),
    )


def is_last_owner(tx: Transaction, company_id: str, person_id: str, until: datetime) -> bool:
    """Whether the company would have no owner without the person's membership of until then; its owners are held
    still."""
    owners = tx.all(
        lambda owner, since: (owner, since),
        "SELECT person_id, created_at FROM members WHERE company_id = %s AND role = 'owner' FOR UPDATE",
        (company_id,),
    )
    return [(owner, since <= until) for owner, since in owners] == [(person_id, True)]


def attested(tx: Transaction, company_id: str, member_id: str) -> list[tuple[str, datetime]]:
    """(send, upload) of the sends whose consent a member attested."""
    return tx.all(
        lambda send_id, at: (send_id, at),
        "SELECT id, created_at FROM sends WHERE company_id = %s AND attested_by = %s ORDER BY created_at DESC",
        (company_id, member_id),
    )


def sessions(tx: Transaction, company_id: str, member_id: str) -> list[HeldSession]:
    """Of a member, also those that are over and still kept."""
    return tx.all(
        HeldSession,
        f"SELECT {columns(HeldSession)} FROM sessions WHERE company_id = %s AND member_id = %s ORDER BY created_at, id",
        (company_id, member_id),
    )


def api_keys(tx: Transaction, company_id: str, member_id: str) -> list[HeldKey]:
    """Those that a member made."""
    return tx.all(
        HeldKey,
        f"SELECT {columns(HeldKey)} FROM api_keys WHERE company_id = %s AND created_by = %s ORDER BY created_at, id",
        (company_id, member_id),
    )


def rename(tx: Transaction, person_id: str, first_name: str, last_name: str) -> None:
    tx.execute("UPDATE persons SET first_name = %s, last_name = %s WHERE id = %s", (first_name, last_name, person_id))


def remove_member(tx: Transaction, company_id: str, person_id: str, until: datetime) -> int:
    """End a membership that began until then, with its sessions and links; how many."""
    members = tx.values(
        "SELECT id FROM members WHERE company_id = %s AND person_id = %s AND created_at <= %s FOR UPDATE",
        (company_id, person_id, until),
    )
    if members:
        tx.execute("DELETE FROM sessions WHERE company_id = %s AND member_id IN %s", (company_id, members))
        for table in ("processor_notices", "plan_end_notices"):
            tx.execute(f"DELETE FROM {table} WHERE company_id = %s AND member_id IN %s", (company_id, members))
        tx.execute(
            "DELETE FROM privacy_request_notices WHERE company_id = %s AND member_id IN %s", (company_id, members)
        )
        tx.execute("DELETE FROM members WHERE company_id = %s AND id IN %s", (company_id, members))
        tx.execute("DELETE FROM login_links WHERE person_id = %s", (person_id,))
    return len(members)


def is_member_anywhere(tx: Transaction, person_id: str) -> bool:
    return bool(
        tx.value(
            "SELECT 1 FROM members WHERE person_id = %s LIMIT 1 /* all companies: a person may be in several */",
            (person_id,),
        )
    )


def goes_on_elsewhere(tx: Transaction, person_id: str, but: str = "") -> bool:
    """Whether the person is in a company (`but` that one) whose agreement goes on. One that was never paid does not
    count: anybody can sign up with another's e-mail."""
    return bool(
        tx.value(
            "SELECT 1 FROM members m JOIN companies c ON c.id = m.company_id WHERE m.person_id = %s"
            " AND c.id <> %s AND c.state IN ('active', 'past_due', 'closing') LIMIT 1",
            (person_id, but),
        )
    )


def remove_person(tx: Transaction, person_id: str) -> bool:
    """Delete a person who is a member nowhere, with the links; whether they are gone."""
    people.lock(tx, person_id)
    if is_member_anywhere(tx, person_id):
        return False
    tx.execute("DELETE FROM login_links WHERE person_id = %s", (person_id,))
    tx.execute("DELETE FROM contact_syncs WHERE person_id = %s", (person_id,))
    tx.execute("DELETE FROM persons WHERE id = %s", (person_id,))
    return True
