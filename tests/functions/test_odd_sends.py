"""What only odd requests ask for: faults of all kinds at once, links in pieces, addresses with doubled slashes."""

import pytest

from tests.functions.program import PHONES, Program, a_file_send, a_send, codes, ok, refused


def test_what_the_database_knows_to_be_wrong_is_told_together_with_all_else(company: Program) -> None:
    wrong = a_send(PHONES[20]) | {
        "gift": "nope",
        "sender": "åäö åäö åäö",
        "message": "Hej",
        "consent": {"legal_basis": "consent", "text_version": "1"},
        "scheduled_at": "2027-12-01T10:00:00Z",
    }
    for path in ("/v1/sends", "/v1/sends/quote"):
        problem = refused(
            company.post(path, wrong), 422, "gift", "sender", "message", "consent.text_version", "scheduled_at"
        )
        assert codes(problem) == {"unknown_gift", "invalid_sender", "missing_link", "outdated", "out_of_range"}


def test_a_bad_file_is_told_together_with_all_else(company: Program) -> None:
    answer = company.upload("/v1/sends", a_file_send() | {"gift": "nope"}, b"namn\nAnna\n")
    assert codes(refused(answer, 422, "gift", "recipients")) == {"unknown_gift", "missing_phone_column"}


def test_a_link_in_pieces_is_refused(company: Program) -> None:
    rows = [{"phone": PHONES[20], "a": "evil", "b": ".se/x"}]
    body = a_file_send() | {"message": "Hej {{a}}{{b}} {{link}}", "recipients": rows}
    for path in ("/v1/sends", "/v1/sends/quote"):
        assert codes(refused(company.post(path, body), 422, "recipients")) == {"foreign_link"}


def test_who_has_opted_out_and_lacks_a_value_does_not_reject_a_send(company: Program) -> None:
    send = company.send(PHONES[21], message="Slipp {{first_name}} {{link}}")
    company.handed_over(send)
    token = company.link_token(PHONES[21], "Slipp")
    assert company.post(f"/v1/gift/{token}/opt-out", {}).status_code == 204
    rows = [{"phone": PHONES[21], "first_name": ""}, {"phone": PHONES[22], "first_name": "Bo"}]
    made = ok(company.post("/v1/sends", a_file_send() | {"recipients": rows}), 201)
    assert made["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 0, "opted_out": 1}
    assert [(row["row"], row["code"]) for row in made["report"]] == [(1, "opted_out")]


@pytest.mark.parametrize(
    "path",
    ["/v1/sends//deliveries", "/v1/sends/x//deliveries", "/v1/gift//x", "/v1//sends"],
)
def test_an_address_with_a_doubled_slash_is_no_address(company: Program, path: str) -> None:
    refused(company.call("GET", path, allow_redirects=False), 404)
