"""The typed environment. A missing or contradictory value stops the start and is named."""

import base64
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

Group = TypeVar("Group")

ENVIRONMENTS = ("development", "stage", "production")
LONGEST_PUBLIC_URL = 60
LOOPBACK = ("localhost", "127.", "::1", "::ffff:127.", "0.0.0.0")  # noqa: S104 - refused, not bound


class SettingsError(Exception):
    """What is missing or wrong, a line each, by the setting's name and never with a secret's value."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("the settings do not allow a start:\n  " + "\n  ".join(faults))
        self.faults = faults


def setting(
    meaning: str, default: Any = MISSING, *, secret: bool = False, local: bool = False, size: int | None = None
) -> Any:
    """A field read from the environment by its name in capitals.

    `secret`: comes from Secret Manager and is never printed. `local`: only development may set it. `size`: in bytes.
    """
    metadata = {"meaning": meaning, "secret": secret, "local": local, "size": size}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class CoreSettings:
    environment: str = setting("development, stage or production; only development may use loopback and plain HTTP")
    public_url: str = setting("where the pages and /v1 are reached; gift links begin with it")
    allowed_origins: tuple[str, ...] = setting("origins that browsers may call from, comma-separated", ())
    quiet_hours: bool = setting("whether sends wait for 09–20 Swedish time unless they say otherwise", True)
    daily_recipients: int = setting("most recipients of one company within 24 hours", 200_000)
    new_account_recipients: int = setting("the same for an account's first days", 2_000)
    approved_by_itself: tuple[str, ...] = setting(
        "which of names, numbers, look_alikes and texts no person need approve", (), local=True
    )
    new_account_days: int = setting("how many days an account is new", 3)
    attempts_per_client: int = setting(
        "how often an hour one client's address may log in, send a form or report an SMS, each by itself", 100
    )
    token_key: bytes = setting(
        "32 bytes in Base64: keys the HMACs of tokens and idempotency keys", secret=True, size=32
    )
    supplier_timeout_seconds: int = setting("how long a supplier's call may take", 10)
    clock_offset_file: Path | None = setting("a file with the seconds that the clock is ahead", None, local=True)


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    database_name: str = setting("the schema's name")
    database_user: str = setting("the login; with Cloud SQL the service account's IAM user")
    database_instance: str | None = setting("Cloud SQL instance, project:region:name", None)
    database_address: str | None = setting("host:port of a MySQL server reached directly", None, local=True)
    database_password: str | None = setting("only with DATABASE_ADDRESS", None, secret=True, local=True)
    database_connections: int = setting("the pool's size: no more than the function's concurrency", 16)

    ONE_OF: ClassVar = ("DATABASE_INSTANCE", "DATABASE_ADDRESS")


@dataclass(frozen=True, kw_only=True)
class KeyRingSettings:
    kms_key_ring: str = setting("resource name of the ring with the keys `transit`, `fingerprints` and one a company")


@dataclass(frozen=True, kw_only=True)
class AuditSettings(KeyRingSettings):
    logging_url: str = setting(
        "Cloud Logging's API; without TLS it is asked without credentials", "https://logging.googleapis.com"
    )


@dataclass(frozen=True, kw_only=True)
class CallerSettings:
    sandbox_caller: str = setting(
        "whom the sandbox's key service and Pub/Sub take us for; elsewhere the service account says so", "", local=True
    )


@dataclass(frozen=True, kw_only=True)
class KeySettings(KeyRingSettings, CallerSettings):
    kms_address: str | None = setting("host:port of a key service without TLS", None, local=True)


@dataclass(frozen=True, kw_only=True)
class FingerprintSettings(KeySettings):
    fingerprint_master: bytes = setting("Base64 of the master key, wrapped by the key `fingerprints`", secret=True)


@dataclass(frozen=True, kw_only=True)
class ProjectSettings:
    google_cloud_project: str = setting("the project that owns the topics and the traces")


@dataclass(frozen=True, kw_only=True)
class TraceSettings(ProjectSettings):
    traces_url: str | None = setting(
        "an OpenTelemetry collector's OTLP/HTTP address for traces, in production"
        " `https://telemetry.googleapis.com/v1/traces`; without it there are no spans",
        None,
    )


@dataclass(frozen=True, kw_only=True)
class MessagingSettings(ProjectSettings, CallerSettings):
    pubsub_address: str | None = setting("host:port of a Pub/Sub without TLS", None, local=True)


@dataclass(frozen=True, kw_only=True)
class StripeSettings:
    stripe_api_key: str = setting("restricted key for Checkout, customers and subscriptions", secret=True)
    stripe_url: str = setting("Stripe's API", "https://api.stripe.com")


@dataclass(frozen=True, kw_only=True)
class StripeWebhookSettings:
    stripe_webhook_secret: str | None = setting(
        "signs Stripe's webhooks; without it they are refused", None, secret=True
    )


@dataclass(frozen=True, kw_only=True)
class LekabSettings:
    lekab_username: str = setting("the account at Lekab", secret=True)
    lekab_password: str = setting("its password", secret=True)
    lekab_url: str = setting("Lekab's REST service", "https://secure.lekab.com/restsms/lekabrest")
    lekab_batch: bool = setting("true where the account may use /batchsend/json", False)
    lekab_concurrency: int = setting("calls under way at once from one instance", 16)
    lekab_per_second: int = setting("SMS a second that Lekab takes from all instances together", 200)


@dataclass(frozen=True, kw_only=True)
class LekabCallbackSettings:
    lekab_callback_secret: str = setting("part of the path that Lekab calls", secret=True)


@dataclass(frozen=True, kw_only=True)
class ClearOnSettings:
    clearon_url: str = setting("ClearOn's API")
    clearon_api_key: str = setting("our key there", secret=True)
    clearon_per_second: int = setting("coupons a second that ClearOn takes from all instances together", 2_000)


@dataclass(frozen=True, kw_only=True)
class ClearOnCallbackSettings:
    clearon_callback_secret: str = setting("part of the path that ClearOn calls", secret=True)


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    mandrill_key: str = setting("Mailchimp Transactional's key", secret=True)
    mandrill_url: str = setting("Mailchimp Transactional", "https://mandrillapp.com")
    mail_from: str = setting("the sender of our e-mails", "hej@upup.example")


@dataclass(frozen=True, kw_only=True)
class FormsSettings:
    contact_mail_to: str = setting("the staff's address, where what visitors write to UpUp goes")


@dataclass(frozen=True, kw_only=True)
class PrivacyContactSettings:
    privacy_contacts: dict[str, str] = setting(
        "whom to ask about personal data, as everybody may read it, at UpUp and at whom it names as processing it:"
        " `UpUp=name, e-mail; Lekab=…`"
    )


@dataclass(frozen=True, kw_only=True)
class MailchimpSettings:
    mailchimp_url: str = setting("Mailchimp's API, which has our data centre's name in it and ends with /3.0")
    mailchimp_key: str = setting("our key there", secret=True)
    mailchimp_audience: str = setting("the id of the audience")
    mailchimp_per_second: int = setting("calls a second that account holders' changes may make there", 10)


@dataclass(frozen=True, kw_only=True)
class HubSpotSettings:
    hubspot_token: str = setting("the private app's token at HubSpot", secret=True)
    hubspot_url: str = setting("HubSpot's API", "https://api.hubapi.com")
    hubspot_contacts_path: str = setting(
        "where its contacts are; HubSpot calls version 3 legacy", "/crm/v3/objects/contacts"
    )
    hubspot_per_second: int = setting(
        "calls a second that account holders' changes may make there; HubSpot takes 190 in 10 seconds", 19
    )
    hubspot_properties_path: str = setting("where the names of a contact's fields are", "/crm/v3/properties/contacts")


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    storage_url: str = setting(
        "Cloud Storage's API; without TLS it is asked without credentials", "https://storage.googleapis.com"
    )


@dataclass(frozen=True, kw_only=True)
class ErasureLogSettings(StorageSettings):
    erasure_bucket: str = setting("the bucket with the log of erasures; its lifecycle deletes after 37 days")


@dataclass(frozen=True, kw_only=True)
class SiteSettings(StorageSettings):
    site_bucket: str = setting("the bucket with the pages of each release")
    site_version: str = setting("the release whose pages are served: the prefix of their names in the bucket")
    site_refresh_seconds: int | None = setting(
        "after how many seconds changed pages are looked for; elsewhere a release's pages never change",
        None,
        local=True,
    )


@dataclass(frozen=True, kw_only=True)
class StaffSettings:
    iap_audience: str = setting("the backend service that Identity-Aware Proxy signs its header for")
    staff_emails: tuple[str, ...] = setting("who of UpUp's staff may come through it, comma-separated")
    iap_certs_url: str = setting("the proxy's public keys", "https://www.gstatic.com/iap/verify/public_key")


@dataclass(frozen=True, kw_only=True)
class StaffMailSettings(MailSettings):
    staff_mail: str = setting("where UpUp's staff read of what they must look at")


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    webhook_loopback: bool = setting(
        "whether companies' webhooks may lead to this machine, and over plain HTTP", False, local=True
    )


GROUPS: tuple[type, ...] = (
    CoreSettings,
    TraceSettings,
    DatabaseSettings,
    KeySettings,
    AuditSettings,
    FingerprintSettings,
    MessagingSettings,
    StripeSettings,
    StripeWebhookSettings,
    LekabSettings,
    LekabCallbackSettings,
    ClearOnSettings,
    ClearOnCallbackSettings,
    MailSettings,
    FormsSettings,
    PrivacyContactSettings,
    MailchimpSettings,
    HubSpotSettings,
    ErasureLogSettings,
    SiteSettings,
    StaffSettings,
    StaffMailSettings,
    WebhookSettings,
)


def secrets_in_production() -> set[str]:
    """The settings that come from Secret Manager, by name."""
    return {
        one.name.upper()
        for group in GROUPS
        for one in fields(group)
        if one.metadata["secret"] and not one.metadata["local"]
    }


class Settings:
    """The environment, read group by group: a function gets only the groups it says it needs."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._loaded: dict[type, Any] = {}

    def check(self, groups: tuple[type, ...]) -> None:
        """Load the groups. Raises `SettingsError` naming everything that is missing or wrong in all of them."""
        faults: list[str] = []
        for group in groups:
            try:
                self.load(group)
            except SettingsError as error:
                faults += error.faults
        if faults:
            raise SettingsError(list(dict.fromkeys(faults)))

    def load(self, group: type[Group]) -> Group:
        """One group. Raises `SettingsError`."""
        if group not in self._loaded:
            self._loaded[group] = _read(group, self._environment)
        loaded: Group = self._loaded[group]
        return loaded


def _read(group: type[Group], environment: Mapping[str, str]) -> Group:
    stage = environment.get("ENVIRONMENT", "").strip()
    faults = [] if stage in ENVIRONMENTS else [f"ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}"]
    one_of: tuple[str, ...] = getattr(group, "ONE_OF", ())
    if one_of and sum(bool(environment.get(name, "").strip()) for name in one_of) != 1:
        faults.append(f"set one of {' and '.join(one_of)}")
    values: dict[str, Any] = {}
    kinds = typing.get_type_hints(group)
    for one in fields(group):  # type: ignore[arg-type] # a dataclass; `type[Group]` cannot say so
        name, text = one.name.upper(), environment.get(one.name.upper(), "").strip()
        fault = _fault(one, text, stage)
        if fault:
            faults.append(f"{name} {fault}")
        elif text:
            try:
                values[one.name] = _parse(one, kinds[one.name], text)
            except ValueError as error:
                faults.append(f"{name} {error}")
    if faults:
        raise SettingsError(faults)
    return group(**values)


def _fault(one: "Field[Any]", text: str, stage: str) -> str | None:
    if not text:
        return "is missing" if one.default is MISSING else None
    if one.name.endswith("_url") and not text.startswith(("https://", "http://")):
        return "must begin with https://"
    if one.name == "public_url" and text.endswith("/"):
        return "must not end with /"
    if one.name == "public_url" and len(text) > LONGEST_PUBLIC_URL:
        return f"must have {LONGEST_PUBLIC_URL} characters at most: a gift's link stands in an SMS of one part"
    if stage != "development":
        if one.metadata["local"]:
            return f"is for development only and must not be set in {stage}"
        if any(_is_unsafe_address(part) for part in text.split(",")) and not one.metadata["secret"]:
            return f"names a loopback or plain HTTP address, which {stage} refuses"
    return None


def _is_unsafe_address(text: str) -> bool:
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
    except ValueError:  # brackets that are no IPv6 address
        return True
    host = parts.hostname or ""
    return parts.scheme == "http" or host.startswith(LOOPBACK) or host.endswith(".localhost")


def _parse(one: "Field[Any]", kind: Any, text: str) -> Any:
    if isinstance(kind, types.UnionType):
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    value = PARSERS[typing.get_origin(kind) or kind](text)
    size = one.metadata["size"]
    if size is not None and len(value) != size:
        raise ValueError(f"must be {size} bytes in Base64")
    return value


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ValueError("must be a whole number above 0")
    return int(text)


def _by_name(text: str) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    named = {name.strip(): value.strip() for name, _, value in parts}
    if len(named) < len(parts) or not all(name and value for name, value in named.items()):
        raise ValueError("must be name=value; name=value, each name once")
    return named


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("must be Base64") from None


PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _count,
    bool: _flag,
    bytes: _bytes,
    Path: Path,
    dict: _by_name,
    tuple: lambda text: tuple(part.strip().rstrip("/") for part in text.split(",") if part.strip()),
}
