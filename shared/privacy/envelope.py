"""What becomes of a delivery after its days in clear: one record of fixed size, readable with the company's key only.

A data key is made here for one company, send day and run, and wrapped by the company's own Cloud KMS key, whose name
is the company's id. Company, table, row and key version are bound to each record: it opens in no other place.
"""

import json
from datetime import date

from msgspec import Struct
from msgspec.json import Encoder

from shared.ports import KeyService, WrappedKey
from shared.privacy.sealing import SealingKey, Unreadable

RECORD_BYTES = 128
"""Every record is padded to this before it is encrypted: its length says nothing of the gift."""

SEALED_BYTES = RECORD_BYTES + 12 + 16

_to_json = Encoder().encode


class Record(Struct, frozen=True):
    """Who got what. `coupon_id` is None where no coupon was issued."""

    phone: str
    gift: str | None
    coupon_id: str | None

    def __repr__(self) -> str:
        return "Record(…)"


class Place(Struct, frozen=True):
    """The one row that a record fits."""

    company_id: str
    send_id: str
    position: int
    key_version: str

    def __str__(self) -> str:
        return f"{self.company_id}|deliveries|{self.send_id}|{self.position}|{self.key_version}"


class DataKey(Struct, frozen=True):
    """A fresh key: `sealing` stays in memory, `wrapped` is stored."""

    sealing: SealingKey
    wrapped: WrappedKey


def new_data_key(keys: KeyService, company_id: str, send_day: date) -> DataKey:
    """One call to the key service."""
    key = SealingKey.generate()
    return DataKey(SealingKey(key), keys.wrap(company_id, key, _context(company_id, send_day)))


def open_data_key(keys: KeyService, company_id: str, send_day: date, wrapped: bytes) -> SealingKey:
    """One call to the key service, by the only function that may decipher with a company's key."""
    return SealingKey(keys.unwrap(company_id, wrapped, _context(company_id, send_day)))


def seal(key: SealingKey, place: Place, record: Record) -> bytes:
    """`SEALED_BYTES` long, whatever the record. Raises ValueError for one that does not fit."""
    data = _to_json((record.phone, record.gift, record.coupon_id))
    if len(data) > RECORD_BYTES:
        raise ValueError(f"a record has at most {RECORD_BYTES} bytes")
    return key.seal(data.ljust(RECORD_BYTES), str(place))


def unseal(key: SealingKey, place: Place, sealed: bytes) -> Record:
    """Raises `Unreadable` for another row, another key or a changed byte."""
    if len(sealed) != SEALED_BYTES:
        raise Unreadable
    return Record(*json.loads(key.open(sealed, str(place))))


def _context(company_id: str, send_day: date) -> bytes:
    return f"{company_id}|{send_day.isoformat()}".encode()
