"""The body of a link domain that is asked for."""

from typing import Annotated

from pydantic import StringConstraints

from shared.http.bodies.common import Strict


class LinkDomainBody(Strict):
    domain: Annotated[str, StringConstraints(min_length=1, max_length=253)]
