"""Only the site's own pages let others in, and only those whom their visitors are asked about."""

import re

import pytest

from shared.http.pages.hosting import Hosting
from tests.architecture.rules_source import ROOT
from tests.architecture.rules_web import PAGES, WEB

HOSTING = Hosting.read((ROOT / "web/hosting.json").read_bytes())
SITE = ("/", "/privacy")
GOOGLE = {"https://*.google-analytics.com", "https://*.analytics.google.com", "https://www.googletagmanager.com"}
FACEBOOK = {"https://connect.facebook.net", "https://www.facebook.com"}
LINKEDIN = {"https://snap.licdn.com", "https://px.ads.linkedin.com"}


def policy(path: str) -> str:
    return dict(HOSTING.headers_of(path, https=True))["Content-Security-Policy"]


def hosts(path: str) -> set[str]:
    return set(re.findall(r"https?:[^\s;]+|(?<=\s)\*\S*", policy(path)))


@pytest.mark.parametrize("path", SITE)
def test_the_site_knows_the_three_that_are_asked_about_and_nobody_else(path: str) -> None:
    assert hosts(path) == GOOGLE | FACEBOOK | LINKEDIN


@pytest.mark.parametrize(
    "path", ["/portal", "/portal/money", "/g/x", "/staff", "/login", "/signup", "/prov", "/test-send", "/404"]
)
def test_no_page_of_a_person_knows_another_host(path: str) -> None:
    assert hosts(path) == set()
    assert "trusted-types 'none'" in policy(path)


@pytest.mark.parametrize("path", SITE)
def test_the_site_is_otherwise_as_strict_as_the_other_pages(path: str) -> None:
    opened = re.sub(r" https:[^\s;]+", "", policy(path)).replace("trusted-types default", "trusted-types 'none'")
    assert opened == policy("/portal")


def test_no_other_host_is_named_in_the_consents_code() -> None:
    code = (ROOT / "web/modules/trackers.js").read_text("utf-8")
    named = {f"https://{host}" for host in re.findall(r"https://([^/\"]+)", code)}
    scripts = next(part for part in policy("/").split("; ") if part.startswith("script-src"))
    assert named == {one for one in scripts.split() if one.startswith("https://")}


def test_every_page_with_a_footer_leads_to_the_choice_of_cookies() -> None:
    feet = {file: text for file in PAGES if '<footer class="bottom">' in (text := file.read_text("utf-8"))}
    assert len(feet) > 5
    assert [file for file, text in feet.items() if 'href="/privacy#cookies"' not in text] == []
    assert all(" data-consent " in feet[WEB / name] for name in ("index.html", "privacy.html"))
