"""Agreements: what was accepted and told, how they end, and what of a company stays when its agreement has ended."""

from shared.privacy.data_map.model import (
    PROGRESS,
    REFERENCE,
    Basis,
    Category,
    Datum,
    End,
    EndedBy,
    Subject,
    Table,
    Text,
)
from shared.privacy.data_map.money import BALANCE

UNTIL_THE_END = Text("tills avtalet upphör", "until the agreement ends")

ACCEPTANCE = Datum(
    Text(
        "vem som godtog biträdesavtalet, vilken version och när",
        "who accepted the data processing agreement, which version, and when",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    Text("bevis på avtalet", "proof of the agreement"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
NOTICE = Datum(
    Text("vilken ägare som har fått veta om vilket nytt underbiträde", "which owner was told of which new processor"),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    Text("att berätta om nya underbiträden", "telling of new sub-processors"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)

PLAN_END = Datum(
    Text(
        "vilken ägare som har fått veta att abonnemanget upphör, och varför",
        "which owner was told that the plan ends, and why",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    Text("att berätta att avtalet upphör", "telling that the agreement ends"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)

TABLES = (
    Table(
        "dpa_acceptances",
        Text("godtagna biträdesavtal", "accepted data processing agreements"),
        EndedBy("end_agreements; erase_expired with a signup that was never paid"),
        {"company_id": REFERENCE, "version": ACCEPTANCE, "accepted_by": ACCEPTANCE, "accepted_at": ACCEPTANCE},
    ),
    Table(
        "processor_notices",
        Text("besked om nya underbiträden", "notices of new sub-processors"),
        EndedBy("end_agreements"),
        {
            "company_id": REFERENCE,
            "member_id": NOTICE,
            "processor": NOTICE,
            "claimed_until": PROGRESS,
            "told_at": NOTICE,
        },
    ),
    Table(
        "plan_end_notices",
        Text("besked om att abonnemanget upphör", "notices that the plan ends"),
        EndedBy("end_agreements, or when the plan is not to end after all"),
        {
            "company_id": REFERENCE,
            "member_id": PLAN_END,
            "notice": PLAN_END,
            "plan_ends_at": PROGRESS,
            "claimed_until": PROGRESS,
            "told_at": PLAN_END,
        },
    ),
    Table(
        "agreement_endings",
        Text("hur långt avslutet av ett avtal har kommit", "how far the end of an agreement has come"),
        EndedBy("never: it says of a random id that everything was erased"),
        {
            "company_id": REFERENCE,
            "step": PROGRESS,
            "state": PROGRESS,
            "tries": PROGRESS,
            "next_try_at": PROGRESS,
            "done_at": PROGRESS,
            "last_error_class": PROGRESS,
        },
    ),
    Table(
        "pay_backs",
        Text("återbetalningar när avtalet upphör", "what is paid back when the agreement ends"),
        EndedBy("end_agreements, when it is confirmed and no gift is open"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "top_up_id": REFERENCE,
            "amount_ore": BALANCE,
            "state": PROGRESS,
            "created_at": PROGRESS,
        },
    ),
)

DELETED_AT_THE_END = (
    "webhook_endpoints",
    "webhook_secrets",
    "webhook_messages",
    "webhook_attempts",
    "sms_doubts",
    "extra_sms",
    "deliveries",
    "sends",
    "data_keys",
    "figures",
    "opt_outs",
    "opt_out_withdrawals",
    "sender_names",
    "link_domains",
    "account_decisions",
    "abuse_reports",
    "idempotent_answers",
    "stripe_differences",
    "processor_notices",
    "plan_end_notices",
    "dpa_acceptances",
    "api_keys",
    "invitations",
    "invitation_mails",
)
"""In this order: a delivery points at its coupon, its send and its key, and nothing points at it."""

DELETED_WITH_THE_REQUESTS = ("privacy_request_steps", "privacy_request_notices", "privacy_requests")
"""When no former account holder waits to be erased at a supplier: only the request still knows of them."""

DELETED_WITH_THE_PEOPLE = ("sessions", "members")

DELETED_WITH_THE_BOOKS = ("pay_backs", "top_ups", "balances", "figures")
"""When no gift is open any more: until then what gifts release is paid back, payment by payment, and may be counted."""

STAYS_AFTER_THE_END = {
    "ledger_entries": Text("bokföringslagen, 7 år", "bookkeeping law, 7 years"),
    "coupons": Text(
        "gåvor som redan är givna gäller tills de går ut; ingen person",
        "gifts that were given are honoured until they expire; no person",
    ),
    "gift_links": Text("som sin kupong; öppnas bara av den som har länken", "as their coupon; only the link opens one"),
    "holds": Text("värdet av gåvor som ännu är öppna", "the value of gifts that are still open"),
    "disclosures": Text("vem som läste vad, 12 månader", "who read what, 12 months"),
    "disclosure_readings": Text("vem som läste vad, 12 månader", "who read what, 12 months"),
    "breach_companies": Text("incidentregistret, fem år (art. 33.5)", "the breach register, five years (Art. 33(5))"),
    "breach_notices": Text("incidentregistret, fem år (art. 33.5)", "the breach register, five years (Art. 33(5))"),
    "agreement_endings": Text("bevis på att allt annat är borta", "proof that everything else is gone"),
}
"""A company's tables that its agreement's end leaves alone, and why. Of the company itself an id is left."""
