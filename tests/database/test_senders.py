"""Senders and link domains: what is not approved is refused, what is suspicious is held, and staff answer."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from shared.database.queries import link_domains, sender_names
from shared.database.queries.sender_names import SenderName
from shared.domain.errors import Conflict, Fault, Forbidden, NotAcceptable, NotFound
from shared.domain.misuse import MOST_SENDERS, ByItself, State
from shared.ports import Mail
from shared.use_cases.accounts.ask_for_senders import (
    ask_for_domain,
    ask_for_sender,
    decide_domain,
    decide_sender,
    give_sender,
    remove_domain,
    remove_sender,
)
from shared.use_cases.accounts.stop_account import resume_account
from shared.use_cases.accounts.tell_of_misuse import tell_of_misuse
from shared.use_cases.sends.accept_send import accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.prepare_send import judge_request, look_up_to_send
from tests.database.pipeline import Pipeline, at_once
from tests.factories import MESSAGE, NO_LIMITS, PUBLIC_URL, fictional, fingerprint, request, table

STAFF = "staff@upup.example"
NOTHING: frozenset[ByItself] = frozenset()
NUMBER = "+46701740690"


def send(
    pipeline: Pipeline, sender: str = "Kaffebaren", message: str = MESSAGE, by_itself: Collection[ByItself] = NOTHING
) -> str:
    """As POST /v1/sends does it; its id."""
    wanted = replace(request(table(fictional(0)), message=message), sender=sender)
    with pipeline.database.transaction() as tx:
        domains = link_domains.approved(tx, pipeline.company_id)
    checked = judge_request(wanted, PUBLIC_URL, fingerprint, domains)
    now = pipeline.clock.now()
    key = transit_key_of_today(pipeline.transit, now)
    known = look_up_to_send(pipeline.database, pipeline.member, checked, by_itself, now)
    planned = plan_send(pipeline.member, checked, known, key, now, by_itself)
    with pipeline.database.transaction() as tx:
        accept_send(tx, planned, NO_LIMITS, now)
    return planned.send.id


def faults(pipeline: Pipeline, sender: str = "Kaffebaren", message: str = MESSAGE) -> list[tuple[str, str]]:
    with pytest.raises(NotAcceptable) as refused:
        send(pipeline, sender, message)
    assert all(isinstance(one, Fault) and one.message for one in refused.value.faults)
    return [(one.field, one.code) for one in refused.value.faults]


def asked(pipeline: Pipeline) -> list[SenderName]:
    with pipeline.database.transaction() as tx:
        return sender_names.page(tx, pipeline.company_id, State.ASKED, None, 50)


def decide(pipeline: Pipeline, one: SenderName, because: str | None = None) -> None:
    decide_sender(pipeline.database, STAFF, one.id, because, pipeline.clock.now())


def ask(pipeline: Pipeline, sender: str, by_itself: Collection[ByItself] = NOTHING) -> SenderName:
    return ask_for_sender(pipeline.database, pipeline.company_id, sender, by_itself, pipeline.clock.now())


def ask_domain(pipeline: Pipeline, domain: str) -> link_domains.LinkDomain:
    return ask_for_domain(pipeline.database, pipeline.company_id, domain, pipeline.clock.now())


def test_a_new_sender_waits_for_staff_and_is_then_sent_under(pipeline: Pipeline) -> None:
    assert faults(pipeline, "Kaffekoppen") == [("sender", "sender_not_approved")]
    assert asked(pipeline) == [], "an everyday name is asked for by the company"
    one = ask(pipeline, "Kaffekoppen")
    assert ask(pipeline, " Kaffekoppen ").id == one.id
    assert faults(pipeline, "Kaffekoppen") == [("sender", "sender_not_approved")]
    decide(pipeline, one)
    send(pipeline, "Kaffekoppen")
    assert faults(pipeline, "KAFFEKOPPEN") == [("sender", "sender_not_approved")], "approved is what was seen"


def test_a_refused_sender_stays_refused_and_noted_until_it_is_asked_for_again(pipeline: Pipeline) -> None:
    one = ask(pipeline, "Kaffekoppen")
    decide(pipeline, one, "It is another shop's.")
    assert faults(pipeline, "Kaffekoppen") == [("sender", "sender_not_approved")]
    with pytest.raises(NotAcceptable):
        send(pipeline, "Kaffekoppen", by_itself=frozenset(ByItself))
    with pytest.raises(Conflict):
        remove_sender(pipeline.database, pipeline.company_id, one.id)
    assert (ask(pipeline, "Kaffekoppen").state, ask(pipeline, "Kaffekoppen").id) == ("asked", one.id)


def test_a_look_alike_is_held_and_put_to_staff_without_a_word_of_its_text(pipeline: Pipeline) -> None:
    assert faults(pipeline, "5wedbank") == [("sender", "held_for_review")]
    (one,) = asked(pipeline)
    assert one.sender == "5wedbank"
    row = pipeline.rows("SELECT * FROM sender_names WHERE id = %s", one.id)
    assert "Tack" not in str(row)
    decide(pipeline, one)
    send(pipeline, "5wedbank")


def test_names_may_approve_themselves_while_look_alikes_are_held(pipeline: Pipeline) -> None:
    only_names = frozenset({ByItself.NAMES})
    send(pipeline, "Kaffekoppen", by_itself=only_names)
    with pipeline.database.transaction() as tx:
        known = sender_names.find(tx, pipeline.company_id, "Kaffekoppen")
    assert known and known.state == "approved"
    with pytest.raises(NotAcceptable):
        send(pipeline, "BankID", by_itself=only_names)
    send(pipeline, "BankID 2", by_itself=frozenset(ByItself))


def test_a_suspicious_text_is_held_until_staff_approve_such_texts_of_that_sender(pipeline: Pipeline) -> None:
    text = "Verifiera ditt BankID {{link}}"
    assert faults(pipeline, message=text) == [("message", "held_for_review")]
    (one,) = asked(pipeline)
    assert (one.sender, one.state, one.texts) == ("Kaffebaren", "approved", "asked")
    send(pipeline)
    decide(pipeline, one)
    send(pipeline, message=text)
    decide(pipeline, one)
    with pipeline.database.transaction() as tx:
        known = sender_names.get(tx, pipeline.company_id, one.id)
    assert known and (known.state, known.texts) == ("approved", "approved")


def test_texts_that_staff_refuse_do_not_take_the_sender_away(pipeline: Pipeline) -> None:
    text = "Ditt konto är spärrat {{link}}"
    faults(pipeline, message=text)
    decide(pipeline, asked(pipeline)[0], "Not of a café.")
    assert faults(pipeline, message=text) == [("message", "held_for_review")]
    send(pipeline)
    assert asked(pipeline) == []


def test_what_makes_a_text_suspicious_may_also_stand_in_a_recipients_value(pipeline: Pipeline) -> None:
    wanted = replace(request(table(fictional(0))), sender="Kaffebaren")
    assert wanted.recipients
    wanted.recipients.rows[0][1] = "Verifiera ditt BankID"
    assert judge_request(wanted, PUBLIC_URL, fingerprint).suspicious
    wanted.recipients.rows[0][1] = "Anna"
    assert not judge_request(wanted, PUBLIC_URL, fingerprint).suspicious


def test_a_number_is_only_a_sender_where_upup_gave_it(pipeline: Pipeline) -> None:
    assert faults(pipeline, NUMBER) == [("sender", "sender_not_approved")]
    with pytest.raises(NotAcceptable):
        ask(pipeline, NUMBER)
    give_sender(pipeline.database, STAFF, pipeline.company_id, "070-174 06 90", pipeline.clock.now())
    send(pipeline, NUMBER)
    send(pipeline, "070-174 06 90")
    with pytest.raises(NotFound):
        give_sender(pipeline.database, STAFF, "acc_nobody", NUMBER, pipeline.clock.now())


def test_every_fault_of_a_send_is_named_at_once(pipeline: Pipeline) -> None:
    found = faults(pipeline, "Kaffekoppen", "Verifiera på evil.com {{link}}")
    assert set(found) == {
        ("sender", "sender_not_approved"),
        ("message", "held_for_review"),
        ("message", "foreign_link"),
    }


def test_one_companys_sender_is_not_anothers(pipeline: Pipeline) -> None:
    one = ask(pipeline, "Kaffekoppen")
    decide(pipeline, one)
    pipeline.member = pipeline.company()
    assert faults(pipeline, "Kaffekoppen") == [("sender", "sender_not_approved")]
    with pytest.raises(NotFound):
        remove_sender(pipeline.database, pipeline.company_id, one.id)


def test_a_company_has_so_many_senders_and_no_more_also_when_it_asks_at_once(pipeline: Pipeline) -> None:
    for number in range(MOST_SENDERS - 3):
        ask(pipeline, f"Kaffe {number}")
    failures = at_once([lambda: ask(pipeline, "En"), lambda: ask(pipeline, "Tva"), lambda: ask(pipeline, "Tre")])
    assert [type(one) for one in failures] == [Conflict], "with the one that it had there is room for two"


def test_sends_that_race_under_a_new_sender_all_find_it_approved(pipeline: Pipeline) -> None:
    suspicious = "Verifiera ditt BankID {{link}}"
    names = frozenset({ByItself.NAMES})
    failures = at_once([lambda: send(pipeline, "Kaffekoppen", by_itself=names)] * 12)
    assert failures == []
    failures = at_once([lambda: send(pipeline, "Kaffemuggen", suspicious, names)] * 8)
    assert {type(one) for one in failures} == {NotAcceptable} and len(failures) == 8
    assert [(one.sender, one.texts) for one in asked(pipeline)] == [("Kaffemuggen", "asked")]


def test_a_company_that_is_not_active_asks_for_nothing(pipeline: Pipeline) -> None:
    pipeline.member = pipeline.make.company(state="pending")
    with pytest.raises(Forbidden):
        ask(pipeline, "Kaffekoppen")
    with pytest.raises(Forbidden):
        ask_domain(pipeline, "kaffebaren.se")


def test_a_domain_is_linked_to_once_staff_have_approved_it(pipeline: Pipeline) -> None:
    text = "Se www.kaffebaren.se/meny {{link}}"
    assert faults(pipeline, message=text) == [("message", "foreign_link")]
    one = ask_domain(pipeline, " Kaffebaren.SE ")
    assert (one.domain, one.state) == ("kaffebaren.se", "asked")
    assert faults(pipeline, message=text) == [("message", "foreign_link")]
    decide_domain(pipeline.database, STAFF, one.id, None, pipeline.clock.now())
    send(pipeline, message=text)
    assert faults(pipeline, message="Se kaffebaren.se.evil.com {{link}}") == [("message", "foreign_link")]
    remove_domain(pipeline.database, pipeline.company_id, one.id)
    assert faults(pipeline, message=text) == [("message", "foreign_link")]
    pipeline.member = pipeline.company()
    assert ask_domain(pipeline, "kaffebaren.se").id != one.id
    with pytest.raises(NotAcceptable):
        ask_domain(pipeline, "https://kaffebaren.se/")


@dataclass
class FakeMail(Mail):
    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, text))


def test_staff_are_mailed_once_about_a_company_that_reports_have_stopped(pipeline: Pipeline) -> None:
    mail, now = FakeMail(), pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET stopped_at = NULL, stopped_by = NULL")
        tx.execute(
            "UPDATE companies SET stopped_at = %s, stopped_by = 'reports', stop_reason = 'x' WHERE id = %s",
            (now, pipeline.company_id),
        )
    for _ in range(2):
        tell_of_misuse(pipeline.database, mail, STAFF, now)
    ((to, text),) = mail.sent
    assert to == STAFF
    assert pipeline.company_id in text
    assert "Kaffebaren" not in text
    resume_account(pipeline.database, STAFF, pipeline.company_id, "Fine.", now)
    assert tell_of_misuse(pipeline.database, mail, STAFF, now) == 0
