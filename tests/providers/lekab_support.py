"""Lekab's stand-in and our adapter to it, for the tests of what goes over the wire between them."""

from sandbox.stand_ins.lekab import Lekab as StandIn
from sandbox.stand_ins.lekab_wire import BASE
from shared.domain.phone_number import PhoneNumber
from shared.ports import Sms
from shared.providers.lekab import Lekab
from shared.settings import LekabSettings

ANNA, BO, CI = "+46701740605", "+46701740606", "+46701740607"
SEND, BATCH, STATUS, STATUS_SINGLE = (
    f"{BASE}{path}".removeprefix("/") for path in ("/send", "/batchsend/json", "/status", "/status/single")
)


class Served:
    def __init__(self, stand_in: StandIn, url: str) -> None:
        self.lekab = stand_in
        self.url = url


def adapter(
    url: str, *, batched: bool = False, account: str = "upup", timeout: int = 5, longest_seconds: float = 60
) -> Lekab:
    settings = LekabSettings(
        lekab_username=account,
        lekab_password="hemligt",
        lekab_url=url + BASE,
        lekab_batch=batched,
        lekab_concurrency=4,
    )
    return Lekab(settings, timeout, longest_seconds)


def sms(*numbers: str) -> list[Sms]:
    return [Sms(PhoneNumber(number), "Kaffebaren", f"Hej {number[-2:]} Åsa 🎁!") for number in numbers]
