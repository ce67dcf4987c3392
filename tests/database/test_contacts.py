"""Account holders' changes reach Mailchimp and HubSpot: late, twice, in any order, and past any trouble of either."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.database.queries import contacts, people
from shared.domain.agreement import Step
from shared.ports import OutcomeUnknown, Subscription, SupplierPaused, SupplierUnavailable
from shared.use_cases.accounts.end_agreement import ACTIONS, NotYet
from shared.use_cases.accounts.sync_contact import dearest, sync_contact
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.replay_erasures import replay_erasures
from tests.database.ending import FakeErasures, World
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.suppliers import Suppliers


@pytest.fixture
def suppliers(database: object, pipeline: Pipeline) -> Suppliers:
    with pipeline.database.transaction() as tx:  # the nightly comparison is of everybody
        tx.execute("UPDATE companies SET state = 'closed' WHERE id <> %s", (pipeline.company_id,))
    return Suppliers(pipeline)


def test_an_account_holder_is_at_both_with_names_and_plan_and_one_tag(suppliers: Suppliers) -> None:
    suppliers.told()
    for supplier in (suppliers.mailchimp, suppliers.hubspot):
        kept = supplier.kept[suppliers.email]
        assert (kept.first_name, kept.last_name, kept.plan) == ("Anna", "Åkesson", "start")
    assert suppliers.mailchimp.tags[suppliers.email] == {"start"}
    assert suppliers.syncs("nudged_at, claimed_until, refusal") == [(None, None, None)] * 2


def test_the_messages_hold_ids_and_nothing_else(suppliers: Suppliers) -> None:
    suppliers.changed()
    assert {message.body for message in suppliers.pipeline.published} == {f'{{"person_id":"{suppliers.person_id}"}}'}
    assert [message.topic for message in suppliers.pipeline.published] == ["mailchimp-contacts", "hubspot-contacts"]


def test_after_a_plan_switch_only_the_new_plans_tag_is_left(suppliers: Suppliers) -> None:
    suppliers.told()
    suppliers.mailchimp.tags[suppliers.email].add("newsletter")
    suppliers.change_plan("growth")
    suppliers.run()
    assert suppliers.mailchimp.tags[suppliers.email] == {"newsletter", "growth"}
    assert suppliers.hubspot.kept[suppliers.email].plan == "growth"


def test_messages_that_come_late_twice_and_in_any_order_end_in_the_present_state(suppliers: Suppliers) -> None:
    for plan in ("growth", "business", "start", "growth"):
        suppliers.change_plan(plan)
    suppliers.pipeline.published.reverse()
    suppliers.pipeline.published.extend(suppliers.pipeline.published)
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].plan == "growth"
    assert suppliers.mailchimp.tags[suppliers.email] == {"growth"}
    assert suppliers.hubspot.calls == 1, "what is in step is not told again"


@pytest.mark.parametrize(("theirs", "other"), [("start", "growth"), ("growth", "start")])
def test_of_several_companies_the_dearest_plan_counts(suppliers: Suppliers, theirs: str, other: str) -> None:
    suppliers.change_plan(theirs)
    company_id = suppliers.join(other)
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].plan == "growth"
    suppliers.end(company_id)
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].plan == theirs, "the other's end leaves the one that goes on"


def test_a_plan_that_is_no_longer_sold_gives_way_to_one_that_is() -> None:
    assert dearest(("avskaffad", "start")) == "start"
    assert dearest(("avskaffad",)) == "avskaffad"


def test_a_company_that_was_never_paid_makes_nobody_known_and_erases_nobody(suppliers: Suppliers) -> None:
    visitor_only = suppliers.pipeline.make.company(state="pending")
    with suppliers.transaction() as tx:
        person = people.get(tx, visitor_only.person_id)
    assert person
    suppliers.changed(visitor_only.company_id)
    assert suppliers.run() == 2
    assert (suppliers.mailchimp.calls, suppliers.hubspot.calls) == (0, 0)
    assert suppliers.pipeline.rows("SELECT * FROM contact_syncs") == []


def test_who_is_in_no_company_any_more_is_erased_at_both_and_then_here(suppliers: Suppliers) -> None:
    suppliers.told()
    suppliers.leave()
    suppliers.run()
    assert (suppliers.mailchimp.kept, suppliers.hubspot.kept) == ({}, {})
    with suppliers.transaction() as tx:
        assert suppliers.person(tx) is None
    assert suppliers.syncs("*") == []


def test_the_e_mail_stays_until_both_have_erased_it(suppliers: Suppliers) -> None:
    suppliers.told()
    suppliers.leave()
    suppliers.hubspot.trouble = SupplierUnavailable("away")
    with pytest.raises(SupplierUnavailable):
        suppliers.run()
    erase_expired(suppliers.pipeline.database, suppliers.now)
    with suppliers.transaction() as tx:
        assert suppliers.person(tx) is not None
    suppliers.hubspot.trouble = None
    assert suppliers.sweep_later() == 1
    suppliers.run()
    assert suppliers.hubspot.kept == {}
    with suppliers.transaction() as tx:
        assert suppliers.person(tx) is None


def test_who_joins_again_while_being_erased_is_told_anew(suppliers: Suppliers) -> None:
    """The change during the call is seen when the call has ended."""
    suppliers.told()
    suppliers.leave()
    erase = suppliers.hubspot.erase

    def erase_slowly(email: str) -> None:
        erase(email)
        suppliers.join("growth")

    suppliers.hubspot.erase = erase_slowly  # type: ignore[method-assign]  # in the middle of a call
    suppliers.sync("hubspot")
    suppliers.hubspot.erase = erase  # type: ignore[method-assign]  # in the middle of a call
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].plan == "growth"
    with suppliers.transaction() as tx:
        assert suppliers.person(tx) is not None


def test_a_change_during_a_call_is_told_by_a_call_of_its_own(suppliers: Suppliers) -> None:
    suppliers.changed()
    keep = suppliers.hubspot.keep

    def keep_slowly(people: object) -> list[object]:
        suppliers.hubspot.keep = keep  # type: ignore[method-assign]  # in the middle of a call
        suppliers.change_plan("business")
        suppliers.sync("hubspot")  # finds the row claimed and leaves it to the one that is at it
        assert suppliers.hubspot.calls == 0
        return list(keep(people))

    suppliers.hubspot.keep = keep_slowly  # type: ignore[method-assign,assignment]  # in the middle of a call
    suppliers.sync("hubspot")
    assert suppliers.hubspot.kept[suppliers.email].plan == "start"
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].plan == "business"


@pytest.mark.parametrize("trouble", [SupplierUnavailable("429", 7), OutcomeUnknown("500")])
def test_a_supplier_that_is_away_is_asked_again_and_holds_up_no_other(suppliers: Suppliers, trouble: Exception) -> None:
    suppliers.changed()
    suppliers.mailchimp.trouble = trouble
    with pytest.raises(type(trouble)):
        suppliers.sync("mailchimp")
    suppliers.sync("hubspot")
    assert suppliers.email in suppliers.hubspot.kept
    suppliers.mailchimp.trouble = None
    suppliers.pipeline.clock.time += timedelta(seconds=8)
    suppliers.sync("mailchimp")
    assert suppliers.email in suppliers.mailchimp.kept


def test_what_the_supplier_asks_to_wait_is_waited_and_the_sweep_goes_on(suppliers: Suppliers) -> None:
    suppliers.changed()
    suppliers.mailchimp.trouble = SupplierUnavailable("429", 600)
    with pytest.raises(SupplierUnavailable):
        suppliers.sync("mailchimp")
    suppliers.mailchimp.trouble = None
    with pytest.raises(SupplierPaused):
        suppliers.sync("mailchimp")
    assert suppliers.mailchimp.calls == 1
    suppliers.sync("hubspot")
    suppliers.pipeline.published.clear()
    assert suppliers.sweep_later() == 0, "not while it is left in peace"
    assert suppliers.sweep_later() == 1
    suppliers.run()
    assert suppliers.email in suppliers.mailchimp.kept


def test_a_worker_that_dies_in_its_call_is_taken_over(suppliers: Suppliers) -> None:
    suppliers.changed()
    suppliers.pipeline.published.clear()
    with suppliers.transaction() as tx:  # what is left of one: no exception gives its claim back
        sync = contacts.lock(tx, suppliers.person_id, "hubspot")
        assert sync
        contacts.claim(tx, sync, suppliers.now + timedelta(minutes=2), suppliers.now)
    suppliers.sync("hubspot")
    assert suppliers.hubspot.calls == 0
    assert suppliers.sweep_later() == 2
    suppliers.run()
    assert suppliers.email in suppliers.hubspot.kept


def test_an_end_waits_for_a_call_that_would_undo_it(database: object, pipeline: Pipeline) -> None:
    world, suppliers = World(pipeline), Suppliers(pipeline)
    suppliers.changed()

    class DiesTelling:
        name, calls = "hubspot", 1

        def tell(self, contact: object) -> None:
            with pytest.raises(NotYet):
                ACTIONS[Step.ERASE_AT_HUBSPOT](world.parts, world.id)
            raise WorkerDied

        def erase(self, email: str) -> None:
            pytest.fail("it is only told")

    with pytest.raises(WorkerDied):
        sync_contact(replace(suppliers.parts("hubspot"), supplier=DiesTelling()), suppliers.person_id)


def test_a_refusal_is_shown_to_staff_and_is_not_tried_for_ever(suppliers: Suppliers) -> None:
    suppliers.mailchimp.forgotten.add(suppliers.email)
    suppliers.hubspot.refused.add(suppliers.email)
    suppliers.told()
    with suppliers.transaction() as tx:
        refusals = contacts.refusals(tx, None, 10)
        hints = contacts.refusals_of_company(tx, suppliers.pipeline.company_id)
    assert {(one.person_id, one.supplier, one.refusal) for one in refusals} == {
        (suppliers.person_id, "mailchimp", "forgotten"),
        (suppliers.person_id, "hubspot", "refused"),
    }
    assert hints == [(suppliers.pipeline.member.member_id, one) for one in ("mailchimp", "hubspot")]
    assert (suppliers.sweep_later(), suppliers.nightly()) == (0, 0)


def test_who_comes_back_by_mailchimps_own_form_is_told_again(suppliers: Suppliers) -> None:
    suppliers.mailchimp.forgotten.add(suppliers.email)
    suppliers.told()
    suppliers.mailchimp.forgotten.clear()
    done = suppliers.read_back(Subscription(suppliers.email, True))
    assert done == {"unsubscribed": 0, "subscribed": 0, "told_again": 1}
    suppliers.run()
    assert suppliers.mailchimp.tags[suppliers.email] == {"start"}
    assert suppliers.syncs("refusal, refused_at") == [(None, None)] * 2


def test_an_unsubscribe_is_read_back_once_and_taken_back_only_at_mailchimp(suppliers: Suppliers) -> None:
    suppliers.told()
    gone = Subscription(suppliers.email, False)
    assert suppliers.read_back(gone, Subscription("okand@example.com", False))["unsubscribed"] == 1
    assert suppliers.read_back(gone)["unsubscribed"] == 0
    with suppliers.transaction() as tx:
        assert contacts.unsubscribed_at(tx, suppliers.person_id) == suppliers.now
    suppliers.change_plan("growth")
    suppliers.run()
    with suppliers.transaction() as tx:
        assert contacts.unsubscribed_at(tx, suppliers.person_id) == suppliers.now, "a plan switch changes nothing"
    assert suppliers.read_back(Subscription(suppliers.email, None))["subscribed"] == 0
    assert suppliers.read_back(Subscription(suppliers.email, True))["subscribed"] == 1
    with suppliers.transaction() as tx:
        assert contacts.unsubscribed_at(tx, suppliers.person_id) is None


def test_the_night_finds_whoever_no_message_was_about(suppliers: Suppliers) -> None:
    assert suppliers.nightly() == 2
    suppliers.run()
    assert suppliers.nightly() == 0
    with suppliers.transaction() as tx:
        tx.execute("UPDATE persons SET last_name = 'Ek' WHERE id = %s", (suppliers.person_id,))
    assert suppliers.nightly() == 2
    suppliers.run()
    assert suppliers.mailchimp.kept[suppliers.email].last_name == "Ek"
    with suppliers.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s", (suppliers.pipeline.company_id,))
    assert suppliers.nightly() == 2
    suppliers.run()
    assert (suppliers.mailchimp.kept, suppliers.hubspot.kept) == ({}, {})
    assert suppliers.nightly() == 0


def test_after_a_restore_the_night_tells_both_what_stands_here_now(suppliers: Suppliers) -> None:
    """The backup is older than the last plan switch, which the suppliers know of."""
    suppliers.told()
    ((old,), _) = suppliers.syncs("digest")
    suppliers.hubspot.kept.clear()
    replay_erasures(
        suppliers.pipeline.database,
        suppliers.pipeline.tokens,
        suppliers.pipeline.number_hash,
        FakeErasures(),
        suppliers.now,
    )
    assert suppliers.nightly() == 2
    suppliers.run()
    assert suppliers.email in suppliers.hubspot.kept
    assert suppliers.syncs("digest")[0] == (old,)


def test_usage_goes_to_hubspot_alone_and_again_when_it_has_changed(suppliers: Suppliers) -> None:
    suppliers.told()
    assert suppliers.mailchimp.kept[suppliers.email].figures == {}
    assert suppliers.hubspot.kept[suppliers.email].figures == {"sends_30_days": 0, "deliveries_30_days": 0}
    send_id = suppliers.pipeline.sent(3)
    with suppliers.transaction() as tx:
        tx.execute("UPDATE deliveries SET state = 'delivered' WHERE send_id = %s AND position < 3", (send_id,))
    assert suppliers.nightly() == 1
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].figures == {"sends_30_days": 1, "deliveries_30_days": 2}
    suppliers.pipeline.clock.time += timedelta(days=31)
    assert suppliers.nightly() == 1
    suppliers.run()
    assert suppliers.hubspot.kept[suppliers.email].figures == {"sends_30_days": 0, "deliveries_30_days": 0}


def test_what_is_kept_of_what_they_were_told_tells_nobody_what_it_was(suppliers: Suppliers) -> None:
    suppliers.told()
    digests = [digest for (digest,) in suppliers.syncs("digest")]
    assert len(set(digests)) == 2
    assert all(len(digest) == 32 for digest in digests)
    kept = " ".join(map(str, suppliers.syncs("*")))
    assert suppliers.person_id in kept
    assert not [one for one in (suppliers.email, "Anna", "Åkesson") if one in kept]
