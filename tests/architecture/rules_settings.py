"""Rules of the settings: what production refuses, and what is documented. Each names what breaks it."""

import re

from shared.environment import Group, Settings, SettingsError, settings_of
from shared.settings import GROUPS

PRODUCTION = {
    "ENVIRONMENT": "production",
    "PUBLIC_URL": "https://upup.example",
    "ALLOWED_ORIGINS": "https://upup.example",
    "TOKEN_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DATABASE_NAME": "upup",
    "DATABASE_USER": "functions",
    "DATABASE_INSTANCE": "upup:europe-north1:main",
    "KMS_KEY_RING": "projects/upup/locations/europe-north1/keyRings/upup",
    "FINGERPRINT_MASTER": "AAAA",
    "GOOGLE_CLOUD_PROJECT": "upup",
    "STRIPE_API_KEY": "rk_live_example",
    "LEKAB_USERNAME": "upup",
    "LEKAB_PASSWORD": "example",
    "LEKAB_CALLBACK_SECRET": "example",
    "CLEARON_URL": "https://clearon.example",
    "CLEARON_API_KEY": "example",
    "CLEARON_CALLBACK_SECRET": "example",
    "MANDRILL_KEY": "example",
    "MAILCHIMP_URL": "https://mailchimp.example/3.0",
    "MAILCHIMP_KEY": "example",
    "MAILCHIMP_AUDIENCE": "example",
    "CONTACT_MAIL_TO": "staff@upup.example",
    "PRIVACY_CONTACTS": "UpUp=Anna Ek, dataskydd@upup.example; Lekab=dataskydd@lekab.example",
    "HUBSPOT_TOKEN": "example",
    "ERASURE_BUCKET": "upup-erasures",
    "SITE_BUCKET": "upup-site",
    "SITE_VERSION": "0123456789ab",
    "IAP_AUDIENCE": "/projects/1234567890/global/backendServices/1234567890",
    "STAFF_EMAILS": "anna@upup.example,karin@upup.example",
    "STAFF_MAIL": "personal@upup.example",
}
"""A whole environment that production starts with."""

UNSAFE = (
    "127.0.0.1:3306",
    "localhost:8085",
    "http://upup.example",
    "HTTP://upup.example",
    "https://127.0.0.1:8080",
    "https://LOCALHOST/restsms",
    "https://api.localhost",
    "https://user@localhost",
    "https://[::1]:8080",
    "https://[::ffff:127.0.0.1]",
    "https://0.0.0.0",
    "https://upup.example, http://127.0.0.1:8080",
    "https://[",
)
"""Addresses on the machine itself, or without TLS."""

ADDRESSES = ("_address", "_url", "_file", "_origins", "_instance", "_project", "_ring", "_database")


def accepted_in_production(group: type[Group]) -> set[str]:
    """Settings of a group that take an unsafe address in production.

    Only a secret may hold anything, and so no address may be a secret but one that production refuses whole.
    """
    judged = [name for name, one in settings_of(group).items() if not one.secret or name.endswith(ADDRESSES)]
    return {name.upper() for name in judged if any(_takes(group, name.upper(), text) for text in UNSAFE)}


def _takes(group: type[Group], name: str, text: str) -> bool:
    try:
        Settings(PRODUCTION | {name: text}).load(group)
    except SettingsError as error:
        return not any(fault.startswith(f"{name} ") for fault in error.faults)
    return True


def local_settings() -> set[str]:
    """What only development may set."""
    return {name.upper() for group in GROUPS for name, one in settings_of(group).items() if one.local}


def undocumented(text: str, groups: tuple[type[Group], ...] = GROUPS) -> set[str]:
    """Settings that are only in the code, or only in the table under the heading `Settings`."""
    _, _, section = text.partition("# Settings\n")
    table = re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0]
    documented = set(re.findall(r"^\| *`?([A-Z][A-Z0-9_]+)`? *\|", table, re.MULTILINE))
    return documented ^ {name.upper() for group in groups for name in settings_of(group)}
