"""Finding a person by number without keeping the number: a keyed hash with a subkey for each company.

Never an unkeyed hash: there are only about 10^8 Swedish mobile numbers to try.
"""

import hmac
from collections.abc import Callable

from shared.domain.phone_number import PhoneNumber
from shared.ports import KeyService

MASTER_KEY = "fingerprints"
MASTER_CONTEXT = b"fingerprint-master"


class Fingerprints:
    """Made once a process: unwrapping the master is one call to the key service."""

    def __init__(self, keys: KeyService, wrapped_master: bytes) -> None:
        self._master = keys.unwrap(MASTER_KEY, wrapped_master, MASTER_CONTEXT)

    def of_company(self, company_id: str) -> Callable[[PhoneNumber], bytes]:
        """The company's own function from a number to 32 bytes."""
        subkey = self.subkey(f"company:{company_id}")

        def fingerprint(number: PhoneNumber) -> bytes:
            return hmac.digest(subkey, number.e164.encode("ascii"), "sha256")

        return fingerprint

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the master nor another subkey follows."""
        return hmac.digest(self._master, purpose.encode(), "sha256")
