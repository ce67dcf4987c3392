"""The forms of the website, at the running product: what a visitor sends, and what comes of it."""

import secrets

import pytest
import requests

from sandbox.running import Addresses
from tests.functions.program import SECONDS, Json, Program, codes, ok, refused

FORMS = ("newsletter", "contact", "test-send")
STAFF = "kontakt@upup.example"
PHONE = "070-174 06 61"
ALSO = {"contact": {"message": "Hej! Vad kostar det?"}, "test-send": {"phone": PHONE}}


@pytest.fixture
def visitor(upup: Addresses) -> Program:
    return Program(upup, f"{secrets.token_hex(6)}@besokare.example")


def form(visitor: Program, name: str, **changes: object) -> Json:
    told = {"first_name": "Åsa", "last_name": "Berg", "company": "Bageriet", "text_version": "2026-11"}
    return {**told, "email": visitor.email, **ALSO.get(name, {}), **changes}


def post(visitor: Program, name: str, **changes: object) -> requests.Response:
    return visitor.post(f"/v1/forms/{name}", form(visitor, name, **changes))


def members(visitor: Program) -> list[tuple[str, list[str]]]:
    """Status and tags."""
    items = visitor.console("/api/mailchimp/members")["items"]
    return [
        (one["status"], [tag["name"] for tag in one["tags"]]) for one in items if one["email_address"] == visitor.email
    ]


def token(visitor: Program) -> str:
    (mail,) = visitor.mails()
    found: str = mail["message"].partition("/test-send#token=")[2].split()[0]
    return found


def test_the_newsletter_waits_for_a_yes_and_the_answer_is_the_same_again(visitor: Program) -> None:
    first, again = post(visitor, "newsletter"), post(visitor, "newsletter")
    assert (first.status_code, first.text) == (again.status_code, again.text) == (202, "{}")
    assert members(visitor) == [("pending", ["newsletter"])]
    assert visitor.mails() == []


def test_what_a_visitor_writes_is_in_the_staffs_mailbox(visitor: Program) -> None:
    ok(post(visitor, "contact", phone="08-123 456 78"), 202)
    texts = [mail["message"] for mail in visitor.console("/api/mail", to=STAFF)["items"]]
    (text,) = [text for text in texts if visitor.email in text]
    assert "Vad kostar det?" in text
    assert "08-123 456 78" in text
    assert members(visitor) == [("transactional", ["contact"])]


def test_a_trial_sms_leaves_when_the_e_mails_link_is_used_and_its_own_link_ends_it(visitor: Program) -> None:
    def texts() -> list[str]:
        return [one["message"] for one in visitor.console("/api/sms", to=PHONE)["items"] if one["from"] == "UpUp"]

    ok(post(visitor, "test-send"), 202)
    assert (texts(), members(visitor)) == ([], [])
    for _ in range(2):
        ok(visitor.post("/v1/forms/test-send/confirm", {"token": token(visitor)}), 202)
    (text,) = texts()
    assert members(visitor) == [("transactional", ["test-send"])]
    opt_out = {"token": text.partition("/prov#token=")[2]}
    for _ in range(2):
        ok(visitor.post("/v1/forms/test-send/opt-out", opt_out), 204)
    ok(visitor.post("/v1/forms/test-send/opt-out", {"token": "hittepå"}), 204)
    for page in ("/test-send", "/prov"):
        assert visitor.get(page).ok


def test_a_link_that_was_made_up_sends_nothing(visitor: Program) -> None:
    problem = refused(visitor.post("/v1/forms/test-send/confirm", {"token": "hittepå"}), 422, "token")
    assert codes(problem) == {"not_valid"}


@pytest.mark.parametrize("name", FORMS)
def test_who_fills_in_what_people_do_not_see_is_thanked_and_nothing_happens(visitor: Program, name: str) -> None:
    answer = post(visitor, name, website="https://spam.example")
    assert (answer.status_code, answer.text) == (202, "{}")
    assert (members(visitor), visitor.mails()) == ([], [])
    assert visitor.email not in str(visitor.console("/api/mail", to=STAFF))


@pytest.mark.parametrize("name", FORMS)
def test_all_that_is_wrong_is_named_at_once(visitor: Program, name: str) -> None:
    also = {"contact": ["message"], "test-send": ["phone"]}.get(name, [])
    fields = ["first_name", "last_name", "company", "email", "text_version", *also]
    refused(visitor.post(f"/v1/forms/{name}", {}), 422, *fields)
    wrong = {
        "first_name": "www.spam.example",
        "last_name": "x" * 81,
        "company": "rad\nrad",
        "email": "asa@",
        "text_version": "1999-01",
        "message": "\x00",
        "phone": "112",
    }
    given = {field: wrong[field] for field in fields}
    refused(visitor.post(f"/v1/forms/{name}", given), 422, *fields)
    refused(visitor.post(f"/v1/forms/{name}", form(visitor, name, shoe_size=42)), 422, "shoe_size")
    assert (members(visitor), visitor.mails()) == ([], [])


def test_what_visitors_wrote_is_in_no_table_message_or_log(visitor: Program) -> None:
    for name in FORMS:
        ok(post(visitor, name, last_name="Törnrosendal", company="Bageriet Ångbåten"), 202)
    answer = requests.get(f"{visitor.at.console}/api/dump", timeout=SECONDS)
    answer.encoding = "utf-8"
    assert "contact_syncs" in answer.text, "it is a dump"
    assert not [one for one in (visitor.email, "Törnrosendal", "Ångbåten") if one in answer.text]
