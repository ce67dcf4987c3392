"""What a person must look at before it leaves, and when recipients' reports stop a company."""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from shared.domain.look_alike import resembles
from shared.domain.patterns import pattern

MOST_SENDERS = 50
"""Senders, and as many link domains, that one company may have or wait for."""

FOREIGN_LINK = (
    "Remove the web address: besides {{link}} a message may only link to your company's own domains, once approved "
    "(POST /v1/link-domains)."
)
"""What is said of a link that a text may not have."""


class ByItself(StrEnum):
    """What may be approved without a person: only in development is any of it."""

    NAMES = "names"
    NUMBERS = "numbers"
    LOOK_ALIKES = "look_alikes"
    TEXTS = "texts"


class State(StrEnum):
    """Of a sender, its suspicious texts, or a link domain."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a recipient reports an SMS."""

    NOT_ASKED = "not_asked"
    FRAUD = "fraud"
    OTHER = "other"


REPORTS_LAST = timedelta(days=1)
"""Only days are kept: today and this long before."""

REPORTS_THAT_STOP = 10
"""From as many gifts' links…"""

SHARE_THAT_STOPS = 0.005
"""…and of so many of the recipients of the last week."""

SHARE_OF = timedelta(days=7)


def kind_of(sender: str) -> ByItself:
    """What would have to be approved by itself for this sender to be."""
    if sender.startswith("+"):
        return ByItself.NUMBERS
    return ByItself.LOOK_ALIKES if resembles(sender) else ByItself.NAMES


def is_suspicious(text: str) -> bool:
    """Whether the text sounds like what thieves write: of banks, codes and accounts."""
    return bool(_SUSPICIOUS().search(text))


def are_suspicious(texts: Iterable[str]) -> bool:
    """Whether any of them is."""
    return is_suspicious("\n".join(texts))


def stops(reports: int, recipients: int) -> bool:
    """Whether so many reports, of so many recipients in the last week, stop a company until staff have looked."""
    return reports >= REPORTS_THAT_STOP and reports >= recipients * SHARE_THAT_STOPS


_SUSPICIOUS = pattern(
    r"bank[\s-]?[i1l]d|verifier(?:a|ing)|legitimera dig|(?:ditt|dina|ert) (?:bank)?konto(?!r)|konton(?:umme)?r"
    r"|kortn(?:umme)?r|bankkort|betalkort|iban[\s-]?(?:nummer|nr|kod|:)|\b[a-z]{2}\d{2}(?: ?\d){10,28}\b"
    r"|\bcvc\b|\bcvv\b|pin-?kod|lösenord|engångskod|säkerhetskod|skatteåterbäring|skuldsaldo|inkasso"
    r"|kronofogden|skatteverket|polisen\b|verify your|your (?:bank )?account|password",
    re.IGNORECASE,
)
