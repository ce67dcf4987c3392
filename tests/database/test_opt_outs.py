"""A company's opt-outs: noted once, shown without whose they are, taken back only at the person's own wish."""

from datetime import timedelta

import pytest

from shared.database.queries import opt_outs
from shared.domain.errors import NotAcceptable, NotFound
from shared.domain.opt_out import Source
from shared.domain.recipients import Imported
from shared.domain.retention import STAFF_LOG_LIFE
from shared.privacy.fingerprint import MASTER_CONTEXT, MASTER_KEY, Fingerprints
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.privacy.opt_out_by_company import import_opt_outs, opt_out, withdraw, withdraw_by_phone
from tests.database.pipeline import Pipeline, at_once
from tests.factories import fictional

PHONE = fictional(0)


@pytest.fixture
def fingerprints(pipeline: Pipeline) -> Fingerprints:
    return Fingerprints(pipeline.keys, pipeline.keys.wrap(MASTER_KEY, bytes(32), MASTER_CONTEXT).ciphertext)


def listed(pipeline: Pipeline, most: int = 50) -> list[opt_outs.OptOut]:
    with pipeline.database.transaction() as tx:
        return opt_outs.page(tx, pipeline.company_id, None, most)


def note(pipeline: Pipeline, fingerprints: Fingerprints, phone: str = PHONE) -> tuple[opt_outs.OptOut, bool]:
    return opt_out(pipeline.database, fingerprints, pipeline.company_id, phone, pipeline.clock.now())


def test_an_opt_out_is_noted_once_however_the_number_is_written(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    first, new = note(pipeline, fingerprints)
    again, renewed = note(pipeline, fingerprints, "+46 70 174 06 05")
    assert (new, renewed, first) == (True, False, again)
    assert (first.source, first.opted_out_on) == (Source.COMPANY, pipeline.today)
    assert listed(pipeline) == [first]
    with pytest.raises(NotAcceptable) as refused:
        note(pipeline, fingerprints, "070-hej")
    assert "hej" not in str(refused.value.faults)


def test_at_the_same_moment_it_is_noted_once(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    assert at_once([lambda: note(pipeline, fingerprints)] * 4) == []
    assert len(listed(pipeline)) == 1


def test_a_list_is_taken_in_with_counts_and_faults_by_row(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    note(pipeline, fingerprints)
    phones = [PHONE, fictional(1), "hej", fictional(1), "08-465 004 00", fictional(2)]
    done = import_opt_outs(pipeline.database, fingerprints, pipeline.company_id, phones, pipeline.clock.now())
    assert (done.added, done.already, done.duplicate, done.invalid) == (2, 1, 1, 2)
    assert [(one.row, one.code) for one in done.faults] == [(3, "invalid_phone"), (5, "not_mobile")]
    assert sorted(str(one.source) for one in listed(pipeline)) == ["company", "import", "import"]


def test_ten_thousand_numbers_are_a_few_statements(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    phones = [f"+4670{number:07d}" for number in range(1_000_000, 1_010_000)]
    done = import_opt_outs(pipeline.database, fingerprints, pipeline.company_id, phones, pipeline.clock.now())
    assert done == Imported(10_000, 0, 0, 0, [])
    ids = {one.id for one in listed(pipeline, 20_000)}
    assert len(ids) == 10_000


def test_taking_one_back_notes_who_and_nothing_of_the_person(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    one, _ = note(pipeline, fingerprints)
    withdraw(pipeline.database, pipeline.member, one.id, pipeline.clock.now())
    assert listed(pipeline) == []
    ((opt_out_id, member_id),) = pipeline.rows(
        "SELECT opt_out_id, member_id FROM opt_out_withdrawals WHERE company_id = %s", pipeline.company_id
    )
    assert (opt_out_id, member_id) == (one.id, pipeline.member.member_id)
    with pytest.raises(NotFound):
        withdraw(pipeline.database, pipeline.member, one.id, pipeline.clock.now())
    note(pipeline, fingerprints)
    for _ in range(2):
        withdraw_by_phone(pipeline.database, fingerprints, pipeline.member, PHONE, pipeline.clock.now())
    assert listed(pipeline) == []
    pipeline.clock.advance(seconds=(STAFF_LOG_LIFE + timedelta(days=1)).total_seconds())
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT COUNT(*) FROM opt_out_withdrawals") == [0]


def test_one_company_neither_sees_nor_takes_back_anothers(pipeline: Pipeline, fingerprints: Fingerprints) -> None:
    one, _ = note(pipeline, fingerprints)
    ours, pipeline.member = pipeline.member, pipeline.company()
    assert listed(pipeline) == []
    with pytest.raises(NotFound):
        withdraw(pipeline.database, pipeline.member, one.id, pipeline.clock.now())
    withdraw_by_phone(pipeline.database, fingerprints, pipeline.member, PHONE, pipeline.clock.now())
    pipeline.member = ours
    assert listed(pipeline) == [one]
