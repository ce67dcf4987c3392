"""`python -m infra.release.access_register --env stage access.csv`: the access register against the list of people."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.release.google import Google

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENTS = {"dev": "development", "stage": "stage", "production": "production"}
ORGANISATIONS = {"UpUp": "UpUp", "The Farm": "The Farm Interactive"}
REACHES = {
    "staff": ("portal",),
    "developer": ("logs",),
    "operator": ("logs", "deployment"),
    "auditor": ("logs", "keys"),
    "deployer": ("deployment",),
    "stripe": ("stripe",),
}
"""What the register calls that which a role reaches."""


@dataclass(frozen=True, order=True)
class Access:
    """One entry's facts. Of several roles that reach the same, one entry tells."""

    email: str
    what: str
    name: str = ""
    organisation: str = ""
    role: str = ""
    since: str = ""
    until: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.email.casefold(), self.what


@dataclass(frozen=True)
class Difference:
    """What is in the list alone, and ids of open entries that nobody in the list has."""

    to_enter: list[Access]
    to_end: list[str]


class Listing(Google):
    """One environment, asked for its list."""

    def people(self) -> dict[str, dict[str, Any]]:
        """As it was last applied."""
        found: dict[str, dict[str, Any]] = json.loads(self._terraform("output", "-json", "people").output)
        return found


def listed(people: Mapping[str, Mapping[str, Any]]) -> list[Access]:
    """What the list gives."""
    found: dict[tuple[str, str], Access] = {}
    for email, person in sorted(people.items()):
        for role in person["roles"]:
            for what in REACHES[role]:
                one = Access(
                    email,
                    what,
                    person["name"],
                    ORGANISATIONS[person["organisation"]],
                    role,
                    person["since"],
                    person.get("until"),
                )
                found.setdefault(one.key, one)
    return list(found.values())


def compare(wanted: Iterable[Access], entries: Iterable[Mapping[str, str]], environment: str) -> Difference:
    """`entries`: the register's lines. Those about suppliers that Google does not guard are left to people."""
    ours = {what for reached in REACHES.values() for what in reached}
    opened = {
        (one["email"].casefold(), one["what"]): one["id"]
        for one in entries
        if one["environment"] == environment and one["state"] != "ended" and one["what"] in ours
    }
    wanted = sorted(wanted)
    known = {one.key for one in wanted}
    return Difference(
        [one for one in wanted if one.key not in opened],
        [entry_id for key, entry_id in sorted(opened.items()) if key not in known],
    )


def read(file: Path) -> list[dict[str, str]]:
    """The register's export."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=";"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.release.access_register")
    parser.add_argument("--env", required=True, choices=tuple(ENVIRONMENTS))
    parser.add_argument("file", type=Path, help="the register's export, from /staff/access")
    wanted = parser.parse_args()
    people = Listing(CHECKOUT / "infra/environments" / wanted.env, set()).people()
    found = compare(listed(people), read(wanted.file), ENVIRONMENTS[wanted.env])
    for one in found.to_enter:
        print(f"enter: {json.dumps(one.__dict__, ensure_ascii=False)}")
    for entry_id in found.to_end:
        print(f"end: {entry_id}")
    return 1 if found.to_enter or found.to_end else 0


if __name__ == "__main__":
    sys.exit(main())
