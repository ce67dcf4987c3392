"""Gifts as the API shows them: what is on sale, and what a link opens."""

from typing import Annotated

from typing_extensions import TypedDict

from shared.domain.gift import OpenedGift
from shared.http.answers.fields import GIFT_STATES, Day, Ore, one_of


class Name(TypedDict):
    sv: str
    en: str


class GiftOnSale(TypedDict):
    """The price is all that leaves the balance, with its VAT; the shop gives `face_value_ore`.

    `picture` is a path of the web pages.

    `most_per_send` and `most_per_month`, of a company in a Swedish month, count recipients; null is no limit.
    """

    code: str
    name: Name
    kind: Annotated[str, one_of(("goods", "experience"))]
    price_ore: Ore
    face_value_ore: Ore
    voucher_type: Annotated[str, one_of(("single_purpose", "multi_purpose"))]
    available: bool
    description: Name
    how_to_use: Name
    picture: str | None
    supplier: str | None
    validity_days: int
    minimum_age: int | None
    id_required: bool
    most_per_send: int | None
    most_per_month: int | None


class GiftShown(TypedDict):
    code: str
    name: Name
    kind: Annotated[str, one_of(("goods", "experience"))]
    face_value_ore: Ore


Opened = TypedDict(
    "Opened",
    {
        "from": str | None,
        "gift": GiftShown,
        "ean": str | None,
        "code": str | None,
        "valid_until": Day,
        "state": Annotated[str, one_of(GIFT_STATES)],
        "test": bool,
    },
)
"""What the recipient's page shows. The codes are null once they are of no use."""


def opened_gift(found: OpenedGift) -> Opened:
    return {
        "from": found.sender or None,
        "gift": {
            "code": found.gift.code,
            "name": {"sv": found.gift.name_sv, "en": found.gift.name_en},
            "kind": found.gift.kind,
            "face_value_ore": found.gift.face_value_ore,
        },
        "ean": found.ean or None,
        "code": found.code or None,
        "valid_until": found.valid_until.isoformat(),
        "state": found.state.shown,
        "test": found.test,
    }
