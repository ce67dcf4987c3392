"""What the database knows of a send that is asked for: one read, however much depends on it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from msgspec import Struct

from shared.database.queries import opt_outs
from shared.database.queries.standing import FROM_COMPANY, SENDING, Sending
from shared.database.transactions import Transaction
from shared.domain.gift import Gift

AT_ONCE = 100
"""Fingerprints that are looked for in the same read; more of them are looked for by themselves."""


class KnownSender(Struct, frozen=True):
    """What staff have said of a company's sender, and of suspicious texts under it."""

    state: str
    texts: str | None


class Wanted(Struct, frozen=True):
    """`gift`: None where none such is on sale. `opted_out`: those of the fingerprints."""

    sending: Sending
    gift: Gift | None
    sender: KnownSender | None
    opted_out: set[bytes]


_GIFT_AT = 3 + len(Sending.__struct_fields__)
_GIFT = ", ".join(f"g.{name}" for name in Gift.__struct_fields__)


def find(tx: Transaction, company_id: str, gift: str, sender: str, fingerprints: Iterator[bytes]) -> Wanted | None:
    """None where there is no such company."""
    first = list(islice(fingerprints, AT_ONCE))
    rows: list[tuple[Any, ...]] = tx.all(
        lambda *row: row,
        f"SELECT o.fingerprint, s.state, s.texts, {SENDING}, {_GIFT} {FROM_COMPANY}"
        " LEFT JOIN gifts g ON g.code = %s AND g.on_sale"
        " LEFT JOIN sender_names s ON s.company_id = c.id AND s.sender = %s"
        " LEFT JOIN opt_outs o ON o.company_id = c.id AND o.fingerprint IN %s"
        " WHERE c.id = %s",
        (_ascii(gift), _ascii(sender), first or [None], company_id),
    )
    if not rows:
        return None
    _, state, texts, *_ = rows[0]
    gift_row = rows[0][_GIFT_AT:]
    return Wanted(
        Sending(*rows[0][3:_GIFT_AT]),
        Gift(*gift_row) if gift_row[0] is not None else None,
        KnownSender(state, texts) if state is not None else None,
        {row[0] for row in rows if row[0] is not None} | opt_outs.among(tx, company_id, fingerprints),
    )


def _ascii(text: str) -> str | None:
    """Neither column has any other letter, and MySQL compares none with it."""
    return text if text.isascii() else None
