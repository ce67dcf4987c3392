"""What the calls about persons' requests say, and who may have done what."""

import csv
import io
from typing import Any

import pytest

from shared.database.queries import people
from shared.database.queries.people import Session
from shared.domain import ids
from shared.domain.errors import Forbidden
from shared.domain.persons_data import NewNames, Wanted
from shared.domain.phone_number import parse, written
from shared.domain.privacy_request import Kind, State
from shared.http.answers import privacy as answers
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.fingerprint import MASTER_CONTEXT, MASTER_KEY, Fingerprints
from shared.use_cases.privacy.rectify_person import NewNumber
from shared.use_cases.privacy.request_privacy import hand_in
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk
from tests.factories import NOON, fictional, fingerprint

ONE, RIGHT = fictional(0), fictional(50)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def said(desk: Desk, kind: Kind, phone: str = "", **more: Any) -> dict[str, Any]:
    """The answer's `result`."""
    request, result = desk.ask(kind, phone, **more)
    with desk.pipeline.database.transaction() as tx:
        shown = answers.whole(tx, request, result, DeliveryIds(desk.pipeline.tokens))["result"]
    assert shown is not None
    return dict(shown)


def right() -> NewNumber:
    number = parse(RIGHT)
    return NewNumber(number, fingerprint(number))


def test_an_erasure_says_that_an_opt_out_stays_only_where_there_is_one(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    assert said(desk, Kind.ERASE, ONE)["opt_out"] is None
    pipeline.opt_out(ONE)
    assert said(desk, Kind.ERASE, ONE)["opt_out"] == answers.OPT_OUT_STAYS
    assert said(desk, Kind.ERASE, ONE, opt_out_too=True)["opt_out"] is None


def test_what_is_erased_under_a_wrong_number_is_said(desk: Desk) -> None:
    desk.pipeline.sent(1)
    shown = said(desk, Kind.RECTIFY, ONE, change=right())
    assert (shown["erased"], shown["note"]) == (1, answers.ERASED_AS_WRONG)


def test_a_number_under_which_nothing_had_left_says_of_no_erasure(desk: Desk) -> None:
    desk.pipeline.send_to(1)
    shown = said(desk, Kind.RECTIFY, ONE, change=right())
    assert (shown["rectified"], shown["note"], shown["let_go_because"]) == (1, None, None)


def test_why_a_delivery_was_let_go_is_said(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.send(ONE, RIGHT)
    shown = said(desk, Kind.RECTIFY, ONE, change=right())
    assert (shown["let_go"], shown["let_go_because"]) == (1, answers.NEW_NUMBER_IN_SEND)
    pipeline.send(ONE)
    pipeline.opt_out(RIGHT)
    shown = said(desk, Kind.RECTIFY, ONE, change=right())
    assert (shown["let_go"], shown["let_go_because"]) == (1, answers.NEW_NUMBER_OPTED_OUT)


def test_what_an_erasure_waits_for_is_said(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    other = pipeline.make.company(state="pending")
    add_member(desk, karin, other)
    assert "never paid" in said(desk, Kind.ERASE, person_id=karin.person_id)["note"]


def add_member(desk: Desk, person: Session, company: Session) -> None:
    with desk.pipeline.database.transaction() as tx:
        people.add_member(tx, ids.new_id("mbr"), company.company_id, person.person_id, "sender", NOON)


def rename(desk: Desk, email: str, asking: Session) -> str:
    wanted = Wanted(Kind.RECTIFY, email=email, new_names=NewNames("Carin", "Ek"))
    master = desk.pipeline.keys.wrap(MASTER_KEY, bytes(32), MASTER_CONTEXT)
    fingerprints = Fingerprints(desk.pipeline.keys, master.ciphertext)
    request, _ = hand_in(desk.parts, fingerprints, wanted, asking, desk.pipeline.clock.now())
    return desk.request(request.id, asking).state


def test_who_is_in_another_company_puts_their_name_right_alone(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague("sender")
    add_member(desk, karin, pipeline.make.company())
    email = desk.email(karin)
    with pytest.raises(Forbidden, match="Only they themselves"):
        rename(desk, email, pipeline.member)
    assert pipeline.column("SELECT first_name FROM persons WHERE id = %s", karin.person_id) == ["Karin"]
    assert pipeline.column("SELECT id FROM privacy_requests") == []
    assert rename(desk, email, karin) == State.DONE
    assert pipeline.column("SELECT first_name FROM persons WHERE id = %s", karin.person_id) == ["Carin"]


def test_a_signup_that_was_never_paid_does_not_keep_an_owner_from_it(desk: Desk) -> None:
    karin = desk.colleague("sender")
    add_member(desk, karin, desk.pipeline.make.company(state="pending"))
    assert rename(desk, desk.email(karin), desk.pipeline.member) == State.DONE


def test_the_file_opens_in_swedish_excel_as_a_sends_report_does(desk: Desk) -> None:
    pipeline = desk.pipeline
    pipeline.sent(1)
    _, found = desk.ask(Kind.EXPORT, ONE)
    answer = answers.as_csv("prq_a", found, DeliveryIds(pipeline.tokens))
    assert answer.file
    file = b"".join(answer.file)
    assert file.startswith(b"\xef\xbb\xbfdelivery_id;send_id;state;")
    (row,) = csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";")
    assert (row["phone"], row["opted_out_on"]) == (written(parse(ONE).e164), "")
    assert len(row["uploaded_at_swedish_time"]) == len("2026-11-23 10:00:00")


def test_a_name_that_could_be_a_formula_is_text_in_the_file(desk: Desk) -> None:
    pipeline, karin = desk.pipeline, desk.colleague()
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE persons SET first_name = '+1' WHERE id = %s", (karin.person_id,))
    _, found = desk.ask(Kind.EXPORT, person_id=karin.person_id)
    answer = answers.as_csv("prq_a", found, DeliveryIds(pipeline.tokens))
    assert answer.file
    assert b"person.first_name;'+1\r\n" in b"".join(answer.file)
