"""The composition root: the only place that chooses real parts. Each is made at its first use.

A function says at its start which settings it needs; what is missing stops it there, by name.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shared.clock import SystemClock
from shared.environment import Settings, SettingsError
from shared.observability.logs import fault, of_project
from shared.observability.spans import export_to
from shared.once import once
from shared.ports import (
    Clock,
    CouponIssuer,
    Crm,
    ErasureLog,
    KeyAudit,
    KeyDestroyer,
    KeyService,
    Mail,
    Marketing,
    Message,
    Payments,
    Publisher,
    Site,
    WebhookCaller,
)
from shared.privacy.tokens import TokenHasher
from shared.settings import (
    AuditSettings,
    ClearOnSettings,
    CoreSettings,
    DatabaseSettings,
    ErasureLogSettings,
    FingerprintSettings,
    HubSpotSettings,
    KeySettings,
    LekabSettings,
    MailchimpSettings,
    MailSettings,
    MessagingSettings,
    SiteSettings,
    StaffSettings,
    StripeSettings,
    TraceSettings,
    WebhookSettings,
)

if TYPE_CHECKING:
    from shared.database.transactions import Database
    from shared.domain.limits import Limits
    from shared.domain.misuse import ByItself
    from shared.http.staff import StaffDoor
    from shared.messaging.after_commit import AfterCommit
    from shared.privacy.fingerprint import Fingerprints, NumberHash
    from shared.privacy.sealing import SealingKey
    from shared.privacy.transit import Transit
    from shared.providers.lekab import Lekab
    from shared.use_cases.suppliers.supplier_gate import Gate


class App:
    """The parts of one process. What a function's path does not touch is never imported."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @once
    def core(self) -> CoreSettings:
        return self.settings.load(CoreSettings)

    @once
    def limits(self) -> "Limits":
        from shared.domain.limits import Limits

        core = self.core
        return Limits(core.daily_recipients, core.new_account_recipients, core.new_account_days)

    @once
    def by_itself(self) -> "frozenset[ByItself]":
        """What no person need approve: nothing, but in development."""
        from shared.domain.misuse import ByItself

        return frozenset(map(ByItself, self.core.approved_by_itself))

    @once
    def clock(self) -> Clock:
        return SystemClock(self.core.clock_offset_file)

    @once
    def tokens(self) -> TokenHasher:
        return TokenHasher(self.core.token_key)

    @once
    def staff_door(self) -> "StaffDoor":
        from shared.http.staff import StaffDoor

        return StaffDoor(self.settings.load(StaffSettings), self.core.supplier_timeout_seconds)

    @once
    def database(self) -> "Database":
        from shared.database.connection import make_pool
        from shared.database.transactions import PooledDatabase

        return PooledDatabase(make_pool(self.settings.load(DatabaseSettings)), self.publish)

    @once
    def publisher(self) -> Publisher:
        from shared.messaging.publisher import PubSubPublisher

        return PubSubPublisher(self.settings.load(MessagingSettings))

    def publish(self, messages: list[Message]) -> None:
        """Publish what a transaction has just committed. What Pub/Sub does not take stays in the outbox."""
        self.after_commit.publish(messages)

    @once
    def after_commit(self) -> "AfterCommit":
        from shared.database.queries import outbox
        from shared.messaging.after_commit import AfterCommit

        def remove(outbox_ids: list[int]) -> None:
            with self.database.transaction() as tx:
                outbox.remove(tx, outbox_ids)

        return AfterCommit(self.publisher, remove)

    @once
    def key_service(self) -> KeyService:
        from shared.providers.kms import CloudKms

        return CloudKms(self.settings.load(KeySettings), self.core.supplier_timeout_seconds)

    @once
    def key_audit(self) -> KeyAudit:
        from shared.providers.cloud_logging import CloudLogging

        return CloudLogging(self.settings.load(AuditSettings), self.core.supplier_timeout_seconds)

    @once
    def key_destroyer(self) -> KeyDestroyer:
        from shared.providers.kms import CloudKms

        return CloudKms(self.settings.load(KeySettings), self.core.supplier_timeout_seconds)

    @once
    def transit(self) -> "Transit":
        from shared.privacy.transit import Transit

        return Transit(self.database, self.key_service)

    @once
    def fingerprints(self) -> "Fingerprints":
        from shared.privacy.fingerprint import Fingerprints

        return Fingerprints(self.key_service, self.settings.load(FingerprintSettings).fingerprint_master)

    def number_hash(self) -> "NumberHash":
        """What receipts are matched by. Asks the key service at its first call."""
        return self.fingerprints.of_receipts()

    def visitor_hash(self) -> "NumberHash":
        """What trial SMS are counted by. Asks the key service at its first call."""
        return self.fingerprints.of_visitors()

    @once
    def pool_key(self) -> "SealingKey":
        """Seals the codes in stock."""
        from shared.privacy.sealing import SealingKey

        return SealingKey(self.fingerprints.subkey("code-pool"))

    @once
    def payments(self) -> Payments:
        from shared.providers.stripe import Stripe

        return Stripe(self.settings.load(StripeSettings), self.core.public_url, self.core.supplier_timeout_seconds)

    @once
    def mail(self) -> Mail:
        from shared.providers.mandrill import Mandrill

        return Mandrill(self.settings.load(MailSettings), self.core.supplier_timeout_seconds)

    @once
    def marketing(self) -> Marketing:
        from shared.providers.mailchimp import Mailchimp
        from shared.use_cases.suppliers.supplier_turns import SharedTurns

        timeout_seconds = self.core.supplier_timeout_seconds
        turns = SharedTurns(self.database, self.clock, "mailchimp", timeout_seconds)
        return Mailchimp(self.settings.load(MailchimpSettings), timeout_seconds, turns)

    @once
    def crm(self) -> Crm:
        from shared.providers.hubspot import HubSpot

        return HubSpot(self.settings.load(HubSpotSettings), self.core.supplier_timeout_seconds)

    @once
    def erasure_log(self) -> ErasureLog:
        from shared.providers.erasure_log import CloudStorageErasureLog

        return CloudStorageErasureLog(self.settings.load(ErasureLogSettings), self.core.supplier_timeout_seconds)

    @once
    def site(self) -> Site:
        from shared.providers.site_bucket import SiteBucket

        return SiteBucket(self.settings.load(SiteSettings), self.core.supplier_timeout_seconds)

    @once
    def lekab(self) -> "Lekab":
        from shared.providers.lekab import Lekab

        return Lekab(self.settings.load(LekabSettings), self.core.supplier_timeout_seconds)

    @once
    def clearon(self) -> CouponIssuer:
        from shared.providers.clearon import ClearOn

        return ClearOn(self.settings.load(ClearOnSettings), self.core.supplier_timeout_seconds)

    @once
    def lekab_gate(self) -> "Gate":
        from shared.use_cases.suppliers.supplier_gate import Gate

        return Gate(self.database, self.clock, "lekab", self.settings.load(LekabSettings).lekab_per_second)

    @once
    def clearon_gate(self) -> "Gate":
        from shared.use_cases.suppliers.supplier_gate import Gate

        return Gate(self.database, self.clock, "clearon", self.settings.load(ClearOnSettings).clearon_per_second)

    @once
    def mailchimp_gate(self) -> "Gate":
        from shared.use_cases.suppliers.supplier_gate import Gate

        return Gate(self.database, self.clock, "mailchimp", self.settings.load(MailchimpSettings).mailchimp_per_second)

    @once
    def hubspot_gate(self) -> "Gate":
        from shared.use_cases.suppliers.supplier_gate import Gate

        return Gate(self.database, self.clock, "hubspot", self.settings.load(HubSpotSettings).hubspot_per_second)

    @once
    def webhook_caller(self) -> WebhookCaller:
        from shared.providers.webhook_caller import HttpWebhookCaller

        loopback = self.settings.load(WebhookSettings).webhook_loopback
        return HttpWebhookCaller(self.core.supplier_timeout_seconds, loopback=loopback)

    @once
    def issuers(self) -> Mapping[str, CouponIssuer]:
        """By the name that the catalogue gives them."""
        from shared.providers.code_pool import CodePool

        return {"clearon": self.clearon, "code_pool": CodePool(self.database, self.pool_key)}


def start(*groups: type) -> App:
    """The process's parts. Raises `SettingsError` naming everything that is missing or wrong in these groups."""
    settings = Settings(dict(os.environ))  # as it is now: the sandbox loads other functions into this process
    try:
        settings.check((CoreSettings, TraceSettings, *groups))
    except SettingsError as error:  # nobody else would say which
        fault(str(error), "CRITICAL")
        raise
    traces = settings.load(TraceSettings)
    of_project(traces.google_cloud_project)
    export_to(traces.traces_url, traces.google_cloud_project)
    return App(settings)
