"""Mailchimp's and HubSpot's adapters as their tests make them, with every call that each has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.ports import Contact, SupplierUnavailable, Visitor
from shared.providers.hubspot import HubSpot
from shared.providers.mailchimp import Mailchimp
from shared.settings import HubSpotSettings, MailchimpSettings
from tests.factories import NOON

EMAIL = "asa.berg@exempel.example"
CONTACT = Contact(EMAIL, "Åsa", "Berg", "start", {"sends": 3, "gifts_redeemed": 12})
VISITOR = Visitor(EMAIL, "Åsa", "Berg", "Bageriet", "+46701740605", "2026-11")
AUDIENCE = "a1b2c3"


@dataclass
class CountedTurns:
    """`out`: how many are taken at this moment."""

    most: int = 1
    taken: int = 0
    out: int = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        if self.out >= self.most:
            raise SupplierUnavailable("too many calls at once")
        self.taken += 1
        self.out += 1
        try:
            yield
        finally:
            self.out -= 1


def a_mailchimp(
    url: str,
    *,
    key: str = "nyckel",
    audience: str = AUDIENCE,
    timeout: int = 5,
    turns: CountedTurns | None = None,
) -> Mailchimp:
    settings = MailchimpSettings(mailchimp_url=f"{url}/3.0", mailchimp_key=key, mailchimp_audience=audience)
    return Mailchimp(settings, timeout, turns or CountedTurns())


def a_hubspot(url: str, *, key: str = "nyckel", path: str = "/crm/v3/objects/contacts", timeout: int = 5) -> HubSpot:
    return HubSpot(HubSpotSettings(hubspot_token=key, hubspot_url=url, hubspot_contacts_path=path), timeout)


MAILCHIMP_CALLS: dict[str, Callable[[Mailchimp], object]] = {
    "keep": lambda mailchimp: mailchimp.keep(CONTACT),
    "tag": lambda mailchimp: mailchimp.tag(EMAIL, ["start"]),
    "welcome": lambda mailchimp: mailchimp.welcome(VISITOR, "newsletter", newsletter=True),
    "changed_since": lambda mailchimp: list(mailchimp.changed_since(NOON)),
    "unsubscribe": lambda mailchimp: mailchimp.unsubscribe(EMAIL),
    "find": lambda mailchimp: mailchimp.find(EMAIL),
    "erase": lambda mailchimp: mailchimp.erase(EMAIL),
}
HUBSPOT_CALLS: dict[str, Callable[[HubSpot], object]] = {
    "keep": lambda hubspot: hubspot.keep([CONTACT]),
    "find": lambda hubspot: hubspot.find(EMAIL),
    "erase": lambda hubspot: hubspot.erase(EMAIL),
}
