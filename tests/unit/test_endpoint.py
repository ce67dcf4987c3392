"""The edge of the HTTP functions: what becomes of a supplier that is away."""

from dataclasses import dataclass, field

import pytest
from flask import Flask, request

from shared.database.transactions import Database
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.staff import StaffDoor
from shared.ports import KeyServiceFault, OutcomeUnknown, SupplierUnavailable
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings
from tests.factories import FakeClock

APP = Flask(__name__)


class NoDatabase:
    def transaction(self) -> object:
        raise AssertionError("nobody is logged in, so nothing is read")


@dataclass
class Parts:
    core: CoreSettings = field(
        default_factory=lambda: CoreSettings(
            environment="development", public_url="http://127.0.0.1:1", token_key=bytes(32)
        )
    )
    database: Database = field(default_factory=NoDatabase)
    tokens: TokenHasher = field(default_factory=lambda: TokenHasher(bytes(32)))
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def staff_door(self) -> StaffDoor:
        raise AssertionError("no route of these is the staff's")


def answer_to(trouble: Exception) -> tuple[int, str | None, str]:
    api = Api(Parts())

    @api.route("GET", "/v1/x")
    def handle(call: Call) -> Answer:
        raise trouble

    with APP.test_request_context("/v1/x"):
        response = api.answer(request)
    return response.status_code, response.headers.get("Retry-After"), response.get_data(as_text=True)


@pytest.mark.parametrize("trouble", [SupplierUnavailable("key service: Hemligt"), OutcomeUnknown("Hemligt")])
def test_a_supplier_that_is_away_is_503_with_the_time_to_try_again(trouble: Exception) -> None:
    status, retry_after, body = answer_to(trouble)
    assert (status, retry_after) == (503, "30")
    assert "Hemligt" not in body


def test_a_key_service_that_refuses_is_our_own_fault() -> None:
    assert answer_to(KeyServiceFault("Hemligt"))[:2] == (500, None)
