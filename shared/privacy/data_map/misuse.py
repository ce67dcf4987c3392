"""Against misuse: what companies may use, what staff decided about them, and what recipients report."""

from shared.domain import retention
from shared.privacy.data_map.model import (
    PROGRESS,
    REFERENCE,
    Basis,
    Category,
    Datum,
    End,
    EndedBy,
    Expires,
    Subject,
    Table,
    Text,
)

UNTIL_THE_END = Text("tills företaget tar bort den eller avtalet upphör", "until removed or the agreement ends")
AGAINST_MISUSE = Text("att ingen skickar bedrägliga SMS genom UpUp", "that nobody sends fraudulent SMS through UpUp")


def _of_company(what: Text, kept: Text) -> Datum:
    return Datum(what, Subject.COMPANY, Category.SECURITY, AGAINST_MISUSE, Basis.INTEREST, kept, End.ERASED)


SENDER_NAME = _of_company(
    Text("avsändare som företaget får använda", "senders that the company may use"), UNTIL_THE_END
)
LINK_DOMAIN = _of_company(
    Text("domäner som företaget får länka till", "domains that the company may link to"), UNTIL_THE_END
)
REFUSAL = _of_company(
    Text(
        "varför en avsändare eller domän nekades, i personalens ord; inga personuppgifter hör hemma där",
        "why a sender or domain was refused, in the staff's words; no personal data belongs in it",
    ),
    UNTIL_THE_END,
)
STOP = _of_company(
    Text(
        "att företaget är stoppat, sedan när och varför, i personalens ord; inga personuppgifter hör hemma där",
        "that the company is stopped, since when and why, in the staff's words; no personal data belongs in it",
    ),
    Text("så länge det är stoppat", "as long as it is stopped"),
)
DECISION = Datum(
    Text(
        "vad personalen beslutade om ett företag, vem, när och varför; inga personuppgifter hör hemma i skälet",
        "what staff decided about a company, who, when and why; no personal data belongs in the reason",
    ),
    Subject.STAFF,
    Category.SECURITY,
    AGAINST_MISUSE,
    Basis.INTEREST,
    Text("12 månader, längst tills avtalet upphör", "12 months, at most until the agreement ends"),
    End.ERASED,
)
REPORT = _of_company(
    Text(
        "att någon med en gåvas länk anmälde SMS:et, vilken dag och varför; inget om vem",
        "that somebody with a gift's link reported the SMS, on which day and why; nothing of who",
    ),
    Text("90 dagar", "90 days"),
)
WITHDRAWAL = Datum(
    Text(
        "vem på företaget som tog tillbaka en spärr på personens egen önskan, och när; inget om personen",
        "who at the company took back an opt-out at the person's own wish, and when; nothing of the person",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("bevis", "proof"),
    Basis.INTEREST,
    Text("12 månader, längst tills avtalet upphör", "12 months, at most until the agreement ends"),
    End.ERASED,
)

TABLES = (
    Table(
        "sender_names",
        Text("avsändare", "senders"),
        EndedBy("when the company removes it; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "sender": SENDER_NAME,
            "state": PROGRESS,
            "texts": PROGRESS,
            "reason": REFUSAL,
            "asked_at": PROGRESS,
            "decided_at": PROGRESS,
        },
    ),
    Table(
        "link_domains",
        Text("domäner i länkar", "link domains"),
        EndedBy("when the company removes it; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "domain": LINK_DOMAIN,
            "state": PROGRESS,
            "reason": REFUSAL,
            "asked_at": PROGRESS,
            "decided_at": PROGRESS,
        },
    ),
    Table(
        "account_decisions",
        Text("vad personalen har beslutat om företag", "what staff decided about companies"),
        Expires("at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "at": DECISION,
            "staff": DECISION,
            "decision": DECISION,
            "reason": DECISION,
        },
    ),
    Table(
        "abuse_reports",
        Text("anmälningar från gåvosidan", "reports from the gift page"),
        Expires("day", retention.ABUSE_REPORT_LIFE),
        {"link_hmac": REPORT, "company_id": REFERENCE, "day": REPORT, "reason": REPORT, "seen": PROGRESS},
    ),
    Table(
        "opt_out_withdrawals",
        Text("återtagna spärrar", "opt-outs taken back"),
        Expires("at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "opt_out_id": REFERENCE,
            "member_id": WITHDRAWAL,
            "at": WITHDRAWAL,
        },
    ),
)
