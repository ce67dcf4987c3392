"""The bodies about opt-outs."""

from typing import Literal

from shared.http.bodies.common import Phone, Strict


class OptOutBody(Strict):
    phone: Phone


class WithdrawBody(Strict):
    """`wished_by_person`: whoever withdraws attests that the person asked for it themselves."""

    wished_by_person: Literal[True]


class WithdrawPhoneBody(WithdrawBody):
    phone: Phone
