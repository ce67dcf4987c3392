"""What the calls about gifts answer: the catalogue as staff keep it, and a gift that was taken back."""

from typing import Annotated

from shared.database.queries import catalogue, deliveries
from shared.database.queries.catalogue import Listed
from shared.database.transactions import Database
from shared.domain.errors import NotFound
from shared.domain.vat import VatClass
from shared.http.answers import send_views
from shared.http.answers.fields import Ore, one_of
from shared.http.answers.gift_views import GiftOnSale
from shared.http.call import Answer
from shared.http.paging import Whole
from shared.privacy.delivery_id import DeliveryIds

ISSUERS = ("clearon", "code_pool")


class CatalogueGift(GiftOnSale):
    """A gift as staff keep it. `product` is what its issuer knows it by."""

    issuer: Annotated[str, one_of(ISSUERS)]
    product: str
    fee_ore: Ore
    vat_class: Annotated[str, one_of(VatClass)]
    on_sale: bool


def gift_list(database: Database) -> Whole[GiftOnSale]:
    """What is on sale."""
    with database.transaction() as tx:
        return Whole(items=[gift_on_sale(one) for one in catalogue.on_sale(tx)])


def catalogue_list(database: Database) -> Whole[CatalogueGift]:
    """All, also what is not on sale."""
    with database.transaction() as tx:
        return Whole(items=[_catalogue_gift(one) for one in catalogue.all_gifts(tx)])


def catalogue_gift(database: Database, code: str) -> CatalogueGift:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = next((one for one in catalogue.all_gifts(tx) if one.gift.code == code), None)
    if found is None:
        raise NotFound("There is no such gift.")
    return _catalogue_gift(found)


def gift_on_sale(one: Listed) -> GiftOnSale:
    gift, shown = one.gift, one.presentation
    return {
        "code": gift.code,
        "name": {"sv": gift.name_sv, "en": gift.name_en},
        "kind": gift.kind,
        "price_ore": gift.price_ore,
        "face_value_ore": gift.face_value_ore,
        "voucher_type": gift.voucher_type,
        "available": one.available,
        "description": {"sv": shown.description_sv, "en": shown.description_en},
        "how_to_use": {"sv": shown.how_to_use_sv, "en": shown.how_to_use_en},
        "picture": shown.picture,
        "supplier": shown.supplier,
        "validity_days": gift.validity_days,
        "minimum_age": shown.minimum_age,
        "id_required": shown.id_required,
        "most_per_send": gift.most_per_send,
        "most_per_month": gift.most_per_month,
    }


def _catalogue_gift(one: Listed) -> CatalogueGift:
    gift = one.gift
    return {
        **gift_on_sale(one),
        "issuer": gift.issuer,
        "product": gift.product,
        "fee_ore": gift.fee_ore,
        "vat_class": gift.vat_class,
        "on_sale": one.on_sale,
    }


def cancelled(database: Database, ids: DeliveryIds, company_id: str, send_id: str, position: int, done: bool) -> Answer:
    """The delivery; 202 where the gift is still to be voided."""
    with database.transaction() as tx:
        (found,) = deliveries.page(tx, company_id, send_id, position - 1, 1)
    return Answer(200 if done else 202, send_views.delivery(ids.encode(send_id, position), found))


def read_delivery(ids: DeliveryIds, send_id: str, delivery_id: str) -> int:
    """The delivery's position in the send. Raises `NotFound` for one of another send, or of none."""
    try:
        of_send, position = ids.decode(delivery_id)
    except ValueError:
        raise NotFound("There is no such delivery.") from None
    if of_send != send_id:
        raise NotFound("There is no such delivery.")
    return position
