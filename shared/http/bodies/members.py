"""What is sent about members and invitations."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.domain.persons_data import NewNames
from shared.http.bodies.common import Email, Id, Name, Strict

RoleName = Literal["owner", "sender", "viewer"]


class InviteBody(Strict):
    email: Email
    role: RoleName


class RoleBody(Strict):
    role: RoleName


class AcceptBody(Strict):
    """`first_name` and `last_name` are needed of who is new to UpUp."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    first_name: Name | None = None
    last_name: Name | None = None

    @property
    def names(self) -> NewNames:
        return NewNames(self.first_name or "", self.last_name or "")


class ChooseCompanyBody(Strict):
    account_id: Id


class OwnNameBody(Strict):
    first_name: Name
    last_name: Name

    @property
    def names(self) -> NewNames:
        return NewNames(self.first_name, self.last_name)
