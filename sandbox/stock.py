"""`python -m sandbox.stock`: puts made-up codes of every code-pool gift into stock, as a supplier's file would."""

from __future__ import annotations

import os
import random

from shared.app import App
from shared.database.queries import catalogue
from shared.environment import Settings
from shared.use_cases.gifts.import_codes import import_codes

CODES = 500


def main() -> None:
    app = App(Settings(os.environ | {"SANDBOX_CALLER": "stock"}))
    with app.database.transaction() as tx:
        products = [one.gift.product for one in catalogue.on_sale(tx) if one.gift.issuer == "code_pool"]
    key, dice = app.pool_key, random.Random("stock")
    for product in products:
        codes = [("", f"{number:08d}") for number in dice.sample(range(10**8), CODES)]
        with app.database.transaction() as tx:
            import_codes(tx, app.tokens, key, product, codes)


if __name__ == "__main__":
    main()
