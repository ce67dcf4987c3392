"""Bodies are made into validators with their first request, of which several may come at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from pydantic import ValidationError

from shared.http.bodies.common import Strict

AT_ONCE = 8
ROUNDS = 10


def new_kind() -> type[Strict]:
    class Inner(Strict):
        text: str

    class Body(Strict):
        inner: Inner
        rows: list[dict[str, str | int | None]]

    return Body


def each_at_once(work: Callable[[], str]) -> set[str]:
    begin = threading.Barrier(AT_ONCE)

    def one() -> str:
        begin.wait(20)
        return work()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return {done.result() for done in [threads.submit(one) for _ in range(AT_ONCE)]}


def test_those_who_send_the_first_bodies_of_a_kind_together_are_all_read_by_its_rules() -> None:
    for _ in range(ROUNDS):
        kind = new_kind()

        def read(kind: type[Strict] = kind) -> str:
            try:
                kind.model_validate_json('{"inner": {"text": "x", "odd": 1}, "rows": [{"a": 1}]}')
            except ValidationError as error:
                return str([(fault["type"], fault["loc"]) for fault in error.errors()])
            return "taken"

        assert each_at_once(read) == {"[('extra_forbidden', ('inner', 'odd'))]"}
