"""A code of the stock does not lead to the place that its recipient had in the send."""

from shared.database.queries import catalogue
from shared.domain import ids
from tests.database.pipeline import Pipeline

NUMBER = 200


def test_codes_are_handed_out_by_chance_and_each_reference_keeps_its_own(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", NUMBER)
    references = [ids.new_id("cpn") for _ in range(NUMBER)]
    with pipeline.database.transaction() as tx:
        catalogue.hand_out(tx, "cinema", references)
        first = catalogue.handed_out(tx, references)
        catalogue.hand_out(tx, "cinema", references)
        assert catalogue.handed_out(tx, references) == first
    stock = pipeline.column("SELECT coupon_id FROM pool_codes ORDER BY id")
    assert sorted(stock) == sorted(references)
    in_place = sum(code == reference for code, reference in zip(stock, references, strict=True))
    assert in_place < NUMBER // 10  # by chance one or two; twenty in one of 10^18 runs
