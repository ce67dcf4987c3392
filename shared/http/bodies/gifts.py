"""The bodies of staff's calls about the catalogue and the stock of codes."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shared.domain.code_file import CodeRow, read_codes
from shared.domain.errors import Fault, Malformed, NotAcceptable, TooLarge, UnsupportedMedia
from shared.domain.gift import Gift, Presentation
from shared.domain.plan import MOST_TOP_UP_ORE
from shared.domain.recipient_file import FileError
from shared.http.bodies.common import Line, Strict
from shared.http.call import Call

MULTIPART = "multipart/form-data"
CSV = "text/csv"

Ore = Annotated[int, Field(strict=True, ge=0, le=MOST_TOP_UP_ORE, json_schema_extra={"format": "int64"})]
Word = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,31}$")]
"""A gift's code, or what its issuer knows it by."""
Name = Annotated[Line, StringConstraints(min_length=1, max_length=80)]
Text = Annotated[Line, StringConstraints(max_length=400)]
Picture = Annotated[str, StringConstraints(pattern=r"^/gifts/[a-z0-9_-]{1,60}\.(svg|png|jpg|webp)$", max_length=80)]
Limit = Annotated[int, Field(strict=True, ge=1, le=100_000_000)]
Class = Literal["standard", "served_food", "food", "culture", "multi_purpose"]
Age = Annotated[int, Field(strict=True, ge=1, le=120)]


class Names(Strict):
    sv: Name
    en: Name


class Texts(Strict):
    sv: Text
    en: Text


class GiftBody(Strict):
    """A new gift. `product` is what its issuer knows it by; `vat_class` is `multi_purpose` for such vouchers alone."""

    code: Word
    name: Names
    kind: Literal["goods", "experience"]
    price_ore: Ore
    face_value_ore: Ore
    voucher_type: Literal["single_purpose", "multi_purpose"]
    vat_class: Class
    issuer: Literal["clearon", "code_pool"]
    product: Word
    validity_days: Annotated[int, Field(strict=True, ge=1, le=730)]
    description: Texts
    how_to_use: Texts
    picture: Picture | None = None
    supplier: Name | None = None
    minimum_age: Age | None = None
    id_required: bool = False
    most_per_send: Limit | None = None
    most_per_month: Limit | None = None
    on_sale: bool = False

    @property
    def gift(self) -> Gift:
        return Gift(
            self.code,
            self.name.sv,
            self.name.en,
            self.kind,
            self.price_ore,
            self.face_value_ore,
            self.voucher_type,
            self.issuer,
            self.product,
            self.validity_days,
            self.most_per_send,
            self.most_per_month,
            self.vat_class,
        )

    @property
    def presentation(self) -> Presentation:
        return Presentation(
            self.description.sv,
            self.description.en,
            self.how_to_use.sv,
            self.how_to_use.en,
            self.picture,
            self.supplier,
            self.minimum_age,
            self.id_required,
        )


class GiftChangeBody(Strict):
    """What is left out stays; null takes away what may be missing. What was sent keeps its price.

    `vat_class` counts for what is earned from now on; what is booked keeps its class.
    """

    name: Names | None = None
    description: Texts | None = None
    how_to_use: Texts | None = None
    picture: Picture | None = None
    supplier: Name | None = None
    minimum_age: Age | None = None
    id_required: bool | None = None
    price_ore: Ore | None = None
    vat_class: Class | None = None
    most_per_send: Limit | None = None
    most_per_month: Limit | None = None
    on_sale: bool | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """By column: one a language for texts."""
        found: dict[str, Any] = {}
        for field in self.model_fields_set:
            value = getattr(self, field)
            if isinstance(value, Names | Texts):
                found |= {f"{field}_sv": value.sv, f"{field}_en": value.en}
            elif value is not None or field in MAY_BE_MISSING:
                found[field] = value
        return found


MAY_BE_MISSING = ("picture", "supplier", "minimum_age", "most_per_send", "most_per_month")


class PoolBody(Strict):
    """Staff are mailed when fewer codes than this are left; 0 is never."""

    low_stock_limit: Annotated[int, Field(strict=True, ge=0, le=100_000_000)]


def read_code_file(call: Call) -> list[CodeRow]:
    """The rows of a CSV file: the body itself, or the part `file` of a form.

    Raises `UnsupportedMedia`, `Malformed`, `TooLarge`, `NotAcceptable`.
    """
    if call.request.mimetype == MULTIPART:
        file = call.request.files.get("file")
        if file is None:
            raise Malformed('The part "file" with the codes is missing.')
        data = file.read()
    elif call.request.mimetype == CSV:
        data = call.request.get_data()
    else:
        raise UnsupportedMedia(f"Send {CSV}, or {MULTIPART} with the part file.")
    try:
        return read_codes(data)
    except FileError as error:
        if error.code == "file_too_large":
            raise TooLarge(error.message) from None
        raise NotAcceptable("The file cannot be read.", [Fault("file", error.code, error.message)]) from None
