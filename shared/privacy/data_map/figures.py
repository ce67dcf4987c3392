"""What lives on when sends and coupons are gone: a company's counts by month and gift."""

from shared.privacy.data_map.model import REFERENCE, Basis, Category, Datum, End, EndedBy, Subject, Table, Text

FIGURE = Datum(
    Text(
        "antal och kostnad per månad och gåva; bara företagets egna summor, också när de är små: att en månad hade ett"
        " enda utskick säger vad företaget gav den månaden, men inget om vem som fick det",
        "counts and cost by month and gift; the company's own totals only, small ones too: that a month had a single"
        " send tells what the company gave that month, and nothing of who got it",
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
