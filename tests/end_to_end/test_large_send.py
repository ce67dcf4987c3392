"""100,000 recipients are one request."""

import json

from sandbox.functions_table import read
from sandbox.machine import CHECKOUT
from sandbox.running import running
from tests.functions.program import a_company, a_file_send, ok

ROWS = 100_000
FUNCTIONS = read(CHECKOUT / "infra" / "functions.yaml")


def test_a_file_of_100000_rows_is_accepted_in_one_request() -> None:
    with running() as at:  # of its own: what follows would keep other tests waiting
        company = a_company(at)
        for _ in range(4):  # the most that one deposit takes is 900,000 kr
            company.top_up(90_000_000)
        rows = "".join(f"0{700_000_000 + at * 97};Kund {at % 50}\n" for at in range(ROWS - 3))
        file = f"telefon;namn\n{rows}070-0000000;Dubbel\n08-123 456 78;Fast\n070-12;Kort\n".encode()
        body = a_file_send() | {"gift": "ice_cream", "on_invalid": "skip"}
        price = ok(company.post("/v1/sends/quote", one(body)))["price_ore"]
        patience = next(one.timeout_seconds for one in FUNCTIONS if one.name == "sends")
        parts = {"send": (None, json.dumps(body)), "recipients": ("kunder.csv", file)}
        send = ok(company.call("POST", "/v1/sends", files=parts, timeout=patience), 201)
        accepted = ROWS - 3
        assert send["recipients"] == {"accepted": accepted, "duplicate": 1, "invalid": 2, "opted_out": 0}
        assert [(row["row"], row["code"]) for row in send["report"]] == [
            (ROWS - 2, "duplicate"),
            (ROWS - 1, "not_mobile"),
            (ROWS, "invalid_phone"),
        ]
        assert send["price_ore"] == accepted * price
        shown = ok(company.get(f"/v1/sends/{send['id']}"))
        assert sum(shown["deliveries"].values()) == accepted


def one(body: dict[str, object]) -> dict[str, object]:
    return body | {"recipients": [{"phone": "070-1740605", "first_name": "Kund 1"}]}
