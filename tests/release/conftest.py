"""No test here runs the Terraform that the machine may have."""

import pytest


@pytest.fixture(autouse=True)
def terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRAFORM", "terraform")
