"""infra/tests find what it would be worst to lose: each safety that is taken away is named by Terraform's test."""

import shutil
from pathlib import Path

import pytest
import yaml

from tests.infra.terraform import INFRA, Terraform

# One of each kind, and all that the promises name: a plan of ninety takes ten seconds.
FUNCTIONS = {
    *("pages", "sends", "gift_page", "gift_report", "lekab_callback", "clearon_callback"),
    *("disclose", "staff_pages", "activate_account", "send_sms", "keep_dead_letter"),
    *("encrypt_expired", "end_agreements", "compare_decrypts", "relay_outbox"),
}


def table(folder: Path) -> None:
    """Leave these functions, and of their topics those that are still somebody's."""
    file = folder / "functions.yaml"
    whole = yaml.safe_load(file.read_text("utf-8"))
    kept = {name: row for name, row in whole["functions"].items() if name in FUNCTIONS}
    live = {row["trigger"]["topic"] for row in kept.values() if "topic" in row["trigger"]}
    for row in kept.values():
        row["publishes"] = [topic for topic in row.get("publishes", []) if topic in live]
        if "topics" in row["trigger"]:
            row["trigger"]["topics"] = [one for one in row["trigger"]["topics"] if one.removesuffix("-dead") in live]
    file.write_text(yaml.safe_dump(whole | {"functions": kept}), "utf-8")


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    """The folder, to take something out of."""
    shutil.copytree(INFRA, tmp_path / "infra", symlinks=True, ignore=shutil.ignore_patterns(".terraform*", "*.tfvars"))
    table(tmp_path / "infra")
    return tmp_path / "infra"


def test_the_promises_hold_for_the_few_functions_too(terraform: Terraform, infra: Path) -> None:
    assert terraform.test(infra / "environments/production") == ""


TAKEN_AWAY = (
    (  # a public ingress
        "modules/functions/main.tf",
        '"ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY"',
        '"ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"',
        "reached through the load balancer only",
    ),
    (  # a public function of messages
        "modules/functions/invokers.tf",
        '"serviceAccount:${var.push_account}"',
        '"allUsers"',
        "Only the functions behind the load balancer may be called by everybody",
    ),
    (  # a subscription without dead letters
        "modules/messaging/main.tf",
        "for_each = each.value.dead ? []",
        'for_each = each.key == "sms-wanted" || each.value.dead ? []',
        "A subscription has no dead letters",
    ),
    (  # an encrypter that deciphers
        "modules/keys/rights.yaml",
        "encrypt: {key: [cloudkms.cryptoKeyVersions.useToEncrypt]}",
        "encrypt: {key: [cloudkms.cryptoKeyVersions.useToEncrypt, cloudkms.cryptoKeyVersions.useToDecrypt]}",
        "A right to keys is wider than its call",
    ),
    (  # a wider role
        "modules/identity/functions.tf",
        '"roles/logging.logWriter"',
        '"roles/logging.logWriter", "roles/cloudkms.cryptoKeyDecrypter"',
        "a role in the whole project that the table does not give it",
    ),
    (  # whole rows in the binary log
        "modules/database/main.tf",
        'binlog_row_image = "minimal"',
        'binlog_row_image = "full"',
        "once more in clear to the binary log",
    ),
    (  # erasures that can be had back
        "modules/storage/main.tf",
        "undelete_days = 0",
        "undelete_days = 7",
        "The log of erasures lives longer",
    ),
)


def test_each_safety_that_is_taken_away_is_missed_by_its_name(terraform: Terraform, infra: Path) -> None:
    for file, there, instead, _ in TAKEN_AWAY:
        text = (infra / file).read_text("utf-8")
        assert there in text, there
        (infra / file).write_text(text.replace(there, instead), "utf-8")
    functions = infra / "functions.yaml"
    whole = yaml.safe_load(functions.read_text("utf-8"))
    whole["functions"]["sends"]["keys"]["companies"] = ["decrypt"]
    whole["functions"]["disclose"]["staff"] = False
    functions.write_text(yaml.safe_dump(whole), "utf-8")
    said = terraform.test(infra / "environments/production")
    promises = [promise for *_, promise in TAKEN_AWAY]
    promises += ["Only `disclose` may decipher", "not behind Identity-Aware Proxy"]
    assert [promise for promise in promises if promise not in said] == []
