"""Terraform, or the reason why a test is skipped."""

from pathlib import Path

import pytest

from tests.infra.terraform import NotAvailable, Terraform

PROVIDER = """
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}
"""


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Skips with the reason where there is none, or no provider for it."""
    folder: Path = tmp_path_factory.mktemp("terraform")
    (folder / "main.tf").write_text(PROVIDER, "utf-8")
    try:
        found = Terraform()
        found.init(folder)
    except NotAvailable as error:
        pytest.skip(str(error))
    return found
