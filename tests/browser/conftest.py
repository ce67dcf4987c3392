"""A real browser at the running sandbox. Each test has a profile of its own, and fails by what its pages did wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from sandbox.running import Addresses
from tests.browser.chromium import LAPTOP, Size, chromium
from tests.browser.watch import Made, Watch
from tests.functions.program import Program, a_company

MILLISECONDS = 10_000
"""How long a page may take for what a test waits for."""

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    """A company that may send, with 10,000 kr."""
    return a_company(upup, balance_ore=1_000_000)


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test in the end, unless it has called `watch.allow`."""
    watch = Watch()
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def requests_made(watch: Watch) -> list[Made]:
    """Every request of the test's pages so far."""
    return watch.requests


@pytest.fixture
def new_context(browser: Browser, upup: Addresses, watch: Watch) -> Iterator[NewContext]:
    """Opens profiles for further people: `new_context(PHONE, color_scheme="dark")`."""
    opened: list[BrowserContext] = []

    def new(size: Size = LAPTOP, **options: Any) -> BrowserContext:
        swedish = {"base_url": upup.web, "locale": "sv-SE", "timezone_id": "Europe/Stockholm"}
        context = browser.new_context(**{**swedish, **size, **options})
        context.set_default_timeout(MILLISECONDS)
        watch.attach(context)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def size() -> Size:
    """Parametrize it for other screens."""
    return LAPTOP


@pytest.fixture
def context(new_context: NewContext, size: Size) -> BrowserContext:
    return new_context(size)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """`page.goto("/login")` is the sandbox's."""
    return context.new_page()
