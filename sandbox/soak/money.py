"""The ledger after a soak: does every öre stand where the deliveries and gifts say that it must?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sandbox.inside import Inside
from sandbox.soak.checks import REACHED, Findings

_WAITING = ("requested", "issued", "opened")


def money_off_by(found: Findings, inside: Inside, paid_ore: Mapping[str, int]) -> int:
    """How many öre stand where they should not, in all; each place where some do is noted as a reason."""
    accounts, holds = _booked(inside)
    off = found.require(abs(sum(sum(each.values()) for each in accounts.values())), "öre: the ledger's sum, must be 0")
    for company, wanted in paid_ore.items():
        off += found.require(abs(-accounts[company]["payments"] - wanted), f"öre paid by {company} off the ledger")
    for company, available, held in inside.rows("SELECT company_id, available_ore, held_ore FROM balances"):
        off += found.require(abs(accounts[company]["available"] - available), f"öre: balance of {company} off its sum")
        off += found.require(abs(accounts[company]["held"] - held), f"öre: what {company} has held off its sum")
    return off + _holds_off_by(found, inside, holds)


def _booked(inside: Inside) -> tuple[defaultdict[str, Counter[str]], defaultdict[str, Counter[str]]]:
    """What the entries of each company, and of each hold, add up to by account."""
    accounts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    holds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    entries = inside.rows("SELECT company_id, hold_id, account, SUM(amount_ore) FROM ledger_entries GROUP BY 1, 2, 3")
    for company, hold, account, amount in entries:
        accounts[company][account] += int(amount)
        if hold is not None:
            holds[hold][account] += int(amount)
    return accounts, holds


def _holds_off_by(found: Findings, inside: Inside, booked: Mapping[str, Counter[str]]) -> int:
    """For each send: the fee of what was sent is earned, that of what is in doubt is held, and so with the gifts."""
    rows = _by_hold(
        inside, "SELECT s.hold_id, d.state, COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id GROUP BY 1, 2"
    )
    earned = _by_hold(
        inside,
        "SELECT hold_id, IF(issuer = 'code_pool', 'handed', state), COUNT(*) FROM coupons"
        " JOIN gifts ON code = gift_code WHERE state = 'redeemed' OR (issuer = 'code_pool'"
        " AND value_ore = 0) GROUP BY 1, 2",
    )
    waiting = _by_hold(inside, "SELECT hold_id, state, SUM(value_ore) FROM coupons GROUP BY 1, 2")
    off = 0
    sends = "SELECT s.id, s.hold_id, s.fee_ore, s.value_ore, h.held_ore FROM sends s JOIN holds h ON h.id = s.hold_id"
    for send, hold, fee, value, held in inside.rows(sends):
        fees = fee * sum(rows[hold][state] for state in REACHED)
        gifts = value * earned[hold].total()
        held_now = fee * rows[hold]["unknown"] + sum(waiting[hold][state] for state in _WAITING)
        is_booked = booked.get(hold, Counter())
        wrong = {
            "fees": is_booked["fees"] - fees,
            "gifts": is_booked["gifts"] - gifts,
            "held": is_booked["held"] - held_now,
            "hold": held - held_now,
        }
        off += found.require(sum(map(abs, wrong.values())), f"öre of {send}: too much {+Counter(wrong) or wrong}")
    return off


def _by_hold(inside: Inside, sql: str) -> defaultdict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for hold, state, number in inside.rows(sql):
        found[hold][state] += int(number)
    return found
