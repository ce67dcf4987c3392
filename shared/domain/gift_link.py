"""The address of a gift: the only key to it."""


def gift_link(public_url: str, token: str) -> str:
    return f"{public_url}/g/{token}"
