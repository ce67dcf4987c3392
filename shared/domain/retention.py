"""How long personal data lives, counted from the upload."""

from datetime import date, datetime, timedelta

RUN_EVERY = timedelta(hours=1)
"""How often `encrypt_expired` runs: it takes every row that would pass its limit before the next run."""

RUN_MAY_BE_LATE = timedelta(minutes=15)
"""How late the next run may start or end without a row passing its limit."""

ERASE_EVERY = timedelta(hours=3)
"""How often `erase_expired` runs, likewise."""

MESSAGE_LIFE = timedelta(hours=72)
"""Names and texts, and codes on their way into an SMS, live at most this long after the send."""

SESSION_LIFE = timedelta(days=7)
NO_TIME = timedelta(0)
LOGIN_LINK_LIFE = timedelta(minutes=10)
ATTEMPT_LIFE = timedelta(hours=24)
CONFIRMED_LIFE = timedelta(minutes=30)
"""How long a second factor that was shown counts."""
INVITATION_LIFE = timedelta(days=7)
INVITATION_MAIL_LIFE = timedelta(hours=24)
IDEMPOTENT_LIFE = timedelta(hours=24)
IDEMPOTENT_KEPT = timedelta(hours=48)
UNPAID_SIGNUP_LIFE = timedelta(days=7)
EARLY_RECEIPT_LIFE = timedelta(hours=72)
TRIAL_SMS_LIFE = timedelta(days=30)
TRIAL_LINK_LIFE = timedelta(hours=24)
COUPON_LIFE = timedelta(days=181)
"""The shortest six months there are, counted from the coupon's last valid day."""
STAFF_LOG_LIFE = timedelta(days=365)
PRIVACY_REQUEST_LIFE = timedelta(days=365)
DEAD_LETTER_LIFE = timedelta(days=90)
"""They hold ids only."""

BREACH_LIFE = timedelta(days=5 * 366)
"""After the last entry of one that is closed."""

ACCESS_REVIEW_LIFE = timedelta(days=3 * 365)
"""Reviews are yearly: so the last ones can be shown."""

ABUSE_REPORT_LIFE = timedelta(days=90)
API_KEY_LIFE = timedelta(days=365)
"""After it ended: as long as a send's attestation may name it."""

STRIPE_EVENT_LIFE = timedelta(days=90)
"""Far longer than Stripe repeats an event."""

WEBHOOK_MESSAGE_LIFE = timedelta(days=30)
STRIPE_DIFFERENCE_LIFE = timedelta(days=365)

DEFAULT_ENCRYPT_AFTER_DAYS = 30
DEFAULT_ERASE_AFTER_DAYS = 365


def encrypt_at(uploaded: datetime, days: int = DEFAULT_ENCRYPT_AFTER_DAYS) -> datetime:
    """The moment from which nothing may be in clear."""
    return uploaded + timedelta(days=days)


def must_encrypt_before(now: datetime) -> datetime:
    """Rows with an `encrypt_at` up to here are this run's: a later run would be too late."""
    return now + RUN_EVERY + RUN_MAY_BE_LATE


def must_erase_before(now: datetime, life: timedelta) -> datetime:
    """What came before this moment is this run's: at a later one it would have lived longer than its life."""
    return now - life + ERASE_EVERY + RUN_MAY_BE_LATE


def erase_at(uploaded: datetime, days: int = DEFAULT_ERASE_AFTER_DAYS) -> datetime:
    return uploaded + timedelta(days=days)


def last_valid_day(issued: date, validity_days: int) -> date:
    """The last day on which the till takes the coupon."""
    return issued + timedelta(days=validity_days)
