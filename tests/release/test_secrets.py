"""First values of secrets: made up or asked for once, told to gcloud alone, and never made a second time."""

import base64
import json
from pathlib import Path

import pytest

from infra.release.cloud import CommandFailed
from infra.release.secrets import Secrets, names, run
from tests.architecture.rules_source import ROOT


class Vault:
    """Secret Manager and Cloud KMS, as gcloud shows them; a wrap turns the bytes round."""

    def __init__(self) -> None:
        self.held: dict[str, list[bytes]] = {}
        self.commands: list[str] = []
        self.context = b""

    def __call__(self, command: list[str], given: bytes) -> bytes:
        self.commands.append(" ".join(command))
        if command[1] == "kms":
            file = next(part for part in command if part.startswith("--additional-authenticated-data-file="))
            self.context = Path(file.partition("=")[2]).read_bytes()
            return given[::-1]
        name = command[4]
        if command[3] == "add":
            self.held.setdefault(name, []).append(given)
            return json.dumps(self._version(name)).encode()
        return json.dumps([self._version(name)] if name in self.held else []).encode()

    def _version(self, name: str) -> dict[str, str]:
        return {"name": f"projects/1/secrets/{name}/versions/{len(self.held[name])}"}


def a_vault(**held: bytes) -> Vault:
    vault = Vault()
    vault.held = {name: [value] for name, value in held.items()}
    return vault


def fill(vault: Vault, *wanted: str, answer: str = "from the provider") -> dict[str, str]:
    return Secrets("upup-stage", "europe-north1", vault, lambda prompt: answer).fill(set(wanted))


def test_the_master_is_kept_only_as_the_key_service_wrapped_it_for_this_use() -> None:
    vault = a_vault()
    assert fill(vault, "FINGERPRINT_MASTER", "TOKEN_KEY") == {"FINGERPRINT_MASTER": "1", "TOKEN_KEY": "1"}
    assert len(base64.b64decode(vault.held["FINGERPRINT_MASTER"][0])) == 32
    assert len(base64.b64decode(vault.held["TOKEN_KEY"][0])) == 32
    assert vault.context == b"fingerprint-master"
    assert any("--keyring=upup --key=fingerprints" in command for command in vault.commands)


def test_what_has_a_value_keeps_it() -> None:
    vault = a_vault(TOKEN_KEY=b"old", STRIPE_API_KEY=b"old")
    assert fill(vault, "TOKEN_KEY", "STRIPE_API_KEY") == {"TOKEN_KEY": "1", "STRIPE_API_KEY": "1"}
    assert vault.held == {"TOKEN_KEY": [b"old"], "STRIPE_API_KEY": [b"old"]}


def test_no_value_stands_in_a_command() -> None:
    vault = a_vault()
    wanted = names(ROOT / "infra/functions.yaml")
    assert fill(vault, *wanted).keys() == wanted
    values = [value.decode() for held in vault.held.values() for value in held]
    assert len(values) == len(wanted) > 10
    assert not any(value in command for value in values for command in vault.commands)


def test_callback_secrets_differ_and_fit_in_a_path() -> None:
    vault = a_vault()
    fill(vault, "LEKAB_CALLBACK_SECRET", "CLEARON_CALLBACK_SECRET")
    (first,), (second,) = vault.held.values()
    assert first != second
    assert first.decode().replace("-", "").replace("_", "").isalnum() and len(first) > 40


def test_an_empty_answer_and_a_failed_command_are_errors() -> None:
    with pytest.raises(CommandFailed, match="HUBSPOT_TOKEN must have a value"):
        fill(a_vault(), "HUBSPOT_TOKEN", answer=" ")
    with pytest.raises(CommandFailed, match="ls /no/such/folder"):
        run(["ls", "/no/such/folder"], b"")
