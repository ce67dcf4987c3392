"""Starts Chromium as the tests and the screenshots want it: without a window, without a word to its maker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from playwright.sync_api import Browser, ViewportSize, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "google-chrome")
"""The first does without the window's own parts, at half the price; sandbox/install.sh looks for the same."""
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine, whatever a page asks for
)


class Size(TypedDict, total=False):
    """A person's screen, as options of a browser context."""

    viewport: ViewportSize
    device_scale_factor: float
    is_mobile: bool
    has_touch: bool


LAPTOP: Size = {"viewport": {"width": 1366, "height": 768}}
PHONE: Size = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
NARROW: Size = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}
"""The narrowest that WCAG asks for: nothing may need to be scrolled sideways."""


def executable() -> str:
    """The browser of the machine; `CHROMIUM=` names another."""
    found = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise FileNotFoundError("there is no Chromium: `make test` installs it, CHROMIUM= names one")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with a new profile, which is gone with it. Its own sandbox is off, as root cannot have it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS), chromium_sandbox=False)
        yield browser
        browser.close()
