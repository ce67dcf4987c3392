"""API keys at the door: whose they are, what they may do, and that they open nothing once they have ended."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask, request
from msgspec.structs import replace

from shared.database.queries import api_keys
from shared.database.queries.api_keys import ApiKey
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain import api_key
from shared.domain.api_key import Mode, WantedKey
from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound
from shared.domain.retention import API_KEY_LIFE
from shared.domain.scopes import SCOPES
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.staff import StaffDoor
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings
from shared.use_cases.accounts.manage_keys import MOST_KEYS, change_key, make_key, revoke_key
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.pipeline import Pipeline
from tests.factories import FakeClock

APP = Flask(__name__)
WANTED = WantedKey("Kassan", Mode.LIVE)


@dataclass
class Parts:
    database: Database
    tokens: TokenHasher
    clock: FakeClock
    core: CoreSettings = field(
        default_factory=lambda: CoreSettings(
            environment="development", public_url="http://127.0.0.1:1", token_key=bytes(32)
        )
    )

    @property
    def staff_door(self) -> StaffDoor:
        raise AssertionError("no route of these is the staff's")


class AwayDatabase:
    def transaction(self) -> object:
        raise AssertionError("nothing may be asked of the database")


@dataclass
class Made:
    key: str
    kept: ApiKey


def made(pipeline: Pipeline, wanted: WantedKey = WANTED, owner: Session | None = None) -> Made:
    owner = owner or pipeline.member
    return Made(*make_key(pipeline.database, pipeline.tokens, owner, wanted, pipeline.clock.now()))


def kept(pipeline: Pipeline, key_id: str) -> ApiKey:
    with pipeline.database.transaction() as tx:
        found = api_keys.get(tx, pipeline.company_id, key_id)
    assert found is not None
    return found


def answer(
    pipeline: Pipeline, header: str, scope: str | None = "sends:read", database: Database | None = None
) -> tuple[int, dict[str, str]]:
    """What a viewer's route of that scope says to the header, with another company's cookie beside it."""
    api = Api(Parts(database or pipeline.database, pipeline.tokens, pipeline.clock))

    @api.route("GET", "/v1/x", role="viewer", scope=scope)
    def handle(call: Call) -> Answer:
        asking = call.member
        return Answer(200, {"by": asking.member_id, "of": asking.company_id, "role": asking.role})

    headers = {"Authorization": header, "Cookie": "session=made-up", "Origin": "https://evil.example"}
    with APP.test_request_context("/v1/x", headers=headers):
        response = api.answer(request)
    return response.status_code, json.loads(response.get_data())


def test_a_key_comes_in_as_its_company_with_the_least_role_that_the_route_asks_for(pipeline: Pipeline) -> None:
    other = pipeline.company()
    first = made(pipeline)
    second = made(pipeline, owner=other)
    for one, company in ((first, pipeline.company_id), (second, other.company_id)):
        expected = {"by": one.kept.id, "of": company, "role": "viewer"}
        assert answer(pipeline, f"Bearer {one.key}") == (200, expected)
        assert answer(pipeline, f"bearer  {one.key} ") == (200, expected)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic QTpC", "upup_live_", "Bearer upup_live_x"])
def test_what_is_no_key_is_401_before_anything_is_asked_of_the_database(pipeline: Pipeline, header: str) -> None:
    status, problem = answer(pipeline, header, database=AwayDatabase())
    assert status == 401
    assert "owner" in problem["detail"] or "header" in problem["detail"], "how to mend it"


def test_a_misspelt_key_is_401_before_anything_is_asked_of_the_database_and_is_not_repeated(pipeline: Pipeline) -> None:
    key = made(pipeline).key
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    status, problem = answer(pipeline, f"Bearer {wrong}", database=AwayDatabase())
    assert status == 401 and "wrong" in problem["detail"]
    assert wrong[10:] not in json.dumps(problem)


def test_a_key_that_was_never_made_is_401(pipeline: Pipeline) -> None:
    assert answer(pipeline, f"Bearer {api_key.new_key(Mode.LIVE)}")[0] == 401


def test_a_revoked_key_opens_nothing_from_that_moment_and_stays_listed(pipeline: Pipeline) -> None:
    one = made(pipeline)
    assert answer(pipeline, f"Bearer {one.key}")[0] == 200
    revoke_key(pipeline.database, pipeline.company_id, one.kept.id, pipeline.clock.now())
    status, problem = answer(pipeline, f"Bearer {one.key}")
    assert status == 401 and "revoked" in problem["detail"]
    pipeline.clock.advance(days=1)
    revoke_key(pipeline.database, pipeline.company_id, one.kept.id, pipeline.clock.now())
    assert kept(pipeline, one.kept.id).revoked_at == one.kept.created_at, "again changes nothing"
    with pytest.raises(Conflict):
        change_key(pipeline.database, pipeline.company_id, one.kept.id, "Ny", None, pipeline.clock.now())


def test_an_expired_key_opens_nothing_from_that_moment(pipeline: Pipeline) -> None:
    ends = pipeline.clock.now() + timedelta(days=1)
    one = made(pipeline, replace(WANTED, expires_at=ends))
    pipeline.clock.advance(days=1, microseconds=-1)
    assert answer(pipeline, f"Bearer {one.key}")[0] == 200
    pipeline.clock.advance(microseconds=1)
    status, problem = answer(pipeline, f"Bearer {one.key}")
    assert status == 401 and "expired" in problem["detail"]
    with pytest.raises(NotAcceptable):
        made(pipeline, replace(WANTED, expires_at=pipeline.clock.now()))


def test_a_key_without_the_scope_is_403_which_names_it_and_a_route_without_one_is_for_persons(
    pipeline: Pipeline,
) -> None:
    one = made(pipeline, replace(WANTED, scopes=("sends:read",)))
    assert answer(pipeline, f"Bearer {one.key}", "sends:read")[0] == 200
    status, problem = answer(pipeline, f"Bearer {one.key}", "sends:write")
    assert status == 403 and "sends:write" in problem["detail"]
    status, problem = answer(pipeline, f"Bearer {made(pipeline).key}", None)
    assert status == 403 and "person" in problem["detail"]


def test_a_key_without_named_scopes_has_all_and_scopes_only_become_fewer(pipeline: Pipeline) -> None:
    one = made(pipeline).kept
    assert one.scopes.split() == sorted(SCOPES)
    database, company, now = pipeline.database, pipeline.company_id, pipeline.clock.now()
    fewer = change_key(database, company, one.id, None, ["sends:write", "sends:read"], now)
    assert (fewer.name, fewer.scopes) == ("Kassan", "sends:read sends:write")
    with pytest.raises(NotAcceptable):
        change_key(database, company, one.id, None, ["sends:read", "ledger:read"], now)
    assert change_key(database, company, one.id, "Nya kassan", None, now).scopes == "sends:read sends:write"
    assert kept(pipeline, one.id).name == "Nya kassan"


def test_another_companys_key_can_be_neither_changed_nor_revoked(pipeline: Pipeline) -> None:
    one, other, now = made(pipeline), pipeline.company().company_id, pipeline.clock.now()
    with pytest.raises(NotFound):
        change_key(pipeline.database, other, one.kept.id, "x", None, now)
    with pytest.raises(NotFound):
        revoke_key(pipeline.database, other, one.kept.id, now)
    assert answer(pipeline, f"Bearer {one.key}")[0] == 200


def test_last_used_is_the_hour(pipeline: Pipeline) -> None:
    one = made(pipeline)
    assert kept(pipeline, one.kept.id).last_used_at is None
    pipeline.clock.advance(minutes=25)
    for minutes in (0, 10, 60):
        pipeline.clock.advance(minutes=minutes)
        answer(pipeline, f"Bearer {one.key}")
        assert kept(pipeline, one.kept.id).last_used_at == hour(pipeline.clock.now())


def hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def test_a_company_has_at_most_so_many_keys_that_are_good(pipeline: Pipeline) -> None:
    first, *_ = [made(pipeline) for _ in range(MOST_KEYS)]
    with pytest.raises(Conflict):
        made(pipeline)
    revoke_key(pipeline.database, pipeline.company_id, first.kept.id, pipeline.clock.now())
    made(pipeline)


def test_a_company_that_is_not_open_makes_no_keys(pipeline: Pipeline) -> None:
    pending = pipeline.make.company(state="pending")
    with pytest.raises(Forbidden):
        made(pipeline, owner=pending)


def test_the_key_itself_is_kept_nowhere(pipeline: Pipeline) -> None:
    one = made(pipeline)
    (row,) = pipeline.rows("SELECT * FROM api_keys WHERE company_id = %s", pipeline.company_id)
    assert one.key not in repr(row) and one.key[10:-4] not in repr(row)
    assert pipeline.tokens.digest(api_key.PURPOSE, one.key) in row


def test_a_key_is_forgotten_a_year_after_it_ended_and_a_good_one_never(pipeline: Pipeline) -> None:
    good, ended = made(pipeline).kept, made(pipeline).kept
    revoke_key(pipeline.database, pipeline.company_id, ended.id, pipeline.clock.now())
    pipeline.clock.advance(days=API_KEY_LIFE.days - 1)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert kept(pipeline, ended.id)
    pipeline.clock.advance(days=1)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.column("SELECT id FROM api_keys WHERE company_id = %s", pipeline.company_id) == [good.id]
