"""What is given: the catalogue's gifts, and the states of a coupon on its way to the till."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Gift:
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

    @property
    def fee_ore(self) -> int:
        """What UpUp keeps of the price, the first SMS part included."""
        return self.price_ore - self.face_value_ore

    @property
    def is_earned_on_hand_over(self) -> bool:
        """Whether the value is captured when the code leaves: nobody tells us when a code of a pool is redeemed."""
        return self.issuer == "code_pool"


@dataclass(frozen=True, slots=True)
class OpenedGift:
    """What the recipient's page shows. The codes are empty once they are of no use."""

    sender: str
    gift: Gift
    ean: str
    code: str
    valid_until: date
    state: GiftState

    def __repr__(self) -> str:
        return f"OpenedGift({self.gift.code}, {self.state})"  # a code is worth money: it is never printed
