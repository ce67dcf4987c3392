"""What follows a button of the gift's page, and what stands in the place of a page that cannot be shown."""

from http import HTTPStatus

from flask import Request, Response
from markupsafe import Markup

from shared.http.gift_page.en import EN
from shared.http.gift_page.page import HEADERS, address, page, texts_for
from shared.http.gift_page.sv import SV
from shared.http.gift_page.texts import Texts

DONE = Markup("""<h1>{title}</h1>
<p>{means}</p>
<p><a href="{back_to}">{back}</a></p>""")
PROBLEM = Markup("""<h1>{title}</h1>
<p>{means}</p>
<div lang="{language}">
<h2>{other_title}</h2>
<p>{other_means}</p>
</div>{reference}""")
REFERENCE = Markup("\n<footer>{}</footer>")


def stopped_html(token: str, texts: Texts) -> str:
    """What who has opted out is told."""
    return _done(texts["stopped"], texts["stopped_means"], token, texts)


def asked_html(token: str, texts: Texts) -> str:
    """What who has sent a request about their data is told."""
    return _done(texts["asked"], texts["asked_means"], token, texts)


def reported_html(token: str, texts: Texts) -> str:
    """What who has reported the SMS is told."""
    return _done(texts["reported"], texts["reported_means"], token, texts)


def _done(title: str, means: str, token: str, texts: Texts) -> str:
    back_to = address(texts, f"/g/{token}")
    return page(texts, title, DONE.format(title=title, means=means, back_to=back_to, back=texts["back"]))


def problem_page(request: Request, refused: Response, trace_id: str) -> Response:
    """The page in the place of a problem document: its status and headers, and nothing of what it says.

    In both languages, as nobody knows who followed a link that leads to nothing.
    """
    texts = texts_for(request)
    other = SV if texts is EN else EN
    unknown = refused.status_code == HTTPStatus.NOT_FOUND  # and nothing to look into
    (title, means), (other_title, other_means) = (_problem(refused.status_code, one) for one in (texts, other))
    content = PROBLEM.format(
        title=title,
        means=means,
        language=other["language"],
        other_title=other_title,
        other_means=other_means,
        reference="" if unknown else REFERENCE.format(texts["reference"].format(trace=trace_id)),
    )
    shown = Response(page(texts, title, content), refused.status_code)
    shown.headers.extend(
        (name, value) for name, value in refused.headers if name not in ("Content-Type", "Content-Length")
    )
    shown.headers.extend(HEADERS)
    return shown


def _problem(status: int, texts: Texts) -> tuple[str, str]:
    if status == HTTPStatus.NOT_FOUND:
        return texts["unknown"], texts["unknown_means"]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return texts["later"], texts["later_means"]
    return texts["refused"], texts["refused_means"]
