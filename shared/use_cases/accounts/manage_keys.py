"""An owner makes API keys for the company's programs, names them, narrows what they may do, and revokes them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.database.queries import api_keys, companies
from shared.database.queries.api_keys import ApiKey
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain import api_key, ids
from shared.domain.api_key import State, WantedKey
from shared.domain.errors import Conflict, Fault, Forbidden, NotAcceptable, NotFound
from shared.domain.scopes import SCOPES
from shared.privacy.tokens import TokenHasher

MOST_KEYS = 50
OPEN = ("active", "past_due")


def make_key(
    database: Database, tokens: TokenHasher, owner: Session, wanted: WantedKey, now: datetime
) -> tuple[str, ApiKey]:
    """The key itself, for the only time, and what is kept of it.

    Raises `NotAcceptable`, `Forbidden` for an account that is not open, `Conflict` where there are too many.
    """
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise NotAcceptable("This key would be good for nothing.", [Fault("expires_at", "past", "Use a later time.")])
    key = api_key.new_key(wanted.mode)
    kept = ApiKey(
        id=ids.new_id("key"),
        company_id=owner.company_id,
        name=wanted.name,
        mode=wanted.mode,
        scopes=_written(SCOPES if wanted.scopes is None else wanted.scopes),
        last_four=key[-api_key.SHOWN :],
        created_by=owner.member_id,
        created_at=now,
        expires_at=wanted.expires_at,
        revoked_at=None,
        last_used_at=None,
    )
    with database.transaction() as tx:
        company = companies.lock(tx, owner.company_id)  # two at once do not pass the most together
        if company is None or company.state not in OPEN:
            raise Forbidden("This takes an account whose agreement goes on and whose plan is paid.")
        if api_keys.count_good(tx, owner.company_id, now) >= MOST_KEYS:
            raise Conflict(f"A company has at most {MOST_KEYS} keys. Revoke one first.")
        api_keys.add(tx, kept, tokens.digest(api_key.PURPOSE, key))
    return key, kept


def change_key(
    database: Database, company_id: str, key_id: str, name: str | None, scopes: Sequence[str] | None, now: datetime
) -> ApiKey:
    """Another name, fewer scopes. Raises `NotFound`, `Conflict` for one that has ended, `NotAcceptable` for more."""
    with database.transaction() as tx:
        known = _found(api_keys.get(tx, company_id, key_id))
        if known.state(now) is not State.ACTIVE:
            raise Conflict("This key has ended. Make a new one.")
        if scopes is not None and not set(scopes) <= set(known.scopes.split()):
            fault = Fault("scopes", "wider", "A key may only lose scopes. Make a new key for more.")
            raise NotAcceptable("This key cannot do more than before.", [fault])
        changed = replace(known, name=name or known.name, scopes=known.scopes if scopes is None else _written(scopes))
        api_keys.change(tx, changed)
    return changed


def revoke_key(database: Database, company_id: str, key_id: str, now: datetime) -> None:
    """From now it opens nothing; again changes nothing. Raises `NotFound`."""
    with database.transaction() as tx:
        api_keys.revoke(tx, _found(api_keys.get(tx, company_id, key_id)), now)


def _found(known: ApiKey | None) -> ApiKey:
    if known is None:
        raise NotFound("There is no such key.")
    return known


def _written(scopes: Sequence[str] | dict[str, str]) -> str:
    return " ".join(sorted(set(scopes)))
