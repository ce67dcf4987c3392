"""How the data map says what is held: kinds of data with their facts, and the columns that hold them."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum

from msgspec import Struct


class Text(Struct, frozen=True):
    sv: str
    en: str


class Subject(Enum):
    """Whom the data is about."""

    RECIPIENT = Text("mottagare", "recipient")
    ACCOUNT_HOLDER = Text("kontoinnehavare", "account holder")
    VISITOR = Text("besökare", "visitor")
    COMPANY = Text("företag (en enskild firmas nummer är ett personnummer)", "company (a sole trader's is a person)")
    STAFF = Text("UpUps personal", "UpUp's staff")
    NOBODY = Text("ingen", "nobody")


class Category(Enum):
    CONTACT = Text("kontaktuppgift", "contact details")
    PSEUDONYM = Text("pseudonym", "pseudonym")
    CONTENT = Text("innehåll", "content")
    COURSE = Text("händelseförlopp", "course of events")
    AGREEMENT = Text("avtal", "agreement")
    SECURITY = Text("säkerhet", "security")
    MONEY = Text("ekonomi", "money")
    GIFT = Text("gåva", "gift")
    KEY = Text("nyckel", "key")
    OPERATION = Text("drift", "operation")


class Basis(Enum):
    """Why we may hold it, by article of the GDPR."""

    INSTRUCTION = Text(
        "på uppdrag av det företag som skickar (art. 28); det svarar för mottagarens samtycke",
        "on the instruction of the company that sends (Art. 28), which answers for the recipient's consent",
    )
    AGREEMENT = Text("avtalet med företaget (art. 6.1 b)", "the agreement with the company (Art. 6(1)(b))")
    LAW = Text("rättslig förpliktelse (art. 6.1 c)", "legal obligation (Art. 6(1)(c))")
    INTEREST = Text("berättigat intresse av säker drift (art. 6.1 f)", "legitimate interest in security (Art. 6(1)(f))")
    NO_PERSON = Text("ingen personuppgift", "no personal data")


class End(Enum):
    """What happens when the period is over."""

    ERASED = Text("raderas", "erased")
    ENCRYPTED = Text("krypteras", "encrypted")
    FORGOTTEN = Text("glöms: fältet töms", "forgotten: the field is emptied")
    WITH_ROW = Text("raderas med sin rad", "erased with its row")
    STAYS = Text("ligger kvar", "stays")


class Datum(Struct, frozen=True):
    """One kind of data: what it is, about whom, what for, why we may, for how long, and what happens then."""

    what: Text
    subject: Subject
    category: Category
    purpose: Text
    basis: Basis
    kept: Text
    end: End

    @property
    def is_personal(self) -> bool:
        return self.subject is not Subject.NOBODY


class Expires(Struct, frozen=True):
    """A row is deleted by `erase_expired` when `column` and `life` have passed.

    `early`: the run before takes it, because the period is promised to the hour.
    """

    column: str
    life: timedelta
    early: bool = False


class EndedBy(Struct, frozen=True):
    """What deletes the rows where a period alone does not tell: a function, or what happens to another row."""

    what: str


class Table(Struct, frozen=True):
    name: str
    about: Text
    end: Expires | EndedBy
    columns: Mapping[str, Datum]


class Processor(Struct, frozen=True):
    """Who processes personal data for UpUp: a sub-processor recipients' data, a supplier other people's."""

    name: str
    role: Text
    holds: Text
    kept: Text
    since: str
    """The day from which it does, as an ISO date."""


def technical(what: Text) -> Datum:
    """Says nothing of anybody, and goes with its row."""
    return Datum(
        what, Subject.NOBODY, Category.OPERATION, Text("drift", "operation"), Basis.NO_PERSON, WITH_ROW, End.WITH_ROW
    )


WITH_ROW = Text("som raden", "as the row")
REFERENCE = technical(Text("slumpat id eller hänvisning mellan rader", "random id, or reference between rows"))
PROGRESS = technical(Text("läge, tidpunkt eller antal i arbetet", "state, moment or count of the work"))
