"""Who is logged in, and where."""

from typing_extensions import TypedDict

from shared.database.queries.people import Membership
from shared.http.answers.fields import AccountId, Role


class AccountOfPerson(TypedDict):
    id: AccountId
    company_name: str
    role: Role


class LoggedIn(TypedDict):
    """Where the session is, and the person's accounts to choose from."""

    account_id: AccountId
    role: Role
    accounts: list[AccountOfPerson]


def logged_in(chosen: Membership, memberships: list[Membership]) -> LoggedIn:
    return {
        "account_id": chosen.company_id,
        "role": chosen.role,
        "accounts": accounts_of(memberships),
    }


def accounts_of(memberships: list[Membership]) -> list[AccountOfPerson]:
    return [{"id": one.company_id, "company_name": one.company_name, "role": one.role} for one in memberships]
