"""What a company subscribes to, without VAT, and what an SMS costs beyond the gift's price, with it. Whole öre."""

from msgspec import Struct

EXTRA_PART_ORE = 50
"""For each part of the longest text beyond the first; the first is in the gift's price."""

LEAST_TOP_UP_ORE = 10_000
MOST_TOP_UP_ORE = 90_000_000


class Plan(Struct, frozen=True):
    code: str
    name: str
    price_ore: int
    """A month."""


PLANS = (
    Plan("start", "Start", 29_900),
    Plan("growth", "Växa", 99_900),
    Plan("business", "Företag", 249_900),
)
BY_CODE = {plan.code: plan for plan in PLANS}
