"""Against misuse: senders, link domains, opt-outs, recipients' reports, and what staff decide about accounts."""

from shared.http.openapi import abuse_reports, link_domains, opt_outs, senders, staff_accounts
from shared.http.openapi.operation import joined

# One area, and so one tag of the description; a resource a module.
OPERATIONS = joined(
    senders.OPERATIONS,
    link_domains.OPERATIONS,
    opt_outs.OPERATIONS,
    abuse_reports.OPERATIONS,
    staff_accounts.OPERATIONS,
)
