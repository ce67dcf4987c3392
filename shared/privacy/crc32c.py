"""CRC32C (Castagnoli), the checksum that Cloud KMS takes and gives. One table look-up a byte: meant for keys,
names and wrapped keys of up to some hundred bytes, not for files."""

_REFLECTED_POLYNOMIAL = 0x82F63B78
_ALL_ONES = 0xFFFFFFFF


def _table_entry(byte: int) -> int:
    remainder = byte
    for _ in range(8):
        remainder = (remainder >> 1) ^ (_REFLECTED_POLYNOMIAL if remainder & 1 else 0)
    return remainder


_TABLE = tuple(_table_entry(byte) for byte in range(256))


def crc32c(data: bytes) -> int:
    """The checksum as an unsigned 32-bit number; 0 for no bytes."""
    crc = _ALL_ONES
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ _ALL_ONES
