"""For UpUp's staff: the catalogue, and the stock of codes."""

from shared.domain.errors import Conflict, Malformed, NotAcceptable, TooLarge, UnsupportedMedia
from shared.http.answers.code_pools import CodePool, ImportedCodes
from shared.http.answers.gifts import CatalogueGift
from shared.http.bodies.gifts import CSV, MULTIPART, GiftBody, GiftChangeBody, PoolBody
from shared.http.openapi.operation import Operation
from shared.http.paging import Whole

A_GIFT = {
    "code": "fika",
    "name": {"sv": "Fika", "en": "Fika"},
    "kind": "goods",
    "price_ore": 4900,
    "face_value_ore": 4500,
    "voucher_type": "single_purpose",
    "vat_class": "served_food",
    "issuer": "clearon",
    "product": "fika",
    "validity_days": 90,
    "description": {"sv": "Kaffe och något till.", "en": "Coffee and something with it."},
    "how_to_use": {"sv": "Visa koden i kassan.", "en": "Show the code at the till."},
    "picture": "/gifts/coffee.svg",
    "supplier": "ClearOn",
}
FILE: dict[str, dict[str, object]] = {
    CSV: {"type": "string", "description": "With the columns `code`, and `ean` if there is one; up to 10 MB."},
    MULTIPART: {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary", "description": "The same as a part."}},
    },
}

OPERATIONS = {
    "GET /v1/staff/gifts": Operation(
        summary="The whole catalogue, also what is not on sale", answers={200: Whole[CatalogueGift]}
    ),
    "POST /v1/staff/gifts": Operation(
        summary="Put a gift into the catalogue",
        notes="It is on sale when `on_sale` says so.",
        body=GiftBody,
        example=A_GIFT,
        answers={201: CatalogueGift},
        problems=(Conflict,),
    ),
    "PATCH /v1/staff/gifts/<gift_code>": Operation(
        summary="Change a gift's texts, price and limits, or take it off sale",
        notes="What was sent keeps its price, and what is booked its class of VAT.",
        body=GiftChangeBody,
        example={"most_per_month": 10_000},
        answers={200: CatalogueGift},
    ),
    "GET /v1/staff/code-pools": Operation(summary="The stocks of codes", answers={200: Whole[CodePool]}),
    "PATCH /v1/staff/code-pools/<product>": Operation(
        summary="Set when few are left",
        body=PoolBody,
        example={"low_stock_limit": 100},
        answers={200: CodePool},
    ),
    "POST /v1/staff/code-pools/<product>/codes": Operation(
        summary="Take a supplier's file of codes into stock",
        notes="Each code once ever: asked twice, the same file adds nothing. No answer repeats a code.",
        other_bodies=FILE,
        answers={200: ImportedCodes},
        problems=(Malformed, NotAcceptable, TooLarge, UnsupportedMedia),
    ),
}
