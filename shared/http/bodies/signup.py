"""The body of a signup."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.domain.consent import DPAS
from shared.domain.plan import BY_CODE
from shared.domain.sms_text import foreign_links
from shared.http.bodies.common import NO_NAME, Email, Line, Name, Strict


def _org_number(text: str) -> str:
    from stdnum.exceptions import ValidationError  # 50 ms
    from stdnum.se import orgnr

    try:
        return str(orgnr.validate(text))
    except ValidationError:
        raise ValueError("This is not a Swedish organisation number. It has ten digits, as 556821-9819.") from None


def _plan(code: str) -> str:
    if code not in BY_CODE:
        raise ValueError(f"There is no such plan. Choose one of {', '.join(BY_CODE)}.")
    return code


def _dpa(version: str) -> str:
    if version not in [one.version for one in DPAS]:  # which of them counts today is seen when it is accepted
        raise ValueError(f"Accept the agreement of version {DPAS[-1].version}.")
    return version


def _no_link(text: str) -> str:
    # a bare domain may be what a company is called, as Exempel.se AB
    if any(":" in link or "/" in link or link.casefold().startswith("www.") for link in foreign_links(text)):
        raise ValueError(NO_NAME)
    return text


class SignupBody(Strict):
    company_name: Annotated[Line, StringConstraints(min_length=1, max_length=120), AfterValidator(_no_link)]
    org_number: Annotated[str, AfterValidator(_org_number)]
    first_name: Name
    last_name: Name
    email: Email
    plan: Annotated[str, AfterValidator(_plan)]
    accepted_dpa_version: Annotated[str, AfterValidator(_dpa)]
