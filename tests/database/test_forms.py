"""What visitors ask for: the newsletter, an answer, a trial SMS; and how little is kept of it here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shared.domain.errors import Conflict, NotAcceptable, Unavailable
from shared.domain.phone_number import PhoneNumber, parse
from shared.ports import MailRefused, Sms, SmsOutcome, SmsResult, SupplierUnavailable, Visitor
from shared.use_cases.accounts.invite import invite
from shared.use_cases.forms.erase_visitor import erase_visitor
from shared.use_cases.forms.try_sms import Parts, ask_for_trial_sms, confirm_trial_sms, opt_out_of_trial_sms
from shared.use_cases.forms.welcome import ask_for_newsletter, write_to_staff
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.suppliers import FakeHubSpot, FakeMailchimp, Suppliers
from tests.factories import PUBLIC_URL, fictional

STAFF = "kontakt@upup.example"
PHONE = parse(fictional(7))
VISITOR = Visitor("asa@exempel.example", "Åsa", "Berg", "Bageriet", PHONE.e164, "2026-11")
AWAY = SupplierUnavailable("away")


@dataclass
class FakeMail:
    trouble: Exception | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append((to, text))


class Dying:
    at_once = 1

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        raise WorkerDied


@dataclass
class Desk:
    pipeline: Pipeline
    mailchimp: FakeMailchimp = field(default_factory=FakeMailchimp)
    mail: FakeMail = field(default_factory=FakeMail)

    @property
    def parts(self) -> Parts:
        one = self.pipeline
        suppliers = (one.sender, one.gate("lekab"), self.mailchimp)
        return Parts(one.database, one.tokens, lambda: number_hash, *suppliers, one.clock, PUBLIC_URL)

    @property
    def texts(self) -> list[str]:
        return [sms.text for sms in self.pipeline.sender.sent]

    def link(self, visitor: Visitor = VISITOR) -> str:
        """The token of the link that the visitor gets."""
        ask_for_trial_sms(self.mail, self.pipeline.tokens, PUBLIC_URL, visitor, self.pipeline.clock.now())
        to, text = self.mail.sent[-1]
        assert to == visitor.email
        return text.partition("/test-send#token=")[2].split()[0]

    def confirm(self, token: str) -> None:
        confirm_trial_sms(self.parts, token)

    def outcome(self, outcome: SmsOutcome | None) -> None:
        """What becomes of the next SMS to the number."""
        self.pipeline.sender.outcomes = {PHONE.e164: SmsResult(outcome)} if outcome else {}

    def opt_out(self) -> None:
        with self.pipeline.database.transaction() as tx:
            token = self.texts[-1].partition("/prov#token=")[2]
            opt_out_of_trial_sms(tx, self.pipeline.tokens, token, self.pipeline.clock.now())


def number_hash(number: PhoneNumber) -> bytes:
    return number.e164.encode().ljust(32)


@pytest.fixture
def desk(pipeline: Pipeline) -> Desk:
    return Desk(pipeline)


def test_who_wants_the_newsletter_is_asked_by_mailchimp_itself(desk: Desk) -> None:
    ask_for_newsletter(desk.mailchimp, desk.mail, STAFF, VISITOR)
    assert desk.mailchimp.asked == [VISITOR.email]
    assert desk.mailchimp.tags[VISITOR.email] == {"newsletter"}
    assert desk.mail.sent == []


def test_staff_are_told_of_somebody_who_was_erased_and_wants_news(desk: Desk) -> None:
    desk.mailchimp.forgotten.add(VISITOR.email)
    ask_for_newsletter(desk.mailchimp, desk.mail, STAFF, VISITOR)
    ((to, text),) = desk.mail.sent
    assert to == STAFF
    assert VISITOR.email in text


def test_what_a_visitor_writes_reaches_staff_also_while_mailchimp_is_away(desk: Desk) -> None:
    desk.mailchimp.trouble = AWAY
    write_to_staff(desk.mailchimp, desk.mail, STAFF, VISITOR, "Vad kostar det?")
    ((to, text),) = desk.mail.sent
    assert to == STAFF
    assert all(one in text for one in ("Vad kostar det?", VISITOR.email, VISITOR.phone, "Åsa Berg", "Bageriet"))
    desk.mailchimp.trouble = None
    write_to_staff(desk.mailchimp, desk.mail, STAFF, VISITOR, "Hej")
    assert desk.mailchimp.tags[VISITOR.email] == {"contact"}
    assert desk.mailchimp.asked == [], "who writes has not asked for news"


@pytest.mark.parametrize("trouble", [AWAY, MailRefused()])
def test_what_reaches_no_staff_is_not_taken(desk: Desk, trouble: Exception) -> None:
    desk.mail.trouble = trouble
    with pytest.raises(SupplierUnavailable):
        write_to_staff(desk.mailchimp, desk.mail, STAFF, VISITOR, "Hej")
    assert desk.mailchimp.visitors == {}


def test_a_trial_sms_leaves_when_the_link_is_used_and_once(desk: Desk) -> None:
    token = desk.link()
    assert desk.texts == []
    assert desk.mailchimp.visitors == {}
    desk.confirm(token)
    desk.confirm(token)
    (sms,) = desk.pipeline.sender.sent
    assert (sms.to, sms.sender) == (PHONE, "UpUp")
    assert f"{PUBLIC_URL}/prov#token=" in sms.text
    assert len(sms.text) <= 160
    assert desk.mailchimp.tags[VISITOR.email] == {"test-send"}
    assert desk.mailchimp.asked == []


def test_the_mail_holds_nothing_that_whoever_asked_has_written(desk: Desk) -> None:
    """It may go to somebody else's address."""
    desk.link(replace(VISITOR, first_name="Vinn en bil", company="Ring 070"))
    ((_, text),) = desk.mail.sent
    assert not [one for one in ("Vinn", "bil", "Berg", "070", VISITOR.phone) if one in text]


def test_nothing_is_kept_until_the_link_is_used_and_then_only_keyed_hashes(desk: Desk) -> None:
    token = desk.link()
    assert desk.pipeline.rows("SELECT * FROM test_sends") == []
    desk.confirm(token)
    ((number, link, state, begun_at),) = desk.pipeline.rows("SELECT * FROM test_sends")
    assert (number, state, begun_at) == (number_hash(PHONE), "sent", desk.pipeline.clock.now())
    assert len(link) == 32


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-2], lambda token: token + "A" * 4, lambda token: "A" + token[1:], lambda _: "å"]
)
def test_a_link_that_was_changed_opens_nothing(desk: Desk, spoil: "type[str]") -> None:
    with pytest.raises(NotAcceptable):
        desk.confirm(spoil(desk.link()))
    assert desk.texts == []


def test_a_link_works_for_a_day(desk: Desk) -> None:
    token = desk.link()
    desk.pipeline.clock.time += timedelta(hours=24)
    with pytest.raises(NotAcceptable):
        desk.confirm(token)
    assert desk.texts == []


def test_a_number_gets_one_in_30_days_whoever_asks(desk: Desk) -> None:
    desk.confirm(desk.link())
    other = replace(VISITOR, email="annan@exempel.example")
    desk.pipeline.clock.time += timedelta(days=29, hours=23)
    desk.confirm(desk.link(other))
    assert len(desk.texts) == 1
    desk.pipeline.clock.time += timedelta(hours=1)
    desk.confirm(desk.link(other))
    assert len(desk.texts) == 2


def test_the_hash_of_a_number_is_gone_after_30_days(desk: Desk) -> None:
    desk.confirm(desk.link())
    desk.pipeline.clock.time += timedelta(days=30, seconds=1)
    erase_expired(desk.pipeline.database, desk.pipeline.clock.now())
    assert desk.pipeline.rows("SELECT * FROM test_sends") == []


@pytest.mark.parametrize("outcome", [SmsOutcome.UNKNOWN, SmsOutcome.REFUSED])
def test_a_lost_answer_and_a_refusal_are_never_sent_again(desk: Desk, outcome: SmsOutcome) -> None:
    desk.outcome(outcome)
    desk.confirm(desk.link())
    desk.outcome(None)
    desk.confirm(desk.link())
    assert desk.texts == []
    assert desk.pipeline.column("SELECT state FROM test_sends") == [outcome]


def test_a_worker_that_dies_in_its_call_has_sent_it_or_not_and_nobody_does_again(desk: Desk) -> None:
    with pytest.raises(WorkerDied):
        confirm_trial_sms(replace(desk.parts, sms=Dying()), desk.link())
    desk.confirm(desk.link())
    assert desk.texts == []
    assert desk.pipeline.column("SELECT state FROM test_sends") == ["unknown"]


def test_what_was_not_tried_may_be_tried_again_with_the_same_link(desk: Desk) -> None:
    token = desk.link()
    desk.outcome(SmsOutcome.NOT_TRIED)
    for _ in range(6):  # five open the breaker: then nothing is asked at all
        with pytest.raises(Unavailable):
            desk.confirm(token)
    desk.outcome(None)
    desk.pipeline.clock.time += timedelta(minutes=1)
    desk.confirm(token)
    assert len(desk.texts) == 1


def test_that_mailchimp_is_away_keeps_no_sms_back(desk: Desk) -> None:
    desk.mailchimp.trouble = AWAY
    desk.confirm(desk.link())
    assert len(desk.texts) == 1


def test_who_wants_no_sms_from_upup_never_gets_one_again(desk: Desk) -> None:
    desk.confirm(desk.link())
    for _ in range(2):
        desk.opt_out()
    desk.pipeline.clock.time += timedelta(days=400)
    erase_expired(desk.pipeline.database, desk.pipeline.clock.now())
    desk.confirm(desk.link())
    assert len(desk.texts) == 1


def test_a_made_up_link_opts_nobody_out(desk: Desk) -> None:
    with desk.pipeline.database.transaction() as tx:
        opt_out_of_trial_sms(tx, desk.pipeline.tokens, "hittepå", desk.pipeline.clock.now())
    assert desk.pipeline.rows("SELECT * FROM own_opt_outs") == []


def test_staff_erase_a_visitor_at_both_suppliers_and_their_log_does_not_say_whom(desk: Desk) -> None:
    hubspot, database, now = FakeHubSpot(), desk.pipeline.database, desk.pipeline.clock.now()
    ask_for_newsletter(desk.mailchimp, desk.mail, STAFF, VISITOR)
    hubspot.trouble = AWAY
    with pytest.raises(SupplierUnavailable):
        erase_visitor(database, desk.mailchimp, hubspot, VISITOR.email, STAFF, now)
    hubspot.trouble = None
    with database.transaction() as tx:
        invite(tx, desk.pipeline.tokens, desk.pipeline.member, VISITOR.email, "viewer", now)
    erase_visitor(database, desk.mailchimp, hubspot, VISITOR.email, STAFF, now)
    assert desk.mailchimp.visitors == {}
    assert desk.pipeline.rows("SELECT id FROM invitations WHERE email = %s", VISITOR.email) == []
    assert desk.pipeline.rows("SELECT action, subject FROM staff_log") == [("visitor.erase", "visitor")] * 2


def test_an_account_holder_is_not_erased_as_a_visitor(pipeline: Pipeline) -> None:
    suppliers = Suppliers(pipeline)
    suppliers.told()
    with pytest.raises(Conflict):
        erase_visitor(
            pipeline.database, suppliers.mailchimp, suppliers.hubspot, suppliers.email, STAFF, pipeline.clock.now()
        )
    assert suppliers.email in suppliers.mailchimp.kept


def test_sms_to_different_numbers_do_not_hinder_each_other(desk: Desk) -> None:
    desk.confirm(desk.link())
    desk.confirm(desk.link(replace(VISITOR, phone=parse(fictional(8)).e164)))
    assert len(desk.texts) == 2
