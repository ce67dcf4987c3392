"""The main job in a sandbox of its own: from signup to 31 days later, told by what an outside program sees."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff

import pytest

from sandbox.demo.company import wait_for
from sandbox.demo.evidence import Evidence
from sandbox.running import Addresses, running
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_company, a_file_send, a_send, ok

NAMES = ("Åshild", "Örjan", "Gunhild", "Törnblom", "Ingegerd")
REPLY_NUMBER = "+46701740699"
COMPANIES, SEND_DAYS = 2, 2
UNOPENED, OPENED = 50, 51
"""Two numbers of a send with a reminder; only the second one's gift page is seen."""


@dataclass
class World:
    """Two companies and their sends on two days; what phones got, by number."""

    at: Addresses
    insider: Insider
    coffee: Program
    tea: Program
    sends: dict[str, Program] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    encrypted: int = 0

    def dump(self) -> str:
        answer = self.coffee.session.get(f"{self.at.console}/api/dump", timeout=60)
        answer.encoding = "utf-8"
        return answer.text

    def kms_encrypt(self) -> int:
        return int(self.coffee.console("/api/stats")["kms"]["encrypt"])

    def rows(self) -> list[Json]:
        return [row for send_id, program in self.sends.items() for row in program.deliveries(send_id)]


def number(at: int) -> str:
    return f"+467017406{at:02d}"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Sends on two days, encrypted a month later. `before` and `after` are full dumps of either side."""
    with running() as at:
        world = World(at, Insider(at), a_company(at, 1_000_000), a_company(at, 1_000_000))
        first = send(world, world.coffee, range(5, 25)), send(world, world.tea, range(25, 35))
        reminded = send(world, world.coffee, range(UNOPENED, OPENED + 1), reminder={"after_days": 27, "language": "sv"})
        for program, made in ((world.coffee, first[0]), (world.tea, first[1]), (world.coffee, reminded)):
            program.delivered(made)
        ok(world.coffee.get(f"/v1/gift/{world.tokens[number(OPENED)]}"))
        advance(world, days=1)
        world.coffee.delivered(send(world, world.coffee, range(35, 45), gift="cinema"))
        world.before = world.dump()
        started = world.kms_encrypt()
        advance(world, days=31)
        world.encrypted = world.kms_encrypt() - started
        world.after = world.dump()
        for program in (world.coffee, world.tea):
            program.log_in()
        yield world


def send(world: World, program: Program, numbers: range, gift: str = "coffee", reminder: Json | None = None) -> Json:
    rows = "".join(f"{number(at)};{NAMES[at % len(NAMES)]}\r\n" for at in numbers)
    body = a_file_send() | {"sender": REPLY_NUMBER, "gift": gift, "reminder": reminder}
    made = ok(program.upload("/v1/sends", body, f"mobil;namn\r\n{rows}".encode("cp1252")), 201)
    world.sends[made["id"]] = program
    for at in numbers:
        world.numbers.append(number(at))
        world.tokens[number(at)] = program.link_token(number(at), NAMES[at % len(NAMES)])
    return made


def advance(world: World, days: int) -> None:
    moved = world.coffee.console("/api/clock/advance", {"days": days})
    assert {run["status"] for run in moved["runs"]} == {200}


def test_numbers_are_in_clear_before_so_the_search_can_fail(world: World) -> None:
    assert Evidence(world.before).numbers(world.numbers) == set(world.numbers)


def test_no_name_is_ever_in_clear(world: World) -> None:
    phones = "\n".join(sms["message"] for sms in world.coffee.console("/api/sms")["items"])
    assert Evidence(phones).names(NAMES) == set(NAMES), "the search finds names where they are"
    assert Evidence(world.before).names(NAMES) == set()
    assert Evidence(world.after).names(NAMES) == set()


def test_texts_and_names_are_gone_right_after_the_hand_over(world: World) -> None:
    send = world.coffee.send(number(60), message="Hemlig text till {{first_name}} {{link}}")
    world.coffee.delivered(send)
    wait_for(lambda: ok(world.coffee.get(f"/v1/sends/{send['id']}"))["state"] == "done" or None, "the end of the send")
    found = world.insider.rows(
        "SELECT s.sealed_text, d.sealed_values, d.phone FROM sends s JOIN deliveries d ON d.send_id = s.id"
        " WHERE s.id = %s",
        send["id"],
    )
    assert found == [(None, None, number(60))]
    assert "Hemlig text" not in world.dump()


def test_a_month_later_no_number_is_anywhere(world: World) -> None:
    assert Evidence(world.after).numbers(world.numbers) == set()


def test_a_list_shows_neither_number_nor_gift_any_more(world: World) -> None:
    rows = world.rows()
    assert len(rows) == len(world.numbers)
    for row in rows:
        assert (row["phone"], row["phone_state"], row["gift_state"]) == (None, "encrypted", None)
        assert row["state"] == "delivered"
        assert "gift" not in row
    for send_id, program in world.sends.items():
        shown = ok(program.get(f"/v1/sends/{send_id}"))
        assert (shown["gift"], shown["price_ore"], shown["phone_state"]) == (None, None, "encrypted")


def test_calls_to_the_key_service_grow_with_companies_and_days_alone(world: World) -> None:
    runs_with_work, transit_days = SEND_DAYS, SEND_DAYS
    assert 0 < world.encrypted <= COMPANIES * SEND_DAYS * runs_with_work + transit_days
    assert world.encrypted < len(world.numbers) / 4


def test_each_function_published_to_topics_of_its_own_alone(world: World) -> None:
    published = world.coffee.console("/api/stats")["pubsub"]
    assert published["published"] > 0
    assert published["refused"] == 0


def test_a_second_run_changes_nothing(world: World) -> None:
    calls, rows, tables = world.kms_encrypt(), world.rows(), sql(world)
    world.coffee.console("/api/schedule/run", {"function": "encrypt_expired"})
    assert list(unified_diff(tables, sql(world), n=0)) == []
    assert world.rows() == rows
    assert world.kms_encrypt() == calls


def sql(world: World) -> list[str]:
    """The tables' own lines of a dump."""
    part = world.dump().partition("===== SQL dump =====")[2].partition("=====")[0]
    lines = [line for line in part.splitlines() if not line.startswith("--")]
    assert any(line.startswith("INSERT INTO `deliveries`") for line in lines)
    return lines


def test_the_gift_page_still_opens_and_the_till_still_takes_the_code(world: World) -> None:
    token = world.tokens[number(5)]
    before = world.coffee.account()
    shown = ok(world.coffee.get(f"/v1/gift/{token}"))
    assert (shown["state"], shown["gift"]["code"]) == ("opened", "coffee")
    world.coffee.console("/api/till/redeem", {"code": shown["code"]})

    def redeemed() -> bool | None:
        return ok(world.coffee.get(f"/v1/gift/{token}"))["state"] == "redeemed" or None

    wait_for(redeemed, "the redemption")
    after = world.coffee.account()
    assert after["reserved_ore"] == before["reserved_ore"] - shown["gift"]["face_value_ore"]
    assert after["balance_ore"] == before["balance_ore"]


def test_who_had_not_opened_the_gift_by_day_27_got_one_sms_more_and_who_had_got_none(world: World) -> None:
    items = {at: world.coffee.console("/api/sms", to=number(at))["items"] for at in (UNOPENED, OPENED)}
    assert {at: len(found) for at, found in items.items()} == {UNOPENED: 2, OPENED: 1}
    newest = items[UNOPENED][0]
    assert newest["from"] == REPLY_NUMBER and "väntar" in newest["message"]
    token = newest["message"].partition("/g/")[2].split()[0]
    assert token != world.tokens[number(UNOPENED)]
    assert token not in world.after, "its link is kept nowhere"
    codes = {ok(world.coffee.get(f"/v1/gift/{one}"))["code"] for one in (token, world.tokens[number(UNOPENED)])}
    assert len(codes) == 1 and all(codes), "both links open the one gift"


def test_who_leaves_by_an_old_link_or_answer_is_left_out(world: World) -> None:
    by_link, by_sms, staying = number(6), number(7), number(8)
    ok(world.coffee.call("POST", f"/v1/gift/{world.tokens[by_link]}/opt-out"), 204)
    answer = {"to": REPLY_NUMBER, "from": by_sms, "message": "STOPP"}
    world.coffee.console("/api/sms/reply", answer)

    def left() -> int:
        quote = ok(world.coffee.post("/v1/sends/quote", a_send(by_link, by_sms, staying)))
        return int(quote["recipients"]["opted_out"])

    wait_for(lambda: left() == 2 or None, "the opt-outs")
    others = ok(world.tea.post("/v1/sends/quote", a_send(by_link, by_sms, staying)))
    assert others["recipients"]["opted_out"] == 0, "the other company never wrote to them"


def test_a_code_of_the_pool_is_given_once_and_paid_for_at_the_hand_over(world: World) -> None:
    codes = [ok(world.coffee.get(f"/v1/gift/{world.tokens[number(at)]}"))["code"] for at in range(35, 45)]
    assert len(set(codes)) == 10 and all(codes)
    assert not [code for code in codes if code in world.before or code in world.after]
