"""A rotated key wraps with its new version from then on, and the report names the old one while rows need it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import grpc
import pytest
from google.cloud.kms_v1 import CryptoKeyVersion, KeyManagementServiceClient
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceGrpcTransport

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.kms import Kms
from shared.database.queries import key_versions
from shared.database.queries.key_versions import KeyVersion
from shared.privacy import envelope
from shared.providers.kms import CloudKms
from shared.settings import KeySettings
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.pipeline import Pipeline
from tests.factories import fictional

RING = "projects/upup-test/locations/europe-north1/keyRings/upup"
LIMIT = timedelta(days=30)


@dataclass
class Rotation:
    """The key service's stand-in, asked by our own adapter; its operator makes new primary versions."""

    keys: CloudKms
    operator: KeyManagementServiceClient
    pipeline: Pipeline

    def rotate(self) -> None:
        key = f"{RING}/cryptoKeys/{self.pipeline.company_id}"
        made = self.operator.create_crypto_key_version(parent=key, crypto_key_version=CryptoKeyVersion())
        number = made.name.rpartition("/")[2]
        self.operator.update_crypto_key_primary_version(name=key, crypto_key_version_id=number)

    def encrypted(self, number: int) -> str:
        """A send to so many, encrypted today."""
        send_id = self.pipeline.sent(number)
        self.pipeline.clock.time += LIMIT
        encrypt_expired_deliveries(self.pipeline.database, self.keys, self.pipeline.clock)
        return send_id

    def needed(self, after: tuple[str, str] | None = None, most: int = 50) -> list[KeyVersion]:
        with self.pipeline.database.transaction() as tx:
            return key_versions.page(tx, after, most)

    def numbers(self) -> list[str]:
        return [one.version.rpartition("/")[2] for one in self.needed()]

    def phones(self, send_id: str) -> list[str]:
        rows = self.pipeline.rows(
            "SELECT d.position, d.record, k.send_day, k.version, k.wrapped FROM deliveries d"
            " JOIN data_keys k ON k.id = d.data_key_id WHERE d.send_id = %s ORDER BY d.position",
            send_id,
        )
        company_id, found = self.pipeline.company_id, []
        for position, record, send_day, version, wrapped in rows:
            key = envelope.open_data_key(self.keys, company_id, send_day, wrapped)
            found.append(envelope.unseal(key, envelope.Place(company_id, send_id, position, version), record).phone)
        return found


@pytest.fixture
def rotation(pipeline: Pipeline) -> Iterator[Rotation]:
    server = serve(Kms(RING, []))
    keys = CloudKms(KeySettings(kms_key_ring=RING, kms_address=server.address), 5)
    keys.create_key(pipeline.company_id)
    with grpc.insecure_channel(server.address) as channel:
        operator = KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))
        yield Rotation(keys, operator, pipeline)
    server.close()


def test_new_data_keys_are_wrapped_by_the_new_version_and_old_rows_still_open(rotation: Rotation) -> None:
    old = rotation.encrypted(2)
    assert rotation.numbers() == ["1"]
    rotation.rotate()
    assert rotation.numbers() == ["1"], "a version that wraps nothing yet is not needed"
    new = rotation.encrypted(3)
    assert rotation.numbers() == ["1", "2"]
    for send_id, number in ((old, 2), (new, 3)):
        assert rotation.phones(send_id) == [f"+46{fictional(place)[1:].replace('-', '')}" for place in range(number)]


def test_a_version_is_needed_until_its_last_row_is_erased(rotation: Rotation) -> None:
    pipeline, first_day = rotation.pipeline, rotation.pipeline.today
    old = rotation.encrypted(2)
    rotation.rotate()
    new_day, new = pipeline.today, rotation.encrypted(2)
    ring = f"{RING}/cryptoKeys/{pipeline.company_id}/cryptoKeyVersions"
    assert rotation.needed() == [
        KeyVersion(pipeline.company_id, f"{ring}/1", 1, first_day, first_day),
        KeyVersion(pipeline.company_id, f"{ring}/2", 1, new_day, new_day),
    ]
    pipeline.clock.time += timedelta(days=365) - 2 * LIMIT
    erase_expired(pipeline.database, pipeline.clock.now())
    assert (pipeline.deliveries(old), len(pipeline.deliveries(new))) == ([], 2)
    assert rotation.numbers() == ["2"]
    pipeline.clock.time += LIMIT
    erase_expired(pipeline.database, pipeline.clock.now())
    assert rotation.needed() == []


def test_the_report_goes_page_by_page_through_companies_and_versions(rotation: Rotation) -> None:
    rotation.encrypted(1)
    rotation.rotate()
    rotation.encrypted(1)
    other = rotation.pipeline.company()
    rotation.keys.create_key(other.company_id)
    rotation.pipeline.member = other
    rotation.encrypted(1)
    whole, seen = rotation.needed(), list[KeyVersion]()
    while page := rotation.needed((seen[-1].company_id, seen[-1].version) if seen else None, most=1):
        seen += page
    assert seen == whole
    assert len(seen) == 3
