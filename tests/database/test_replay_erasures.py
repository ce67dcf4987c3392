"""After a restore everything that was erased is erased again, and nothing that came since."""

import pytest

from shared.database.queries import persons_data
from shared.domain import ids
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind
from shared.ports import Erasure
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.replay_erasures import Replayed
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk
from tests.database.restoring import dumped, restore
from tests.factories import NOON, fictional

ONE = fictional(0)
RESTORED = (
    "deliveries",
    "sms_doubts",
    "early_receipts",
    "opt_outs",
    "privacy_requests",
    "persons",
    "members",
    "sessions",
    "login_links",
    "holds",
    "balances",
)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


@pytest.mark.parametrize("days", [0, 30])
def test_a_restored_recipient_is_erased_again(desk: Desk, days: int) -> None:
    pipeline = desk.pipeline
    pipeline.sent(2)
    pipeline.send_to(1)
    pipeline.opt_out(ONE)
    pipeline.clock.advance(days=days)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    desk.ask(Kind.EXPORT, ONE)
    backup = dumped(pipeline, RESTORED)
    desk.ask(Kind.ERASE, ONE, opt_out_too=True)
    restore(pipeline, backup)
    assert desk.traces(ONE, but=()) >= {
        "deliveries.fingerprint",
        "opt_outs.fingerprint",
        "privacy_requests.fingerprint",
    }
    assert desk.replay() == Replayed(entries=1, deliveries=2)
    assert desk.traces(ONE, but=()) == set()
    assert desk.replay() == Replayed(entries=1), "again changes nothing"


def test_a_restored_account_holder_is_erased_again(desk: Desk) -> None:
    pipeline = desk.pipeline
    karin = desk.colleague()
    email, backup = desk.email(karin), dumped(pipeline, RESTORED)
    desk.ask(Kind.ERASE, person_id=karin.person_id)
    restore(pipeline, backup)
    assert pipeline.column("SELECT email FROM persons WHERE id = %s", karin.person_id) == [email]
    assert desk.replay() == Replayed(entries=1, memberships=1)
    assert pipeline.column("SELECT email FROM persons WHERE id = %s", karin.person_id) == []
    assert pipeline.column("SELECT person_id FROM members WHERE company_id = %s", pipeline.company_id) == [
        pipeline.member.person_id
    ]


def test_who_came_back_after_the_erasure_stays(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    desk.ask(Kind.ERASE, ONE)
    pipeline.clock.advance(hours=1)
    later = pipeline.send(ONE)
    assert desk.replay() == Replayed(entries=1)
    assert pipeline.deliveries(later, "phone") == [parse(ONE).e164]


def test_an_ended_company_that_a_restore_brought_back_ends_again(desk: Desk) -> None:
    pipeline = desk.pipeline
    other = pipeline.company()
    desk.log.add(Erasure(other.company_id, NOON, other.company_id))
    assert desk.replay() == Replayed(entries=1, companies=1)
    assert pipeline.column("SELECT state FROM companies WHERE id = %s", other.company_id) == ["closed"]
    states = pipeline.column("SELECT DISTINCT state FROM agreement_endings WHERE company_id = %s", other.company_id)
    assert states == ["open"]
    assert pipeline.column("SELECT state FROM companies WHERE id = %s", pipeline.company_id) == ["active"]


def test_an_entry_about_what_is_not_there_is_harmless(desk: Desk) -> None:
    pipeline = desk.pipeline
    send_id = pipeline.sent(2)
    gone = ids.new_id("acc")
    for number, facts in enumerate([{"fingerprint": b"x" * 32}, {"person_id": ids.new_id("per")}, {}]):
        desk.log.add(Erasure(f"prq_{number}", NOON, gone, **facts))  # type: ignore[arg-type]  # fields by name
    everything = "SELECT * FROM deliveries WHERE send_id = %s"
    before = pipeline.rows(everything, send_id)
    assert desk.replay() == Replayed(entries=3)
    assert pipeline.rows(everything, send_id) == before


def test_a_company_that_has_ended_already_is_left_alone(desk: Desk) -> None:
    pipeline = desk.pipeline
    other = pipeline.company()
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET state = 'closed', name = '' WHERE id = %s", (other.company_id,))
    desk.log.add(Erasure(other.company_id, NOON, other.company_id))
    assert desk.replay() == Replayed(entries=1)
    assert pipeline.column("SELECT step FROM agreement_endings WHERE company_id = %s", other.company_id) == []


def test_the_replay_finds_recipients_by_company_alone(desk: Desk) -> None:
    """The same fingerprint under another company's id reaches nothing."""
    pipeline = desk.pipeline
    send_id = pipeline.sent(1)
    (fingerprint,) = pipeline.deliveries(send_id, "fingerprint")
    desk.log.add(Erasure("prq_other", pipeline.clock.now(), pipeline.company().company_id, fingerprint))
    assert desk.replay() == Replayed(entries=1)
    with pipeline.database.transaction() as tx:
        assert len(persons_data.deliveries(tx, pipeline.company_id, fingerprint)) == 1
