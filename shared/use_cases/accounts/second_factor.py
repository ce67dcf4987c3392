"""A person's second factor: a code of half a minute from an app (TOTP), or a recovery code, each good for once."""

import hmac
import secrets
from datetime import datetime

from shared.database.queries import people, second_factors, sessions
from shared.database.queries.second_factors import Factor
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import Conflict, Fault, NotAcceptable, NotFound
from shared.domain.retention import CONFIRMED_LIFE
from shared.domain.second_factor import Enrolment, Shown
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher

ISSUER = "UpUp"
RECOVERY_CODES = 10
RECOVERY_PURPOSE = "recovery-code"
EARLY_OR_LATE = 1
"""Half minutes that the person's clock may differ from ours."""


def enrol(tx: Transaction, tokens: TokenHasher, person_id: str, now: datetime) -> Enrolment:
    """It counts once a code of it was shown. Raises `Conflict` for whoever has one that counts."""
    import pyotp

    person, earlier = people.get(tx, person_id), second_factors.lock(tx, person_id)
    if person is None:  # erased at this moment
        raise NotFound("There is no such person.")
    if earlier and earlier.confirmed_at:
        raise Conflict("You have a second factor. Take it away first.")
    secret = pyotp.random_base32()
    second_factors.enrol(tx, person_id, _key(tokens).seal(secret.encode(), _place(person_id)), now)
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER))


def confirm_enrolment(tx: Transaction, tokens: TokenHasher, shown: Shown) -> list[str]:
    """From here on it counts; the recovery codes, which are shown once. Raises `Conflict` and `NotAcceptable`."""
    factor = second_factors.lock(tx, shown.person_id)
    if factor is None or factor.confirmed_at:
        raise Conflict("There is no second factor that waits to be confirmed.")
    if not _take(tx, tokens, factor, shown):
        raise _wrong_code()
    codes = [_grouped(ids.encode(secrets.token_bytes(ids.RANDOM_BYTES))) for _ in range(RECOVERY_CODES)]
    hmacs = [_recovery_hmac(tokens, shown.person_id, code) for code in codes]
    second_factors.confirm(tx, shown.person_id, hmacs, shown.now)
    sessions.confirm(tx, shown.session_hmac, shown.now + CONFIRMED_LIFE)
    return codes


def confirm_session(tx: Transaction, tokens: TokenHasher, shown: Shown) -> datetime:
    """Until when the session may do what asks for care. Raises `Conflict` and `NotAcceptable`."""
    factor = second_factors.lock(tx, shown.person_id)
    if factor is None or factor.confirmed_at is None:
        raise Conflict("You have no second factor. Begin with POST /v1/second-factor.")
    recovery = _recovery_hmac(tokens, shown.person_id, shown.code)
    if not _take(tx, tokens, factor, shown) and not second_factors.spend_recovery_code(tx, shown.person_id, recovery):
        raise _wrong_code()
    until = shown.now + CONFIRMED_LIFE
    sessions.confirm(tx, shown.session_hmac, until)
    return until


def remove(tx: Transaction, person_id: str) -> None:
    """Raises `NotFound`. The person's sessions have shown nothing any more."""
    if not second_factors.remove(tx, person_id):
        raise NotFound("You have no second factor.")
    sessions.unconfirm(tx, person_id)


def ask_for_one(tx: Transaction, company_id: str, required: bool) -> None:
    """Whether a company asks its people for one before what needs care."""
    second_factors.require(tx, company_id, required)


def _take(tx: Transaction, tokens: TokenHasher, factor: Factor, shown: Shown) -> bool:
    """Whether it is the code of about now, and newer than the last that was taken."""
    import pyotp

    totp = pyotp.TOTP(_key(tokens).open(factor.sealed, _place(shown.person_id)).decode())
    for step in range(shown.step - EARLY_OR_LATE, shown.step + EARLY_OR_LATE + 1):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), shown.code.encode())
        if right and step > factor.last_step:
            second_factors.take_step(tx, shown.person_id, step)
            return True
    return False


def _key(tokens: TokenHasher) -> SealingKey:
    return SealingKey(tokens.digest("second-factor", "seals secrets"))


def _place(person_id: str) -> str:
    return f"second_factors {person_id}"


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _recovery_hmac(tokens: TokenHasher, person_id: str, code: str) -> bytes:
    return tokens.digest(RECOVERY_PURPOSE, f"{person_id} {code.replace('-', '').lower()}")


def _wrong_code() -> NotAcceptable:
    fault = Fault("code", "wrong_code", "This is not the code of just now, or it was used. Wait for the next one.")
    return NotAcceptable("The code does not work.", [fault])
