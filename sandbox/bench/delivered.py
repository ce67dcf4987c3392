"""A company that has sent one gift, which has arrived."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.demo.company import wait_for
from sandbox.inside import Inside
from sandbox.run import Run
from sandbox.running import Addresses
from sandbox.soak.customer import MESSAGE, TERMS, Customer

PHONE = "070-1740605"
BALANCE_ORE = 1_000_000


class LoggedIn(Customer):
    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self._session.cookies)


@dataclass(frozen=True)
class Delivered:
    """`token` is that of the gift's link."""

    run: Run
    company: LoggedIn
    send_id: str
    token: str

    def staff_header(self) -> str:
        """What Identity-Aware Proxy says of one of UpUp's staff."""
        value: str = self.company.console("/api/staff/token", {"email": "staff@upup.example"})["value"]
        return value

    def kms_encrypt(self) -> int:
        """Calls so far."""
        return int(self.company.console("/api/stats")["kms"]["encrypt"])


def deliver(at: Addresses, number: int = 0) -> Delivered:
    """`number` tells companies apart."""
    company = LoggedIn(at.web, at.console, f"bench{number}@example.com")
    company.join(number, BALANCE_ORE)
    send = company.insist(
        "/v1/sends",
        {
            "gift": "coffee",
            "sender": "Kaffebaren",
            "message": MESSAGE,
            "consent": {"legal_basis": "consent", "text_version": TERMS},
            "recipients": [{"phone": PHONE, "first_name": "Anna"}],
        },
    )
    wait_for(lambda: company.states(send["id"])["delivered"], "the receipt")
    sms = company.console("/api/sms", to=PHONE)["items"]
    token = next(one["message"] for one in sms if "/g/" in one["message"]).partition("/g/")[2].split()[0]
    return Delivered(Inside(at).run, company, send["id"], token)
