"""The recipient's pages in both languages: small documents without script, for any phone that opens links."""

from flask import Request


def is_page(path: str) -> bool:
    """Whether a browser asked for a page, and not a program for JSON."""
    return path.startswith("/g/")


def wants_page(request: Request) -> bool:
    """Whether a browser shows the answer to a person; a program is told in JSON."""
    return is_page(request.path) and "text/html" in request.headers.get("Accept", "")
