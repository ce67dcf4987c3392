"""The recipient's page and way out: GET /v1/gift/{token}, /g/{token}, POST …/opt-out, redemption, STOPP."""

from datetime import date, timedelta

import pytest
from markupsafe import escape

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_company, a_send, ok, refused

ODD_NAME = "<script>alert('Å & Ö')</script>"
REPLY_NUMBER = "070-1740690"
PHONES = (f"070-17406{number:02d}" for number in range(5, 90))  # one for each test, as some opt out


@pytest.fixture(scope="module")
def giver(upup: Addresses) -> Program:
    """A company whose name would do harm if it were not escaped."""
    return a_company(upup, balance_ore=1_000_000, company_name=ODD_NAME)


@pytest.fixture
def gift(giver: Program, request: pytest.FixtureRequest) -> str:
    """The token of a gift that was just sent to a number of the test's own."""
    return a_gift(giver, next(PHONES), request.node.name[:40])


def a_gift(giver: Program, phone: str, mark: str) -> str:
    mark = mark.replace("_", " ")
    send = giver.send(phone, message=f"{mark} {{{{link}}}}", sender=REPLY_NUMBER)
    giver.handed_over(send)
    return giver.link_token(phone, mark)


def opted_out(giver: Program, phone: str) -> bool:
    """Whether the next send would leave the number out; the quote says so."""
    quote = ok(giver.post("/v1/sends/quote", a_send(phone)))
    return bool(quote["recipients"] == {"accepted": 0, "duplicate": 0, "invalid": 0, "opted_out": 1})


def test_a_gift_says_who_it_is_from_what_it_is_and_how_to_get_it(nobody: Program, gift: str) -> None:
    shown = ok(nobody.get(f"/v1/gift/{gift}"))
    valid_until = date.fromisoformat(shown.pop("valid_until"))
    now = nobody.now().date()
    assert timedelta(days=30) < valid_until - now < timedelta(days=366)
    ean, code = shown.pop("ean"), shown.pop("code")
    assert len(code) == 7 and code.isdecimal()
    assert len(ean) == 13 and ean.startswith("99")
    assert sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(ean)) % 10 == 0
    assert shown == {
        "from": ODD_NAME,
        "gift": {
            "code": "coffee",
            "name": {"sv": "Kaffe och bulle", "en": "Coffee and a bun"},
            "kind": "goods",
            "face_value_ore": 3500,
        },
        "state": "opened",
        "test": False,
    }


def test_an_opened_gift_is_seen_by_the_company(giver: Program, nobody: Program, gift: str) -> None:
    send = giver.sends()[0]["id"]
    assert [row["gift_state"] for row in giver.deliveries(send)] == ["issued"]
    ok(nobody.get(f"/v1/gift/{gift}"))
    assert [row["gift_state"] for row in giver.deliveries(send)] == ["opened"]


def test_the_page_escapes_what_it_shows_and_loads_nothing(nobody: Program, gift: str) -> None:
    code = ok(nobody.get(f"/v1/gift/{gift}"))["code"]
    page = nobody.get(f"/g/{gift}")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert str(escape(ODD_NAME)) in page.text
    assert "<script" not in page.text
    assert code in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("token", ["unknown", "x" * 22, "x" * 3000, "%00", "å", "' OR 1=1"])
def test_an_unknown_token_is_404_everywhere(nobody: Program, token: str) -> None:
    refused(nobody.get(f"/v1/gift/{token}"), 404)
    refused(nobody.call("POST", f"/v1/gift/{token}/opt-out"), 404)
    assert nobody.get(f"/g/{token}").status_code == 404


def test_a_token_with_one_letter_changed_opens_nothing(nobody: Program, gift: str) -> None:
    refused(nobody.get(f"/v1/gift/{gift[:-1]}{'A' if gift[-1] != 'A' else 'B'}"), 404)
    refused(nobody.get(f"/v1/gift/{gift.swapcase()}"), 404)


def test_a_redeemed_gift_says_so_and_its_value_is_captured_once(
    giver: Program, nobody: Program, gift: str, insider: Insider
) -> None:
    before = giver.account()
    code = ok(nobody.get(f"/v1/gift/{gift}"))["code"]
    nobody.console("/api/till/redeem", {"code": code})
    wait_for(lambda: ok(nobody.get(f"/v1/gift/{gift}"))["state"] == "redeemed", "the redemption")
    shown = ok(nobody.get(f"/v1/gift/{gift}"))
    assert (shown["code"], shown["ean"]) == (None, None)
    assert [row["gift_state"] for row in giver.deliveries(giver.sends()[0]["id"])] == ["redeemed"]
    assert nobody.get(f"/g/{gift}").status_code == 200 and code not in nobody.get(f"/g/{gift}").text
    after = giver.account()
    assert after["balance_ore"] == before["balance_ore"]
    assert after["reserved_ore"] == before["reserved_ore"] - 3500
    reference = redeemed_reference(insider, giver)
    for _ in range(2):  # the poll and a second callback meet what is booked
        nobody.console("/api/schedule/run", {"function": "poll_redemptions"})
        assert insider.clearon_callback(redemptions(reference)).status_code == 200
    assert giver.account() == after


def redeemed_reference(insider: Insider, giver: Program) -> str:
    sql = "SELECT id FROM coupons WHERE company_id = %s AND state = 'redeemed'"
    return str(insider.rows(sql, giver.account_id)[0][0])


def redemptions(*references: object) -> Json:
    return {"redemptions": [{"reference": one, "redeemed_at": "2026-11-23T10:00:00Z"} for one in references]}


def test_a_forged_redemption_changes_nothing(giver: Program, nobody: Program, gift: str, insider: Insider) -> None:
    ok(nobody.get(f"/v1/gift/{gift}"))
    before = giver.account()
    sql = "SELECT id FROM coupons WHERE company_id = %s AND state = 'opened'"
    references = [row[0] for row in insider.rows(sql, giver.account_id)]
    assert references
    assert insider.clearon_callback(redemptions(*references)).status_code == 200
    assert ok(nobody.get(f"/v1/gift/{gift}"))["state"] == "opened"
    assert giver.account() == before


# Ways out


def test_who_opts_out_on_the_page_is_left_out_of_the_next_send(
    giver: Program, nobody: Program, company: Program
) -> None:
    phone = next(PHONES)
    gift = a_gift(giver, phone, "En gåva")
    assert not opted_out(giver, phone)
    for _ in range(2):
        ok(nobody.call("POST", f"/v1/gift/{gift}/opt-out"), 204)
    assert opted_out(giver, phone)
    assert not opted_out(company, phone), "another company's recipients have not opted out of it"
    problem = refused(giver.post("/v1/sends", a_send(phone)), 422)
    assert problem["recipients"]["opted_out"] == 1
    send = giver.send(phone, next(PHONES))
    assert send["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 0, "opted_out": 1}
    assert [(row["row"], row["code"]) for row in send["report"]] == [(1, "opted_out")]
    assert ok(nobody.get(f"/v1/gift/{gift}"))["state"] == "opened", "the gift itself stays"


@pytest.mark.parametrize("word", ["STOPP", "stop", " Avsluta! ", "AVBÖJ"])
def test_who_answers_with_a_word_that_ends_it_is_left_out(giver: Program, nobody: Program, word: str) -> None:
    phone = next(PHONES)
    a_gift(giver, phone, f"Svar {len(word)}")
    assert not opted_out(giver, phone)
    nobody.console("/api/sms/reply", {"to": "+46701740690", "from": phone, "message": word})
    wait_for(lambda: opted_out(giver, phone), "the opt-out")


def test_any_other_answer_opts_nobody_out(giver: Program, nobody: Program, insider: Insider) -> None:
    phone = next(PHONES)
    a_gift(giver, phone, "Svar annat")
    for message in ("Tack!", "Stoppa in mer kaffe", "", "x" * 3000):
        answer = insider.lekab_callback("mo", **{"from": phone[1:], "to": "46701740690", "message": message, "id": "1"})
        assert answer.status_code == 200
    assert not opted_out(giver, phone)
