"""Companies at the running sandbox, one a test module: signing up costs time."""

import pytest

from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import Program, a_company, staff_member


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    """A company that may send, with 10,000 kr."""
    return a_company(upup, balance_ore=1_000_000)


@pytest.fixture(scope="module")
def poor(upup: Addresses) -> Program:
    """A company without money."""
    return a_company(upup)


@pytest.fixture
def nobody(upup: Addresses) -> Program:
    """A program that is not logged in."""
    return Program(upup)


@pytest.fixture(scope="module")
def insider(upup: Addresses) -> Insider:
    return Insider(upup)


@pytest.fixture(scope="module")
def staff(upup: Addresses) -> Program:
    """On the list, and not logged in anywhere."""
    return staff_member(upup, "staff@upup.example")
