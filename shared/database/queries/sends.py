"""Sends: one gift and one text to many recipients."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries import webhook_events
from shared.database.transactions import Transaction, columns
from shared.domain.delivery import UNDER_WAY


class Send(Struct, frozen=True):
    """A row of `sends`. Gift, prices and hold are None from the day its deliveries are encrypted."""

    id: str
    company_id: str
    state: str
    sender: str
    sealed_text: bytes | None
    transit_day: date
    gift_code: str | None
    hold_id: str | None
    fee_ore: int | None
    value_ore: int | None
    sms_parts: int
    accepted: int
    duplicates: int
    invalid: int
    opted_out: int
    legal_basis: str
    consent_version: str
    attested_by: str
    created_at: datetime
    encrypt_at: datetime
    encrypted_at: datetime | None
    erase_at: datetime
    start_at: datetime
    nudged_at: datetime
    test: bool
    """Made by a test key: it reaches no supplier, moves no money and is in no count."""
    remind_at: datetime | None = None
    reminder_language: str | None = None
    reminded_to: int = 0
    """The last position whose reminder was decided on."""
    reminders_left_out: int = 0
    """How many the balance did not cover."""

    @property
    def price_ore(self) -> int | None:
        """For one recipient."""
        return None if self.fee_ore is None or self.value_ore is None else self.fee_ore + self.value_ore


class Expiring(Struct, frozen=True):
    id: str
    company_id: str
    gift_code: str | None
    send_day: date
    encrypt_at: datetime
    accepted: int


def add(tx: Transaction, send: Send, encrypt_after_days: int, erase_after_days: int) -> bool:
    """Whether it was written: only while its company may send, and keeps numbers for as many days as it was planned by.

    The company stays so until the transaction ends.
    """
    names = [name for name in Send.__struct_fields__ if name != "company_id"]
    places = ", ".join(["%s"] * len(names))
    return bool(
        tx.execute(
            f"INSERT INTO sends ({', '.join(names)}, company_id) SELECT {places}, c.id FROM companies c WHERE c.id = %s"
            " AND c.state = 'active' AND c.stopped_at IS NULL AND c.encrypt_after_days = %s AND c.erase_after_days = %s"
            " LOCK IN SHARE MODE",
            [*(getattr(send, name) for name in names), send.company_id, encrypt_after_days, erase_after_days],
        )
    )


def get(tx: Transaction, company_id: str, send_id: str) -> Send | None:
    return tx.one(Send, f"SELECT {columns(Send)} FROM sends WHERE id = %s AND company_id = %s", (send_id, company_id))


def named_by_message(tx: Transaction, send_id: str) -> Send | None:
    """The send that a message is about, whoever's it is."""
    return tx.one(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE id = %s /* all companies: our own message names the send */",
        (send_id,),
    )


def page(
    tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int, *, test: bool = False
) -> list[Send]:
    """Real ones or tests, newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (created_at, id) < (%s, %s)", before)
    return tx.all(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE company_id = %s AND test = %s{where}"
        " ORDER BY created_at DESC, id DESC LIMIT %s",
        (company_id, test, *place, most),
    )


def recipients_since(tx: Transaction, company_id: str, since: datetime) -> int:
    """To how many the company's sends since then go; cancelled ones and tests do not count."""
    return int(
        tx.value(
            "SELECT COALESCE(SUM(accepted), 0) FROM sends"
            " WHERE company_id = %s AND created_at > %s AND state <> 'cancelled' AND NOT test",
            (company_id, since),
        )
    )


def finish(tx: Transaction, company_id: str, send_id: str, now: datetime) -> bool:
    """Mark a send as done where nothing of it is under way any more, and forget its text where nothing may need it."""
    under_way = tx.value(
        "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND state IN %s LIMIT 1",
        (send_id, company_id, UNDER_WAY),
    )
    if under_way:
        return False
    if tx.execute(
        "UPDATE sends SET state = 'done' WHERE id = %s AND company_id = %s AND state IN ('scheduled', 'processing')",
        (send_id, company_id),
    ):
        webhook_events.send_done(tx, company_id, send_id, now)
    in_doubt = tx.value(
        "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND state = 'unknown' LIMIT 1",
        (send_id, company_id),
    )
    if not in_doubt:
        forget_text(tx, company_id, send_id)
    return True


def lock(tx: Transaction, company_id: str, send_id: str) -> Send | None:
    """The send, held still until the transaction ends."""
    return tx.one(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE id = %s AND company_id = %s FOR UPDATE",
        (send_id, company_id),
    )


def cancel(tx: Transaction, company_id: str, send_id: str) -> None:
    tx.execute(
        "UPDATE sends SET state = 'cancelled', remind_at = NULL"
        " WHERE id = %s AND company_id = %s AND state IN ('scheduled', 'processing')",
        (send_id, company_id),
    )


def due(tx: Transaction, now: datetime, most: int) -> list[Send]:
    """Scheduled sends whose time has come, locked; those that another holds are left to it."""
    return tx.all(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE state = 'scheduled' AND start_at <= %s"
        # those of an agreement that ends are being cancelled; those of a company that is stopped wait
        " AND company_id NOT IN"
        " (SELECT id FROM companies WHERE state IN ('closing', 'closed') OR stopped_at IS NOT NULL)"
        " ORDER BY start_at LIMIT %s FOR UPDATE SKIP LOCKED /* all companies: one clock for all */",
        (now, most),
    )


def start(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    tx.execute(
        "UPDATE sends SET state = 'processing', nudged_at = %s WHERE id = %s AND company_id = %s"
        " AND state = 'scheduled'",
        (now, send_id, company_id),
    )


def go_on(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    """A send that was done has something to do again."""
    tx.execute(
        "UPDATE sends SET state = 'processing', nudged_at = %s WHERE id = %s AND company_id = %s AND state = 'done'",
        (now, send_id, company_id),
    )


def stalled(tx: Transaction, before: datetime, most: int) -> list[Send]:
    """Sends that nothing has moved since, locked; a cancelled one until its last call has ended."""
    return tx.all(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE state IN ('processing', 'cancelled') AND nudged_at < %s"
        " AND sealed_text IS NOT NULL ORDER BY nudged_at LIMIT %s FOR UPDATE SKIP LOCKED"
        " /* all companies: whoever's stands still */",
        (before, most),
    )


def nudge(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    """Note that the send has moved."""
    tx.execute("UPDATE sends SET nudged_at = %s WHERE id = %s AND company_id = %s", (now, send_id, company_id))


def to_encrypt(tx: Transaction, before: datetime, after: Expiring | None, most: int) -> list[Expiring]:
    """Sends whose days in clear end before the given moment, in that order from just after the given one."""
    where, place = ("", ()) if after is None else (" AND (encrypt_at, id) > (%s, %s)", (after.encrypt_at, after.id))
    return tx.all(
        Expiring,
        "SELECT id, company_id, gift_code, DATE(created_at), encrypt_at, accepted FROM sends"
        f" WHERE encrypted_at IS NULL AND encrypt_at < %s{where}"
        " ORDER BY encrypt_at, id LIMIT %s /* all companies: the law is one for all */",
        (before, *place, most),
    )


def forget_gift(tx: Transaction, company_id: str, send_id: str, now: datetime) -> bool:
    """Let the send forget gift, price, hold and reminders, once every delivery of it is encrypted; whether it just did.

    A reminder has made a second link to a coupon: that there was one may not lead back to its send.
    """
    changed = tx.execute(
        "UPDATE sends SET gift_code = NULL, hold_id = NULL, fee_ore = NULL, value_ore = NULL, encrypted_at = %s,"
        " remind_at = NULL, reminder_language = NULL, reminded_to = 0, reminders_left_out = 0"
        " WHERE id = %s AND company_id = %s AND encrypted_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND phone IS NOT NULL)",
        (now, send_id, company_id, send_id, company_id),
    )
    return changed > 0


def with_overdue_text(tx: Transaction, before: datetime, most: int) -> list[tuple[str, str]]:
    """(company, send) of sends that began before the given moment and still have their text."""
    return tx.all(
        lambda company_id, send_id: (company_id, send_id),
        "SELECT company_id, id FROM sends WHERE sealed_text IS NOT NULL AND start_at < %s AND transit_day <= %s"
        " LIMIT %s /* all companies: the law is one for all */",
        (before, before.date(), most),
    )


def forget_text(tx: Transaction, company_id: str, send_id: str) -> None:
    """Delete what is left of a send's text, names and codes, whatever became of it."""
    place = (send_id, company_id)
    tx.execute("UPDATE sends SET sealed_text = NULL WHERE id = %s AND company_id = %s", place)
    tx.execute(
        "UPDATE coupons c JOIN deliveries d ON d.coupon_id = c.id SET c.sealed_code = NULL"
        " WHERE d.send_id = %s AND d.company_id = %s AND c.sealed_code IS NOT NULL",
        place,
    )
    tx.execute(
        "UPDATE deliveries SET sealed_values = NULL"
        " WHERE send_id = %s AND company_id = %s AND sealed_values IS NOT NULL",
        place,
    )


def scheduled(tx: Transaction, company_id: str) -> list[str]:
    return tx.values("SELECT id FROM sends WHERE company_id = %s AND state = 'scheduled'", (company_id,))


def with_text(tx: Transaction, company_id: str) -> list[Send]:
    """A company's sends of which something may still be under way or in doubt."""
    return tx.all(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE company_id = %s AND sealed_text IS NOT NULL",
        (company_id,),
    )


def sizes(tx: Transaction, company_id: str) -> list[tuple[str, int]]:
    """(send, how many deliveries it has) of a company."""
    return tx.all(
        lambda send_id, accepted: (send_id, accepted),
        "SELECT id, accepted FROM sends WHERE company_id = %s",
        (company_id,),
    )


def erase_deliveries(tx: Transaction, company_id: str, send_id: str, first: int, last: int) -> None:
    tx.execute(
        "DELETE FROM deliveries WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s",
        (send_id, company_id, first, last),
    )


def keep_shorter(
    tx: Transaction, company_id: str, encrypt_days: int, erase_days: int, life: timedelta, soonest: datetime
) -> None:
    """Move the ends of a company's sends to these days after their uploads, where that is earlier.

    None is encrypted within `life` of its begin, nor before `soonest`: the next run must be able to.
    """
    tx.execute(
        "UPDATE sends SET encrypt_at = LEAST(encrypt_at, GREATEST(created_at + INTERVAL %s DAY,"
        " start_at + INTERVAL %s SECOND, CAST(%s AS DATETIME(6)))) WHERE company_id = %s AND encrypted_at IS NULL",
        (encrypt_days, int(life.total_seconds()), soonest, company_id),
    )
    tx.execute(
        "UPDATE sends SET erase_at = LEAST(erase_at, created_at + INTERVAL %s DAY) WHERE company_id = %s",
        (erase_days, company_id),
    )


def to_erase(tx: Transaction, now: datetime, most: int) -> list[tuple[str, str]]:
    """(company, send) of sends whose time is over."""
    return tx.all(
        lambda company_id, send_id: (company_id, send_id),
        "SELECT company_id, id FROM sends WHERE erase_at <= %s ORDER BY erase_at LIMIT %s"
        " /* all companies: the law is one for all */",
        (now, most),
    )


def erase(tx: Transaction, company_id: str, send_id: str) -> None:
    place = (send_id, company_id)
    for table in ("webhook_messages", "extra_sms"):
        tx.execute(f"DELETE FROM {table} WHERE send_id = %s AND company_id = %s", place)
    tx.execute("DELETE FROM deliveries WHERE send_id = %s AND company_id = %s", place)
    tx.execute("DELETE FROM sends WHERE id = %s AND company_id = %s", place)


def companies_using(tx: Transaction, sender: str) -> list[str]:
    """The companies that have sent from this sender."""
    return tx.values(
        "SELECT DISTINCT company_id FROM sends WHERE sender = %s AND NOT test"
        " /* all companies: an answer names the sender only */",
        (sender,),
    )
