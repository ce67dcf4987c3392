"""How gifts are taxed."""

from collections.abc import Collection

from shared.database.transactions import Transaction
from shared.domain.vat import VatClass


def gift_classes(tx: Transaction, codes: Collection[str]) -> dict[str, VatClass]:
    """By the gift's code."""
    if not codes:
        return {}
    rows = tx.all(
        lambda code, vat_class: (str(code), VatClass(vat_class)),
        "SELECT code, vat_class FROM gifts WHERE code IN %s",
        (sorted(set(codes)),),
    )
    return dict(rows)


def gift_class(tx: Transaction, code: str | None) -> VatClass | None:
    """None of a gift that is not known any more."""
    return gift_classes(tx, [code]).get(code) if code else None
