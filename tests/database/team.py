"""A company's owner who invites, changes and removes members, and the mailbox of those who are invited."""

import json
from dataclasses import dataclass, field

from shared.database.queries import people
from shared.database.queries.invitations import Invitation
from shared.database.queries.people import Session
from shared.domain.persons_data import NewNames
from shared.domain.topics import INVITATION_WANTED
from shared.ports import Mail, MailRefused, SupplierUnavailable
from shared.use_cases.accounts import change_members, invite
from shared.use_cases.accounts.accept_invitation import accept_invitation
from shared.use_cases.accounts.log_in import SESSION_PURPOSE, LoggedIn
from shared.use_cases.accounts.mail_invitation import Parts, mail_invitation
from tests.database.privacy import Desk
from tests.factories import PUBLIC_URL

BO = "bo@kaffebaren.example"
NAMES = NewNames("Bo", "Ek")
NO_NAMES = NewNames("", "")


@dataclass
class FakeMailbox:
    """`trouble` is raised by each mail while it is set."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    trouble: SupplierUnavailable | MailRefused | None = None

    def send(self, to: str, subject: str, text: str) -> None:
        if self.trouble:
            raise self.trouble
        self.texts.append((to, text))

    def tokens(self, to: str = BO) -> list[str]:
        return [text.partition("/invitation#token=")[2].split()[0] for address, text in self.texts if address == to]


@dataclass
class Team:
    desk: Desk
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)

    def __post_init__(self) -> None:
        self.pipeline = self.desk.pipeline
        self.owner = self.pipeline.member

    def invite(self, email: str = BO, role: str = "sender", owner: Session | None = None) -> Invitation:
        with self.pipeline.database.transaction() as tx:
            asking, now = owner or self.owner, self.pipeline.clock.now()
            return invite.invite(tx, self.pipeline.tokens, asking, email, role, now)

    def resend(self, invitation: Invitation) -> None:
        with self.pipeline.database.transaction() as tx:
            now = self.pipeline.clock.now()
            invite.resend(tx, self.pipeline.tokens, invitation.company_id, invitation.id, now)

    def withdraw(self, invitation: Invitation) -> None:
        with self.pipeline.database.transaction() as tx:
            invite.withdraw(tx, invitation.company_id, invitation.id)

    def mail(self, invitation_id: str, mail: Mail | None = None) -> None:
        pipeline = self.pipeline
        mailbox = mail or self.mailbox
        mail_invitation(Parts(pipeline.database, pipeline.clock, pipeline.tokens, mailbox, PUBLIC_URL), invitation_id)

    def run(self) -> None:
        """What is published of invitations."""
        published = [message for message in self.pipeline.published if message.topic == INVITATION_WANTED]
        self.pipeline.published.clear()
        for message in published:
            self.mail(json.loads(message.body)["invitation_id"])

    def invited(self, email: str = BO, role: str = "sender", owner: Session | None = None) -> str:
        """The token that came by mail."""
        self.invite(email, role, owner)
        self.run()
        return self.mailbox.tokens(email)[-1]

    def accept(self, token: str, names: NewNames = NAMES) -> LoggedIn:
        with self.pipeline.database.transaction() as tx:
            return accept_invitation(tx, self.pipeline.tokens, token, names, self.pipeline.clock.now())

    def session(self, done: LoggedIn) -> Session | None:
        digest = self.pipeline.tokens.digest(SESSION_PURPOSE, done.session_token)
        with self.pipeline.database.transaction() as tx:
            return people.session(tx, digest, self.pipeline.clock.now())

    def change_role(self, member: Session, role: str) -> None:
        with self.pipeline.database.transaction() as tx:
            change_members.change_role(tx, member.company_id, member.member_id, role, self.pipeline.clock.now())

    def remove(self, member: Session, asking: Session | None = None) -> bool:
        return change_members.remove_member(
            self.desk.parts, asking or self.owner, member.member_id, self.pipeline.clock.now()
        )

    def roles(self) -> dict[str, str]:
        """By member."""
        return dict(self.pipeline.rows("SELECT id, role FROM members WHERE company_id = %s", self.owner.company_id))

    def person(self, email: str = BO) -> list[tuple[str, str]]:
        return self.pipeline.rows("SELECT first_name, last_name FROM persons WHERE email = %s", email)
