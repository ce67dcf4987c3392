"""What the console's page shows, in one answer that it asks for every second, and the till's look at a phone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import requests
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.console.calls import CallError, international, rfc3339, texts
from sandbox.console.world import World
from sandbox.stand_ins.faults import KINDS

Json = dict[str, Any]

MOST_SMS = 300
MOST_SHOWN = 50
MOST_GIFTS = 20
MOST_CHECKOUTS = 8
_GIFT = re.compile(r"https?://\S+/g/([A-Za-z0-9_-]+)")


def add_to(app: Flask, world: World) -> None:
    @app.get("/api/live")
    def live() -> ResponseReturnValue:
        """`number` and `address` choose a phone and a mailbox; without them it is the newest phone and all mail."""
        recent = world.lekab.messages(None, MOST_SMS)
        return jsonify(
            now=rfc3339(world.clock.now()),
            product_url=world.public_url,
            phone=_phone(world, recent),
            mailbox=_mailbox(world),
            gifts=_gifts(recent),
            checkouts=world.stripe.checkouts(MOST_CHECKOUTS),
            jobs=world.scheduler.names(),
            faults=world.faults.listed(),
            fault_kinds=KINDS,
            stats=world.stats(),
        )

    @app.post("/api/till/scan")
    def scan() -> ResponseReturnValue:
        """What the gift's page shows to who holds the phone."""
        (link,) = texts("link")
        found = _GIFT.search(link)
        if found is None:
            raise CallError(400, "link must be that of a gift's page")
        return _opened(world.public_url, found[1])


def _phone(world: World, recent: Iterable[Json]) -> Json:
    numbers = _first_seen(sms["to"] for sms in recent)
    asked = request.args.get("number", "").strip()
    number = international(asked) if asked else next(iter(numbers), None)
    items = world.lekab.conversation(number, MOST_SHOWN) if number else []
    return {"number": number, "numbers": numbers, "items": items}


def _mailbox(world: World) -> Json:
    mails = world.mandrill.mails()
    address = request.args.get("address", "").strip()
    shown = world.mandrill.mails(address) if address else mails
    return {
        "address": address or None,
        "addresses": _first_seen(mail["to"] for mail in mails),
        "items": shown[:MOST_SHOWN],
    }


def _first_seen(values: Iterable[str]) -> list[str]:
    """Each once, the newest first."""
    return list(dict.fromkeys(values))[:MOST_SHOWN]


def _gifts(recent: Iterable[Json]) -> list[Json]:
    """The links that phones have got: `{"id","to","from","at","link"}`."""
    found = ((sms, _GIFT.search(sms["message"])) for sms in recent)
    shown = [{**{key: sms[key] for key in ("id", "to", "from", "at")}, "link": link[0]} for sms, link in found if link]
    return shown[:MOST_GIFTS]


def _opened(public_url: str, token: str) -> ResponseReturnValue:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the machine is no way to a loopback address
        try:
            answer = session.get(f"{public_url}/v1/gift/{token}", timeout=5)
            shown = answer.json()
        except requests.RequestException as error:
            raise CallError(502, "the product does not answer", "product_silent") from error
    if answer.status_code == 404:
        raise CallError(404, "there is no gift at this link", "gift_unknown")
    if not answer.ok:
        raise CallError(502, f"the product answered {answer.status_code}", "product_silent")
    return jsonify(shown)
