"""A part of a process is made at its first use, once, by however many threads."""

import threading

import pytest

from shared.once import once


class House:
    """Counts what is built in it."""

    def __init__(self) -> None:
        self.built: list[str] = []
        self.fails = 0

    @once
    def kitchen(self) -> object:
        """Where food is made."""
        self.built.append("kitchen")
        if self.fails:
            self.fails -= 1
            raise OSError("no bricks")
        return object()

    @once
    def dinner(self) -> tuple[object, object]:
        return self.kitchen, self.kitchen


def test_nothing_is_made_before_it_is_used() -> None:
    assert House().built == []


def test_many_threads_get_the_one_that_was_made_once() -> None:
    house, barrier, got = House(), threading.Barrier(20), list[object]()

    def use() -> None:
        barrier.wait()
        got.append(house.kitchen)

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.built == ["kitchen"]
    assert len(got) == 20
    assert len({id(one) for one in got}) == 1


def test_a_part_may_need_another() -> None:
    first, second = House().dinner
    assert first is second


def test_each_owner_has_its_own() -> None:
    assert House().kitchen is not House().kitchen


def test_a_part_that_could_not_be_made_is_tried_again_at_the_next_use() -> None:
    house = House()
    house.fails = 1
    with pytest.raises(OSError, match="bricks"):
        _ = house.kitchen
    assert house.kitchen is house.kitchen
    assert house.built == ["kitchen", "kitchen"]


def test_the_class_shows_what_the_part_is() -> None:
    assert House.kitchen.__doc__ == "Where food is made."


def test_a_part_that_waits_holds_up_no_other() -> None:
    house = Hotel()
    waiting = threading.Thread(target=lambda: house.sauna)
    waiting.start()
    assert house.heating.wait(10)
    assert house.bed == "made"
    house.hot.set()
    waiting.join(10)
    assert house.sauna == "hot"


class Hotel:
    """Its sauna takes as long as the test says."""

    def __init__(self) -> None:
        self.heating, self.hot = threading.Event(), threading.Event()

    @once
    def sauna(self) -> str:
        self.heating.set()
        return "hot" if self.hot.wait(10) else "cold"

    @once
    def bed(self) -> str:
        return "made"
