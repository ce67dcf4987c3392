"""Staff keep the catalogue: a new gift, and other texts, prices and limits. What was sent keeps its price."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from shared.database.queries import catalogue, staff_log
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database
from shared.domain.errors import Conflict, Fault, NotAcceptable, NotFound
from shared.domain.gift import Gift, Presentation
from shared.domain.vat import VatClass


def add_gift(
    database: Database, staff: str, gift: Gift, presentation: Presentation, on_sale: bool, now: datetime
) -> None:
    """At the catalogue's end. Raises `NotAcceptable`, and `Conflict` where the code is taken."""
    _check(gift)
    with database.transaction() as tx:
        if not catalogue.add(tx, gift, presentation, on_sale):
            raise Conflict("There is a gift of this code already. Change that one, or choose another code.")
        staff_log.add(tx, staff, Action.GIFT_ADD, [gift.code], now)


def change_gift(database: Database, staff: str, code: str, changes: Mapping[str, Any], now: datetime) -> None:
    """`changes` by column. Raises `NotFound`, `NotAcceptable`."""
    with database.transaction() as tx:
        gift = catalogue.lock(tx, code)
        if gift is None:
            raise NotFound("There is no such gift.")
        _check(replace(gift, **{name: changes[name] for name in ("price_ore", "vat_class") if name in changes}))
        catalogue.change(tx, code, changes)
        staff_log.add(tx, staff, Action.GIFT_CHANGE, [code], now)


def _check(gift: Gift) -> None:
    faults = []
    if gift.price_ore < gift.face_value_ore:
        text = "The price covers at least what the shop gives, face_value_ore."
        faults.append(Fault("price_ore", "below_face_value", text))
    if (gift.vat_class == VatClass.MULTI_PURPOSE) != (gift.voucher_type == "multi_purpose"):
        text = "A multi-purpose voucher's VAT is the shop's: its class is multi_purpose, and no other voucher's is."
        faults.append(Fault("vat_class", "not_of_voucher_type", text))
    if faults:
        raise NotAcceptable("The gift cannot be sold like that.", faults)
