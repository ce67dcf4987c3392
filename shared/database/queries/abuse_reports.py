"""Recipients' reports from the gift page: of which company, on which day, and why. Nothing of whose they are."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction


class Reported(Struct, frozen=True):
    """How often a company was reported, by reason, and when last."""

    company_id: str
    not_asked: int
    fraud: int
    other: int
    unseen: int
    """Since staff last looked."""
    last_day: datetime


def add(tx: Transaction, link_hmac: bytes, company_id: str, reason: str, day: datetime) -> bool:
    """Count a link once; whether it was not counted before."""
    return bool(
        tx.execute(
            "INSERT IGNORE INTO abuse_reports (link_hmac, company_id, day, reason, seen) VALUES (%s, %s, %s, %s, %s)",
            (link_hmac, company_id, day, reason, False),
        )
    )


def unseen_since(tx: Transaction, company_id: str, day: datetime) -> int:
    return int(
        tx.value(
            "SELECT COUNT(*) FROM abuse_reports WHERE company_id = %s AND day >= %s AND NOT seen", (company_id, day)
        )
    )


def seen(tx: Transaction, company_id: str) -> None:
    """Staff have looked: what was reported so far stops the company no more."""
    tx.execute("UPDATE abuse_reports SET seen = TRUE WHERE company_id = %s AND NOT seen", (company_id,))


def of_company(tx: Transaction, company_id: str) -> Reported | None:
    found = page(tx, None, 1, company_id)
    return found[0] if found else None


def page(
    tx: Transaction, before: tuple[datetime, str] | None, most: int, company_id: str | None = None
) -> list[Reported]:
    """The companies with reports, the last reported first, from just before the given place."""
    where, having, values = "", "", list[object]()
    if company_id is not None:
        where, values = " WHERE company_id = %s", [company_id]
    if before is not None:
        having = " HAVING (last_day, company_id) < (%s, %s)"
        values += before
    return tx.all(
        lambda company, not_asked, fraud, other, unseen, last_day: Reported(
            company, int(not_asked), int(fraud), int(other), int(unseen), last_day
        ),
        "SELECT company_id, SUM(reason = 'not_asked'), SUM(reason = 'fraud'), SUM(reason = 'other'),"
        f" SUM(NOT seen), MAX(day) AS last_day FROM abuse_reports{where} GROUP BY company_id{having}"
        " ORDER BY last_day DESC, company_id DESC LIMIT %s /* all companies: staff see everybody's */",
        (*values, most),
    )
