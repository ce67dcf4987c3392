"""Moves the traffic of many services at once, whatever answer is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread

from infra.release.cloud import AnswerLost, Cloud, CommandFailed, Service, Shares

AT_ONCE = 8
TRIES = 3
KEEP_EVERY_SECONDS = 5.0


def move(cloud: Cloud, wanted: Mapping[str, Shares]) -> dict[str, str]:
    """Set each service's traffic. Returns why not, by service, for those that would not move."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        faults = pool.map(lambda service: _settle(cloud, service, wanted[service]), wanted)
        return {service: fault for service, fault in zip(wanted, faults, strict=True) if fault}


def _settle(cloud: Cloud, service: str, shares: Shares) -> str:
    """Empty when the service has this traffic. A lost answer is settled by a look at what stands."""
    fault = ""
    for _ in range(TRIES):
        try:
            cloud.set_traffic(service, shares)
            return ""
        except CommandFailed as error:
            fault = str(error)
        except AnswerLost:
            fault = "no answer"
        if _stands(cloud, service, shares):
            return ""
    return fault


def _stands(cloud: Cloud, service: str, shares: Shares) -> bool:
    try:
        found = cloud.services().get(service)
    except (CommandFailed, AnswerLost):
        return False
    return found is not None and not found.follows and found.traffic == dict(shares)


def astray(services: Mapping[str, Service], revisions: Mapping[str, str]) -> dict[str, Shares]:
    """What would bring each of these services to its revision, of those that are not there."""
    return {
        name: {revision: 100}
        for name, revision in revisions.items()
        if name in services and (services[name].follows or services[name].traffic != {revision: 100})
    }


@contextmanager
def keeping(cloud: Cloud, revisions: Mapping[str, str], every_seconds: float = KEEP_EVERY_SECONDS) -> Iterator[None]:
    """Brings traffic back that leaves these revisions meanwhile.

    Terraform's provider 6 does not send `all_traffic_on_latest_revision = false` (its issue 24130), so each function
    that it changes would serve with its new revision until all are changed.
    """
    ended = Event()

    def keep() -> None:
        while not ended.wait(every_seconds):
            try:
                move(cloud, astray(cloud.services(), revisions))
            except (CommandFailed, AnswerLost):
                continue  # the next look is soon, and the last word is the caller's

    keeper = Thread(target=keep)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
