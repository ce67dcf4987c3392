"""infra/tests find what it would be worst to lose: taken away by itself, each safety makes Terraform's test fail."""

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


@pytest.mark.parametrize(
    ("file", "there", "instead", "promise"),
    [
        pytest.param(
            "modules/functions/main.tf",
            '"ALLOW_INTERNAL_AND_GCLB" : "ALLOW_INTERNAL_ONLY"',
            '"ALLOW_ALL" : "ALLOW_INTERNAL_ONLY"',
            "reached through the load balancer only",
            id="a public ingress",
        ),
        pytest.param(
            "modules/functions/invokers.tf",
            '"serviceAccount:${var.push_account}"',
            '"allUsers"',
            "Only the functions behind the load balancer may be called by everybody",
            id="a public function of messages",
        ),
        pytest.param(
            "modules/messaging/main.tf",
            "for_each = each.value.dead ? []",
            'for_each = each.key == "sms-wanted" || each.value.dead ? []',
            "A subscription has no dead letters",
            id="a subscription without dead letters",
        ),
        pytest.param(
            "modules/keys/rights.yaml",
            "encrypt: {key: [cloudkms.cryptoKeyVersions.useToEncrypt]}",
            "encrypt: {key: [cloudkms.cryptoKeyVersions.useToEncrypt, cloudkms.cryptoKeyVersions.useToDecrypt]}",
            "A right to keys is wider than its call",
            id="an encrypter that deciphers",
        ),
        pytest.param(
            "modules/identity/functions.tf",
            '"roles/logging.logWriter"',
            '"roles/logging.logWriter", "roles/cloudkms.cryptoKeyDecrypter"',
            "a role in the whole project that the table does not give it",
            id="a wider role",
        ),
        pytest.param(
            "modules/database/main.tf",
            'binlog_row_image = "minimal"',
            'binlog_row_image = "full"',
            "once more in clear to the binary log",
            id="whole rows in the binary log",
        ),
        pytest.param(
            "modules/storage/main.tf",
            "undelete_days = 0",
            "undelete_days = 7",
            "The log of erasures lives longer",
            id="erasures that can be had back",
        ),
    ],
)
def test_a_safety_that_is_taken_away_is_missed(
    terraform: Terraform, infra: Path, file: str, there: str, instead: str, promise: str
) -> None:
    text = (infra / file).read_text("utf-8")
    assert there in text
    (infra / file).write_text(text.replace(there, instead), "utf-8")
    assert promise in terraform.test(infra / "environments/production")


def test_a_second_decrypter_is_missed(terraform: Terraform, infra: Path) -> None:
    file = infra / "functions.yaml"
    whole = yaml.safe_load(file.read_text("utf-8"))
    whole["functions"]["sends"]["keys"]["companies"] = ["decrypt"]
    file.write_text(yaml.safe_dump(whole), "utf-8")
    assert "Only `disclose` may decipher" in terraform.test(infra / "environments/production")


def test_a_function_of_the_staffs_without_its_door_is_missed(terraform: Terraform, infra: Path) -> None:
    file = infra / "functions.yaml"
    whole = yaml.safe_load(file.read_text("utf-8"))
    whole["functions"]["disclose"]["staff"] = False
    file.write_text(yaml.safe_dump(whole), "utf-8")
    assert "not behind Identity-Aware Proxy" in terraform.test(infra / "environments/production")
