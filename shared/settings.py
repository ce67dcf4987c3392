"""What a function can be told by its environment, in groups: each function names those that it needs."""

from pathlib import Path
from typing import ClassVar

from shared.environment import Group, setting, settings_of


class CoreSettings(Group):
    environment: str = setting("development, stage or production; only development may use loopback and plain HTTP")
    public_url: str = setting("where the pages and /v1 are reached; gift links begin with it")
    allowed_origins: tuple[str, ...] = setting("origins that browsers may call from, comma-separated", default=())
    quiet_hours: bool = setting("whether sends wait for 09–20 Swedish time unless they say otherwise", default=True)
    daily_recipients: int = setting("most recipients of one company within 24 hours", default=200_000)
    new_account_recipients: int = setting("the same for an account's first days", default=2_000)
    approved_by_itself: tuple[str, ...] = setting(
        "which of names, numbers, look_alikes and texts no person need approve", default=(), local=True
    )
    new_account_days: int = setting("how many days an account is new", default=3)
    attempts_per_client: int = setting(
        "how often an hour one client's address may log in, send a form or report an SMS, each by itself", default=100
    )
    token_key: bytes = setting(
        "32 bytes in Base64: keys the HMACs of tokens and idempotency keys", secret=True, size=32
    )
    supplier_timeout_seconds: int = setting("how long a supplier's call may take", default=10)
    clock_offset_file: Path | None = setting(
        "a file with the seconds that the clock is ahead", default=None, local=True
    )


class DatabaseSettings(Group):
    database_name: str = setting("the schema's name")
    database_user: str = setting("the login; with Cloud SQL the service account's IAM user")
    database_instance: str | None = setting("Cloud SQL instance, project:region:name", default=None)
    database_address: str | None = setting("host:port of a MySQL server reached directly", default=None, local=True)
    database_password: str | None = setting("only with DATABASE_ADDRESS", default=None, secret=True, local=True)
    database_connections: int = setting(
        "the pool's size: no more than the function's concurrency, or a job's threads", default=16
    )

    ONE_OF: ClassVar = ("DATABASE_INSTANCE", "DATABASE_ADDRESS")


class KeyRingSettings(Group):
    kms_key_ring: str = setting("resource name of the ring with the keys `transit`, `fingerprints` and one a company")


class AuditSettings(KeyRingSettings):
    logging_url: str = setting(
        "Cloud Logging's API; without TLS it is asked without credentials", default="https://logging.googleapis.com"
    )


class CallerSettings(Group):
    sandbox_caller: str = setting(
        "whom the sandbox's key service and Pub/Sub take us for; elsewhere the service account says so",
        default="",
        local=True,
    )


class KeySettings(KeyRingSettings, CallerSettings):
    kms_address: str | None = setting("host:port of a key service without TLS", default=None, local=True)


class FingerprintSettings(KeySettings):
    fingerprint_master: bytes = setting("Base64 of the master key, wrapped by the key `fingerprints`", secret=True)


class ProjectSettings(Group):
    google_cloud_project: str = setting("the project that owns the topics and the traces")


class TraceSettings(ProjectSettings):
    traces_url: str | None = setting(
        "an OpenTelemetry collector's OTLP/HTTP address for traces, in production"
        " `https://telemetry.googleapis.com/v1/traces`; without it there are no spans",
        default=None,
    )


class MessagingSettings(ProjectSettings, CallerSettings):
    pubsub_address: str | None = setting("host:port of a Pub/Sub without TLS", default=None, local=True)


class StripeSettings(Group):
    stripe_api_key: str = setting("restricted key for Checkout, customers and subscriptions", secret=True)
    stripe_url: str = setting("Stripe's API", default="https://api.stripe.com")


class StripeWebhookSettings(Group):
    stripe_webhook_secret: str | None = setting(
        "signs Stripe's webhooks; without it they are refused", default=None, secret=True
    )


class LekabSettings(Group):
    lekab_username: str = setting("the account at Lekab", secret=True)
    lekab_password: str = setting("its password", secret=True)
    lekab_url: str = setting("Lekab's REST service", default="https://secure.lekab.com/restsms/lekabrest")
    lekab_batch: bool = setting("true where the account may use /batchsend/json", default=False)
    lekab_concurrency: int = setting("calls under way at once from one instance", default=16)
    lekab_per_second: int = setting("SMS a second that Lekab takes from all instances together", default=200)


class LekabCallbackSettings(Group):
    lekab_callback_secret: str = setting("part of the path that Lekab calls", secret=True)


class ClearOnSettings(Group):
    clearon_url: str = setting("ClearOn's API")
    clearon_api_key: str = setting("our key there", secret=True)
    clearon_per_second: int = setting("coupons a second that ClearOn takes from all instances together", default=2_000)


class ClearOnCallbackSettings(Group):
    clearon_callback_secret: str = setting("part of the path that ClearOn calls", secret=True)


class MailSettings(Group):
    mandrill_key: str = setting("Mailchimp Transactional's key", secret=True)
    mandrill_url: str = setting("Mailchimp Transactional", default="https://mandrillapp.com")
    mail_from: str = setting("the sender of our e-mails", default="hej@upup.example")


class FormsSettings(Group):
    contact_mail_to: str = setting("the staff's address, where what visitors write to UpUp goes")


class PrivacyContactSettings(Group):
    privacy_contacts: dict[str, str] = setting(
        "whom to ask about personal data, as everybody may read it, at UpUp and at whom it names as processing it:"
        " `UpUp=name, e-mail; Lekab=…`"
    )


class MailchimpSettings(Group):
    mailchimp_url: str = setting("Mailchimp's API, which has our data centre's name in it and ends with /3.0")
    mailchimp_key: str = setting("our key there", secret=True)
    mailchimp_audience: str = setting("the id of the audience")
    mailchimp_per_second: int = setting("calls a second that account holders' changes may make there", default=10)


class HubSpotSettings(Group):
    hubspot_token: str = setting("the private app's token at HubSpot", secret=True)
    hubspot_url: str = setting("HubSpot's API", default="https://api.hubapi.com")
    hubspot_contacts_path: str = setting(
        "where its contacts are; HubSpot calls version 3 legacy", default="/crm/v3/objects/contacts"
    )
    hubspot_per_second: int = setting(
        "calls a second that account holders' changes may make there; HubSpot takes 190 in 10 seconds", default=19
    )
    hubspot_properties_path: str = setting(
        "where the names of a contact's fields are", default="/crm/v3/properties/contacts"
    )


class StorageSettings(Group):
    storage_url: str = setting(
        "Cloud Storage's API; without TLS it is asked without credentials", default="https://storage.googleapis.com"
    )


class ErasureLogSettings(StorageSettings):
    erasure_bucket: str = setting("the bucket with the log of erasures; its lifecycle deletes after 37 days")


class SiteSettings(StorageSettings):
    site_bucket: str = setting("the bucket with the pages of each release")
    site_version: str = setting("the release whose pages are served: the prefix of their names in the bucket")
    site_refresh_seconds: int | None = setting(
        "after how many seconds changed pages are looked for; elsewhere a release's pages never change",
        default=None,
        local=True,
    )


class StaffSettings(Group):
    iap_audience: str = setting("the backend service that Identity-Aware Proxy signs its header for")
    staff_emails: tuple[str, ...] = setting("who of UpUp's staff may come through it, comma-separated")
    iap_certs_url: str = setting("the proxy's public keys", default="https://www.gstatic.com/iap/verify/public_key")


class StaffMailSettings(MailSettings):
    staff_mail: str = setting("where UpUp's staff read of what they must look at")


class WebhookSettings(Group):
    webhook_loopback: bool = setting(
        "whether companies' webhooks may lead to this machine, and over plain HTTP", default=False, local=True
    )


GROUPS: tuple[type[Group], ...] = (
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
        name.upper() for group in GROUPS for name, one in settings_of(group).items() if one.secret and not one.local
    }
