"""The words with which a recipient answers an SMS to get no more."""

import re
import unicodedata

WORDS = frozenset({"STOPP", "STOP", "AVSLUTA", "AVBÖJ"})
EDGES = re.compile(r"^\W+|\W+$")


def is_opt_out(message: str) -> bool:
    """Whether the answer is one of the words, in any case, with any punctuation around it."""
    return EDGES.sub("", unicodedata.normalize("NFC", message)).upper() in WORDS
