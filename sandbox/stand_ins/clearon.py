"""ClearOn on one machine: issues coupons by our reference, redeems them at a till, tells of redemptions.

The wire shape is our assumption: ClearOn has no public API.
"""

import json
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, request

from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.web import (
    STOCKHOLM,
    Callback,
    CallbackSender,
    Clock,
    RefusalError,
    json_answer,
    refuse,
    rfc3339,
)

MAX_COUPONS = 500
UNKNOWN_PRODUCT = "unknown-product"  # the one product that this ClearOn does not sell

Json = dict[str, Any]


class UnknownCode(Exception):
    """No coupon has this EAN or 7-digit code."""


class NotRedeemable(Exception):
    """The coupon cannot be used any more; `reason` is redeemed, expired or voided."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Coupon:
    reference: str
    product: str
    valid_until: date
    ean: str
    code: str
    redeemed_at: datetime | None = None
    voided: bool = False

    def state(self, today: date) -> str:
        if self.redeemed_at is not None:
            return "redeemed"
        if self.voided:
            return "voided"
        return "expired" if today > self.valid_until else "issued"

    def as_json(self, today: date) -> Json:
        shown: Json = {
            "reference": self.reference,
            "state": self.state(today),
            "ean": self.ean,
            "code": self.code,
            "valid_until": self.valid_until.isoformat(),
        }
        if self.redeemed_at is not None:
            shown["redeemed_at"] = rfc3339(self.redeemed_at)
        return shown


class ClearOn:
    """Holds all coupons in memory; redemptions are posted to `callback_url`."""

    def __init__(self, clock: Clock, callback_url: str, api_key: str, faults: Faults | None = None) -> None:
        self._clock = clock
        self._callback_url = callback_url
        self._api_key = api_key
        self._callbacks = CallbackSender((faults or Faults()).of("clearon"))
        self._lock = threading.Lock()
        self._requests = 0
        self._by_reference: dict[str, _Coupon] = {}
        self._by_code: dict[str, _Coupon] = {}  # by EAN and by 7 digits: each coupon is here twice
        self._redemptions: list[Json] = []
        self.app = _make_app(self)

    def redeem(self, code: str) -> Json:
        """A shop redeems an EAN or 7-digit code; returns the coupon. Raises UnknownCode, NotRedeemable."""
        with self._lock:
            coupon = self._by_code.get(code.strip())
            if coupon is None:
                raise UnknownCode(code)
            state = coupon.state(self._today())
            if state != "issued":
                raise NotRedeemable(state)
            coupon.redeemed_at = self._clock.now()
            redemption = {"reference": coupon.reference, "redeemed_at": rfc3339(coupon.redeemed_at)}
            self._redemptions.append(redemption)
            shown = coupon.as_json(self._today())
        self._callbacks.send(
            Callback(
                "POST",
                self._callback_url,
                json.dumps({"redemptions": [redemption]}).encode(),
                lambda: {"Content-Type": "application/json"},
            )
        )
        return shown

    def stats(self) -> dict[str, int]:
        """`requests` made; `coupons` issued; `references` that have any;
        `references_with_several_coupons`, which this ClearOn promises never to make; `redeemed` at a till."""
        with self._lock:
            coupons = {coupon.ean: coupon.reference for coupon in self._by_code.values()}
            per_reference = Counter(coupons.values())
            return {
                "requests": self._requests,
                "coupons": len(coupons),
                "references": len(per_reference),
                "references_with_several_coupons": sum(count > 1 for count in per_reference.values()),
                "redeemed": len(self._redemptions),
            }

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until every redemption is with the product; False if `timeout` seconds were too few."""
        return self._callbacks.wait_until_idle(timeout)

    def close(self) -> None:
        self._callbacks.close()

    # What the routes call.

    def count_request(self) -> None:
        with self._lock:
            self._requests += 1

    def is_authorised(self, header: str) -> bool:
        return compare_digest(header.encode(), f"Bearer {self._api_key}".encode())

    def issue(self, orders: list[tuple[str, str, date]]) -> Json:
        """Coupons for (reference, product, valid until); a known reference gets the coupon it has."""
        today = self._today()
        issued, rejected = [], []
        with self._lock:
            for reference, product, valid_until in orders:
                coupon = self._by_reference.get(reference)
                reason = _reason_to_reject(product, valid_until, today) if coupon is None else None
                if reason is not None:
                    rejected.append({"reference": reference, "reason": reason})
                    continue
                coupon = coupon or self._new_coupon(reference, product, valid_until)
                issued.append(coupon.as_json(today))
        return {"coupons": issued, "rejected": rejected}

    def get(self, reference: str) -> Json:
        with self._lock:
            return self._coupon(reference).as_json(self._today())

    def void(self, reference: str) -> Json:
        with self._lock:
            coupon = self._coupon(reference)
            if coupon.redeemed_at is not None:
                raise RefusalError(409, "redeemed")
            coupon.voided = True
            return coupon.as_json(self._today())

    def redemptions_since(self, cursor: str, limit: int) -> Json:
        first = _position(cursor)
        with self._lock:
            found = self._redemptions[first : first + limit]
        next_cursor = f"r{first + len(found)}" if found else cursor
        return {"redemptions": found, "next_cursor": next_cursor}

    def _today(self) -> date:
        return self._clock.now().astimezone(STOCKHOLM).date()

    def _coupon(self, reference: str) -> _Coupon:
        if reference not in self._by_reference:
            raise RefusalError(404, "unknown reference")
        return self._by_reference[reference]

    def _new_coupon(self, reference: str, product: str, valid_until: date) -> _Coupon:
        ean, code = self._unused(_new_ean), self._unused(lambda: f"{secrets.randbelow(10**7):07d}")
        coupon = _Coupon(reference, product, valid_until, ean, code)
        self._by_reference[reference] = self._by_code[ean] = self._by_code[code] = coupon
        return coupon

    def _unused(self, new: Callable[[], str]) -> str:
        while (candidate := new()) in self._by_code:
            pass
        return candidate


def _new_ean() -> str:
    """EAN-13 of a coupon: 99, ten digits, check digit (weights 1 and 3 from the left)."""
    digits = f"99{secrets.randbelow(10**10):010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _reason_to_reject(product: str, valid_until: date, today: date) -> str | None:
    if product == UNKNOWN_PRODUCT:
        return "unknown product"
    return "valid_until has passed" if valid_until < today else None


def _position(cursor: str) -> int:
    if cursor == "":
        return 0
    if not (cursor.startswith("r") and cursor[1:].isdecimal()):
        raise RefusalError(400, "unknown cursor")
    return int(cursor[1:])


# The wire: requests read and answered.


def _make_app(clearon: ClearOn) -> Flask:
    app = Flask(__name__)
    app.register_error_handler(RefusalError, refuse)

    @app.before_request
    def authorise() -> None:
        clearon.count_request()
        if not clearon.is_authorised(request.headers.get("Authorization", "")):
            raise RefusalError(401, "unauthorized")

    @app.post("/coupons")
    def issue() -> Response:
        return json_answer(clearon.issue(_orders(request.get_json(silent=True))))

    @app.get("/coupons/<reference>")
    def get(reference: str) -> Response:
        return json_answer(clearon.get(reference))

    @app.post("/coupons/<reference>/void")
    def void(reference: str) -> Response:
        return json_answer(clearon.void(reference))

    @app.get("/redemptions")
    def redemptions() -> Response:
        limit = request.args.get("limit", default=MAX_COUPONS, type=int)
        if not 1 <= limit <= MAX_COUPONS:
            raise RefusalError(400, f"limit is 1 to {MAX_COUPONS}")
        return json_answer(clearon.redemptions_since(request.args.get("since", ""), limit))

    return app


def _orders(body: object) -> list[tuple[str, str, date]]:
    coupons = body.get("coupons") if isinstance(body, Mapping) else None
    if not isinstance(coupons, list) or not 1 <= len(coupons) <= MAX_COUPONS:
        raise RefusalError(400, f"coupons is a list of 1 to {MAX_COUPONS}")
    try:
        return [
            (_word(coupon["reference"]), _word(coupon["product"]), date.fromisoformat(coupon["valid_until"]))
            for coupon in coupons
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise RefusalError(400, "each coupon has a reference, a product and a date valid_until") from error


def _word(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value
