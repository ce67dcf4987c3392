"""A visitor asks for the newsletter, or writes to UpUp."""

import logging

from shared.domain.visitor import CONTACT, NEWSLETTER
from shared.ports import ContactRefused, Forgotten, Mail, MailRefused, Marketing, SupplierUnavailable, Visitor

log = logging.getLogger(__name__)

CONTACT_SUBJECT = "Någon vill ha kontakt / Somebody wrote to us"
CONTACT_TEXT = """{first_name} {last_name}, {company}
E-post: {email}
Telefon: {phone}

{message}
"""

BACK_SUBJECT = "Någon som är raderad vill ha nyheter / Somebody who was erased wants the newsletter"
BACK_TEXT = """{first_name} {last_name} ({email}) har bett om nyhetsbrevet, men är raderad hos Mailchimp för gott. Bara
personen själv kan komma tillbaka, genom Mailchimps eget formulär. Svara med dess adress.
"""


def ask_for_newsletter(marketing: Marketing, mail: Mail, staff_address: str, visitor: Visitor) -> None:
    """Mailchimp asks them whether it is true. Raises `SupplierUnavailable`."""
    try:
        marketing.welcome(visitor, NEWSLETTER, newsletter=True)
    except Forgotten:
        text = BACK_TEXT.format(first_name=visitor.first_name, last_name=visitor.last_name, email=visitor.email)
        _tell_staff(mail, staff_address, BACK_SUBJECT, text)
    except ContactRefused:
        log.info("Mailchimp refuses the e-mail of a form")


def write_to_staff(marketing: Marketing, mail: Mail, staff_address: str, visitor: Visitor, message: str) -> None:
    """What counts is that staff have it: that Mailchimp is away does not keep it back. Raises `SupplierUnavailable`."""
    text = CONTACT_TEXT.format(
        first_name=visitor.first_name,
        last_name=visitor.last_name,
        company=visitor.company,
        email=visitor.email,
        phone=visitor.phone or "–",
        message=message,
    )
    _tell_staff(mail, staff_address, CONTACT_SUBJECT, text)
    remember(marketing, visitor, CONTACT)


def remember(marketing: Marketing, visitor: Visitor, tag: str) -> None:
    """As far as Mailchimp takes them: what they asked for is done already."""
    try:
        marketing.welcome(visitor, tag, newsletter=False)
    except (SupplierUnavailable, ContactRefused) as error:
        log.warning("a visitor's %s is not at Mailchimp: %s", tag, type(error).__name__)


def _tell_staff(mail: Mail, staff_address: str, subject: str, text: str) -> None:
    try:
        mail.send(staff_address, subject, text)
    except MailRefused:
        log.error("CONTACT_MAIL_TO is refused: what visitors write reaches nobody")
        raise SupplierUnavailable("the staff's address is refused") from None
