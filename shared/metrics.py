"""Figures for alerts: each is one line of JSON on standard output, which Cloud Logging reads as a structured entry.

`measure` writes `{"severity","metric","value", labels…}`: a log-based metric takes the lines with
`jsonPayload.metric="<name>"` and draws its value from `jsonPayload.value`.
"""

import re
from enum import StrEnum

from shared.observability.logs import write

_LABEL = re.compile(r"[a-z][a-z_]{0,39}").fullmatch


class Metric(StrEnum):
    """A figure's name, which alerts hold on to. All are counts of this moment unless their name says seconds."""

    ROWS_IN_CLEAR = "rows_in_clear"
    ROWS_IN_CLEAR_OVER_LIMIT = "rows_in_clear_over_limit"
    """Must be 0."""
    ROWS_IN_CLEAR_AFTER_ENCRYPTION = "rows_in_clear_after_encryption"
    """In sends that were noted as encrypted in the last 31 days. Must be 0."""
    OLDEST_ROW_IN_CLEAR_SECONDS = "oldest_row_in_clear_seconds"
    """Since its upload."""
    NEAREST_LIMIT_SECONDS = "nearest_limit_seconds"
    """Until the first row in clear reaches its limit; below 0 when it has passed. No line without such a row."""
    TEXTS_OVER_72_HOURS = "texts_over_72_hours"
    """Sends that still have their text. Must be 0."""
    SENDS_OVER_ERASE_LIMIT = "sends_over_erase_limit"
    """Sends that a run of `erase_expired` should have deleted. Must be 0."""
    PRIVACY_REQUESTS_OVERDUE = "privacy_requests_overdue"
    """Persons' requests without an answer after a month. Must be 0."""
    ERASURES_OPEN = "erasures_open"
    DISCLOSURES_ASKED = "disclosures_asked"
    DISCLOSURES_OPEN = "disclosures_open"
    DECRYPTS_UNACCOUNTED = "decrypts_unaccounted"
    """Of one day, by the nightly comparison of Cloud KMS's log with ours. Must be 0."""
    ENDINGS_OPEN = "endings_open"
    """Companies whose agreement has ended and of which something is still to be erased."""
    ENDING_STEPS_FAILING = "ending_steps_failing"
    BREACHES_OVER_72_HOURS = "breaches_over_72_hours"
    """Neither reported nor closed in time. Must be 0."""
    BREACH_NOTICES_TO_SEND = "breach_notices_to_send"
    NOTICES_REFUSED = "notices_refused"
    """Mails of a run, by `kind`, to an owner whom nobody can tell by mail: a person must. Should be 0."""
    DEAD_LETTERS_KEPT = "dead_letters_kept"
    """One line for each, when it is kept: alert on any."""
    ABUSE_REPORTS = "abuse_reports"
    """One line for each that counts, by `reason`."""
    COMPANIES_STOPPED_BY_REPORTS = "companies_stopped_by_reports"
    """One line for each, when it is stopped: alert on any."""
    SENDERS_ASKED = "senders_asked"
    """Senders and texts that wait for staff."""
    LINK_DOMAINS_ASKED = "link_domains_asked"
    POOLS_LOW_ON_CODES = "pools_low_on_codes"
    """Stocks of codes below their limit: alert on any."""
    STRIPE_DIFFERENCES = "stripe_differences"
    """Of a nightly run, `kind` healed or open, also when there is none. Those that are open must be 0."""
    ACCESS_PAST_ITS_END = "access_past_its_end"
    """Access that was to end and has not been taken away."""
    STAFF_WITHOUT_GRANT = "staff_without_grant"
    """People who may come through the staff door and have no open grant here in the access register. Must be 0."""
    RECIPIENTS_ACCEPTED = "recipients_accepted"
    """One line for each send that is accepted. Tests by a test key are none."""
    SUPPLIER_OUTCOMES = "supplier_outcomes"
    """What became of a chunk's part of calls, by `supplier` (lekab, clearon, code_pool) and `outcome` (sent or issued,
    failed, unknown, not_tried: the last is tried again). Tests are none."""
    EXTRA_SMS = "extra_sms"
    """The same for SMS after the first one, by `kind` (resend, reminder) and `outcome`."""
    OLDEST_WAITING_SECONDS = "oldest_waiting_seconds"
    """Since the send of a delivery that still waits for its coupon or its SMS should have begun, companies that are
    stopped left out; 0 when none waits."""
    OLDEST_UNPUBLISHED_SECONDS = "oldest_unpublished_seconds"
    """Since a message that Pub/Sub has not taken was written; 0 when there is none."""
    DOUBTS_OPEN = "doubts_open"
    """SMS of which nobody knows yet whether they were sent."""
    LEDGER_DIFFERENCES = "ledger_differences"
    """Of a nightly run: balances that are not the sum of their entries. Must be 0."""
    WEBHOOK_MESSAGES_GIVEN_UP = "webhook_messages_given_up"
    """One line for each round of calls that gives some up. The company is told of its endpoint: for the dashboard."""


def measure(metric: Metric, value: int, **labels: str) -> None:
    """Tell of one figure, and not of which work it is: a supplier beside a send's id would tell of its gift too long.

    A label is a word of small letters: digits could be a number or an id, and are refused.
    """
    unfit = [name for name, label in labels.items() if not _LABEL(label)]
    if unfit:
        raise ValueError(f"labels that are no plain words: {', '.join(unfit)}")
    write({"metric": metric.value, "value": value, **labels})
