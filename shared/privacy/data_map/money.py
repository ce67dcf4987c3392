"""Money, gifts on sale, and codes in stock: amounts, dates and goods, and no person."""

from shared.domain import retention
from shared.privacy.data_map.model import (
    PROGRESS,
    REFERENCE,
    Basis,
    Category,
    Datum,
    End,
    EndedBy,
    Expires,
    Subject,
    Table,
    Text,
    technical,
)

LEDGER = Datum(
    Text(
        "huvudbok: belopp, dag och ändamål; ingen person, mottagare eller utskick",
        "ledger: amount, day, purpose; no person",
    ),
    Subject.COMPANY,
    Category.MONEY,
    Text("bokföring", "bookkeeping"),
    Basis.LAW,
    Text("7 år", "7 years"),
    End.ERASED,
)
BALANCE = Datum(
    Text("saldo och reserverade belopp", "balance and reserved amounts"),
    Subject.COMPANY,
    Category.MONEY,
    Text("betalning", "payment"),
    Basis.AGREEMENT,
    Text("tills avtalet upphör", "until the agreement ends"),
    End.ERASED,
)
PAYMENT = Datum(
    Text("betalningens nummer hos Stripe", "Stripe's number of the payment"),
    Subject.COMPANY,
    Category.MONEY,
    Text("återbetalning när avtalet upphör", "paying back when the agreement ends"),
    Basis.AGREEMENT,
    Text("tills saldot är återbetalt", "until the balance is paid back"),
    End.ERASED,
)
INVOICE = Datum(
    Text(
        "nummer hos Stripe på en faktura som betalades efter avtalets slut",
        "Stripe's number of an invoice that was paid after the agreement's end",
    ),
    Subject.COMPANY,
    Category.MONEY,
    Text("att pengar som ingen är skyldig betalas tillbaka", "paying back what nobody owed"),
    Basis.LAW,
    Text("365 dagar", "365 days"),
    End.ERASED,
)
CATALOGUE = technical(Text("vad som säljs", "what is on sale"))
STOCK = technical(Text("kod i lager, förseglad", "a code in stock, sealed"))

TABLES = (
    Table(
        "ledger_entries",
        Text("huvudbokens rader", "entries of the ledger"),
        EndedBy("a trigger guards them for 7 years; then by hand, with the year's books"),
        {
            "id": REFERENCE,
            "transaction_id": REFERENCE,
            "company_id": REFERENCE,
            "hold_id": REFERENCE,
            "purpose": LEDGER,
            "account": LEDGER,
            "amount_ore": LEDGER,
            "booked_on": LEDGER,
            "vat_class": LEDGER,
        },
    ),
    Table(
        "balances",
        Text("saldon", "balances"),
        EndedBy("end_agreements, when it is 0 and no gift is open"),
        {"company_id": REFERENCE, "available_ore": BALANCE, "held_ore": BALANCE, "receivable_ore": BALANCE},
    ),
    Table(
        "holds",
        Text("reservationer", "holds"),
        EndedBy("erase_expired, when nothing is held and no coupon is left"),
        {"id": REFERENCE, "company_id": REFERENCE, "held_ore": BALANCE},
    ),
    Table(
        "top_ups",
        Text("påfyllningar", "top-ups"),
        EndedBy("end_agreements, when what is left of the balance is paid back and no gift is open"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "amount_ore": BALANCE,
            "state": PROGRESS,
            "created_at": PROGRESS,
            "payment": PAYMENT,
            "refunded_ore": BALANCE,
            "disputed_ore": BALANCE,
        },
    ),
    Table(
        "stripe_differences",
        Text("skillnader mellan Stripe och huvudboken", "differences between Stripe and the ledger"),
        Expires("found_at", retention.STRIPE_DIFFERENCE_LIFE),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "kind": PROGRESS,
            "top_up_id": REFERENCE,
            "stripe_ore": BALANCE,
            "here_ore": BALANCE,
            "invoice": INVOICE,
            "healed": PROGRESS,
            "found_at": PROGRESS,
        },
    ),
    Table(
        "stripe_events",
        Text("händelser från Stripe som är gjorda", "events from Stripe that are done"),
        Expires("received_at", retention.STRIPE_EVENT_LIFE),
        {"id": REFERENCE, "received_at": PROGRESS},
    ),
    Table(
        "gifts",
        Text("katalogen", "the catalogue"),
        EndedBy("never: it is what UpUp sells"),
        {
            "code": CATALOGUE,
            "place": CATALOGUE,
            "name_sv": CATALOGUE,
            "name_en": CATALOGUE,
            "kind": CATALOGUE,
            "price_ore": CATALOGUE,
            "face_value_ore": CATALOGUE,
            "voucher_type": CATALOGUE,
            "vat_class": CATALOGUE,
            "issuer": CATALOGUE,
            "product": CATALOGUE,
            "validity_days": CATALOGUE,
            "on_sale": CATALOGUE,
            "description_sv": CATALOGUE,
            "description_en": CATALOGUE,
            "how_to_use_sv": CATALOGUE,
            "how_to_use_en": CATALOGUE,
            "picture": CATALOGUE,
            "supplier": CATALOGUE,
            "minimum_age": CATALOGUE,
            "id_required": CATALOGUE,
            "most_per_send": CATALOGUE,
            "most_per_month": CATALOGUE,
        },
    ),
    Table(
        "code_pools",
        Text("lager av koder", "stocks of codes"),
        EndedBy("never: it says of goods how many are enough"),
        {"product": STOCK, "low_stock_limit": STOCK, "last_import_at": PROGRESS, "told_at": PROGRESS},
    ),
    Table(
        "pool_codes",
        Text("koder i lager", "codes in stock"),
        EndedBy("never: its keyed hash says that it was used; the code itself goes with its coupon"),
        {"id": REFERENCE, "product": STOCK, "code_hmac": STOCK, "sealed_code": STOCK, "coupon_id": REFERENCE},
    ),
)
