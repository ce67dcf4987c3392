"""Cloud KMS's stand-in and our adapter to it, for the tests of what goes over the wire between them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.kms import Kms
from shared.providers.kms import CloudKms
from shared.settings import KeySettings

RING = "projects/upup-test/locations/europe-north1/keyRings/upup"
KEY = bytes(range(32))
CONTEXT = b"acc_1|2026-11-23"


@contextmanager
def client_of(kms: Kms, timeout: int = 5) -> Iterator[CloudKms]:
    server = serve(kms)
    yield CloudKms(KeySettings(kms_key_ring=RING, kms_address=server.address), timeout)
    server.close()
