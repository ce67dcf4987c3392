"""CRC32C against its published values."""

import pytest

from shared.privacy.crc32c import crc32c


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),  # the check value of the CRC catalogues
        (bytes(32), 0x8A9136AA),  # this and the rest: RFC 3720, B.4
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(reversed(range(32))), 0x113FDB5C),
    ],
)
def test_crc32c_agrees_with_its_published_values(data: bytes, expected: int) -> None:
    assert crc32c(data) == expected


def test_crc32c_sees_every_single_changed_bit() -> None:
    data = bytes(range(32))
    changed = [data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :] for at in range(len(data)) for bit in range(8)]
    assert crc32c(data) not in {crc32c(other) for other in changed}
