"""Which addresses a company may have its webhooks sent to."""

import pytest

from shared.domain.webhook_endpoint import fault_of

REFUSED = {
    "not_plain": [
        "https://kaffebåren.example/",
        "https://a.example/\n",
        "https://a.example/a b",
        "https://a.example\\@b",
    ],
    "not_a_url": ["https://", "https://[::1", "https:///upup", "https://a.example:0/", "https://a.example:99999/"],
    "not_https": ["http://a.example/", "ftp://a.example/", "javascript:alert(1)", "a.example/upup", "//a.example", "?"],
    "user_info": ["https://anna:secret@a.example/", "https://@a.example/"],
    "fragment": ["https://a.example/#upup", "https://a.example/#"],
    "not_public": [
        "https://localhost/",
        "https://LOCALHOST:8443/",
        "https://app.localhost/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://intranet/",
        "https://printer.local/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
    ],
}


@pytest.mark.parametrize(("code", "url"), [(code, url) for code, urls in REFUSED.items() for url in urls])
def test_an_address_that_is_never_called_is_refused_with_the_reason(code: str, url: str) -> None:
    fault = fault_of(url)
    assert fault is not None and (fault.field, fault.code) == ("url", code)


@pytest.mark.parametrize(
    "url",
    [
        "https://kaffebaren.example/upup",
        "HTTPS://Hooks.Kaffebaren.Example:8443/upup?from=upup&key=a%20b",
        "https://xn--kaffebren-12a.example/",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/upup",
    ],
)
def test_an_address_of_the_open_internet_will_do(url: str) -> None:
    assert fault_of(url) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8082/upup", "http://localhost:8082/", "https://a.example/"])
def test_where_it_is_allowed_this_machine_will_do_and_nothing_else_is_loosened(url: str) -> None:
    assert fault_of(url, loopback=True) is None
    refused = [one for code in ("not_plain", "not_a_url", "user_info", "fragment") for one in REFUSED[code]]
    assert not [one for one in refused if fault_of(one, loopback=True) is None]
