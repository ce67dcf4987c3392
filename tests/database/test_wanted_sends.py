"""What one read finds of a send that is asked for is the company's own, whole, and of this very moment."""

import pytest

from shared.database.queries import sender_names, standing, wanted_sends
from shared.database.queries.wanted_sends import AT_ONCE, Wanted
from shared.domain.errors import Forbidden
from shared.domain.misuse import State
from shared.domain.phone_number import parse
from shared.use_cases.sends.prepare_send import allowed_to_send
from tests.database.pipeline import Pipeline
from tests.factories import fictional, fingerprint

NUMBERS = [f"+4670{place:07d}" for place in range(AT_ONCE * 2)]


def find(
    pipeline: Pipeline, *phones: str, gift: str = "coffee", sender: str = "Kaffebaren", company: str | None = None
) -> Wanted:
    prints = (fingerprint(parse(phone)) for phone in phones)
    with pipeline.database.transaction() as tx:
        found = wanted_sends.find(tx, company or pipeline.company_id, gift, sender, prints)
    assert found is not None
    return found


@pytest.mark.parametrize("places", [[], [0], [AT_ONCE - 1, AT_ONCE], [0, 1, AT_ONCE * 2 - 1]])
def test_whoever_has_opted_out_is_found_however_many_are_asked_for(pipeline: Pipeline, places: list[int]) -> None:
    for place in places:
        pipeline.opt_out(NUMBERS[place])
    assert find(pipeline, *NUMBERS).opted_out == {fingerprint(parse(NUMBERS[place])) for place in places}


def test_another_companys_opt_outs_senders_and_balance_are_not_seen(pipeline: Pipeline) -> None:
    other = pipeline.company(balance_ore=7)
    pipeline.opt_out(fictional(0))
    with pipeline.database.transaction() as tx:
        known = sender_names.find(tx, pipeline.company_id, "Kaffebaren")
        assert known is not None
        sender_names.decide(tx, known, State.REFUSED, None, "No.", pipeline.clock.now())
    theirs, ours = find(pipeline, fictional(0), company=other.company_id), find(pipeline, fictional(0))
    assert theirs.opted_out == set() and theirs.sender is not None and theirs.sender.state == State.APPROVED
    assert theirs.sending.available_ore == 7
    assert len(ours.opted_out) == 1 and ours.sender is not None and ours.sender.state == State.REFUSED


@pytest.mark.parametrize(("gift", "sender"), [("gåva", "Åsa"), ("", ""), ("no-such", "+46700000000")])
def test_a_gift_or_sender_that_is_none_is_not_found_and_the_company_is(
    pipeline: Pipeline, gift: str, sender: str
) -> None:
    found = find(pipeline, gift=gift, sender=sender)
    assert (found.gift, found.sender, found.sending.company_id) == (None, None, pipeline.company_id)


def test_a_stop_is_seen_by_the_next_read_and_its_end_too(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        standing.stop(tx, pipeline.company_id, "staff", "Numbers were bought.", pipeline.clock.now())
    assert find(pipeline).sending.stop_reason == "Numbers were bought."
    with pipeline.database.transaction() as tx:
        standing.resume(tx, pipeline.company_id, pipeline.clock.now())
    assert find(pipeline).sending.stop_reason is None


def test_a_stop_whose_reason_is_gone_is_one_all_the_same(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        standing.stop(tx, pipeline.company_id, "staff", "Numbers were bought.", pipeline.clock.now())
        tx.execute("UPDATE companies SET stop_reason = NULL WHERE id = %s", (pipeline.company_id,))
    sending = find(pipeline).sending
    with pytest.raises(Forbidden, match="stopped"):
        allowed_to_send(sending, pipeline.today)
