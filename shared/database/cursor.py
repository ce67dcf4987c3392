"""PyMySQL's cursor that takes the columns of a result as it knows them: the server describes them with each answer, and
reading that costs more than reading a row.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pymysql.connections import MySQLResult
from pymysql.constants import COMMAND, FIELD_TYPE
from pymysql.converters import conversions, convert_datetime
from pymysql.cursors import Cursor
from pymysql.protocol import MysqlPacket

STATEMENTS_KEPT = 1_000
"""There are some 700, of which one process runs a few."""

END, FAULT = 0xFE, 0xFF
"""What a packet begins with that is no row."""

LONGEST_END = 8
"""Bytes: a row that begins likewise is longer."""

NULL = 251
LONGER = {252: 2, 253: 3, 254: 8}
"""How many bytes say the length of what is longer than 250."""


def _aware(moment: Any) -> Any:
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment


# The session's zone is UTC, so every DATETIME is: it is read as an aware moment.
CONVERSIONS = conversions | {
    FIELD_TYPE.DATETIME: lambda text: _aware(convert_datetime(text)),
}


class _Described(NamedTuple):
    """What came, byte for byte, and what PyMySQL reads in it."""

    came: bytes
    fields: Any
    description: Any
    converters: Any


_described: dict[str, _Described] = {}
"""By statement, what was described last."""


class QuickCursor(Cursor):
    """For connections with `CONVERSIONS`."""

    _statement = ""

    def execute(self, query: str, args: object = None) -> int:
        self._statement = query if isinstance(query, str) else ""  # executemany's own are made of bytes
        return int(super().execute(query, args))

    def _query(self, q: str | bytes) -> int:
        cursor: Any = self  # its insides, of which the stubs say nothing
        connection = cursor._get_db()
        cursor._clear_result()
        connection._execute_command(COMMAND.COM_QUERY, q)
        result = _Result(connection, self._statement)
        result.read()
        connection._result = result
        if result.server_status is not None:
            connection.server_status = result.server_status
        cursor._do_get_result()
        return int(self.rowcount)


class _Result(MySQLResult):
    connection: Any

    def __init__(self, connection: Any, statement: str) -> None:
        super().__init__(connection)
        self._statement = statement

    def _get_descriptions(self) -> None:
        known = _described.get(self._statement)
        if known is None or len(known.fields) != self.field_count or not self._come_again(known.came):
            known = self._read_descriptions()
            if len(_described) >= STATEMENTS_KEPT:
                _described.clear()
            _described[self._statement] = known
        _, self.fields, self.description, self.converters = known
        self.connection._read_packet()  # their end

    def _come_again(self, came: bytes) -> bool:
        """Take the same bytes, where they are what has come now."""
        if not self._buffered().startswith(came):
            return False
        self._take(len(came), self.field_count)
        return True

    def _buffered(self) -> bytes:
        """What has come and is not yet taken, as far as it is in memory."""
        try:
            return bytes(self.connection._rfile.peek(1))
        except OSError:  # whoever reads next says so
            return b""

    def _take(self, length: int, packets: int) -> None:
        connection = self.connection
        connection._read_bytes(length)
        connection._next_seq_id = (connection._next_seq_id + packets) % 256

    def _read_rowdata_packet(self) -> None:
        if not self._take_rows():
            theirs: Any = super()
            theirs._read_rowdata_packet()

    def _take_rows(self) -> bool:
        """All rows, where they have come to their end; else none is taken, nor where anything is odd."""
        itself: Any = self
        rows: list[tuple[Any, ...]] = []
        came, at, number = self._buffered(), 0, self.connection._next_seq_id
        while (begin := at + 4) < len(came):
            end = begin + int.from_bytes(came[at : at + 3], "little")
            if end > len(came) or came[at + 3] != number or came[begin] == FAULT:
                return False
            number = (number + 1) % 256
            if came[begin] == END and end - begin <= LONGEST_END:
                itself._check_packet_is_eof(MysqlPacket(came[begin:end], ""))
                self._take(end, len(rows) + 1)
                self.affected_rows, self.rows = len(rows), tuple(rows)
                return True
            rows.append(self._row(came, begin))
            at = end
        return False

    def _read_descriptions(self) -> _Described:
        connection, first = self.connection, self.connection._next_seq_id
        packets = [connection._read_packet().get_all_data() for _ in range(self.field_count)]
        came = b"".join(
            [
                len(data).to_bytes(3, "little") + bytes([(first + place) % 256]) + data
                for place, data in enumerate(packets)
            ]
        )
        replay: Any = _Replay(packets, connection.encoding)
        result: Any = MySQLResult(replay)
        result.field_count = self.field_count
        result._get_descriptions()
        return _Described(came, result.fields, result.description, result.converters)

    def _read_row_from_packet(self, packet: Any) -> tuple[Any, ...]:
        return self._row(packet.get_all_data(), 0)

    def _row(self, data: bytes, at: int) -> tuple[Any, ...]:
        """That begins there."""
        row: list[Any] = []
        for encoding, converter in self.converters:
            length = data[at]
            at += 1
            if length == NULL:
                row.append(None)
                continue
            if length > NULL:
                wide = LONGER[length]
                length = int.from_bytes(data[at : at + wide], "little")
                at += wide
            value: Any = data[at : at + length]
            at += length
            if encoding is not None:
                value = str(value, encoding)
            row.append(value if converter is None else converter(value))
        return tuple(row)


class _Replay:
    """Stands for a connection from which these descriptions come."""

    use_unicode = True
    decoders = CONVERSIONS

    def __init__(self, packets: Sequence[bytes], encoding: str) -> None:
        self.encoding = encoding
        self._packets = iter((*packets, b"\xfe\0\0\0\0"))

    def _read_packet(self, kind: Any = MysqlPacket) -> Any:
        return kind(next(self._packets), self.encoding)
