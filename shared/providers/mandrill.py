"""Mailchimp Transactional (Mandrill): login links and other e-mails to account holders."""

from shared.ports import OutcomeUnknown, SupplierUnavailable
from shared.providers.transport import Transport
from shared.settings import MailSettings

CONNECTIONS = 4


class Mandrill:
    def __init__(self, settings: MailSettings, timeout_seconds: int) -> None:
        self._transport = Transport(settings.mandrill_url, timeout_seconds, CONNECTIONS)
        self._key = settings.mandrill_key
        self._from = settings.mail_from

    def send(self, to: str, subject: str, text: str) -> None:
        """Raises `SupplierUnavailable`: an e-mail sent twice does no harm, so a lost answer is no other case.

        An address that Mandrill will not write to is let be: whoever asked is not told what it knows of it.
        """
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
