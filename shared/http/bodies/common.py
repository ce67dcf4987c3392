"""What the bodies of requests share. Unknown fields are refused: a misspelt one would be silently without effect."""

import os
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from shared.domain.sms_text import foreign_links

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it reads all packages' metadata to find some: 6 ms


class Strict(BaseModel):
    """Made into a validator with the first body of its kind: a process gets few of those that it could."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True, defer_build=True)


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # 46 ms that few need

    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None


def _id(text: str) -> str:
    if not _WRITTEN_ID(text):  # MySQL compares an id's column, which is ASCII, with nothing else
        raise ValueError("This is no id. Send one as UpUp wrote it, as acc_ with small letters and digits after it.")
    return text


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in NOT_IN_A_LINE for character in text):
        raise ValueError("Use one line of plain text.")
    return text


def no_address(text: str) -> str:
    if foreign_links(text):
        raise ValueError(NO_NAME)
    return text


NO_NAME = "A web address is no name."

NOT_IN_A_LINE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Unicode's control and format characters, and the ends of lines and paragraphs."""

_WRITTEN_ID = re.compile(r"[a-z]{3}_[a-z0-9]{1,40}").fullmatch

Id = Annotated[str, AfterValidator(_id)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
Phone = Annotated[str, StringConstraints(max_length=40)]
Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=80), AfterValidator(no_address)]
