"""Finding a person by number without keeping the number: a keyed hash with a subkey for each company.

Never an unkeyed hash: there are only about 10^8 Swedish mobile numbers to try.
"""

import hmac
from collections.abc import Callable

from shared.domain.phone_number import PhoneNumber
from shared.ports import KeyService

MASTER_KEY = "fingerprints"
MASTER_CONTEXT = b"fingerprint-master"

NumberHash = Callable[[PhoneNumber], bytes]
"""From a number to 32 bytes."""

NumberHashes = Callable[[], NumberHash]
"""Where to get one: call it outside a transaction, as the first call asks the key service."""


class Fingerprints:
    """Made once a process: unwrapping the master is one call to the key service."""

    def __init__(self, keys: KeyService, wrapped_master: bytes) -> None:
        self._master = keys.unwrap(MASTER_KEY, wrapped_master, MASTER_CONTEXT)

    def of_company(self, company_id: str) -> NumberHash:
        """The company's own."""
        return self._of(f"company:{company_id}")

    def of_receipts(self) -> NumberHash:
        """What doubts and early receipts are matched by, kept for 72 hours at most. A receipt names the number and no
        company, so it cannot be a company's own."""
        return self._of("sms-number")

    def of_visitors(self) -> NumberHash:
        """What trial SMS are counted by."""
        return self._of("visitor-number")

    def _of(self, purpose: str) -> NumberHash:
        subkey = self.subkey(purpose)

        def fingerprint(number: PhoneNumber) -> bytes:
            return hmac.digest(subkey, number.e164.encode("ascii"), "sha256")

        return fingerprint

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the master nor another subkey follows."""
        return hmac.digest(self._master, purpose.encode(), "sha256")
