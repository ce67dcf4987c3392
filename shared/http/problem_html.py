"""A refusal as a page, for who follows a gift's link in a browser: in Swedish and English, and without script."""

from html import escape
from http import HTTPStatus

from flask import Request, Response

from shared.http.answers.gift_html import HEADERS, PAGE, is_page

UNKNOWN = (
    "Gåvan finns inte",
    "Länken leder inte till någon gåva. Kontrollera att hela länken kom med från ditt SMS.",
    "There is no such gift",
    "The link leads to no gift. See that all of it came with you from your SMS.",
)
LATER = (
    "Det går inte just nu",
    "Det är inget fel på länken. Försök igen om en stund.",
    "Not just now",
    "There is nothing wrong with the link. Try again in a while.",
)
REFUSED = (
    "Det gick inte",
    "Öppna länken i ditt SMS igen, och försök därifrån.",
    "That did not work",
    "Open the link in your SMS again, and try from there.",
)

CONTENT = """<h1>{0}</h1>
<p>{1}</p>
<div lang="en">
<h2>{2}</h2>
<p>{3}</p>
</div>
<p>Referens / Reference: {4}</p>"""


def wants_page(request: Request) -> bool:
    """Whether a browser shows the answer to a person; a program is told in JSON."""
    return is_page(request.path) and "text/html" in request.headers.get("Accept", "")


def problem_page(refused: Response, trace_id: str) -> Response:
    """The page in the place of a problem document: its status and headers, and nothing of what it says."""
    texts = _texts(refused.status_code)
    content = CONTENT.format(*map(escape, texts), escape(trace_id))
    page = Response(PAGE.format(title=escape(texts[0]), content=content), refused.status_code)
    page.headers.extend(
        (name, value) for name, value in refused.headers if name not in ("Content-Type", "Content-Length")
    )
    page.headers.extend(HEADERS)
    return page


def _texts(status: int) -> tuple[str, str, str, str]:
    if status == HTTPStatus.NOT_FOUND:
        return UNKNOWN
    return LATER if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS else REFUSED
