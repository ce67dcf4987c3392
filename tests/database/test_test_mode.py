"""What a test key sends goes the whole way, reaches no supplier, moves no money and is in no count."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.database.queries import catalogue, contacts, coupons, figures, sends
from shared.database.queries.people import Session
from shared.domain.errors import TooMany
from shared.domain.limits import DAY, Limits
from shared.ports import CouponOrder, IssuedCoupon, Sms, SmsResult
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.sends.accept_send import Accepted, Planned, accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.prepare_send import judge_request, look_up
from shared.use_cases.sends.pretend import FAILS
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.pipeline import Pipeline
from tests.factories import PUBLIC_URL, FakeIssuer, fictional, fingerprint, request, table


class NoSender:
    """Lekab, which nothing may be asked of."""

    at_once = 1

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        raise AssertionError("Lekab was asked")


class NoIssuer(FakeIssuer):
    """ClearOn or a pool of codes, likewise."""

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        raise AssertionError("an issuer was asked")

    def void(self, reference: str) -> IssuedCoupon | None:
        raise AssertionError("an issuer was asked")


NO_ISSUERS = {"clearon": NoIssuer(), "code_pool": NoIssuer()}


@pytest.fixture
def tester(pipeline: Pipeline) -> Session:
    """A test key of a company without money."""
    company = pipeline.company(balance_ore=0)
    return Session("key_test", company.company_id, "sender", "", frozenset({"sends:write"}), is_test=True)


def sent(pipeline: Pipeline, tester: Session, *phones: str, gift: str = "coffee") -> str:
    """A test send, gone the whole way with suppliers that nothing may be asked of."""
    send_id = pipeline.send(*phones, gift=gift, member=tester)
    pipeline.issue(send_id, issuer=NoIssuer())
    pipeline.hand_over(send_id, sender=NoSender())
    return send_id


def states(pipeline: Pipeline, send_id: str) -> list[str]:
    return pipeline.column("SELECT state FROM deliveries WHERE send_id = %s ORDER BY position", send_id)


def plan(pipeline: Pipeline, member: Session, *phones: str) -> Planned:
    checked = judge_request(request(table(*phones)), PUBLIC_URL, fingerprint)
    now = pipeline.clock.now()
    key = transit_key_of_today(pipeline.transit, now)
    return plan_send(member, checked, look_up(pipeline.database, member.company_id, checked, now), key, now)


def accept(pipeline: Pipeline, planned: Planned, limits: Limits) -> Accepted:
    with pipeline.database.transaction() as tx:
        accept_send(tx, planned, limits, pipeline.clock.now())
    return planned.told


def books(pipeline: Pipeline, company_id: str) -> object:
    tables = ("ledger_entries", "holds", "balances")
    return [pipeline.rows(f"SELECT * FROM {one} WHERE company_id = %s", company_id) for one in tables]


@pytest.mark.parametrize("gift", ["coffee", "cinema"])
def test_it_is_delivered_by_itself_but_to_the_number_that_fails_and_nothing_is_booked(
    pipeline: Pipeline, tester: Session, gift: str
) -> None:
    before = books(pipeline, tester.company_id)
    send_id = sent(pipeline, tester, fictional(0), FAILS.e164, fictional(1), gift=gift)
    assert states(pipeline, send_id) == ["delivered", "failed", "delivered"]
    with pipeline.database.transaction() as tx:
        send = sends.get(tx, tester.company_id, send_id)
    assert send is not None and send.test and send.state == "done" and send.sealed_text is None
    assert (send.price_ore, send.attested_by) == (0, "key_test")
    settle_gifts(pipeline.database, NO_ISSUERS, pipeline.today)
    assert books(pipeline, tester.company_id) == before
    assert pipeline.column("SELECT name FROM suppliers") == [], "no supplier's rate or peace is counted"


def test_the_answer_says_what_it_would_have_cost(pipeline: Pipeline, tester: Session) -> None:
    with pipeline.database.transaction() as tx:
        gift = catalogue.get(tx, "coffee")
    planned = plan(pipeline, tester, fictional(0), fictional(1))
    done = accept(pipeline, planned, Limits(0, 0, 1))
    assert gift is not None
    assert (done["test"], done["price_ore"]) == (True, 2 * gift.price_ore)


def test_it_is_in_no_count_and_no_limit(pipeline: Pipeline, tester: Session) -> None:
    sent(pipeline, tester, fictional(0))
    company, now = tester.company_id, pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        assert figures.between(tx, company, pipeline.today, pipeline.today) == []
        assert sends.recipients_since(tx, company, now - DAY) == 0
        assert coupons.given_since(tx, company, "coffee", pipeline.today) == 0
        assert contacts.usage(tx, company, now - timedelta(days=1)) == contacts.Usage(0, 0)
        assert sends.page(tx, company, None, 50) == []
        assert len(sends.page(tx, company, None, 50, test=True)) == 1


def test_a_real_send_of_the_same_company_is_counted_as_before(pipeline: Pipeline) -> None:
    tester = replace(pipeline.member, member_id="key_test", person_id="", is_test=True)
    sent(pipeline, tester, fictional(0))
    real = pipeline.send_to(2)
    pipeline.issue(real)
    pipeline.hand_over(real)
    with pipeline.database.transaction() as tx:
        (found,) = [one for one in figures.between(tx, pipeline.company_id, pipeline.today, pipeline.today) if one.sent]
        assert found.sent == 2
        assert sends.recipients_since(tx, pipeline.company_id, pipeline.clock.now() - DAY) == 2
        assert [one.id for one in sends.page(tx, pipeline.company_id, None, 50)] == [real]
    assert len(pipeline.sender.sent) == 2
    limits = Limits(2, 2, 1)
    with pytest.raises(TooMany):
        accept(pipeline, plan(pipeline, pipeline.member, fictional(2)), limits)
    accept(pipeline, plan(pipeline, tester, fictional(2)), limits)


def test_who_opted_out_is_not_in_it(pipeline: Pipeline, tester: Session) -> None:
    pipeline.opt_out(fictional(0))
    of_pipeline = replace(tester, company_id=pipeline.company_id)
    send_id = pipeline.send(fictional(0), fictional(1), member=of_pipeline)
    assert pipeline.column("SELECT opted_out FROM sends WHERE id = %s", send_id) == [1]


def test_its_gifts_end_without_their_issuer(pipeline: Pipeline, tester: Session) -> None:
    send_id = sent(pipeline, tester, fictional(0), FAILS.e164)
    pipeline.clock.advance(days=200)
    settle_gifts(pipeline.database, NO_ISSUERS, pipeline.today)
    found = pipeline.column(
        "SELECT c.state FROM coupons c JOIN deliveries d ON d.coupon_id = c.id WHERE d.send_id = %s"
        " ORDER BY d.position",
        send_id,
    )
    assert found == ["expired", "voided"]


def test_a_test_that_waits_can_be_cancelled_and_books_nothing(pipeline: Pipeline, tester: Session) -> None:
    before = books(pipeline, tester.company_id)
    send_id = pipeline.send(fictional(0), member=tester, start_in=timedelta(days=1))
    with pipeline.database.transaction() as tx:
        cancel_send(tx, tester.company_id, send_id, pipeline.clock.now())
    assert states(pipeline, send_id) == ["cancelled"]
    assert books(pipeline, tester.company_id) == before
