"""ClearOn: coupons that the shops' tills know. The shape of its API is our assumption, listed in docs/providers.md."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import requests

from shared.ports import (
    CouponOrder,
    CouponState,
    IssuedCoupon,
    OutcomeUnknown,
    Redemptions,
    SupplierUnavailable,
)
from shared.providers.transport import Transport, json_object
from shared.settings import ClearOnSettings

log = logging.getLogger(__name__)

CONNECTIONS = 8
PAGE = 500


class ClearOn:
    """Coupons by our own reference: the same reference always gives the same coupon."""

    def __init__(self, settings: ClearOnSettings, timeout_seconds: int) -> None:
        self._transport = Transport("clearon", settings.clearon_url, timeout_seconds, CONNECTIONS)
        self._headers = {"Authorization": f"Bearer {settings.clearon_api_key}"}

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        """A coupon that cannot be read is as one that was not answered for, and holds up none of the others."""
        body = {
            "coupons": [
                {"reference": o.reference, "product": o.product, "valid_until": o.valid_until.isoformat()}
                for o in orders
            ]
        }
        answer = self._call("POST", "/coupons", json=body)
        if not answer.ok:
            raise SupplierUnavailable(f"status {answer.status_code}")
        found = json_object(answer)
        try:
            rejected = [
                IssuedCoupon(one["reference"], CouponState.REJECTED, reason=str(one.get("reason", "")))
                for one in found.get("rejected", [])
            ]
            coupons = [_read_if_whole(one) for one in found["coupons"]]
        except (KeyError, TypeError):
            raise OutcomeUnknown("odd answer") from None
        whole = [one for one in coupons if one is not None]
        if coupons and not whole:
            raise OutcomeUnknown("odd answer")
        return whole + rejected

    def get(self, reference: str) -> IssuedCoupon | None:
        return self._one("GET", f"/coupons/{quote(reference, safe='')}")

    def void(self, reference: str) -> IssuedCoupon | None:
        place = f"/coupons/{quote(reference, safe='')}"
        answer = self._call("POST", f"{place}/void")
        if answer.status_code == requests.codes.conflict:
            return self._one("GET", place)
        return _read_answer(answer)

    def redemptions_since(self, cursor: str) -> Redemptions:
        answer = self._call("GET", "/redemptions", params={"since": cursor, "limit": PAGE})
        if not answer.ok:
            raise SupplierUnavailable(f"status {answer.status_code}")
        found = json_object(answer)
        try:
            references, cursor = [str(one["reference"]) for one in found["redemptions"]], found["next_cursor"]
        except (KeyError, TypeError):
            raise OutcomeUnknown("odd answer") from None
        if not isinstance(cursor, str):
            raise OutcomeUnknown("odd answer")
        return Redemptions(references, cursor)

    def _one(self, method: str, path: str) -> IssuedCoupon | None:
        return _read_answer(self._call(method, path))

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._transport.call(method, path, headers=self._headers, **options)


def _read_answer(answer: requests.Response) -> IssuedCoupon | None:
    if answer.status_code == requests.codes.not_found:
        return None
    if not answer.ok:
        raise SupplierUnavailable(f"status {answer.status_code}")
    try:
        return _read(json_object(answer))
    except (KeyError, TypeError, ValueError):
        raise OutcomeUnknown("odd answer") from None


def _read_if_whole(one: dict[str, Any]) -> IssuedCoupon | None:
    try:
        return _read(one)
    except (KeyError, TypeError, ValueError):
        log.error("ClearOn answered with a coupon that cannot be read")
        return None


def _read(one: dict[str, Any]) -> IssuedCoupon:
    """Raises KeyError, TypeError or ValueError for what is no coupon; one that is issued has both its codes, which a
    till can read."""
    coupon = IssuedCoupon(
        str(one["reference"]), CouponState(one["state"]), str(one.get("ean") or ""), str(one.get("code") or "")
    )
    if coupon.state is CouponState.ISSUED and not (coupon.ean and coupon.code):
        raise ValueError("a coupon without its codes")
    if not (coupon.ean + coupon.code).isascii():
        raise ValueError("a coupon whose codes are no digits or letters of a till")
    return coupon
