"""What UpUp's staff did: written in the transaction that did it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from shared.database.transactions import Transaction


class Action(StrEnum):
    REPLAY = "dead_letter.replay"
    SETTLE_SENT = "delivery.settle_sent"
    SETTLE_RESEND = "delivery.settle_resend"
    SEE_UNKNOWN = "deliveries.see_unknown"
    RETRY_ENDING = "agreement.retry"
    PAID_BY_BANK = "agreement.paid_by_bank"
    DISCLOSURE_ASK = "disclosure.ask"
    DISCLOSURE_APPROVE = "disclosure.approve"
    DISCLOSURE_READ = "disclosure.read"
    BREACH_REGISTER = "breach.register"
    BREACH_CHANGE = "breach.change"
    BREACH_TELL = "breach.tell"
    ACCESS_GRANT = "access.grant"
    ACCESS_END = "access.end"
    ACCESS_REVIEW = "access.review"
    REGISTER_EXPORT = "register.export"
    VISITOR_ERASE = "visitor.erase"
    ACCOUNT_STOP = "account.stop"
    ACCOUNT_RESUME = "account.resume"
    ACCOUNT_LIFT_LIMITS = "account.lift_limits"
    ACCOUNTS_SEE = "accounts.see"
    SENDER_GIVE = "sender.give"
    SENDER_APPROVE = "sender.approve"
    SENDER_REFUSE = "sender.refuse"
    DOMAIN_APPROVE = "link_domain.approve"
    DOMAIN_REFUSE = "link_domain.refuse"
    GIFT_ADD = "gift.add"
    GIFT_CHANGE = "gift.change"
    CODES_IMPORT = "codes.import"
    POOL_CHANGE = "code_pool.change"


def add(tx: Transaction, staff: str, action: Action, subjects: Sequence[str], now: datetime) -> None:
    """One line for each id that the action was about."""
    tx.insert_many(
        "INSERT INTO staff_log (at, staff, action, subject) VALUES (%s, %s, %s, %s)",
        [(now, staff, action, subject) for subject in subjects],
    )
