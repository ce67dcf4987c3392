"""`python -m shared.privacy.records <folder>`: writes the record of processing (Art. 30) from the data map."""

import sys
from pathlib import Path
from typing import Literal

from shared.privacy import data_map
from shared.privacy.data_map.model import Datum, EndedBy, Expires, Table, Text
from shared.privacy.data_map.processors import PROCESSORS

Language = Literal["sv", "en"]

FILES: dict[Language, str] = {"sv": "registerforteckning.md", "en": "records-of-processing.md"}

TITLE = Text("Registerförteckning (art. 30)", "Record of processing activities (Art. 30)")
INTRODUCTION = Text(
    "Skriven av `make privacy-docs` ur `shared/privacy/data_map/`, som ett test jämför med databasens schema. "
    "Ändra där, inte här. UpUp är personuppgiftsbiträde för mottagare och ansvarig för kontoinnehavare.",
    "Written by `make privacy-docs` from `shared/privacy/data_map/`, which a test compares with the live schema. "
    "Change it there, not here. UpUp is processor for recipients and controller for account holders.",
)
DATA = Text("Personuppgifter", "Personal data")
WITHOUT = Text("Utan person", "Without a person")
ABOUT, PURPOSE, BASIS, KEPT, WHERE = (
    Text("Om", "About"),
    Text("Ändamål", "Purpose"),
    Text("Grund", "Basis"),
    Text("Hur länge", "Kept"),
    Text("Var", "Where"),
)
TABLES = Text("Tabeller och vad som tömmer dem", "Tables, and what empties them")
TABLES_HEAD = Text("Tabell | Innehåll | Raderas av", "Table | Holds | Erased by")
OTHERS = Text("Underbiträden och leverantörer", "Sub-processors and suppliers")
OTHERS_HEAD = Text("Vem | Roll | Vad | Hur länge | Från", "Who | Role | What | How long | Since")


def record(language: Language) -> str:
    """The whole page."""

    def say(text: Text) -> str:
        return str(getattr(text, language))

    personal = data_map.personal_data()
    others = list(dict.fromkeys(d for t in data_map.TABLES for d in t.columns.values() if not d.is_personal))
    parts = [
        f"# {say(TITLE)}\n\n{say(INTRODUCTION)}\n\n## {say(DATA)}",
        *(_datum(one, language) for one in personal),
        f"## {say(WITHOUT)}",
        *(_datum(one, language) for one in others),
        f"## {say(TABLES)}",
        _table(say(TABLES_HEAD), [[f"`{one.name}`", say(one.about), _end(one)] for one in data_map.TABLES]),
        f"## {say(OTHERS)}",
        _table(say(OTHERS_HEAD), [[p.name, say(p.role), say(p.holds), say(p.kept), p.since] for p in PROCESSORS]),
    ]
    return "\n\n".join(parts) + "\n"


def _datum(one: Datum, language: Language) -> str:
    def say(text: Text) -> str:
        return str(getattr(text, language))

    lines = [
        f"### {say(one.what)}",
        f"- {say(ABOUT)}: {say(one.subject.value)}; {say(one.category.value)}",
        f"- {say(PURPOSE)}: {say(one.purpose)}. {say(BASIS)}: {say(one.basis.value)}",
        f"- {say(KEPT)}: {say(one.kept)}; {say(one.end.value)}",
        *(f"- {say(WHERE)}: `{table}`: {', '.join(columns)}" for table, columns in data_map.places_of(one).items()),
    ]
    return "\n".join(lines)


def _end(table: Table) -> str:
    match table.end:
        case EndedBy(what):
            return what
        case Expires(column, life):
            return f"`erase_expired`: {column} + {life}"


def _table(head: str, rows: list[list[str]]) -> str:
    lines = [head, "|".join("---" for _ in head.split("|")), *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    folder = Path(sys.argv[1])
    for language, name in FILES.items():
        (folder / name).write_text(record(language), "utf-8")


if __name__ == "__main__":
    main()
