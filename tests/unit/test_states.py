"""The states of deliveries, gifts and money: only what the tables of moves allow can happen."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from shared.domain import delivery, gift
from shared.domain.delivery import UNDER_WAY, DeliveryState, IllegalMove
from shared.domain.gift import GiftState
from shared.domain.ledger import Account, Movement, Purpose

FINAL = {DeliveryState.DELIVERED, DeliveryState.OPTED_OUT, DeliveryState.CANCELLED}


class Delivery(RuleBasedStateMachine):
    """Whatever is asked for, in any order."""

    @initialize()
    def upload(self) -> None:
        self.history = [DeliveryState.ACCEPTED]

    @rule(wanted=st.sampled_from(DeliveryState))
    def ask(self, wanted: DeliveryState) -> None:
        present = self.history[-1]
        if delivery.may_move(present, wanted):
            self.history.append(delivery.move(present, wanted))
        else:
            with pytest.raises(IllegalMove):
                delivery.move(present, wanted)

    @invariant()
    def it_was_sent_before_it_was_delivered(self) -> None:
        if DeliveryState.DELIVERED in self.history:
            assert DeliveryState.SENDING in self.history or DeliveryState.FAILED in self.history

    @invariant()
    def nothing_follows_the_end(self) -> None:
        assert not FINAL & set(self.history[:-1])

    @invariant()
    def nobody_who_opted_out_is_sent_to(self) -> None:
        if DeliveryState.OPTED_OUT in self.history:
            assert not {DeliveryState.SENT, DeliveryState.DELIVERED} & set(self.history)


Delivery.TestCase.settings = settings(max_examples=60, deadline=None, derandomize=True)
TestADeliveryMovesOnlyAlongLegalMoves = Delivery.TestCase


@pytest.mark.parametrize("wanted", DeliveryState)
def test_the_sources_of_a_delivery_state_are_exactly_those_that_lead_to_it(wanted: DeliveryState) -> None:
    assert set(delivery.sources(wanted)) == {one for one in DeliveryState if delivery.may_move(one, wanted)}


@pytest.mark.parametrize("wanted", GiftState)
def test_the_sources_of_a_gift_state_are_exactly_those_that_lead_to_it(wanted: GiftState) -> None:
    assert set(gift.sources(wanted)) == {one for one in GiftState if wanted in gift.MOVES[one]}


def test_every_state_has_its_moves_and_the_final_ones_have_none() -> None:
    assert set(delivery.MOVES) == set(DeliveryState)
    assert {one for one, targets in delivery.MOVES.items() if not targets} == FINAL
    assert {one for one, targets in gift.MOVES.items() if not targets} == {
        GiftState.REDEEMED,
        GiftState.EXPIRED,
        GiftState.VOIDED,
    }


def test_a_late_receipt_that_it_arrived_is_the_only_way_out_of_failed() -> None:
    assert delivery.MOVES[DeliveryState.FAILED] == {DeliveryState.DELIVERED}
    assert not delivery.may_move(DeliveryState.DELIVERED, DeliveryState.FAILED)


def test_what_may_have_been_sent_is_never_sent_again_by_itself() -> None:
    for doubtful in (DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.DELIVERED):
        assert not delivery.may_move(doubtful, DeliveryState.SENDING)


@pytest.mark.parametrize("state", DeliveryState)
def test_a_state_is_under_way_or_nothing_but_news_from_outside_moves_it(state: DeliveryState) -> None:
    waits_for_us = bool(
        delivery.MOVES[state] & {DeliveryState.ISSUING, DeliveryState.SENDING, DeliveryState.CANCELLED}
    ) or state in (DeliveryState.ISSUING, DeliveryState.SENDING)
    assert (state in UNDER_WAY) is waits_for_us


def test_a_gift_that_is_only_asked_for_is_shown_as_none() -> None:
    assert GiftState.REQUESTED.shown == "none"
    assert {state.shown for state in GiftState if state is not GiftState.REQUESTED} == {
        "issued",
        "opened",
        "redeemed",
        "expired",
        "voided",
    }


AMOUNTS = st.integers(min_value=1, max_value=10**12)


@given(purpose=st.sampled_from(Purpose), amount=AMOUNTS)
@settings(deadline=None, derandomize=True)
def test_every_movement_takes_from_one_account_what_it_gives_to_another(purpose: Purpose, amount: int) -> None:
    movement = Movement(purpose, amount)
    assert sorted(entry.amount_ore for entry in movement.entries) == [-amount, amount]
    assert sum(movement.change(account) for account in Account) == 0
    assert len({entry.account for entry in movement.entries}) == 2


@given(purpose=st.sampled_from(Purpose), amount=st.integers(max_value=0))
@settings(deadline=None, derandomize=True)
def test_a_movement_of_nothing_or_backwards_cannot_be_made(purpose: Purpose, amount: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Movement(purpose, amount)


@given(st.lists(st.tuples(st.sampled_from(Purpose), AMOUNTS)))
@settings(deadline=None, derandomize=True)
def test_the_book_sums_to_zero_whatever_is_written_in_it(movements: list[tuple[Purpose, int]]) -> None:
    entries = [entry for purpose, amount in movements for entry in Movement(purpose, amount).entries]
    assert sum(entry.amount_ore for entry in entries) == 0
