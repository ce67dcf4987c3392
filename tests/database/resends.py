"""What a company asks for when a gift's link is to be sent once more."""

from shared.database.queries import sends
from shared.database.queries.extra_sms import ExtraSms
from shared.database.transactions import Transaction, insist
from shared.domain.errors import NotFound
from shared.domain.schedule import start_at
from shared.use_cases.sends.request_resend import request_resend
from tests.database.pipeline import Pipeline


def ask(pipeline: Pipeline, send_id: str, position: int = 1, company_id: str = "", *, quiet: bool = False) -> ExtraSms:
    def work(tx: Transaction) -> ExtraSms:
        send = sends.get(tx, company_id or pipeline.company_id, send_id)
        if send is None:
            raise NotFound("There is no such send.")
        now = pipeline.clock.now()
        return request_resend(tx, send, position, "sv", start_at(now, None, quiet), now)

    return insist(pipeline.database, work)
