"""Identity-Aware Proxy at the sandbox's load balancer: before staff's pages and calls one says who one is.

Never deployed: the product believes only what the proxy has signed, and here the stand-in signs for anybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

import urllib3
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGN_IN = "/_gcp_iap/sign-in"
START = "/staff"
GUARDED = (START, "/v1/staff")
CLEAR = "CLEAR_LOGIN_COOKIE"
"""The value of `gcp-iap-mode`, a parameter that Google's proxy knows too: forgets who one is, and asks again."""

HEADER = "HTTP_X_GOOG_IAP_JWT_ASSERTION"
COOKIE = "iap_email"
TOKEN_GOOD_FOR_SECONDS = 600
"""The stand-in's tokens live longer."""

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vem är du? – UpUp</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main class="narrow">
<h1>Vem är du?</h1>
<p>Det här är sandlådans ersättare för Googles Identity-Aware Proxy, som står framför personalens sidor i drift.
Välj vem du är, utan lösenord. <span lang="en">Choose who you are; there are no passwords in the sandbox.</span></p>
{members}
<form method="post" action="{action}" class="card">
<input type="hidden" name="back" value="{back}">
<div class="field"><label for="email">Någon annan</label>
<span class="hint" id="email-hint">Den som inte hör till personalen släpps inte in av UpUp.</span>
<input id="email" name="email" type="email" autocomplete="off" required aria-describedby="email-hint"></div>
<p><button class="second" type="submit">Fortsätt</button></p>
</form>
</main>
</body>
</html>
"""
_MEMBER = """<form method="post" action="{action}">
<input type="hidden" name="back" value="{back}"><input type="hidden" name="email" value="{email}">
<p><button type="submit">{email}</button></p>
</form>"""


class IdentityAwareProxy:
    """A WSGI application before another: `sign` makes the header's value for an e-mail, `members` are offered."""

    def __init__(self, behind: WSGIApplication, sign: Callable[[str], str], members: Sequence[str]) -> None:
        self._behind = behind
        self._sign = sign
        self._members = members

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == SIGN_IN:
            return self._sign_in(Request(environ))(environ, start_response)
        if not any(path == guarded or path.startswith(f"{guarded}/") for guarded in GUARDED):
            return self._behind(environ, start_response)
        request = Request(environ)
        if request.args.get("gcp-iap-mode") == CLEAR:
            return _see(_sign_in_for(START), forget=True)(environ, start_response)
        email = request.cookies.get(COOKIE)
        if email and HEADER not in environ:  # a program brings the header that the console has given it
            environ[HEADER] = self._sign(email)
        if HEADER not in environ and not path.startswith("/v1/"):  # a call without one, the product refuses itself
            return _see(_sign_in_for(path))(environ, start_response)
        return self._behind(environ, start_response)

    def _sign_in(self, request: Request) -> Response:
        said = request.form if request.method == "POST" else request.args
        back = said.get("back", START)
        if back != START and not back.startswith(f"{START}/"):
            back = START
        email = request.form.get("email", "").strip()
        if not email:
            return self._page(back)
        answer = _see(back)
        answer.set_cookie(COOKIE, email, httponly=True, samesite="Lax", path="/")
        return answer

    def _page(self, back: str) -> Response:
        places = {"action": SIGN_IN, "back": escape(back)}
        members = "\n".join(_MEMBER.format(email=escape(email), **places) for email in self._members)
        return _closed(Response(_PAGE.format(members=members, **places), mimetype="text/html"))


def signer(certs_url: str) -> Callable[[str], str]:
    """Has the stand-in sign that publishes its keys at this address; remembers what it has signed for a while."""
    stand_in = urllib3.PoolManager()
    url = urljoin(certs_url, "/token")
    signed: dict[str, tuple[float, str]] = {}

    def sign(email: str) -> str:
        since, token = signed.get(email, (0.0, ""))
        if not token or time.monotonic() - since > TOKEN_GOOD_FOR_SECONDS:
            token = stand_in.request("POST", url, json={"email": email}).json()["token"]
            signed[email] = time.monotonic(), token
        return token

    return sign


def _sign_in_for(back: str) -> str:
    return f"{SIGN_IN}?{urlencode({'back': back})}"


def _see(place: str, forget: bool = False) -> Response:
    answer = _closed(Response(status=303, headers={"Location": place}))
    if forget:
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    return answer


def _closed(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
