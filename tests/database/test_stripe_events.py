"""Stripe's events in any order and any number come to the same: what counts is what Stripe says when it is asked."""

import dataclasses
import json
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from shared.database.queries import money
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.errors import Conflict, Forbidden
from shared.domain.ledger import Movement, Purpose
from shared.http.answers.reconciliation import difference_list
from shared.http.paging import Page
from shared.ports import CheckoutSession, Message, PlanInvoice, Subject, SupplierUnavailable
from shared.use_cases.billing.follow_closing import close_and_stop_renewal, reopen_and_renew
from shared.use_cases.billing.follow_stripe import follow
from shared.use_cases.billing.paid_by_bank import paid_by_bank
from shared.use_cases.billing.reconcile_stripe import reconcile_stripe
from shared.use_cases.sends.prepare_send import check_may_send
from tests.database.books import Books
from tests.database.moving_stripe import MovingStripe
from tests.database.pipeline import at_once
from tests.factories import NOON


@pytest.fixture
def books(database: PooledDatabase) -> Books:
    """No other test's companies are subscribed at this Stripe."""
    with database.transaction() as tx:
        tx.execute("UPDATE companies SET stripe_subscription = NULL")
    return Books(database)


def spend(books: Books, company_id: str, amount_ore: int) -> None:
    with books.database.transaction() as tx:
        hold = ids.new_id("hld")
        money.reserve(tx, company_id, hold, amount_ore, NOON.date())
        money.book(tx, company_id, Movement(Purpose.CAPTURE_FEE, amount_ore), NOON.date(), hold)


PLAN = ("customer.subscription.updated", "invoice.payment_failed", "invoice.paid", "invoice.payment_action_required")


def live(books: Books, company_id: str, chance: random.Random, steps: int) -> None:
    """A company's life at Stripe: so many events of every kind."""
    stripe, disputed = books.stripe, dict[str, int]()
    subscription = stripe.buy_plan(company_id)
    payments = [stripe.pay(books.top_up(company_id), company_id, 500)]
    if not stripe.listener:
        books.deliver(stripe.events[-3:])
    spend(books, company_id, 400)  # so that there is less than can be taken back
    for _ in range(steps):
        match chance.randrange(6):
            case 0:
                amount = chance.randrange(100, 1_000)
                payments.append(stripe.pay(books.top_up(company_id), company_id, amount))
            case 1:
                stripe.expire(books.top_up(company_id), company_id)
            case 2 | 3:
                stripe.change(subscription, chance.choice(PLAN), unpaid=chance.random() < 0.5)
            case 4:
                stripe.change(subscription, PLAN[0], plan=chance.choice(["start", "growth", "business"]))
            case 5 if payments:
                payment = chance.choice(payments)
                if open_ore := disputed.pop(payment, 0):
                    stripe.take(payment, "charge.dispute.closed", disputed_ore=-open_ore * chance.randrange(2))
                elif left := _left(stripe, payment) // 2:
                    if chance.random() < 0.5:
                        stripe.take(payment, "charge.refunded", refunded_ore=left)
                    else:
                        disputed[payment] = left
                        stripe.take(payment, "charge.dispute.created", disputed_ore=left)
    if chance.random() < 0.3:
        stripe.end(subscription)


def _left(stripe: MovingStripe, payment: str) -> int:
    found = stripe.payments[payment]
    return found.paid_ore - found.refunded_ore - found.disputed_ore


@pytest.mark.parametrize(("seed", "number", "steps"), [(1, 44, 20), (2, 5, 12), (3, 5, 12)])
def test_a_thousand_events_shuffled_and_each_three_times_end_as_in_order_and_once(
    database: PooledDatabase, seed: int, number: int, steps: int
) -> None:
    in_order, shuffled = Books(database), Books(database)
    in_order.stripe.listener = lambda event: in_order.deliver([event])
    for books in (in_order, shuffled):
        for place in range(number):
            live(books, books.company(), random.Random(f"{seed} {place}"), steps)
    events = shuffled.stripe.events * 3
    assert len(events) >= (3_000 if number > 5 else 3 * number * steps * 0.8)
    random.Random(seed).shuffle(events)
    shuffled.deliver(events)
    for books in (in_order, shuffled):
        books.activate()
        for company_id in books.companies:
            books.check(company_id)
    ends = [[books.end_state(company_id) for company_id in books.companies] for books in (in_order, shuffled)]
    assert ends[0] == ends[1]
    owed = [balances[0][2] for _, balances, _, _ in ends[0]]
    assert any(owed) or number == 5, "the long run has companies that owe"


def test_an_event_a_hundred_times_and_by_many_at_once_counts_once(books: Books) -> None:
    company_id = books.active()
    books.stripe.pay(books.top_up(company_id), company_id, 700)
    events = books.stripe.events[:]
    assert at_once([lambda: books.deliver(events)] * 5) == []
    books.deliver(events * 100)
    assert books.balance(company_id) == (700, 0)


def test_what_is_asked_before_anothers_commit_is_not_written_over_it(books: Books) -> None:
    company_id = books.active(500)
    payment = next(iter(books.stripe.payments))
    stale = dataclasses.replace(books.stripe, payments=dict(books.stripe.payments))
    asked: list[str] = []

    def old_answer(name: str) -> Any:
        asked.append(name)
        if len(asked) > 1:
            return books.stripe.payment(name)
        answer = books.stripe.payment(name)
        books.stripe.take(name, "charge.refunded", refunded_ore=200)
        books.deliver_new()
        return answer

    stale.payment = old_answer  # type: ignore[assignment,method-assign]  # a slow answer
    follow(books.database, stale, Subject(payment=payment), NOON)
    assert books.balance(company_id) == (300, 0)
    assert len(asked) == 2


def test_a_payment_that_fails_stops_new_sends_and_says_why_until_it_is_paid(books: Books) -> None:
    company_id = books.active(500)
    subscription = f"sub_{company_id}"
    books.stripe.change(subscription, "invoice.payment_failed", unpaid=True)
    books.deliver_new()
    with books.database.transaction() as tx, pytest.raises(Forbidden, match="Update the card"):
        check_may_send(tx, company_id, NOON.date())
    books.stripe.change(subscription, "invoice.paid", unpaid=False)
    books.deliver_new()
    with books.database.transaction() as tx:
        assert check_may_send(tx, company_id, NOON.date()).state == "active"


def test_a_plan_is_switched_and_its_people_are_told_at_the_suppliers(books: Books, published: list[Message]) -> None:
    company_id = books.active()
    published.clear()
    books.stripe.change(f"sub_{company_id}", plan="growth")
    books.deliver_new()
    assert books.value("SELECT plan FROM companies WHERE id = %s", company_id) == "growth"
    assert {message.topic for message in published} == {"mailchimp-contacts", "hubspot-contacts"}


def test_a_dispute_of_what_is_spent_is_owed_stops_sends_and_is_settled_by_the_next_top_up(books: Books) -> None:
    company_id = books.active(1_000)
    payment = next(iter(books.stripe.payments))
    spend(books, company_id, 700)
    books.stripe.take(payment, "charge.dispute.created", disputed_ore=1_000)
    books.deliver_new()
    assert books.balance(company_id) == (0, 700)
    with books.database.transaction() as tx, pytest.raises(Forbidden, match="disputed"):
        check_may_send(tx, company_id, NOON.date())
    books.stripe.pay(books.top_up(company_id), company_id, 900)
    books.deliver_new()
    assert books.balance(company_id) == (200, 0)
    books.stripe.take(payment, "charge.dispute.closed", disputed_ore=-1_000)
    books.deliver_new()
    assert books.balance(company_id) == (1_200, 0)
    books.check(company_id)


def test_what_is_anothers_customer_or_nobodys_here_changes_nothing(books: Books) -> None:
    company_id = books.active(500)
    before = books.end_state(company_id)
    top_up = books.top_up(company_id)
    stripe = books.stripe
    stripe.sessions["cs_x"] = CheckoutSession("cs_x", "", True, "payment", top_up, 99, "cus_x", None, "pi_x")
    stripe.sessions["cs_y"] = CheckoutSession("cs_y", "", True, "subscription", "acc_nobody", 99, "cus_x", "sub_x")
    stripe.subscriptions[f"sub_{company_id}"] = replace(
        stripe.subscriptions[f"sub_{company_id}"], customer="cus_x", ended=True
    )
    for kind, name in (
        ("checkout.session.completed", "cs_x"),
        ("checkout.session.completed", "cs_y"),
        ("customer.subscription.deleted", f"sub_{company_id}"),
        ("customer.subscription.updated", "sub_nobody"),
        ("charge.refunded", "pi_nobody"),
        ("made.up", "x"),
    ):
        stripe.tell(kind, name)
    books.deliver_new()
    after = books.end_state(company_id)
    assert [after[0], after[1], after[3]] == [before[0], before[1], before[3]]


def test_the_night_heals_what_lost_events_left_and_says_so_and_a_clean_run_finds_nothing(books: Books) -> None:
    lost, kept = books.active(1_000), books.active(500)
    payment = next(iter(books.stripe.payments))
    books.stripe.pay(books.top_up(lost), lost, 300)
    books.stripe.take(payment, "charge.refunded", refunded_ore=200)
    books.stripe.change(f"sub_{lost}", plan="business", unpaid=True)
    books.stripe.events.clear()
    found = reconcile_stripe(books.database, books.stripe, NOON)
    assert found.healed == 3
    assert (books.balance(lost), books.balance(kept), books.state(lost)) == ((1_100, 0), (500, 0), "past_due")
    again = reconcile_stripe(books.database, books.stripe, NOON)
    assert again.healed == 0
    assert again.compared >= 6
    kinds = "SELECT GROUP_CONCAT(kind ORDER BY kind) FROM stripe_differences WHERE company_id = %s"
    assert (books.value(kinds, lost), books.value(kinds, kept)) == ("deposit,plan,taken_back", None)
    assert open_differences(books, lost) == 0


def test_the_night_tells_stripe_that_an_account_was_taken_back_while_it_was_away(books: Books) -> None:
    company_id = books.active()

    @dataclass
    class Away(MovingStripe):
        def renew(self, subscription: str, renews: bool) -> None:
            raise SupplierUnavailable("away")

    def renews() -> bool:
        return books.stripe.subscriptions[f"sub_{company_id}"].renews

    close_and_stop_renewal(books.database, books.stripe, company_id, "Kaffebaren AB", NOON)
    reopen_and_renew(books.database, Away(), company_id)
    assert (books.state(company_id), renews()) == ("active", False)
    reconcile_stripe(books.database, books.stripe, NOON)
    assert (books.state(company_id), renews()) == ("active", True)


def ledger_differences(capsys: pytest.CaptureFixture[str]) -> int:
    """As the last run told it."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [int(one["value"]) for one in lines if one.get("metric") == "ledger_differences"][-1]


def test_a_balance_that_is_not_the_sum_of_its_entries_is_left_to_a_person(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    company_id = books.active(1_000)
    reconcile_stripe(books.database, books.stripe, NOON)
    before = ledger_differences(capsys)
    with books.database.transaction() as tx:
        tx.execute("UPDATE balances SET available_ore = 1001 WHERE company_id = %s", (company_id,))
    assert reconcile_stripe(books.database, books.stripe, NOON).open >= 1
    assert open_differences(books, company_id) == 1
    assert ledger_differences(capsys) == before + 1
    with books.database.transaction() as tx:
        tx.execute("UPDATE balances SET available_ore = 1000 WHERE company_id = %s", (company_id,))
    reconcile_stripe(books.database, books.stripe, NOON)
    assert open_differences(books, company_id) == 1, "nothing new"


def test_what_is_paid_for_a_company_that_is_gone_is_left_to_staff_once_and_nothing_is_made_of_it(books: Books) -> None:
    gone, ended, paid = ids.new_id("acc"), books.active(), books.active()
    books.stripe.buy_plan(gone)
    books.deliver_new()
    ends_at = NOON - timedelta(days=2)
    with books.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed', ends_at = %s WHERE id = %s", (ends_at, ended))
    for name, company_id, made_at in (
        ("in_gone", gone, NOON - timedelta(days=20)),
        ("in_after", ended, ends_at + timedelta(hours=1)),
        ("in_before", ended, ends_at - timedelta(hours=1)),
        ("in_paid", paid, NOON),
        ("in_others", "", NOON),
    ):
        books.stripe.invoices.append(PlanInvoice(f"{name}_{gone}", company_id, 29_900, made_at))
    assert reconcile_stripe(books.database, books.stripe, NOON).open >= 2
    for _ in range(2):
        reconcile_stripe(books.database, books.stripe, NOON + timedelta(days=1))
    with books.database.transaction() as tx:
        answer = difference_list(tx, Page(200, None))["items"]
    found = [one for one in answer if one["invoice"] and one["invoice"].endswith(gone)]
    assert {(one["kind"], one["account_id"], one["invoice"], one["stripe_ore"], one["healed"]) for one in found} == {
        ("invoice_of_nobody", gone, f"in_gone_{gone}", 29_900, False),
        ("invoice_after_end", ended, f"in_after_{gone}", 29_900, False),
    }
    assert len(found) == 2, "once each"
    assert all(one["healed"] is False for one in found), "in JSON no 0"
    for one in found:
        assert "At Stripe, cancel" in (one["what_to_do"] or "") and "refund the invoice" in (one["what_to_do"] or "")
    assert books.value("SELECT COUNT(*) FROM companies WHERE id = %s", gone) == 0
    assert books.value("SELECT COUNT(*) FROM balances WHERE company_id = %s", gone) == 0


def open_differences(books: Books, company_id: str) -> int:
    """Of this company, whatever other tests have left of theirs."""
    found: int = books.value("SELECT COUNT(*) FROM stripe_differences WHERE company_id = %s AND NOT healed", company_id)
    return found


def test_what_no_payment_is_left_for_is_paid_by_bank_in_full_and_once(books: Books) -> None:
    company_id = books.active(1_000)

    def pay(amount_ore: int) -> None:
        with books.database.transaction() as tx:
            paid_by_bank(tx, company_id, amount_ore, "staff@upup.example", NOON)

    with pytest.raises(Conflict, match="has not ended"):
        pay(1_000)
    with books.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (company_id,))
    with pytest.raises(Conflict, match="not what is left"):
        pay(999)
    pay(1_000)
    assert books.balance(company_id) == (0, 0)
    with pytest.raises(Conflict):
        pay(1_000)
    books.check(company_id)
