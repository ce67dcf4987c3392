"""Mailchimp Transactional (Mandrill): login links and other e-mails to account holders."""

import requests

from shared.ports import MailRefused, OutcomeUnknown, SupplierUnavailable
from shared.providers.transport import Transport
from shared.settings import MailSettings

CONNECTIONS = 4
REFUSED = ("rejected", "invalid")
"""What Mandrill says, with status 200, of an address to which it does not even try to send."""


class Mandrill:
    def __init__(self, settings: MailSettings, timeout_seconds: int) -> None:
        self._transport = Transport("mandrill", settings.mandrill_url, timeout_seconds, CONNECTIONS)
        self._key = settings.mandrill_key
        self._from = settings.mail_from

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises `MailRefused`, and `SupplierUnavailable` where the answer is lost too: twice does no harm."""
        message = {
            "to": [{"email": to}],
            "from_email": self._from,
            "from_name": "UpUp",
            "subject": subject,
            "text": text,
            "track_clicks": False,
            "track_opens": False,
        }
        body = {"key": self._key, "message": message}
        try:
            answer = self._transport.call("POST", "/api/1.0/messages/send.json", json=body)
        except OutcomeUnknown as error:
            raise SupplierUnavailable(str(error)) from None
        if not answer.ok:
            raise SupplierUnavailable(f"status {answer.status_code}")
        if _status(answer) in REFUSED:
            raise MailRefused("the address is refused")


def _status(answer: requests.Response) -> str:
    """What became of the only e-mail. Its reason is left out: it tells of the person behind the address."""
    try:
        return str(answer.json()[0]["status"])
    except (requests.JSONDecodeError, RecursionError, LookupError, TypeError):
        raise SupplierUnavailable("an answer that says nothing of the e-mail") from None
