"""A gift's link sent once more, as an outside program sees it."""

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.program import Json, Program, a_company, ok, refused, with_key

PHONE = "070-1740661"
AGAIN = "gåva igen"


def links(program: Program) -> list[str]:
    """The tokens of the resends that have reached the phone, the newest first."""
    came = [one["message"] for one in program.console("/api/sms", to=PHONE)["items"] if AGAIN in one["message"]]
    return [message.partition("/g/")[2].split()[0] for message in came]


def test_a_second_sms_opens_the_same_gift_and_a_fourth_is_refused(upup: Addresses, company: Program) -> None:
    send = company.send(PHONE, message="Till dig {{link}}")
    company.delivered(send)
    first = company.link_token(PHONE, "Till dig")
    place = f"/v1/sends/{send['id']}/deliveries/{company.deliveries(send['id'])[0]['id']}"
    before = company.account()["balance_ore"]
    asked: list[Json] = []
    for number in (1, 2, 3):
        key = f"{send['id']}-{number}"
        twice = [company.post(f"{place}/resend", {"language": "sv"}, Idempotency_Key=key) for _ in range(2)]
        assert twice[0].content == twice[1].content
        asked.append(ok(twice[0], 201))
    assert [(one["number"], one["price_ore"], one["state"]) for one in asked] == [
        (n, 50, "accepted") for n in (1, 2, 3)
    ]
    refused(company.post(f"{place}/resend", {}), 409)
    found = wait_for(lambda: tokens if len(tokens := links(company)) == 3 else None, "the resends")
    assert len({first, *found}) == 4
    pages = [ok(company.get(f"/v1/gift/{token}")) for token in (first, *found)]
    assert len({page["code"] for page in pages}) == 1
    assert pages[0]["code"]
    assert company.account()["balance_ore"] == before - 150
    assert company.deliveries(send["id"])[0]["resends"] == 3
    refused(a_company(upup).post(f"{place}/resend", {}), 404)
    refused(company.post(f"{place}/resend", {"language": "de"}), 422, "language")


def test_a_test_key_resends_what_it_made_and_no_sms_leaves(company: Program) -> None:
    tester = with_key(company, "test")
    send = tester.send(PHONE)
    tester.delivered(send)
    row = tester.deliveries(send["id"])[0]
    known, before = len(company.console("/api/sms", to=PHONE)["items"]), company.account()["balance_ore"]
    path = f"/v1/sends/{send['id']}/deliveries/{row['id']}/resend"
    assert ok(tester.post(path, {"language": "en"}), 201)["price_ore"] == 50
    refused(company.post(path, {}), 404)
    assert tester.deliveries(send["id"])[0]["resends"] == 1
    assert len(company.console("/api/sms", to=PHONE)["items"]) == known
    assert company.account()["balance_ore"] == before
