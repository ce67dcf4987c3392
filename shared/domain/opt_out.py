"""How a recipient says that they want no more, and the words with which they answer an SMS."""

import re
import unicodedata
from enum import StrEnum

WORDS = frozenset({"STOPP", "STOP", "AVSLUTA", "AVBÖJ"})
EDGES = re.compile(r"^\W+|\W+$")

MOST_IMPORTED = 10_000


class Source(StrEnum):
    """Where an opt-out came from: the gift's link, an answer by SMS, the company, or its list from elsewhere."""

    LINK = "link"
    SMS = "sms"
    COMPANY = "company"
    IMPORT = "import"


def is_opt_out(message: str) -> bool:
    """Whether the answer is one of the words, in any case, with any punctuation around it."""
    return EDGES.sub("", unicodedata.normalize("NFC", message)).upper() in WORDS
