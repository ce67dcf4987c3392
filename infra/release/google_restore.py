"""What a restore needs of Google Cloud and Terraform beside what a deployment does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.release.google import LONG_SECONDS, Google
from shared.database.grants import user_of

MODULE = "module.upup.module.database"
INSTANCE = f"{MODULE}.google_sql_database_instance.this"
OTHER_USERS = {"migrate": "migrate", "restore": "restore"}


@dataclass(frozen=True)
class Back:
    """Terraform's output `restore`. `secrets`: version by name."""

    account: str
    settings: dict[str, str]
    secrets: dict[str, str]


class RestoringGoogle(Google):
    """Implements `restore.Restoring`."""

    @property
    def back(self) -> Back:
        return Back(**json.loads(self._terraform("output", "-json", "restore").output))

    def present(self) -> str:
        """As the state itself has it: an output is what the last apply made of it."""
        return self._held().get(INSTANCE, "")

    def has_instance(self, name: str) -> bool:
        return name in self._gcloud("sql", "instances", "list", "--format=value(name)").splitlines()

    def clone(self, instance: str, to: str, at: datetime) -> None:
        moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._gcloud("sql", "instances", "clone", instance, to, f"--point-in-time={moment}", seconds=LONG_SECONDS)

    def restart(self, instance: str) -> None:
        self._gcloud("sql", "instances", "restart", instance, seconds=LONG_SECONDS)

    def adopt(self, instance: str) -> None:
        """The clone has the users already, as of its moment; newer ones are made by the next apply."""
        project, host_of = self.environment.project, self._users(instance)
        place = f"projects/{project}/instances/{instance}"
        wanted = {INSTANCE: place, f"{MODULE}.google_sql_database.upup": f"{place}/databases/upup"}
        names = {user_of(service): service.replace("-", "_") for service in self._ours} | OTHER_USERS
        for user in sorted(names.keys() & host_of.keys()):
            wanted[f'{MODULE}.google_sql_user.this["{names[user]}"]'] = f"{project}/{instance}/{host_of[user]}/{user}"
        suffix = f"-var=database_suffix={instance.removeprefix('upup-')}"
        options = ["-input=false", "-var=source_object=none", "-var=site_version=none", suffix]
        held = self._held()
        for address in [one for one in wanted if held.get(one) != instance]:
            if address in held:
                self._terraform("state", "rm", address)
            self._terraform("import", *options, address, wanted[address])

    def run_schedule(self, service: str) -> None:
        self._gcloud("scheduler", "jobs", "run", service, f"--location={self.environment.scheduler_region}")

    def _held(self) -> dict[str, str]:
        """The instance that each part of the database belongs to in Terraform's state, by address."""
        held = {}
        for part in json.loads(self._terraform("state", "pull").output)["resources"]:
            for one in part["instances"] if part.get("module") == MODULE else ():
                key = f'["{one["index_key"]}"]' if "index_key" in one else ""
                of = one["attributes"].get("instance") or one["attributes"].get("name", "")
                held[f"{MODULE}.{part['type']}.{part['name']}{key}"] = of
        return held

    def _users(self, instance: str) -> dict[str, str]:
        """Host by name."""
        listed = json.loads(self._gcloud("sql", "users", "list", f"--instance={instance}", "--format=json"))
        return {one["name"].partition("@")[0]: one.get("host") or "%" for one in listed}
