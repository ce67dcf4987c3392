"""What lives on when sends and coupons are gone: a company's counts by month and gift."""

from shared.privacy.data_map.model import REFERENCE, Basis, Category, Datum, End, EndedBy, Subject, Table, Text

FIGURE = Datum(
    Text(
        "antal och kostnad per månad och gåva; bara företagets egna summor, också när de är små: av dem, huvudboken och"
        " kupongernas dagar kan ett företag som gjorde ett enda utskick en dag, eller gav en enda gåva en månad,"
        " fortfarande sluta sig till utskickets gåva, och med ett nummer det redan har till att just det fick den",
        "counts and cost by month and gift; the company's own totals only, small ones too: from them, the ledger and"
        " the coupons' days a company that made a single send on a day, or gave a single gift in a month, can still"
        " infer that send's gift, and with a number that it already has, that this number got it",
    ),
    Subject.COMPANY,
    Category.GIFT,
    Text("statistik för företaget", "the company's statistics"),
    Basis.AGREEMENT,
    Text("tills avtalet upphör", "until the agreement ends"),
    End.ERASED,
)

TABLES = (
    Table(
        "figures",
        Text("statistik", "statistics"),
        EndedBy("end_agreements"),
        {
            "company_id": REFERENCE,
            "month": FIGURE,
            "gift_code": FIGURE,
            "sent": FIGURE,
            "delivered": FIGURE,
            "opened": FIGURE,
            "redeemed": FIGURE,
            "cost_ore": FIGURE,
        },
    ),
)
