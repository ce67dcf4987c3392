"""Who has not opened a gift is reminded of it once, if its company asked for that and the balance covers it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from shared.database.queries.people import Session
from shared.domain.chunks import SIZE
from shared.domain.errors import NotAcceptable
from shared.domain.phone_number import parse
from shared.domain.reminder import PRICE_ORE, Reminder
from shared.domain.topics import EXTRA_SMS_WANTED
from shared.http.answers.send_views import Reminders
from shared.http.answers.sends import one_send
from shared.ports import Message, Sms
from shared.use_cases.accounts.stop_account import resume_account, stop_account
from shared.use_cases.gifts.cancel_gift import cancel_gift
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.gifts.record_redemptions import poll_redemptions
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_person import erase_recipient
from shared.use_cases.sends.remind import Reminded, remind
from shared.use_cases.sends.send_extra_sms import Parts, send_extra_sms
from shared.use_cases.sends.sweep_extra_sms import sweep_extra_sms
from tests.database.pipeline import Pipeline, at_once
from tests.factories import PUBLIC_URL, fictional, fingerprint, request, table

AFTER = 3
NOBODY = Reminded()


@dataclass
class Reminding:
    """A pipeline whose sends ask for reminders."""

    pipeline: Pipeline

    def send(self, number: int = 1, after_days: int = AFTER, member: Session | None = None) -> str:
        """Handed over, to so many numbers."""
        pipeline = self.pipeline
        wanted = replace(request(table(*map(fictional, range(number)))), reminder=Reminder(after_days, "sv"))
        send_id = pipeline.make.send(member or pipeline.member, pipeline.transit, pipeline.clock, wanted)
        pipeline.issue(send_id)
        pipeline.hand_over(send_id)
        pipeline.published.clear()
        return send_id

    def job(self, quiet_hours: bool = True) -> Reminded:
        return remind(self.pipeline.database, self.pipeline.clock, quiet_hours)

    def later(self, **how_far: float) -> Reminded:
        """What the job does so much later."""
        self.pipeline.clock.advance(**(how_far or {"days": AFTER}))
        return self.job()

    def run(self) -> list[Sms]:
        """The SMS that the published messages bring about."""
        known = len(self.pipeline.sender.sent)
        while self.pipeline.published:
            self.do(self.pipeline.published.pop(0))
        return self.pipeline.sender.sent[known:]

    def do(self, message: Message) -> None:
        assert message.topic == EXTRA_SMS_WANTED
        pipeline = self.pipeline
        gates = pipeline.gate("lekab"), pipeline.gate("clearon")
        suppliers = pipeline.database, pipeline.sender, pipeline.issuers
        parts = Parts(*suppliers, pipeline.tokens, pipeline.clock, PUBLIC_URL, *gates, quiet_hours=True)
        send_extra_sms(parts, **json.loads(message.body))

    def rows(self, what: str = "state") -> list[Any]:
        return self.pipeline.column(f"SELECT {what} FROM extra_sms WHERE kind = 'reminder' ORDER BY send_id, position")

    def shown(self, send_id: str, company_id: str = "", *, test: bool = False) -> Reminders | None:
        with self.pipeline.database.transaction() as tx:
            return one_send(tx, company_id or self.pipeline.company_id, send_id, test=test)["reminders"]

    def change(self, sql: str, *arguments: object) -> None:
        with self.pipeline.database.transaction() as tx:
            assert tx.execute(f"{sql} /* all companies: a test */", arguments)

    def open(self, sms: Sms) -> str:
        """The code on the page that the SMS leads to."""
        with self.pipeline.database.transaction() as tx:
            return open_gift(tx, self.pipeline.tokens, self.pipeline.token_of(sms), self.pipeline.today).code


@pytest.fixture
def reminding(pipeline: Pipeline) -> Reminding:
    return Reminding(pipeline)


def test_who_has_not_opened_the_gift_gets_one_sms_more_that_opens_it_and_who_has_gets_none(
    reminding: Reminding,
) -> None:
    send_id = reminding.send(3)
    first, second, third = reminding.pipeline.sender.sent
    reminding.open(second)
    assert reminding.later(days=2, hours=23) == NOBODY
    assert reminding.later(hours=1) == Reminded(asked_for=2)
    sms = reminding.run()
    assert [one.to for one in sms] == [first.to, third.to]
    assert {one.sender for one in sms} == {"Kaffebaren"}
    assert all("väntar" in one.text for one in sms)
    assert reminding.pipeline.token_of(sms[0]) != reminding.pipeline.token_of(first)
    assert reminding.open(sms[0]) == reminding.open(first)
    shown = reminding.shown(send_id)
    assert shown is not None and (shown["language"], shown["sent"], shown["left_out"]) == ("sv", 2, 0)
    assert reminding.later() == NOBODY, "one reminder a gift"


def test_it_is_reserved_when_it_is_asked_for_and_paid_when_it_has_left(reminding: Reminding) -> None:
    reminding.send(3)
    before, fees = reminding.pipeline.balance(), reminding.pipeline.booked()["capture_fee"]
    reminding.later()
    asked = reminding.pipeline.balance()
    assert asked.held_ore == before.held_ore + 3 * PRICE_ORE
    assert asked.available_ore == before.available_ore - 3 * PRICE_ORE
    reminding.run()
    assert reminding.pipeline.balance().held_ore == before.held_ore
    assert reminding.pipeline.balance().available_ore == asked.available_ore
    assert reminding.pipeline.booked()["capture_fee"] == fees + 3 * PRICE_ORE


def test_jobs_at_the_same_moment_remind_each_once(reminding: Reminding) -> None:
    places = [reminding.send(5) for _ in range(4)] * 5
    reminding.pipeline.clock.advance(days=AFTER)
    assert at_once([reminding.job] * 4) == []
    assert sorted(reminding.rows("send_id")) == sorted(places)
    assert len(reminding.run()) == len(places)
    assert reminding.run() == []


def test_a_send_is_worked_through_in_chunks_and_two_jobs_share_them(reminding: Reminding) -> None:
    send_id = reminding.send(4)
    places = [1, SIZE, SIZE + 1, 3 * SIZE]
    for position, place in reversed(list(enumerate(places[1:], start=2))):
        reminding.change(
            "UPDATE deliveries SET position = %s WHERE send_id = %s AND position = %s", place, send_id, position
        )
    reminding.change("UPDATE sends SET accepted = %s WHERE id = %s", places[-1], send_id)
    reminding.pipeline.clock.advance(days=AFTER)
    assert at_once([reminding.job] * 2) == []
    assert reminding.rows("position") == places
    bodies = sorted((json.loads(one.body) for one in reminding.pipeline.published), key=lambda body: body["first"])
    assert [(one["first"], one["last"]) for one in bodies] == [
        (1, SIZE), (SIZE + 1, 2 * SIZE), (2 * SIZE + 1, 3 * SIZE)
    ]  # fmt: skip


# Who gets none


def opens_the_gift(reminding: Reminding, send_id: str) -> None:
    reminding.open(reminding.pipeline.sender.sent[0])


def opts_out(reminding: Reminding, send_id: str) -> None:
    reminding.pipeline.opt_out(fictional(0))


def is_erased(reminding: Reminding, send_id: str) -> None:
    pipeline, now = reminding.pipeline, reminding.pipeline.clock.now()
    number = fingerprint(parse(fictional(0)))
    erase_recipient(pipeline.database, pipeline.tokens, pipeline.number_hash, pipeline.company_id, number, now, now)


def whose_gift_is_taken_back(reminding: Reminding, send_id: str) -> None:
    pipeline = reminding.pipeline
    cancel_gift(pipeline.database, pipeline.issuer, pipeline.company_id, send_id, 1, pipeline.today)


def whose_gift_is_taken_back_while_its_issuer_is_away(reminding: Reminding, send_id: str) -> None:
    pipeline = reminding.pipeline
    coupons, pipeline.issuer.coupons = pipeline.issuer.coupons, {}
    whose_gift_is_taken_back(reminding, send_id)
    pipeline.issuer.coupons = coupons


def whose_gift_is_redeemed(reminding: Reminding, send_id: str) -> None:
    pipeline = reminding.pipeline
    pipeline.issuer.redeem(pipeline.deliveries(send_id, "coupon_id")[0])
    poll_redemptions(pipeline.database, pipeline.issuer, pipeline.today)


def whose_gift_is_redeemed_and_we_do_not_know(reminding: Reminding, send_id: str) -> None:
    reminding.pipeline.issuer.redeem(reminding.pipeline.deliveries(send_id, "coupon_id")[0])


def whose_gift_expires(reminding: Reminding, send_id: str) -> None:
    coupon_id = reminding.pipeline.deliveries(send_id, "coupon_id")[0]
    yesterday = reminding.pipeline.today - timedelta(days=1)
    reminding.change("UPDATE coupons SET valid_until = %s WHERE id = %s", yesterday, coupon_id)


def whose_sms_did_not_arrive(reminding: Reminding, send_id: str) -> None:
    reminding.change("UPDATE deliveries SET state = 'failed' WHERE send_id = %s AND position = 1", send_id)


def whose_sms_is_in_doubt(reminding: Reminding, send_id: str) -> None:
    reminding.change("UPDATE deliveries SET state = 'unknown' WHERE send_id = %s AND position = 1", send_id)


def whose_sms_left_just_now(reminding: Reminding, send_id: str) -> None:
    moment = reminding.pipeline.clock.now() - timedelta(hours=23)
    reminding.change("UPDATE deliveries SET sent_at = %s WHERE send_id = %s AND position = 1", moment, send_id)


NOT_ASKED_FOR = (
    opens_the_gift,
    opts_out,
    is_erased,
    whose_gift_is_taken_back,
    whose_gift_is_taken_back_while_its_issuer_is_away,
    whose_gift_is_redeemed,
    whose_gift_expires,
    whose_sms_did_not_arrive,
    whose_sms_is_in_doubt,
    whose_sms_left_just_now,
)
MEANWHILE = (
    opens_the_gift,
    opts_out,
    whose_gift_is_taken_back,
    whose_gift_is_redeemed,
    whose_gift_is_redeemed_and_we_do_not_know,
    whose_sms_did_not_arrive,
)


@pytest.mark.parametrize("happens", NOT_ASKED_FOR)
def test_the_one_of_two_is_left_alone_who(reminding: Reminding, happens: Callable[[Reminding, str], None]) -> None:
    send_id = reminding.send(2)
    reminding.pipeline.clock.advance(days=AFTER)
    happens(reminding, send_id)
    assert reminding.job() == Reminded(asked_for=1)
    assert reminding.rows("position") == [2]
    assert [sms.to for sms in reminding.run()] == [parse(fictional(1))]


@pytest.mark.parametrize("happens", MEANWHILE)
def test_nothing_leaves_and_nothing_is_paid_for_who_between_the_job_and_the_sms(
    reminding: Reminding, happens: Callable[[Reminding, str], None]
) -> None:
    send_id = reminding.send()
    fees = reminding.pipeline.booked()["capture_fee"]
    assert reminding.later() == Reminded(asked_for=1)
    happens(reminding, send_id)
    assert reminding.run() == []
    assert reminding.rows() == ["failed"]
    assert reminding.rows("due_at") == [None], "nothing is held for it"
    assert reminding.pipeline.booked()["capture_fee"] == fees
    [hold_id] = reminding.rows("hold_id")
    assert reminding.pipeline.column("SELECT held_ore FROM holds WHERE id = %s", hold_id) == [0]


def test_a_stopped_company_reminds_nobody_until_it_is_resumed(reminding: Reminding) -> None:
    pipeline = reminding.pipeline
    reminding.send()
    stop_account(pipeline.database, "staff@upup.example", pipeline.company_id, "Reported.", pipeline.clock.now())
    assert reminding.later() == NOBODY
    resume_account(pipeline.database, "staff@upup.example", pipeline.company_id, "Well.", pipeline.clock.now())
    assert reminding.job() == Reminded(asked_for=1)


@pytest.mark.parametrize("state", ["past_due", "closing", "closed"])
def test_a_company_that_may_not_send_reminds_nobody(reminding: Reminding, state: str) -> None:
    reminding.send()
    reminding.change("UPDATE companies SET state = %s WHERE id = %s", state, reminding.pipeline.company_id)
    assert reminding.later() == NOBODY


def test_a_send_that_is_cancelled_or_still_under_way_reminds_nobody(reminding: Reminding) -> None:
    send_id = reminding.send()
    for state in ("cancelled", "processing"):
        reminding.change("UPDATE sends SET state = %s WHERE id = %s", state, send_id)
        assert reminding.later() == NOBODY
    reminding.change("UPDATE sends SET state = 'done' WHERE id = %s", send_id)
    assert reminding.job() == Reminded(asked_for=1)


def test_nobody_is_reminded_in_the_evening_or_at_night(reminding: Reminding) -> None:
    reminding.send()
    for hours in (AFTER * 24 + 8, 12.9):  # 20:00 and 08:54 in Stockholm
        assert reminding.later(hours=hours) == NOBODY
    assert reminding.later(hours=0.1) == Reminded(asked_for=1)


# Money, and the days in clear


def test_those_that_the_balance_does_not_cover_are_left_out_and_the_send_says_how_many(reminding: Reminding) -> None:
    pipeline = reminding.pipeline
    send_id = reminding.send(5)
    reminding.change(
        "UPDATE balances SET available_ore = %s WHERE company_id = %s", 2 * PRICE_ORE + 49, pipeline.company_id
    )
    assert reminding.later() == Reminded(asked_for=2, left_out=3)
    assert len(reminding.run()) == 2
    shown = reminding.shown(send_id)
    assert shown is not None and (shown["sent"], shown["left_out"]) == (2, 3)
    assert pipeline.balance().available_ore == 49
    reminding.change("UPDATE balances SET available_ore = 10000 WHERE company_id = %s", pipeline.company_id)
    assert reminding.later(days=1) == NOBODY, "who was left out once is not reminded later"


def test_with_four_days_in_clear_the_reminder_comes_by_day_2_or_is_refused(reminding: Reminding) -> None:
    reminding.change("UPDATE companies SET encrypt_after_days = 4 WHERE id = %s", reminding.pipeline.company_id)
    with pytest.raises(NotAcceptable) as refused:
        reminding.send(after_days=2)
    assert [(one.field, one.code) for one in refused.value.faults] == [("reminder.after_days", "too_late")]
    reminding.send(after_days=1)
    assert reminding.later(hours=25) == Reminded(asked_for=1)
    assert len(reminding.run()) == 1


@pytest.mark.parametrize("moment", [timedelta(0), timedelta(seconds=1)])
def test_where_the_days_in_clear_are_made_fewer_none_leaves_48_hours_before_the_end(
    reminding: Reminding, moment: timedelta
) -> None:
    send_id = reminding.send()
    until = reminding.pipeline.clock.now() + timedelta(days=AFTER)
    reminding.change("UPDATE sends SET encrypt_at = %s WHERE id = %s", until + timedelta(hours=48), send_id)
    reminding.pipeline.clock.time = until + moment
    assert reminding.job() == (NOBODY if moment else Reminded(asked_for=1))


def test_none_leaves_after_day_28_however_late_the_job_or_the_worker_is(reminding: Reminding) -> None:
    reminding.send(after_days=27)
    reminding.send(after_days=26)
    reminding.pipeline.clock.advance(days=26)
    assert reminding.job() == Reminded(asked_for=1)
    reminding.pipeline.clock.advance(days=2, seconds=1)
    assert reminding.job() == NOBODY
    assert reminding.run() == []
    assert reminding.rows("reason") == ["too_late"]


def test_it_leaves_nothing_behind_when_the_send_is_encrypted(reminding: Reminding) -> None:
    send_id = reminding.send(2)
    reminding.later()
    reminding.run()
    reminding.pipeline.clock.advance(days=30 - AFTER)
    assert encrypt_expired_deliveries(
        reminding.pipeline.database, reminding.pipeline.keys, reminding.pipeline.clock
    ).rows
    assert reminding.rows() == []
    assert reminding.pipeline.rows(
        "SELECT remind_at, reminder_language, reminded_to, reminders_left_out FROM sends WHERE id = %s", send_id
    ) == [(None, None, 0, 0)]
    assert reminding.shown(send_id) is None


def test_a_test_send_reminds_without_supplier_or_money(reminding: Reminding) -> None:
    company = reminding.pipeline.company(balance_ore=0)
    tester = Session("key_test", company.company_id, "sender", "", frozenset({"sends:write"}), is_test=True)
    send_id = reminding.send(2, member=tester)
    assert reminding.later() == Reminded(asked_for=2)
    assert reminding.run() == [], "Lekab hears of none"
    assert reminding.rows() == ["delivered", "delivered"]
    shown = reminding.shown(send_id, company.company_id, test=True)
    assert shown is not None and shown["sent"] == 2
    assert reminding.pipeline.booked(company.company_id) == {}


def test_one_that_was_held_up_until_the_evening_leaves_the_next_morning(reminding: Reminding) -> None:
    reminding.send()
    assert reminding.later() == Reminded(asked_for=1)
    clock, database = reminding.pipeline.clock, reminding.pipeline.database
    clock.advance(hours=10)  # 22 in Stockholm
    assert (reminding.run(), reminding.rows()) == ([], ["accepted"])
    clock.advance(hours=10, minutes=50)
    assert sweep_extra_sms(database, clock.now()) == 0
    clock.advance(minutes=11)
    assert sweep_extra_sms(database, clock.now()) == 1
    assert (len(reminding.run()), reminding.rows()) == (1, ["sent"])
