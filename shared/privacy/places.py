"""Where what is sealed lies: bound to it, so that it opens in no other row."""


def text_place(send_id: str) -> str:
    return f"sends|{send_id}"


def values_place(send_id: str, position: int) -> str:
    return f"deliveries|{send_id}|{position}"


def code_place(coupon_id: str) -> str:
    return f"coupons|{coupon_id}"
