"""What the tests of persons' requests share: a company's pipeline, suppliers and erasure log that can be away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shared.database.queries import people, privacy_requests
from shared.database.queries.people import Session
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.domain import ids
from shared.domain.persons_data import NewNames, Result
from shared.domain.phone_number import parse
from shared.domain.privacy_request import Kind
from shared.ports import Contact, Erasure, MailRefused, SupplierUnavailable
from shared.use_cases.privacy.carry_out_request import Parts, carry_out
from shared.use_cases.privacy.privacy_requests_due import Done, privacy_requests_due
from shared.use_cases.privacy.receive_request import Subject, receive
from shared.use_cases.privacy.rectify_person import NewNumber
from shared.use_cases.privacy.replay_erasures import Replayed, replay_erasures
from tests.database.ending import Troubled
from tests.database.pipeline import Pipeline
from tests.database.suppliers import FakeHubSpot, FakeMailchimp
from tests.factories import NOON, fingerprint, receipts_number_hash


@dataclass
class Away(Troubled):
    """Raises while `away` is set."""

    @property
    def away(self) -> bool:
        return self.trouble is not None

    @away.setter
    def away(self, away: bool) -> None:
        self.trouble = SupplierUnavailable("away") if away else None

    def answer(self) -> None:
        self.suffer(lambda: None)


@dataclass
class FakeErasureLog(Away):
    written: dict[str, Erasure] = field(default_factory=dict)

    def add(self, entry: Erasure) -> None:
        self.answer()
        self.written.setdefault(entry.id, entry)

    def entries(self) -> Iterator[Erasure]:
        yield from self.written.values()


@dataclass
class FakeMarketing(FakeMailchimp, Away):
    """Mailchimp, by e-mail."""


@dataclass
class FakeCrm(FakeHubSpot, Away):
    """HubSpot, by e-mail."""


@dataclass
class FakeMail(Away):
    sent: list[tuple[str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def send(self, to: str, subject: str, text: str) -> None:
        self.answer()
        if to in self.refused:
            raise MailRefused
        self.sent.append((to, text))


@dataclass
class Desk:
    """Hands in requests as a company's owner, and looks at what is left."""

    pipeline: Pipeline
    log: FakeErasureLog = field(default_factory=FakeErasureLog)
    marketing: FakeMarketing = field(default_factory=FakeMarketing)
    crm: FakeCrm = field(default_factory=FakeCrm)

    @property
    def parts(self) -> Parts:
        pipeline = self.pipeline
        return Parts(pipeline.database, pipeline.tokens, pipeline.number_hash, self.log, self.marketing, self.crm)

    def ask(
        self,
        kind: Kind,
        phone: str = "",
        *,
        person_id: str | None = None,
        change: NewNumber | NewNames | None = None,
        member: Session | None = None,
        opt_out_too: bool = False,
    ) -> tuple[PrivacyRequest, Result | None]:
        """As POST /v1/privacy/requests does it; the request as it is afterwards."""
        asking, now = member or self.pipeline.member, self.pipeline.clock.now()
        about = Subject(fingerprint(parse(phone))) if phone else Subject(person_id=person_id)
        with self.pipeline.database.transaction() as tx:
            request = receive(tx, asking.company_id, kind, about, asking.member_id, now, opt_out_too=opt_out_too)
        result = carry_out(self.parts, request, asking, now, change)
        return self.request(request.id, asking), result

    def request(self, request_id: str, member: Session | None = None) -> PrivacyRequest:
        with self.pipeline.database.transaction() as tx:
            found = privacy_requests.get(tx, (member or self.pipeline.member).company_id, request_id)
        assert found
        return found

    def steps(self, request: PrivacyRequest) -> list[str]:
        with self.pipeline.database.transaction() as tx:
            return [one.step for one in privacy_requests.steps(tx, request.company_id, request.id)]

    def replay(self) -> Replayed:
        pipeline = self.pipeline
        return replay_erasures(pipeline.database, pipeline.tokens, pipeline.number_hash, self.log, pipeline.clock.now())

    def colleague(self, role: str = "owner", member: Session | None = None) -> Session:
        """One more member, whom the suppliers know."""
        company_id = (member or self.pipeline.member).company_id
        person = people.Person(ids.new_id("per"), f"{ids.new_id('mail')}@example.com", "Karin", "Ek")
        member_id = ids.new_id("mbr")
        with self.pipeline.database.transaction() as tx:
            people.add(tx, person, NOON)
            people.add_member(tx, member_id, company_id, person.id, role, NOON)
        contact = Contact(person.email, person.first_name, person.last_name)
        self.marketing.kept[person.email] = self.crm.kept[person.email] = contact
        return Session(member_id, company_id, role, person.id)

    def email(self, member: Session) -> str:
        return str(self.pipeline.column("SELECT email FROM persons WHERE id = %s", member.person_id)[0])

    def traces(self, phone: str, *, but: tuple[str, ...] = ("opt_outs",)) -> set[str]:
        """Every table.column with a value that holds the number, in any notation, or a keyed hash of it."""
        number = parse(phone)
        national = number.e164[3:]
        hashes = (fingerprint(number), receipts_number_hash(number))
        wanted = [*hashes, national.encode(), *(one.hex().encode() for one in hashes), national.encode().hex().encode()]
        found = set[str]()
        for table, columns in self.columns().items():
            if table not in but:
                rows = self.pipeline.rows(f"SELECT {', '.join(columns)} FROM {table}")
                found |= {
                    f"{table}.{column}"
                    for place, column in enumerate(columns)
                    if any_in([row[place] for row in rows], wanted)
                }
        return found

    def columns(self) -> dict[str, list[str]]:
        """Those with texts or bytes, by table."""
        found = dict[str, list[str]]()
        for table, column in self.pipeline.rows(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c WHERE c.table_schema = DATABASE()"
            " AND c.data_type IN ('char', 'varchar', 'binary', 'varbinary', 'text', 'mediumtext')"
        ):
            found.setdefault(table, []).append(column)
        return found


def due(desk: Desk, mail: FakeMail | None = None) -> Done:
    now = desk.pipeline.clock.now()
    return privacy_requests_due(desk.parts, mail or FakeMail(), "https://upup.example", now)


def any_in(values: Sequence[str | bytes | None], wanted: Sequence[bytes]) -> bool:
    """Whether one of the values holds one of the wanted; a text without what people write between digits."""
    texts = "\n".join(value for value in values if isinstance(value, str)).encode()
    joined = (
        texts.replace(b" ", b"").replace(b"-", b"")
        + b"\n"
        + b"\n".join(value for value in values if isinstance(value, bytes))
    )
    return any(one in joined for one in wanted)
