"""Owners are told that their plan will end, or has ended, at Stripe: why, what works until when, when data goes, and
how to go on."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.database.queries import plan_ends
from shared.database.queries.plan_ends import PlanEnd
from shared.database.transactions import Database, Transaction
from shared.domain.agreement import GRACE, PlanNotice
from shared.domain.schedule import swedish_day
from shared.ports import Mail
from shared.use_cases.accounts.tell_owners import in_pages, tell_owners

WILL_END = "Ert abonnemang hos UpUp är uppsagt / Your plan at UpUp is cancelled"
HAS_ENDED = "Ert abonnemang hos UpUp har upphört / Your plan at UpUp has ended"
SUBJECTS = {PlanNotice.WILL_END: WILL_END, PlanNotice.CANCELLED: HAS_ENDED, PlanNotice.UNPAID: HAS_ENDED}

TEXT = """Hej!

Abonnemanget för {company} ({company_id}) {what_sv}.

- {sends_sv} Gåvor som är skickade gäller till sin sista dag.
- Till och med {last} kan ni logga in på {public_url} och hämta rapporter, statistik och kontoutdrag.
- {ends} upphör avtalet. Då raderas era och era mottagares uppgifter, och det som är kvar av saldot betalas tillbaka \
på samma sätt som det betalades in.
- Vill ni fortsätta? {go_on_sv}

The plan of {company} ({company_id}) {what_en}.

- {sends_en} Gifts that were sent are good until their last day.
- Until {last} you can log in at {public_url} and fetch reports, statistics and statements.
- On {ends} the agreement ends. Your data and your recipients' data are erased then, and what is left of the balance \
is paid back the way it was paid in.
- Would you like to go on? {go_on_en}
"""
UNTIL_THEN = {
    "sends_sv": "Till dess går det att skicka som vanligt. Utskick som väntar på sin tid då ställs in.",
    "sends_en": "Until then you can send as usual. Sends that wait for their time then are cancelled.",
    "go_on_sv": "Ta tillbaka uppsägningen före dess, på sidan där ni byter kort och plan ({public_url}).",
    "go_on_en": "Take it back before that day, on the page where you change card and plan ({public_url}).",
}
SINCE_THEN = {
    "sends_sv": "Sedan dess kan inget nytt skickas, och utskick som väntade på sin tid är inställda.",
    "sends_en": "Since then nothing new can be sent, and sends that waited for their time are cancelled.",
    "go_on_sv": "Kontot kan inte öppnas igen, men ni kan när som helst teckna ett nytt på {public_url}.",
    "go_on_en": "The account cannot be opened again, but you can sign up for a new one at {public_url} at any time.",
}
TEXTS = {
    PlanNotice.WILL_END: {
        "what_sv": "är uppsagt och upphör {day}",
        "what_en": "is cancelled and ends on {day}",
        **UNTIL_THEN,
    },
    PlanNotice.CANCELLED: {
        "what_sv": "upphörde {day}, eftersom det sades upp",
        "what_en": "ended on {day}, as it was cancelled",
        **SINCE_THEN,
    },
    PlanNotice.UNPAID: {
        "what_sv": "upphörde {day}, eftersom betalningen inte gick igenom trots flera försök",
        "what_en": "ended on {day}, as its payment failed however often it was tried",
        **SINCE_THEN,
    },
}


class _Letter(Struct, frozen=True):
    about: PlanEnd
    public_url: str

    @property
    def email(self) -> str:
        return self.about.email

    @property
    def subject(self) -> str:
        return SUBJECTS[PlanNotice(self.about.notice)]

    def claim(self, tx: Transaction, now: datetime, until: datetime) -> str | None:
        return _text(self.about, self.public_url) if plan_ends.claim(tx, self.about, now, until) else None

    def told(self, tx: Transaction, now: datetime) -> None:
        plan_ends.told(tx, self.about, now)

    def release(self, tx: Transaction) -> None:
        plan_ends.release(tx, self.about)


def tell_of_plan_ends(database: Database, mail: Mail, public_url: str, now: datetime) -> int:
    """How many mails. Raises `NoticesIncomplete`."""
    found = in_pages(
        database,
        lambda tx, after, most: plan_ends.to_tell(tx, now, after, most),
        lambda one: (one.company_id, one.member_id, one.notice),
        ("", "", ""),
    )
    return tell_owners(database, mail, "plan_end", (_Letter(one, public_url) for one in found), now)


def _text(about: PlanEnd, public_url: str) -> str:
    ends = swedish_day(about.agreement_ends_at or about.plan_ends_at + GRACE)
    days = {"day": swedish_day(about.plan_ends_at), "last": ends - timedelta(days=1), "ends": ends}
    parts = {name: text.format(public_url=public_url, **days) for name, text in TEXTS[PlanNotice(about.notice)].items()}
    return TEXT.format(company=about.company_name, company_id=about.company_id, public_url=public_url, **days, **parts)
