"""A company signs up: it is pending until its plan is paid."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from shared.database.queries import agreements, companies, money, people
from shared.database.transactions import Database
from shared.domain import ids
from shared.domain.consent import check_acceptable
from shared.domain.errors import Unavailable
from shared.domain.masked import Masked
from shared.domain.retention import DEFAULT_ENCRYPT_AFTER_DAYS, DEFAULT_ERASE_AFTER_DAYS
from shared.ports import Payments, SupplierUnavailable


class Signup(Masked, frozen=True):
    hidden: ClassVar = ("company_name", "org_number", "first_name", "last_name", "email")

    company_name: str
    org_number: str
    first_name: str
    last_name: str
    email: str
    plan: str
    dpa_version: str
    """The agreement that is accepted."""


class SignedUp(Struct, frozen=True):
    account_id: str
    checkout_url: str


def sign_up(database: Database, payments: Payments, signup: Signup, now: datetime) -> SignedUp:
    """Write company and owner, then begin the Checkout of the plan.

    A person who is known keeps their name: who signs up is not yet known to be that person. Raises `Unavailable` when
    Stripe is away; the signup is then erased unpaid after 7 days, and signing up again works. Raises `NotAcceptable`
    for an agreement that is no longer the one.
    """
    check_acceptable(signup.dpa_version, now.date(), "accepted_dpa_version")
    company_id, member_id = ids.new_id("acc"), ids.new_id("mbr")
    with database.transaction() as tx:
        companies.add(
            tx,
            companies.Company(
                id=company_id,
                name=signup.company_name,
                org_number=signup.org_number,
                plan=signup.plan,
                state="pending",
                encrypt_after_days=DEFAULT_ENCRYPT_AFTER_DAYS,
                erase_after_days=DEFAULT_ERASE_AFTER_DAYS,
                dpa_version=signup.dpa_version,
                dpa_accepted_at=now,
                stripe_customer=None,
                stripe_subscription=None,
                created_at=now,
            ),
        )
        owner = people.add(tx, people.Person(ids.new_id("per"), signup.email, signup.first_name, signup.last_name), now)
        people.add_member(tx, member_id, company_id, owner.id, "owner", now)
        agreements.accept_dpa(tx, company_id, signup.dpa_version, member_id, now)
        money.open_balance(tx, company_id)
    try:
        url = payments.subscribe(company_id, signup.company_name, signup.email, signup.plan)
    except SupplierUnavailable:
        raise Unavailable("The payment page cannot be opened just now. Sign up again in a minute.") from None
    return SignedUp(company_id, url)
