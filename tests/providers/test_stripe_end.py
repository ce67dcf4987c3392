"""What the end of an agreement asks of Stripe, with the real `stripe` client against the sandbox's Stripe."""

from collections.abc import Iterator

import pytest

from shared.ports import PlanSubscription, SupplierRefused
from tests.providers.stripe_support import Served, adapter, stripe_served


@pytest.fixture
def served() -> Iterator[Served]:
    with stripe_served() as served:
        yield served


def a_payment(served: Served, amount_ore: int) -> str:
    """Stripe's name of a deposit that was paid."""
    session = served.adapter.subscribe("acc_1", "Kaffebaren AB", "anna@exempel.example", "start")
    customer = served.session(served.session_id(session)).customer
    url = served.adapter.top_up("top_1", str(customer), amount_ore)
    before = served.session(served.session_id(url))
    assert before.payment is None
    served.stand_in.complete(url)
    return str(served.session(before.id).payment)


def a_subscription(served: Served) -> str:
    url = served.adapter.subscribe("acc_1", "Kaffebaren AB", "anna@exempel.example", "start")
    served.stand_in.complete(url)
    return str(served.session(served.session_id(url)).subscription)


def known(served: Served, subscription: str) -> PlanSubscription:
    found = served.adapter.subscription(subscription)
    assert found
    return found


def test_a_subscription_is_ended_once(served: Served) -> None:
    subscription = a_subscription(served)
    assert not known(served, subscription).ended
    for _ in range(3):
        served.adapter.end(subscription)
    assert known(served, subscription).ended


def test_a_subscription_that_stripe_does_not_know_is_for_a_person_to_look_at(served: Served) -> None:
    with pytest.raises(SupplierRefused):
        served.adapter.end("sub_made_up")


def test_a_payment_is_paid_back_in_parts_each_once(served: Served) -> None:
    payment = a_payment(served, 10_000)
    for _ in range(3):
        assert served.adapter.pay_back("pbk_1", payment, 4_000)
    assert served.adapter.pay_back("pbk_2", payment, 6_000)
    with pytest.raises(SupplierRefused):
        served.adapter.pay_back("pbk_3", payment, 1)


def test_what_was_begun_longer_ago_than_stripe_remembers_a_key_is_not_done_again(served: Served) -> None:
    payment = a_payment(served, 10_000)
    served.adapter.pay_back("pbk_1", payment, 4_000)
    served.stand_in._store._clock.advance(days=3)  # type: ignore[attr-defined]  # a test's own clock
    assert adapter(served.url).pay_back("pbk_1", payment, 4_000)
    assert adapter(served.url).pay_back("pbk_2", payment, 6_000)


def test_more_than_was_paid_is_not_paid_back(served: Served) -> None:
    with pytest.raises(SupplierRefused):
        served.adapter.pay_back("pbk_1", a_payment(served, 10_000), 10_001)


def test_what_was_paid_back_before_with_another_amount_is_for_a_person_to_look_at(served: Served) -> None:
    payment = a_payment(served, 10_000)
    served.adapter.pay_back("pbk_1", payment, 4_000)
    with pytest.raises(SupplierRefused):
        served.adapter.pay_back("pbk_1", payment, 5_000)
    assert served.adapter.pay_back("pbk_2", payment, 6_000), "nothing more was paid meanwhile"
