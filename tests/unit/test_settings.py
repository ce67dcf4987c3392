"""The environment is right, or the start is stopped with the name of everything that is wrong and no secret's value."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.app import start
from shared.environment import Settings, SettingsError, settings_of
from shared.settings import (
    GROUPS,
    CoreSettings,
    DatabaseSettings,
    KeySettings,
    LekabSettings,
    MessagingSettings,
    PrivacyContactSettings,
    StripeSettings,
    StripeWebhookSettings,
)
from tests.architecture.rules_settings import PRODUCTION

prove = settings(deadline=None, derandomize=True, max_examples=300)

DEVELOPMENT = {
    "ENVIRONMENT": "development",
    "PUBLIC_URL": "http://127.0.0.1:8080",
    "TOKEN_KEY": base64.b64encode(bytes(32)).decode(),
}
SECRETS = sorted(name.upper() for group in GROUPS for name, one in settings_of(group).items() if one.secret)


def faults(environment: dict[str, str], *groups: type) -> list[str]:
    """What stops the start with these groups; nothing where it starts."""
    try:
        Settings(environment).check(groups)
    except SettingsError as error:
        return error.faults
    return []


def test_a_group_is_read_from_the_environment_in_its_own_types() -> None:
    core = Settings(
        DEVELOPMENT
        | {
            "ALLOWED_ORIGINS": "http://127.0.0.1:8080/, http://localhost:3000,",
            "SUPPLIER_TIMEOUT_SECONDS": "2",
            "CLOCK_OFFSET_FILE": "clock/offset",
        }
    ).load(CoreSettings)
    assert core == CoreSettings(
        environment="development",
        public_url="http://127.0.0.1:8080",
        allowed_origins=("http://127.0.0.1:8080", "http://localhost:3000"),
        token_key=bytes(32),
        supplier_timeout_seconds=2,
        clock_offset_file=Path("clock/offset"),
    )


def test_contacts_are_read_by_name() -> None:
    found = Settings(PRODUCTION | {"PRIVACY_CONTACTS": "UpUp=Anna Ek, a@upup.example;\n Google Cloud = b=c ;"})
    assert found.load(PrivacyContactSettings).privacy_contacts == {
        "UpUp": "Anna Ek, a@upup.example",
        "Google Cloud": "b=c",
    }


@pytest.mark.parametrize("value", ["Anna Ek", "UpUp=", "=Anna Ek", "UpUp=Anna; UpUp=Karin"])
def test_contacts_without_a_name_or_twice_stop_the_start(value: str) -> None:
    told = faults(PRODUCTION | {"PRIVACY_CONTACTS": value}, PrivacyContactSettings)
    assert told == ["PRIVACY_CONTACTS must be name=value; name=value, each name once"]


def test_what_is_not_set_or_blank_has_its_default() -> None:
    core = Settings(DEVELOPMENT | {"SUPPLIER_TIMEOUT_SECONDS": "", "CLOCK_OFFSET_FILE": "  "}).load(CoreSettings)
    assert (core.supplier_timeout_seconds, core.clock_offset_file, core.allowed_origins) == (10, None, ())


def test_a_line_end_after_a_value_is_not_part_of_it() -> None:
    found = Settings({name: f"{value}\n" for name, value in PRODUCTION.items()})
    assert found.load(StripeSettings).stripe_api_key == PRODUCTION["STRIPE_API_KEY"]
    assert found.load(CoreSettings).token_key == bytes(32)


def test_a_group_is_read_once() -> None:
    found = Settings(PRODUCTION)
    assert found.load(CoreSettings) is found.load(CoreSettings)


@pytest.mark.parametrize("value", [None, "", "   ", "\n"])
def test_a_missing_or_blank_value_is_named(value: str | None) -> None:
    environment = {name: text for name, text in PRODUCTION.items() if name != "STRIPE_API_KEY"}
    if value is not None:
        environment["STRIPE_API_KEY"] = value
    assert faults(environment, CoreSettings, StripeSettings) == ["STRIPE_API_KEY is missing"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("ENVIRONMENT", "prod", "ENVIRONMENT must be one of development, stage, production"),
        ("PUBLIC_URL", "upup.example", "PUBLIC_URL must begin with https://"),
        ("PUBLIC_URL", "ftp://upup.example", "PUBLIC_URL must begin with https://"),
        ("PUBLIC_URL", "https://upup.example/", "PUBLIC_URL must not end with /"),
        (
            "PUBLIC_URL",
            f"https://{'upup' * 13}x",
            "PUBLIC_URL must have 60 characters at most: a gift's link stands in an SMS of one part",
        ),
        ("SUPPLIER_TIMEOUT_SECONDS", "0", "SUPPLIER_TIMEOUT_SECONDS must be a whole number above 0"),
        ("SUPPLIER_TIMEOUT_SECONDS", "-1", "SUPPLIER_TIMEOUT_SECONDS must be a whole number above 0"),
        ("SUPPLIER_TIMEOUT_SECONDS", "1.5", "SUPPLIER_TIMEOUT_SECONDS must be a whole number above 0"),
        ("SUPPLIER_TIMEOUT_SECONDS", "ten", "SUPPLIER_TIMEOUT_SECONDS must be a whole number above 0"),
        ("LEKAB_BATCH", "yes", "LEKAB_BATCH must be true or false"),
        ("LEKAB_BATCH", "True", "LEKAB_BATCH must be true or false"),
        ("TOKEN_KEY", "not Base64!", "TOKEN_KEY must be Base64"),
        ("TOKEN_KEY", "nyckelnå", "TOKEN_KEY must be Base64"),
        ("TOKEN_KEY", base64.b64encode(bytes(31)).decode(), "TOKEN_KEY must be 32 bytes in Base64"),
        ("TOKEN_KEY", base64.b64encode(bytes(64)).decode(), "TOKEN_KEY must be 32 bytes in Base64"),
    ],
)
def test_a_malformed_value_is_named_with_the_form_it_should_have(name: str, value: str, fault: str) -> None:
    assert fault in faults(PRODUCTION | {name: value}, CoreSettings, LekabSettings)


@pytest.mark.parametrize(
    "contradictory",
    [
        {},
        {"DATABASE_INSTANCE": " "},
        {"DATABASE_INSTANCE": "upup:europe-north1:main", "DATABASE_ADDRESS": "127.0.0.1:3306"},
    ],
)
def test_a_database_that_is_reached_in_no_way_or_two_is_a_contradiction(contradictory: dict[str, str]) -> None:
    environment = DEVELOPMENT | {"DATABASE_NAME": "upup", "DATABASE_USER": "upup"} | contradictory
    assert faults(environment, DatabaseSettings) == ["set one of DATABASE_INSTANCE and DATABASE_ADDRESS"]


def test_everything_that_is_wrong_is_named_at_once_and_once() -> None:
    environment = {
        "ENVIRONMENT": "production",
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "TOKEN_KEY": "short",
        "CLOCK_OFFSET_FILE": "clock/offset",
        "PUBSUB_ADDRESS": "127.0.0.1:8085",
    }
    assert faults(environment, CoreSettings, DatabaseSettings, KeySettings, MessagingSettings, KeySettings) == [
        "PUBLIC_URL names a loopback or plain HTTP address, which production refuses",
        "TOKEN_KEY must be Base64",
        "CLOCK_OFFSET_FILE is for development only and must not be set in production",
        "set one of DATABASE_INSTANCE and DATABASE_ADDRESS",
        "DATABASE_NAME is missing",
        "DATABASE_USER is missing",
        "KMS_KEY_RING is missing",
        "GOOGLE_CLOUD_PROJECT is missing",
        "PUBSUB_ADDRESS is for development only and must not be set in production",
    ]


def test_an_empty_environment_starts_nothing() -> None:
    assert "ENVIRONMENT must be one of development, stage, production" in faults({}, StripeWebhookSettings)


def test_the_message_has_a_line_for_each_fault() -> None:
    error = SettingsError(["A is missing", "B must be true or false"])
    assert str(error) == "the settings do not allow a start:\n  A is missing\n  B must be true or false"


@pytest.mark.parametrize("group", GROUPS)
def test_no_message_and_no_print_holds_a_secrets_value(group: type) -> None:
    telling = {name: f"tell-tale-{number}" for number, name in enumerate(SECRETS)}
    broken = PRODUCTION | telling | {"ENVIRONMENT": "production", "DATABASE_INSTANCE": "127.0.0.1"}
    assert "tell-tale" not in "".join(faults(broken, CoreSettings, group))
    assert "tell-tale" not in repr(group) + repr(Settings(broken)) + str(Settings(broken))


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_prints_its_settings_without_its_secrets(group: type) -> None:
    printed = repr(Settings(PRODUCTION).load(group))
    assert printed.startswith(f"{group.__name__}(")
    for name in SECRETS:
        assert f"{name.lower()}=" not in printed


@prove
@given(st.sampled_from(sorted(PRODUCTION)), st.text(st.characters(exclude_characters="\0"), max_size=40))
def test_any_text_at_all_is_taken_or_refused_by_name(name: str, text: str) -> None:
    found = faults(PRODUCTION | {name: text}, *GROUPS)
    assert all(name in fault for fault in found if not fault.startswith("ENVIRONMENT")), found
    if name in SECRETS and len(text.strip()) > 9:
        assert text.strip() not in "".join(found)


@pytest.mark.parametrize("stage", ["stage", "production"])
def test_only_development_may_use_loopback_and_plain_http(stage: str) -> None:
    assert faults(DEVELOPMENT, CoreSettings) == []
    refusal = f"PUBLIC_URL names a loopback or plain HTTP address, which {stage} refuses"
    assert faults(DEVELOPMENT | {"ENVIRONMENT": stage}, CoreSettings) == [refusal]


def test_the_webhooks_function_starts_without_its_secret() -> None:
    assert Settings(PRODUCTION).load(StripeWebhookSettings).stripe_webhook_secret is None


def test_a_function_does_not_start_without_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PRODUCTION:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SettingsError, match="STRIPE_API_KEY is missing"):
        start(StripeSettings)


def test_a_function_gets_only_the_groups_that_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (DEVELOPMENT | {"GOOGLE_CLOUD_PROJECT": "upup"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("STRIPE_API_KEY", raising=False)
    app = start()
    assert app.core.public_url == DEVELOPMENT["PUBLIC_URL"]
    with pytest.raises(SettingsError, match="STRIPE_API_KEY is missing"):
        assert app.payments
