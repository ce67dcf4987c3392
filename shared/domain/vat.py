"""VAT on what UpUp earns: which rate holds on which day, and how much of an amount is VAT. Whole öre.

A deposit is untaxed. What leaves a balance includes its VAT: a fee's, and that of a gift whose voucher is
single-purpose, as that is taxed when it is handed over; a multi-purpose one's is the shop's, when it is redeemed.
The day is the entry's. Where two rates could hold for a class, the higher one does, so that never too little is paid.
Every row of RATES, and that a captured amount includes its VAT, is to be confirmed by the accountant.
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct


class VatClass(StrEnum):
    STANDARD = "standard"
    SERVED_FOOD = "served_food"
    """Eaten at a café or taken away: nobody knows when the gift is given, so the serving's rate holds."""
    FOOD = "food"
    CULTURE = "culture"
    """Concerts, theatre, opera; not the cinema, which is taxed in full."""
    MULTI_PURPOSE = "multi_purpose"
    """A voucher for many kinds of goods: none of its VAT is ours."""


ALWAYS = date.min
RATES: dict[VatClass, tuple[tuple[date, int | None], ...]] = {
    VatClass.STANDARD: ((ALWAYS, 25),),
    VatClass.SERVED_FOOD: ((ALWAYS, 12),),
    VatClass.FOOD: ((ALWAYS, 12), (date(2026, 4, 1), 6), (date(2028, 1, 1), 12)),
    VatClass.CULTURE: ((ALWAYS, 6),),
    VatClass.MULTI_PURPOSE: ((ALWAYS, None),),
}
"""Percent from a day on, in order of days; None is outside VAT."""


def rate(vat_class: VatClass, day: date) -> int | None:
    """Percent on a day; None where no VAT is due from us."""
    return next(percent for since, percent in reversed(RATES[vat_class]) if since <= day)


class Taxed(Struct, frozen=True):
    """An amount that includes its VAT, in its two parts."""

    net_ore: int
    vat_ore: int

    @property
    def gross_ore(self) -> int:
        return self.net_ore + self.vat_ore


def split(gross_ore: int, percent: int | None) -> Taxed:
    """The VAT in an amount, to the nearest öre and half an öre up; the net is the rest, so that both sum to it."""
    if percent is None:
        return Taxed(gross_ore, 0)
    whole = 100 + percent
    vat_ore = (2 * gross_ore * percent + whole) // (2 * whole)
    return Taxed(gross_ore - vat_ore, vat_ore)
