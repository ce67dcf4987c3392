"""Second factors and sessions: what counts as shown, once, for how long, and what it opens."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from shared.database.queries import people, second_factors, sessions, standing
from shared.database.queries.people import Session
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound, SecondFactorRequired
from shared.domain.second_factor import Shown
from shared.http.answers.sessions import session_list
from shared.http.careful import check_confirmed
from shared.http.stopped import check_not_stopped
from shared.privacy.sealing import Unreadable
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts import second_factor
from tests.factories import Factory, FakeClock

STEP = 60_000_000


@dataclass
class Phone:
    """A person who is logged in, with an authenticator app."""

    database: PooledDatabase
    member: Session
    hmac: bytes = b"a" * 32
    clock: FakeClock = field(default_factory=FakeClock)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(b"k" * 32))
    secret: str = ""

    def logged_in(self) -> "Phone":
        self.log_in(self.hmac)
        return self

    def log_in(self, hmac: bytes) -> None:
        member = people.Membership(self.member.member_id, self.member.company_id, "", self.member.role)
        with self.database.transaction() as tx:
            people.add_session(tx, hmac, member, self.clock.now(), self.clock.now() + timedelta(days=7))

    def enrol(self) -> str:
        with self.database.transaction() as tx:
            enrolment = second_factor.enrol(tx, self.tokens, self.member.person_id, self.clock.now())
        self.secret = enrolment.secret
        return enrolment.otpauth_uri

    def code(self, step: int = STEP) -> str:
        return pyotp.TOTP(self.secret).generate_otp(step)

    def shown(self, code: str, step: int) -> Shown:
        return Shown(self.member.person_id, self.hmac, code, step, self.clock.now())

    def confirm_enrolment(self, step: int = STEP, off: int = 0) -> list[str]:
        """`off`: how many half minutes the phone is ahead."""
        with self.database.transaction() as tx:
            return second_factor.confirm_enrolment(tx, self.tokens, self.shown(self.code(step + off), step))

    def show(self, code: str, step: int = STEP) -> None:
        with self.database.transaction() as tx:
            second_factor.confirm_session(tx, self.tokens, self.shown(code, step))

    def careful(self) -> bool:
        """Whether a careful call is let in."""
        try:
            check_confirmed(self.database, self.member, self.hmac, self.clock.now())
        except SecondFactorRequired:
            return False
        return True

    def require(self, required: bool = True) -> None:
        with self.database.transaction() as tx:
            second_factors.require(tx, self.member.company_id, required)

    def sessions(self) -> list[tuple[str, bool]]:
        with self.database.transaction() as tx:
            items = session_list(tx, self.member, self.hmac, self.clock.now())["items"]
        return [(one["id"], one["current"]) for one in items]


@pytest.fixture
def phone(database: PooledDatabase, make: Factory) -> Phone:
    with database.transaction() as tx:
        tx.execute("DELETE FROM sessions /* all companies: earlier tests' */")
    return Phone(database, make.company()).logged_in()


def test_an_app_reads_the_secret_from_the_uri(phone: Phone) -> None:
    uri = phone.enrol()
    assert parse_qs(urlsplit(uri).query) == {"secret": [phone.secret], "issuer": ["UpUp"]}
    assert pyotp.parse_uri(uri).secret == phone.secret


def test_the_secret_is_kept_sealed_and_opens_for_its_person_alone(phone: Phone, make: Factory) -> None:
    phone.enrol()
    other = Phone(phone.database, make.company(), b"b" * 32).logged_in()
    other.enrol()
    with phone.database.transaction() as tx:
        sealed = tx.value("SELECT sealed FROM second_factors WHERE person_id = %s", (phone.member.person_id,))
        assert phone.secret.encode() not in sealed
        tx.execute("UPDATE second_factors SET sealed = %s WHERE person_id = %s", (sealed, other.member.person_id))
    with pytest.raises(Unreadable):
        other.confirm_enrolment()


def test_what_is_shown_once_is_printed_nowhere(phone: Phone) -> None:
    with phone.database.transaction() as tx:
        enrolment = second_factor.enrol(tx, phone.tokens, phone.member.person_id, phone.clock.now())
        factor = second_factors.lock(tx, phone.member.person_id)
    printed = f"{enrolment!r} {factor!r} {phone.shown('123456', STEP)!r}"
    assert enrolment.secret not in printed and "123456" not in printed
    assert "person_id" in printed and "otpauth" not in printed


def test_a_code_of_a_neighbouring_half_minute_is_taken_and_one_further_off_is_not(phone: Phone) -> None:
    phone.enrol()
    for off in (-2, 2):
        with pytest.raises(NotAcceptable):
            phone.confirm_enrolment(STEP, off)
    phone.confirm_enrolment(STEP, -1)
    phone.show(phone.code(STEP), STEP)
    phone.show(phone.code(STEP + 1), STEP)


def test_a_code_works_once(phone: Phone) -> None:
    phone.enrol()
    phone.confirm_enrolment()
    for old in (STEP, STEP - 1):
        with pytest.raises(NotAcceptable):
            phone.show(phone.code(old))
    phone.show(phone.code(STEP + 1), STEP + 1)
    with pytest.raises(NotAcceptable):
        phone.show(phone.code(STEP + 1), STEP + 1)


def test_a_recovery_code_works_once_however_it_is_written_and_for_its_person_alone(phone: Phone, make: Factory) -> None:
    phone.enrol()
    codes = phone.confirm_enrolment()
    assert len(set(codes)) == 10
    other = Phone(phone.database, make.company(), b"b" * 32).logged_in()
    other.enrol()
    other.confirm_enrolment()
    with pytest.raises(NotAcceptable):
        other.show(codes[0])
    phone.show(codes[0].upper().replace("-", ""))
    with pytest.raises(NotAcceptable):
        phone.show(codes[0])
    phone.show(codes[1])
    with phone.database.transaction() as tx:
        assert second_factors.recovery_codes_left(tx, phone.member.person_id) == 8


def test_it_counts_from_the_first_code_and_cannot_be_replaced_without_taking_it_away(phone: Phone) -> None:
    phone.enrol()
    first = phone.secret
    assert phone.careful(), "it was never confirmed"
    with pytest.raises(Conflict):
        phone.show(phone.code())
    phone.enrol()
    assert phone.secret != first
    phone.confirm_enrolment()
    with pytest.raises(Conflict):
        phone.enrol()
    with pytest.raises(Conflict):
        phone.confirm_enrolment(STEP + 1)


def test_who_has_one_shows_it_before_a_careful_call_and_for_30_minutes(phone: Phone) -> None:
    assert phone.careful()
    phone.enrol()
    phone.confirm_enrolment()
    assert phone.careful(), "the code was just shown"
    phone.clock.advance(minutes=30)
    assert not phone.careful()
    phone.show(phone.code(STEP + 1), STEP + 1)
    assert phone.careful()


def test_another_session_of_the_same_person_has_shown_nothing(phone: Phone) -> None:
    phone.enrol()
    phone.confirm_enrolment()
    phone.hmac = b"b" * 32
    phone.log_in(phone.hmac)
    assert not phone.careful()


def test_a_company_can_ask_for_one_and_who_has_none_must_enrol_first(phone: Phone) -> None:
    phone.require()
    assert not phone.careful()
    phone.enrol()
    assert not phone.careful()
    phone.confirm_enrolment()
    assert phone.careful()
    with phone.database.transaction() as tx:
        second_factor.remove(tx, phone.member.person_id)
    assert not phone.careful()
    phone.require(False)
    assert phone.careful()


def test_taking_it_away_leaves_nothing_of_it(phone: Phone) -> None:
    phone.enrol()
    phone.confirm_enrolment()
    with phone.database.transaction() as tx:
        second_factor.remove(tx, phone.member.person_id)
        for table in ("second_factors", "recovery_codes"):
            assert tx.values(f"SELECT 1 FROM {table} WHERE person_id = %s", (phone.member.person_id,)) == []
    with phone.database.transaction() as tx, pytest.raises(NotFound):
        second_factor.remove(tx, phone.member.person_id)


def test_it_goes_with_its_person(phone: Phone) -> None:
    phone.enrol()
    phone.confirm_enrolment()
    with phone.database.transaction() as tx:
        people.erase_members(tx, phone.member.company_id)
        for table in ("persons", "second_factors", "recovery_codes", "sessions"):
            column = {"persons": "id", "sessions": "member_id"}.get(table, "person_id")
            who = phone.member.member_id if table == "sessions" else phone.member.person_id
            assert tx.values(f"SELECT 1 FROM {table} WHERE {column} = %s /* all companies: none */", (who,)) == []


def test_a_program_is_never_asked_for_one(phone: Phone) -> None:
    phone.require()
    key = Session("key_a", phone.member.company_id, "owner", "")
    check_confirmed(phone.database, key, b"", phone.clock.now())
    assert not phone.careful()


def test_a_person_sees_and_ends_their_own_sessions_and_nobody_elses(phone: Phone, make: Factory) -> None:
    other = Phone(phone.database, make.company(), b"o" * 32).logged_in()
    with phone.database.transaction() as tx:
        member = (f"mbr_{ids.encode(b'colleague')}", phone.member.company_id)
        people.add_member(tx, *member, other.member.person_id, "owner", phone.clock.now())
    colleague = Phone(phone.database, Session(*member, "owner", other.member.person_id), b"c" * 32).logged_in()
    phone.clock.advance(minutes=1)
    phone.log_in(b"b" * 32)
    (newer, _), (current, _) = phone.sessions()
    assert [one for _, one in phone.sessions()] == [False, True]
    ((foreign, _),) = colleague.sessions()
    with phone.database.transaction() as tx:
        where = (phone.member.company_id, phone.member.member_id)
        assert not sessions.end(tx, *where, foreign)
        assert sessions.end(tx, *where, newer)
    phone.log_in(b"d" * 32)
    with phone.database.transaction() as tx:
        sessions.end_others(tx, *where, phone.hmac)
    assert phone.sessions() == [(current, True)]
    assert colleague.sessions() == [(foreign, True)]
    assert len(other.sessions()) == 1


def test_a_sessions_day_is_noted_and_its_id_is_not_made_of_its_token(phone: Phone) -> None:
    phone.clock.advance(days=2)
    with phone.database.transaction() as tx:
        assert people.session(tx, phone.hmac, phone.clock.now()) == phone.member
    with phone.database.transaction() as tx:
        (one,) = sessions.of_member(tx, phone.member.company_id, phone.member.member_id, phone.clock.now())
    assert one.last_seen_on == phone.clock.now().date() == one.created_at.date() + timedelta(days=2)
    assert one.id.startswith("ses_") and phone.hmac.hex() not in one.id


@pytest.mark.parametrize("path", ["/v1/session/confirm", "/v1/second-factor", "/v1/second-factor/confirm"])
def test_a_stopped_companys_people_still_show_and_enrol_second_factors(phone: Phone, path: str) -> None:
    company_id = phone.member.company_id
    with phone.database.transaction() as tx:
        assert standing.stop(tx, company_id, "staff", "We are looking at it.", phone.clock.now())
    with phone.database.transaction() as tx:
        session = people.session(tx, phone.hmac, phone.clock.now())
    assert session is not None
    with pytest.raises(Forbidden):
        check_not_stopped(session, "POST", "/v1/sends")
    check_not_stopped(session, "POST", path)
