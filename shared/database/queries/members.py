"""Members of a company, as its team sees them."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction


class Member(Struct, frozen=True):
    id: str
    person_id: str
    role: str
    first_name: str
    last_name: str
    email: str
    created_at: datetime

    def __repr__(self) -> str:
        return f"Member({self.id}, {self.role})"


MEMBER = (
    "SELECT m.id, m.person_id, m.role, p.first_name, p.last_name, p.email, m.created_at"
    " FROM members m JOIN persons p ON p.id = m.person_id WHERE m.company_id = %s"
)


def page(tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int) -> list[Member]:
    """The newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (m.created_at, m.id) < (%s, %s)", before)
    return tx.all(Member, f"{MEMBER}{where} ORDER BY m.created_at DESC, m.id DESC LIMIT %s", (company_id, *place, most))


def get(tx: Transaction, company_id: str, member_id: str) -> Member | None:
    return tx.one(Member, f"{MEMBER} AND m.id = %s", (company_id, member_id))


def is_member(tx: Transaction, company_id: str, email: str) -> bool:
    return bool(tx.value(f"{MEMBER} AND p.email = %s", (company_id, email)))


def count(tx: Transaction, company_id: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM members WHERE company_id = %s", (company_id,)))


def change_role(tx: Transaction, company_id: str, member_id: str, role: str) -> None:
    tx.execute("UPDATE members SET role = %s WHERE company_id = %s AND id = %s", (role, company_id, member_id))


def end_sessions(tx: Transaction, company_id: str, member_id: str) -> None:
    tx.execute("DELETE FROM sessions WHERE company_id = %s AND member_id = %s", (company_id, member_id))
