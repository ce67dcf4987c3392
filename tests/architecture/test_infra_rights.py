"""What infra/ says of the code's rights and settings is what the code has: neither can change alone."""

import ast
import re

import yaml

from sandbox.stand_ins.kms_access import RIGHT_TO
from shared import settings
from shared.domain.ids import new_id
from shared.environment import settings_of
from tests.architecture.rules_source import ROOT

MODULES = ROOT / "infra/modules"
PERMISSION_FOR = {
    "Encrypt": "cloudkms.cryptoKeyVersions.useToEncrypt",
    "Decrypt": "cloudkms.cryptoKeyVersions.useToDecrypt",
    "CreateCryptoKey": "cloudkms.cryptoKeys.create",
    "ListCryptoKeys": "cloudkms.cryptoKeys.list",
    "ListCryptoKeyVersions": "cloudkms.cryptoKeyVersions.list",
    "UpdateCryptoKeyVersion": "cloudkms.cryptoKeyVersions.update",
    "DestroyCryptoKeyVersion": "cloudkms.cryptoKeyVersions.destroy",
}
"""What Cloud KMS asks for each call, as its documentation says."""


def kms_calls() -> set[str]:
    """The calls of the provider, as gRPC names them."""
    tree = ast.parse((ROOT / "shared/providers/kms.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    methods = [ast.literal_eval(call.args[0]) for call in calls if call.func.attr == "_call"]  # type: ignore[attr-defined]
    return {"".join(part.capitalize() for part in method.split("_")) for method in methods}


def test_a_right_to_a_key_holds_the_permissions_that_its_calls_need_and_no_other() -> None:
    assert kms_calls() == set(RIGHT_TO) == set(PERMISSION_FOR)
    needed: dict[str, set[str]] = {}
    for call, right in RIGHT_TO.items():
        needed.setdefault(right, set()).add(PERMISSION_FOR[call])
    rights = yaml.safe_load((MODULES / "keys/rights.yaml").read_text("utf-8"))
    assert {right: {one for some in places.values() for one in some} for right, places in rights.items()} == needed


def test_what_is_asked_of_the_ring_is_not_asked_of_a_key() -> None:
    rights = yaml.safe_load((MODULES / "keys/rights.yaml").read_text("utf-8"))
    by_place = {(place, one) for places in rights.values() for place, some in places.items() for one in some}
    # A key that is not there yet, and all keys, have no name that a condition could compare.
    assert {one for place, one in by_place if place == "ring"} == {
        "cloudkms.cryptoKeys.create",
        "cloudkms.cryptoKeys.list",
    }
    assert all(one.startswith("cloudkms.cryptoKeyVersions.") for place, one in by_place if place == "key")


def test_the_companies_keys_are_told_from_the_others_by_how_companies_ids_begin() -> None:
    variables = (MODULES / "keys/variables.tf").read_text("utf-8")
    [prefix] = re.findall(r'variable "companies_prefix" \{.*?default\s*=\s*"([^"]*)"', variables, re.DOTALL)
    assert new_id("acc").startswith(prefix)
    assert not any(key.startswith(prefix) for key in ("transit", "fingerprints"))


def test_no_setting_that_only_a_sandbox_may_have_can_reach_a_deployed_function() -> None:
    variables = (MODULES / "functions/variables.tf").read_text("utf-8")
    [listed] = re.findall(r"only_local = \[(.*?)\]", variables, re.DOTALL)
    local = {name.upper() for group in settings.GROUPS for name, one in settings_of(group).items() if one.local}
    assert set(re.findall(r'"([A-Z_]+)"', listed)) == local
