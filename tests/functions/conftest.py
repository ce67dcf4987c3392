"""Companies at the running sandbox, one a test module: signing up costs time."""

import pytest

from sandbox.mariadb import Access
from sandbox.running import Addresses
from sandbox.run import DATABASE, Run
from shared.settings import DatabaseSettings
from tests.functions.program import Program, a_company
from tests.functions.secrets_of_the_run import run_at


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    """A company that may send, with 10,000 kr."""
    return a_company(upup, balance_ore=1_000_000)


@pytest.fixture
def nobody(upup: Addresses) -> Program:
    """A program that is not logged in."""
    return Program(upup)


@pytest.fixture(scope="session")
def run(upup: Addresses) -> Run:
    """The secrets of the running sandbox: what suppliers know, and forgers would like to."""
    return run_at(upup)


@pytest.fixture(scope="session")
def sandbox_database(run: Run) -> DatabaseSettings:
    """The sandbox's own database, for what no call shows."""
    access = Access.load(run.database_file)
    return DatabaseSettings(
        database_name=DATABASE,
        database_user=access.user,
        database_address=access.address,
        database_password=access.password,
    )
