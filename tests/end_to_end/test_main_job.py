"""The main job, from two companies' sends to 31 days later: what an outside program finds of people, what works on."""

from collections.abc import Iterator
from difflib import unified_diff

import pytest

from sandbox.demo.company import wait_for
from tests.end_to_end import month as story
from tests.end_to_end.month import NAMES, OF_A_POOL, OPENED, REDEEMED, REPLY_NUMBER, UNOPENED, Month, a_month, number
from tests.functions.program import a_send, ok
from tests.privacy.proof import Canaries, in_clear, tables_of


@pytest.fixture(scope="module")
def month() -> Iterator[Month]:
    with a_month() as month:
        yield month


def test_the_search_finds_all_of_it_where_it_is(month: Month) -> None:
    inbox = "\n".join(f"{sms['to']} {sms['message']}" for sms in month.coffee.console("/api/sms")["items"])
    tokens = list(month.tokens.values())
    assert len(in_clear(inbox, Canaries(month.numbers, NAMES, tokens))) == len(month.numbers) * 2 + len(NAMES)
    assert len(in_clear(month.before, Canaries(month.numbers, ()))) == len(month.numbers)


def test_no_name_code_or_link_is_there_at_any_time(month: Month) -> None:
    assert in_clear(month.before, Canaries((), NAMES, month.secrets)) == []


def test_texts_and_names_are_gone_right_after_the_hand_over(month: Month) -> None:
    send = month.coffee.send(number(60), message="Hemlig text till {{first_name}} {{link}}")
    month.coffee.delivered(send)
    wait_for(lambda: ok(month.coffee.get(f"/v1/sends/{send['id']}"))["state"] == "done", "the end of the send")
    found = month.insider.rows(
        "SELECT s.sealed_text, d.sealed_values, d.phone FROM sends s JOIN deliveries d ON d.send_id = s.id"
        " WHERE s.id = %s",
        send["id"],
    )
    assert found == [(None, None, number(60))]
    assert "Hemlig text" not in month.dump()


def test_after_31_days_the_dump_holds_none_of_it(month: Month) -> None:
    assert in_clear(month.after, month.canaries) == []


def test_no_gift_is_tied_to_a_persons_row(month: Month) -> None:
    assert month.ties == []


def test_a_list_shows_neither_number_nor_gift_any_more(month: Month) -> None:
    rows = month.rows()
    assert len(rows) == len(month.numbers)
    for row in rows:
        assert (row["phone"], row["phone_state"], row["gift_state"]) == (None, "encrypted", None)
        assert row["state"] == "delivered"
        assert "gift" not in row
    for send_id, program in month.sends.items():
        shown = ok(program.get(f"/v1/sends/{send_id}"))
        assert (shown["gift"], shown["price_ore"], shown["phone_state"]) == (None, None, "encrypted")
        assert shown["deliveries"]["delivered"] == len(program.deliveries(send_id))


def test_the_run_was_killed_half_way_and_the_next_one_left_the_same(month: Month) -> None:
    sends, recipients = list(month.sends), len(month.numbers)
    of_the_second_day = len(OF_A_POOL) + 10
    assert recipients > month.left_half_way >= of_the_second_day
    assert month.insider.rows(
        "SELECT COUNT(*), COUNT(record), COUNT(phone), COUNT(coupon_id), COUNT(DISTINCT LENGTH(record))"
        " FROM deliveries WHERE send_id IN %s",
        sends,
    ) == [(recipients, recipients, 0, 0, 1)]
    assert month.insider.rows(
        "SELECT COUNT(encrypted_at), COUNT(gift_code), COUNT(hold_id) FROM sends WHERE id IN %s", sends
    ) == [(len(sends), 0, 0)]
    assert month.insider.value("SELECT COUNT(*) FROM sends WHERE encrypted_at > encrypt_at") == 0


def test_the_counts_are_what_they_were(month: Month) -> None:
    before, after = month.totals
    assert after == before
    assert sum(total["sent"] for total in after) == len(month.numbers)
    assert [total["redeemed"] for total in after] == [len(REDEEMED), 0]


def test_calls_to_the_key_service_grow_with_companies_days_and_runs_alone(month: Month) -> None:
    least = story.COMPANIES * story.SEND_DAYS
    assert least <= month.kms_calls <= least * story.RUNS_WITH_WORK
    assert month.early_kms_calls <= story.SEND_DAYS
    assert month.early_kms_calls + month.kms_calls < len(month.numbers) / 4


def test_each_function_published_to_topics_of_its_own_alone(month: Month) -> None:
    published = month.coffee.console("/api/stats")["pubsub"]
    assert published["published"] > 0
    assert published["refused"] == 0


def test_a_second_run_changes_nothing(month: Month) -> None:
    calls, rows, tables = month.kms_encrypt(), month.rows(), tables_of(month.dump())
    assert len(tables) > len(month.numbers)
    assert month.encrypts()
    assert list(unified_diff(tables, tables_of(month.dump()), n=0)) == []
    assert month.rows() == rows
    assert month.kms_encrypt() == calls


def test_the_gift_page_still_opens_and_the_till_still_takes_the_code(month: Month) -> None:
    token = month.tokens[number(5)]
    before = month.coffee.account()
    shown = ok(month.coffee.get(f"/v1/gift/{token}"))
    assert (shown["state"], shown["gift"]["code"]) == ("opened", "coffee")
    month.coffee.console("/api/till/redeem", {"code": shown["code"]})

    def redeemed() -> bool:
        return bool(ok(month.coffee.get(f"/v1/gift/{token}"))["state"] == "redeemed")

    wait_for(redeemed, "the redemption")
    after = month.coffee.account()
    assert after["reserved_ore"] == before["reserved_ore"] - shown["gift"]["face_value_ore"]
    assert after["balance_ore"] == before["balance_ore"]


def test_who_had_not_opened_the_gift_by_day_27_got_one_sms_more_and_who_had_got_none(month: Month) -> None:
    items = {at: month.coffee.console("/api/sms", to=number(at))["items"] for at in (UNOPENED, OPENED)}
    assert {at: len(found) for at, found in items.items()} == {UNOPENED: 2, OPENED: 1}
    newest = items[UNOPENED][0]
    assert newest["from"] == REPLY_NUMBER and "väntar" in newest["message"]
    token = newest["message"].partition("/g/")[2].split()[0]
    assert token != month.tokens[number(UNOPENED)]
    assert token not in month.after, "its link is kept nowhere"
    codes = {ok(month.coffee.get(f"/v1/gift/{one}"))["code"] for one in (token, month.tokens[number(UNOPENED)])}
    assert len(codes) == 1 and all(codes), "both links open the one gift"


def test_who_leaves_by_an_old_link_or_answer_is_found_by_number_and_left_out(month: Month) -> None:
    by_link, by_sms, staying = number(6), number(7), number(8)
    ok(month.coffee.call("POST", f"/v1/gift/{month.tokens[by_link]}/opt-out"), 204)
    answer = {"to": REPLY_NUMBER, "from": by_sms, "message": "STOPP"}
    month.coffee.console("/api/sms/reply", answer)
    wanted = a_send(by_link, by_sms, staying)

    def left() -> bool:
        quote = ok(month.coffee.post("/v1/sends/quote", wanted))
        return bool(quote["recipients"]["opted_out"] == 2)

    wait_for(left, "the opt-outs")
    quote = ok(month.coffee.post("/v1/sends/quote", wanted))
    assert quote["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 0, "opted_out": 2}
    assert [row["code"] for row in quote["report"]] == ["opted_out", "opted_out"]
    others = ok(month.tea.post("/v1/sends/quote", wanted))
    assert others["recipients"]["opted_out"] == 0, "the other company never wrote to them"


def test_a_code_of_the_pool_is_given_once_and_paid_for_at_the_hand_over(month: Month) -> None:
    codes = [ok(month.coffee.get(f"/v1/gift/{month.tokens[number(at)]}"))["code"] for at in OF_A_POOL]
    assert len(set(codes)) == 10 and all(codes)
    assert not [code for code in codes if code in month.before or code in month.after]
