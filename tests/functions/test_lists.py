"""GET /v1/sends, /{id} and /{id}/deliveries: pages, cursors and what is not there."""

import json
from base64 import urlsafe_b64encode

import pytest

from sandbox.running import Addresses
from tests.functions.program import PHONES, Program, a_company, ok, refused


@pytest.fixture(scope="module")
def any_send(company: Program) -> str:
    return str(company.send(PHONES[16])["id"])


def test_a_list_is_newest_first_and_goes_on_from_its_cursor_while_sends_arrive(upup: Addresses) -> None:
    company = a_company(upup, balance_ore=100_000)
    made = [company.send(PHONES[13])["id"] for _ in range(5)]
    page = ok(company.get("/v1/sends", limit=2))
    seen = [send["id"] for send in page["items"]]
    while page["next_cursor"]:
        late = company.send(PHONES[13])["id"]
        page = ok(company.call("GET", f"/v1/sends?limit=2&cursor={page['next_cursor']}"))
        seen += [send["id"] for send in page["items"]]
        assert late not in seen
    assert seen == made[::-1]


def test_a_send_in_a_list_looks_as_it_does_alone(company: Program) -> None:
    send = company.send(PHONES[14])
    company.delivered(send)
    alone = ok(company.get(f"/v1/sends/{send['id']}"))
    assert alone.pop("funnel")["delivered"] == 1  # counted for one send, and not for a page of them
    assert company.sends()[0] == alone


def test_deliveries_come_page_by_page(company: Program) -> None:
    send = company.send(*PHONES[20:25])
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ok(company.get(f"/v1/sends/{send['id']}/deliveries", limit=2, cursor=cursor))
        assert len(page["items"]) <= 2
        ids, cursor = ids + [row["id"] for row in page["items"]], page["next_cursor"]
    assert len(set(ids)) == 5
    assert ids == [row["id"] for row in company.deliveries(send["id"])]


def test_deliveries_are_listed_by_state(company: Program) -> None:
    send = company.send(*PHONES[30:33])
    company.delivered(send)
    path = f"/v1/sends/{send['id']}/deliveries"
    first = ok(company.get(path, state="delivered", limit=2))
    rest = ok(company.get(path, state="delivered", cursor=first["next_cursor"]))
    assert first["items"] + rest["items"] == company.deliveries(send["id"])
    assert ok(company.get(path, state="failed"))["items"] == []
    refused(company.get(path, state="lost"), 422, "state")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "٣", "9" * 5000])
@pytest.mark.parametrize("path", ["/v1/sends", "/v1/sends/{id}/deliveries"])
def test_a_limit_is_1_to_200(company: Program, any_send: str, path: str, limit: str) -> None:
    refused(company.get(path.format(id=any_send), limit=limit), 422, "limit")


MADE_UP_CURSORS = {
    "no Base64": "å!",
    "no JSON": "eA",
    "no list": "e30",
    "an empty list": "W10",
    "numbers": "WzEsMl0",
    "one text": "WyJ4Il0",
    "two texts": "WyJ4IiwieSJd",
    "many texts": "WyJ4IiwieSIsInoiXQ",
    "nested": "W1tbW1tbW1tb" * 400,
}


@pytest.mark.parametrize("cursor", MADE_UP_CURSORS.values(), ids=MADE_UP_CURSORS)
@pytest.mark.parametrize("path", ["/v1/sends", "/v1/sends/{id}/deliveries"])
def test_a_made_up_cursor_is_refused(company: Program, any_send: str, path: str, cursor: str) -> None:
    refused(company.get(path.format(id=any_send), cursor=cursor), 422, "cursor")


def test_a_cursor_beyond_the_last_shows_nothing_more(company: Program, any_send: str) -> None:
    cursor = urlsafe_b64encode(json.dumps(["9" * 30]).encode()).decode().rstrip("=")
    assert ok(company.get(f"/v1/sends/{any_send}/deliveries", cursor=cursor)) == {"items": [], "next_cursor": None}
    odd = urlsafe_b64encode(json.dumps(["2026-11-23T10:00:00+00:00", "snd_å🎁"]).encode()).decode().rstrip("=")
    refused(company.get("/v1/sends", cursor=odd), 422, "cursor")


@pytest.mark.parametrize("send_id", ["snd_unknown", "x", "%00", "å", "🎁", "x" * 2000, "'%20OR%201=1"])
def test_an_unknown_send_is_404(company: Program, send_id: str) -> None:
    refused(company.get(f"/v1/sends/{send_id}"), 404)
    refused(company.get(f"/v1/sends/{send_id}/deliveries"), 404)
