"""What is given: the catalogue's gifts, and the states of a coupon on its way to the till."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from shared.domain.errors import Fault
from shared.domain.vat import VatClass


class GiftState(StrEnum):
    REQUESTED = "requested"
    ISSUED = "issued"
    OPENED = "opened"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOIDED = "voided"

    @property
    def shown(self) -> str:
        """What a company sees: a coupon that is only requested is none yet."""
        return "none" if self is GiftState.REQUESTED else self.value


G = GiftState

MOVES: dict[GiftState, frozenset[GiftState]] = {
    G.REQUESTED: frozenset({G.ISSUED, G.VOIDED}),
    # redeemed at once: a code can reach the till before the page's visit has reached us
    G.ISSUED: frozenset({G.OPENED, G.REDEEMED, G.EXPIRED, G.VOIDED}),
    G.OPENED: frozenset({G.REDEEMED, G.EXPIRED, G.VOIDED}),
    G.REDEEMED: frozenset(),
    G.EXPIRED: frozenset(),
    G.VOIDED: frozenset(),
}


def sources(wanted: GiftState) -> tuple[GiftState, ...]:
    """The states that lead to the wanted one: what a set-based UPDATE may touch."""
    return tuple(state for state, targets in MOVES.items() if wanted in targets)


class Gift(Struct, frozen=True):
    """One of the catalogue. Prices in öre: the company pays `price_ore`, the shop gives `face_value_ore`."""

    code: str
    name_sv: str
    name_en: str
    kind: str
    price_ore: int
    face_value_ore: int
    voucher_type: str
    issuer: str
    product: str
    validity_days: int
    most_per_send: int | None = None
    """Recipients; None is any number."""
    most_per_month: int | None = None
    """Of one company in one Swedish month."""
    vat_class: str = VatClass.STANDARD
    """What its value is taxed as, when that is earned."""

    @property
    def fee_ore(self) -> int:
        """What UpUp keeps of the price, the first SMS part included."""
        return self.price_ore - self.face_value_ore

    @property
    def is_earned_on_hand_over(self) -> bool:
        """Whether the value is captured when the code leaves: nobody tells us when a code of a pool is redeemed."""
        return self.issuer == "code_pool"

    def limit_faults(self, recipients: int, this_month: int) -> list[Fault]:
        """What a send to so many goes over; `this_month`: the company's recipients of this gift, these among them."""
        faults = []
        if self.most_per_send is not None and recipients > self.most_per_send:
            text = f"At most {self.most_per_send:,} recipients of one send can get this gift. Send to fewer."
            faults.append(Fault("gift", "over_send_limit", text))
        if self.most_per_month is not None and this_month > self.most_per_month:
            text = f"At most {self.most_per_month:,} of this gift can be sent in a month. Send to fewer."
            faults.append(Fault("gift", "over_month_limit", text))
        return faults


class Presentation(Struct, frozen=True):
    """What companies read and see of a gift, in Swedish and English. `picture` is a path of our own pages."""

    description_sv: str
    description_en: str
    how_to_use_sv: str
    how_to_use_en: str
    picture: str | None
    supplier: str | None
    minimum_age: int | None
    id_required: bool
    """Whether the shop asks for proof of age."""


class GivenGift(Struct, frozen=True):
    """What a recipient is told of a gift: of `Gift` and `Presentation` no more than that."""

    code: str
    name_sv: str
    name_en: str
    kind: str
    face_value_ore: int
    how_to_use_sv: str
    how_to_use_en: str
    picture: str | None
    minimum_age: int | None
    id_required: bool


class OpenedGift(Struct, frozen=True):
    """What the recipient's page shows. The codes are empty once they are of no use."""

    sender: str
    gift: GivenGift
    ean: str
    code: str
    valid_until: date
    state: GiftState
    test: bool = False
    """Of a test key's send: no till takes it."""

    def __repr__(self) -> str:
        return f"OpenedGift({self.gift.code}, {self.state})"  # a code is worth money: it is never printed
