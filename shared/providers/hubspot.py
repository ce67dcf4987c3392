"""HubSpot: the account holders, their plan and how much they use. What is assumed is in docs/providers.md."""

import logging
from collections.abc import Sequence
from typing import Any, TypeGuard

import requests

from shared.ports import Contact, Held, OutcomeUnknown, SupplierUnavailable
from shared.providers.transport import Transport, json_object
from shared.settings import HubSpotSettings

log = logging.getLogger(__name__)

CONNECTIONS = 4
MOST_AT_ONCE = 100
PREFIX = "upup_"
"""Begins the names of the properties that are ours."""

BAD_EMAIL = "INVALID_EMAIL"
NOT_FOUND = "OBJECT_NOT_FOUND"
SEVERAL = (requests.codes.ok, requests.codes.created, requests.codes.multi_status)


class HubSpot:
    """Contacts by e-mail, which is in bodies only: addresses are logged in more places."""

    def __init__(self, settings: HubSpotSettings, timeout_seconds: int) -> None:
        self._transport = Transport("hubspot", settings.hubspot_url, timeout_seconds, CONNECTIONS)
        self._headers = {"Authorization": f"Bearer {settings.hubspot_token}"}
        self._contacts = settings.hubspot_contacts_path.rstrip("/")
        self._properties = settings.hubspot_properties_path

    def keep(self, contacts: Sequence[Contact]) -> list[Contact]:
        once = list({_key(one.email): one for one in contacts}.values())  # a batch with doubles is refused
        batches = [once[first : first + MOST_AT_ONCE] for first in range(0, len(once), MOST_AT_ONCE)]
        return [refused for batch in batches for refused in self._keep(batch)]

    def find(self, email: str) -> Held | None:
        """All that HubSpot has, also what it found out itself or staff have typed there."""
        found = self._read(email, self._property_names())
        if found is None:
            return None
        return Held({name: value for name, value in found["properties"].items() if value is not None})

    def erase(self, email: str) -> None:
        """By the id of the contact that is there: an e-mail that is unknown would be put on a block list."""
        found = self._read(email, ["email"])
        if found is None:
            return
        answer = self._call("POST", f"{self._contacts}/gdpr-delete", json={"objectId": str(found["id"])})
        if answer.status_code == requests.codes.not_found and self._read(email, ["email"]) is None:
            return  # someone else was faster
        if answer.status_code != requests.codes.no_content:
            raise _trouble(answer)

    def _keep(self, batch: list[Contact]) -> list[Contact]:
        """The refused ones. One bad e-mail refuses the whole batch, so that is halved until it is found."""
        if self._upsert(batch):
            return []
        if len(batch) == 1:
            return batch
        middle = len(batch) // 2
        return self._keep(batch[:middle]) + self._keep(batch[middle:])

    def _upsert(self, batch: list[Contact]) -> bool:
        """Whether all are kept; False where HubSpot does not take an e-mail among them."""
        answer = self._call("POST", f"{self._contacts}/batch/upsert", json={"inputs": [_input(one) for one in batch]})
        if answer.status_code in (requests.codes.bad_request, requests.codes.multi_status) and BAD_EMAIL in answer.text:
            return False
        if len(_results(answer)) != len(batch):
            raise SupplierUnavailable("odd answer")
        return True

    def _read(self, email: str, names: list[str]) -> dict[str, Any] | None:
        body = {"idProperty": "email", "inputs": [{"id": _key(email)}], "properties": names}
        answer = self._call("POST", f"{self._contacts}/batch/read", json=body)
        results = _results(answer)
        if not results:
            return None
        if len(results) != 1 or not results[0].get("id") or not isinstance(results[0].get("properties"), dict):
            raise SupplierUnavailable("odd answer")
        return results[0]

    def _property_names(self) -> list[str]:
        names = [one.get("name") for one in _results(self._call("GET", self._properties))]
        return [name for name in names if isinstance(name, str)]

    def _call(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return self._transport.call(method, path, headers=self._headers, **options)
        except OutcomeUnknown as error:  # each of these calls may be repeated
            raise SupplierUnavailable(str(error)) from None


def _key(email: str) -> str:
    return email.strip().lower()


def _input(contact: Contact) -> dict[str, Any]:
    properties = {"email": _key(contact.email), "firstname": contact.first_name, "lastname": contact.last_name}
    if contact.plan is not None:
        properties[f"{PREFIX}plan"] = contact.plan
    properties |= {f"{PREFIX}{name}": str(figure) for name, figure in contact.figures.items()}
    return {"id": _key(contact.email), "idProperty": "email", "properties": properties}


def _results(answer: requests.Response) -> list[dict[str, Any]]:
    """The objects that an answer lists; what is not found is not among them. Raises `SupplierUnavailable`."""
    if answer.status_code not in SEVERAL:
        raise _trouble(answer)
    try:
        found = json_object(answer)
    except OutcomeUnknown as error:
        raise SupplierUnavailable(str(error)) from None
    results, errors = found.get("results"), found.get("errors", [])
    if not _are_objects(results) or not _are_objects(errors):
        raise SupplierUnavailable("odd answer")
    if any(error.get("category") != NOT_FOUND for error in errors):
        raise _trouble(answer)
    return results


def _are_objects(found: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)


def _trouble(answer: requests.Response) -> SupplierUnavailable:
    """Our token, path or properties are wrong there: nothing was done, and it goes on when that is mended."""
    log.error("HubSpot answered %s: the token, the path or a property is wrong", answer.status_code)
    return SupplierUnavailable(f"status {answer.status_code}")
