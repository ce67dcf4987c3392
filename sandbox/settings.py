"""The environment that the sandbox gives to the functions: only addresses and made-up secrets are its own."""

from __future__ import annotations

import os

from sandbox.mariadb import Access
from sandbox.run import (
    DATABASE,
    ERASURE_BUCKET,
    IAP_AUDIENCE,
    IAP_KEYS_PATH,
    KEY_RING,
    MAILCHIMP_AUDIENCE,
    PROJECT,
    SITE_BUCKET,
    SITE_VERSION,
    TRACES_PATH,
    Run,
)

HOST = "127.0.0.1"
# What a program needs of the machine; nothing else of the developer's environment reaches the functions.
_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR")


def environment(run: Run, database: Access, fingerprint_master: str) -> dict[str, str]:
    """The whole environment of a function host. `fingerprint_master`: Base64, wrapped by the key service."""
    machine = {name: os.environ[name] for name in _MACHINE if name in os.environ}
    product = {
        "ENVIRONMENT": "development",
        "PUBLIC_URL": run.public_url,
        "ALLOWED_ORIGINS": f"{run.public_url},http://localhost:{run.web_port}",
        "TOKEN_KEY": run.token_key,
        "FINGERPRINT_MASTER": fingerprint_master,
        "CLOCK_OFFSET_FILE": str(run.clock_file),
        "SUPPLIER_TIMEOUT_SECONDS": "2",
        "DATABASE_ADDRESS": database.address,
        "DATABASE_NAME": DATABASE,
        "DATABASE_USER": database.user,
        "DATABASE_PASSWORD": database.password,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "TRACES_URL": f"http://{HOST}:{run.traces_port}{TRACES_PATH}",
        "KMS_KEY_RING": KEY_RING,
        "KMS_ADDRESS": f"{HOST}:{run.kms_port}",
        "LOGGING_URL": f"http://{HOST}:{run.logging_port}",
        "STORAGE_URL": f"http://{HOST}:{run.storage_port}",
        "ERASURE_BUCKET": ERASURE_BUCKET,
        "SITE_BUCKET": SITE_BUCKET,
        "SITE_VERSION": SITE_VERSION,
        "SITE_REFRESH_SECONDS": "1",
        "PUBSUB_ADDRESS": f"{HOST}:{run.pubsub_port}",
    }
    return machine | product | _providers(run) | _staff(run)


def _staff(run: Run) -> dict[str, str]:
    return {
        "IAP_CERTS_URL": f"http://{HOST}:{run.iap_port}{IAP_KEYS_PATH}",
        "IAP_AUDIENCE": IAP_AUDIENCE,
        "STAFF_EMAILS": "staff@upup.example,second@upup.example",
        "STAFF_MAIL": "staff@upup.example",
    }


def _providers(run: Run) -> dict[str, str]:
    return {
        "STRIPE_URL": f"http://{HOST}:{run.stripe_port}",
        "STRIPE_API_KEY": run.stripe_api_key,
        "STRIPE_WEBHOOK_SECRET": run.stripe_webhook_secret,
        "LEKAB_URL": f"http://{HOST}:{run.lekab_port}/restsms/lekabrest",
        "LEKAB_USERNAME": run.lekab_username,
        "LEKAB_PASSWORD": run.lekab_password,
        "LEKAB_CALLBACK_SECRET": run.lekab_callback_secret,
        "QUIET_HOURS": "false",
        "APPROVED_BY_ITSELF": os.environ.get("APPROVED_BY_ITSELF", "names,numbers,look_alikes,texts"),
        "DAILY_RECIPIENTS": "10000000",
        "NEW_ACCOUNT_RECIPIENTS": "10000000",
        "ATTEMPTS_PER_CLIENT": "1000000",
        "LEKAB_BATCH": os.environ.get("LEKAB_BATCH", "false"),
        "LEKAB_PER_SECOND": "100000",  # the stand-ins set the pace
        "CLEARON_PER_SECOND": "100000",
        "CLEARON_URL": f"http://{HOST}:{run.clearon_port}",
        "CLEARON_API_KEY": run.clearon_api_key,
        "CLEARON_CALLBACK_SECRET": run.clearon_callback_secret,
        "WEBHOOK_LOOPBACK": "true",
        "CONTACT_MAIL_TO": "kontakt@upup.example",
        "PRIVACY_CONTACTS": "UpUp=Maria Lind, dataskydd@upup.example; Lekab=dataskydd@lekab.example",
        "MANDRILL_URL": f"http://{HOST}:{run.mandrill_port}",
        "MANDRILL_KEY": run.mandrill_key,
        "MAILCHIMP_URL": f"http://{HOST}:{run.mailchimp_port}/3.0",
        "MAILCHIMP_KEY": run.mailchimp_key,
        "MAILCHIMP_AUDIENCE": MAILCHIMP_AUDIENCE,
        "HUBSPOT_URL": f"http://{HOST}:{run.hubspot_port}",
        "HUBSPOT_TOKEN": run.hubspot_token,
    }
