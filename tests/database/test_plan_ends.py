"""Owners are told once that their plan will end, and once that it has: why, what works, when data goes, and then?"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from shared.database.queries import people
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.agreement import GRACE
from shared.ports import MailRefused, SupplierUnavailable
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.tell_of_plan_ends import tell_of_plan_ends
from shared.use_cases.accounts.tell_owners import CLAIM, NoticesIncomplete
from tests.database.books import Books
from tests.database.pipeline import WorkerDied, at_once
from tests.factories import NOON

URL = "https://upup.example"
DELETED = "customer.subscription.deleted"


@dataclass
class Mailbox:
    """Raises `trouble` for the next mails, one each."""

    trouble: list[BaseException] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append((to, subject, text))

    @property
    def to(self) -> list[str]:
        return sorted(to for to, _, _ in self.sent)


@pytest.fixture
def books(database: PooledDatabase) -> Books:
    """Nobody is left to be told by other tests."""
    with database.transaction() as tx:
        tx.execute("UPDATE plan_end_notices SET told_at = %s /* all companies: a test's own */", (NOON,))
    return Books(database)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def member(books: Books, company_id: str, role: str) -> str:
    """A further member's e-mail."""
    person = people.Person(ids.new_id("per"), f"{ids.new_id('x')}@example.com", "Bo", "Ek")
    with books.database.transaction() as tx:
        people.add(tx, person, NOON)
        people.add_member(tx, ids.new_id("mbr"), company_id, person.id, role, NOON)
    return person.email


def owners(books: Books, company_id: str) -> list[str]:
    sql = (
        "SELECT p.email FROM members m JOIN persons p ON p.id = m.person_id"
        " WHERE m.company_id = %s AND m.role = 'owner' ORDER BY p.email"
    )
    with books.database.transaction() as tx:
        return tx.values(sql, (company_id,))


def cancel(books: Books, company_id: str, *, ends_at: datetime | None) -> None:
    """An owner cancels the plan in the Portal, or takes that back; Stripe says so three times."""
    books.stripe.events.clear()
    books.stripe.change(f"sub_{company_id}", ends_at=ends_at, renews=ends_at is None)
    books.deliver(books.stripe.events * 3)


def end(books: Books, company_id: str, unpaid: bool = False) -> None:
    """Stripe ends the subscription and says so three times."""
    books.stripe.change(f"sub_{company_id}", DELETED, ended=True, ended_unpaid=unpaid)
    books.deliver(books.stripe.events * 3)
    for number in range(2):
        books.deliver([(f"evt_again_{number}_{company_id}", DELETED, f"sub_{company_id}")])


def tell(books: Books, mailbox: Mailbox, later: timedelta = timedelta(0)) -> int:
    return tell_of_plan_ends(books.database, mailbox, URL, NOON + later)


def test_each_owner_is_mailed_once_however_often_stripe_says_that_the_plan_has_ended(
    books: Books, mailbox: Mailbox
) -> None:
    company_id, other = books.active(), books.active()
    member(books, company_id, "owner")
    member(books, company_id, "sender")
    end(books, company_id)
    assert tell(books, mailbox) == 2
    end(books, company_id)
    assert tell(books, mailbox, timedelta(days=1)) == 0
    assert mailbox.to == owners(books, company_id)
    assert books.state(other) == "active"


@pytest.mark.parametrize(
    ("unpaid", "swedish", "english"),
    [
        (True, "eftersom betalningen inte gick igenom", "as its payment failed"),
        (False, "eftersom det sades upp", "as it was cancelled"),
    ],
)
def test_the_mail_says_why_what_works_when_data_is_erased_and_how_to_go_on_in_both_languages(
    books: Books, mailbox: Mailbox, unpaid: bool, swedish: str, english: str
) -> None:
    company_id = books.active()
    end(books, company_id, unpaid)
    tell(books, mailbox)
    ((_, subject, text),) = mailbox.sent
    assert subject == "Ert abonnemang hos UpUp har upphört / Your plan at UpUp has ended"
    ended, ends = NOON.date(), (NOON + GRACE).date()
    for wanted in (
        f"Abonnemanget för Kaffebaren AB ({company_id}) upphörde {ended}, {swedish}",
        "Sedan dess kan inget nytt skickas",
        f"{ends} upphör avtalet. Då raderas era och era mottagares uppgifter",
        f"teckna ett nytt på {URL}",
        f"The plan of Kaffebaren AB ({company_id}) ended on {ended}, {english}",
        "Since then nothing new can be sent",
        f"On {ends} the agreement ends. Your data and your recipients' data are erased then",
        f"sign up for a new one at {URL}",
    ):
        assert wanted in text


def test_who_cancels_is_told_until_when_sends_work_once_and_again_where_it_was_taken_back_between(
    books: Books, mailbox: Mailbox
) -> None:
    company_id, plan_ends = books.active(), NOON + timedelta(days=20)
    for _ in range(2):
        cancel(books, company_id, ends_at=plan_ends)
        assert (tell(books, mailbox), tell(books, mailbox)) == (1, 0)
        cancel(books, company_id, ends_at=None)
    _, subject, text = mailbox.sent[1]
    assert subject == "Ert abonnemang hos UpUp är uppsagt / Your plan at UpUp is cancelled"
    for wanted in (
        f"är uppsagt och upphör {plan_ends.date()}",
        "Till dess går det att skicka som vanligt",
        f"{(plan_ends + GRACE).date()} upphör avtalet",
        "Ta tillbaka uppsägningen före dess",
        f"is cancelled and ends on {plan_ends.date()}",
        "Until then you can send as usual",
        "Take it back before that day",
    ):
        assert wanted in text
    assert books.state(company_id) == "active"


def test_what_was_taken_back_or_has_come_true_before_anybody_was_told_is_not_told(
    books: Books, mailbox: Mailbox
) -> None:
    back, over = books.active(), books.active()
    for company_id in (back, over):
        cancel(books, company_id, ends_at=NOON)
    cancel(books, back, ends_at=None)
    end(books, over)
    assert tell(books, mailbox) == 1
    assert (mailbox.to, mailbox.sent[0][1].partition(" / ")[0]) == (
        owners(books, over),
        "Ert abonnemang hos UpUp har upphört",
    )


def test_an_owner_who_closed_the_account_is_told_when_there_is_no_way_back_and_not_before(
    books: Books, mailbox: Mailbox
) -> None:
    company_id = books.active()
    close_account(books.database, company_id, "Kaffebaren AB", NOON - timedelta(days=3))
    assert tell(books, mailbox) == 0
    end(books, company_id)
    assert tell(books, mailbox) == 1
    assert f"{(NOON + GRACE - timedelta(days=3)).date()} upphör avtalet" in mailbox.sent[0][2]


def test_who_could_not_be_told_is_told_by_a_later_run_and_nobody_twice(books: Books, mailbox: Mailbox) -> None:
    company_id = books.active()
    for _ in range(3):
        member(books, company_id, "owner")
    end(books, company_id)
    mailbox.trouble = [SupplierUnavailable("away"), MailRefused()]
    with pytest.raises(NoticesIncomplete):
        tell(books, mailbox)
    assert len(mailbox.sent) == 2
    mailbox.trouble = [WorkerDied()]
    with pytest.raises(WorkerDied):
        tell(books, mailbox)
    assert at_once([lambda: tell(books, mailbox)] * 4) == []
    assert len(mailbox.sent) == 3, "whose mail may be under way is left in peace"
    assert tell(books, mailbox, CLAIM) == 1
    assert mailbox.to == owners(books, company_id)


def test_nobody_is_told_of_an_end_that_is_over(books: Books, mailbox: Mailbox) -> None:
    company_id = books.active()
    end(books, company_id)
    with books.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (company_id,))
    assert tell(books, mailbox) == 0
    assert mailbox.sent == []
