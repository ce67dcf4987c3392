"""The pages' bucket over the wire: one release is listed once, each file is read once, and no other is reached."""

from collections.abc import Iterator

import pytest
from flask import request

from sandbox.stand_ins.cloud_storage import CloudStorage
from sandbox.stand_ins.web import WebServer
from shared.ports import SupplierUnavailable
from shared.providers.site_bucket import SiteBucket
from shared.settings import SiteSettings
from tests.providers.odd_server import Answer, OddServer, closed_url

BUCKET = "upup-test-site"
FILES = {"index.html": b"start page", "portal/main.js": b"1", "a b/å.svg": b"\x00\xff"}


class Storage:
    """Keeps what it was asked for."""

    def __init__(self) -> None:
        self.bucket = CloudStorage(BUCKET, largest_page=2)
        self.asked: list[str] = []
        self.bucket.app.before_request(lambda: self.asked.append(request.args.get("alt", "list")))

    def put(self, name: str, data: bytes) -> None:
        self.bucket.put(name, data, only_new=False)


@pytest.fixture
def storage() -> Storage:
    storage = Storage()
    for name, data in FILES.items():
        storage.put(f"r2/{name}", data)
    storage.put("r1/index.html", b"old page")
    storage.put("r1/old.html", b"gone")
    storage.put("r22/newer.html", b"not yet")
    return storage


@pytest.fixture
def url(storage: Storage) -> Iterator[str]:
    server = WebServer(storage.bucket.app)
    yield server.url
    server.close()


def site(url: str, version: str = "r2", bucket: str = BUCKET, refresh_seconds: int | None = None) -> SiteBucket:
    settings = SiteSettings(
        site_bucket=bucket, site_version=version, storage_url=url, site_refresh_seconds=refresh_seconds
    )
    return SiteBucket(settings, 2)


def test_every_file_of_the_release_is_read_as_it_is(url: str) -> None:
    pages = site(url)
    assert {name: pages.read(name) for name in FILES} == FILES


@pytest.mark.parametrize(
    "path", ["old.html", "../r1/old.html", "2/newer.html", "newer.html", "", "/", "index.html/", "a\0b"]
)
def test_what_the_release_does_not_have_is_not_there(url: str, path: str) -> None:
    assert site(url).read(path) is None


def test_a_release_is_listed_once_and_each_of_its_files_read_once(url: str, storage: Storage) -> None:
    pages = site(url)
    for _ in range(3):
        assert pages.read("index.html") == b"start page"
        assert [pages.read(f"made-up-{number}") for number in range(20)] == [None] * 20
    assert storage.asked == ["list", "list", "media"]  # the list has two pages


def test_a_release_stays_as_it_was_first_read(url: str, storage: Storage) -> None:
    pages = site(url)
    pages.read("index.html")
    storage.put("r2/index.html", b"changed")
    storage.put("r2/new.html", b"new")
    assert (pages.read("index.html"), pages.read("new.html")) == (b"start page", None)


def test_in_development_a_changed_file_is_seen_and_an_unchanged_one_not_read_again(url: str, storage: Storage) -> None:
    pages = site(url, refresh_seconds=0)
    assert (pages.read("index.html"), pages.read("portal/main.js")) == (b"start page", b"1")
    storage.put("r2/index.html", b"changed")
    storage.put("r2/new.html", b"new")
    assert (pages.read("index.html"), pages.read("new.html"), pages.read("portal/main.js")) == (
        b"changed",
        b"new",
        b"1",
    )
    assert storage.asked.count("media") == 4


def test_a_release_that_is_not_there_is_unavailable_until_it_is(url: str, storage: Storage) -> None:
    pages = site(url, "r3")
    with pytest.raises(SupplierUnavailable):
        pages.read("index.html")
    storage.put("r3/index.html", b"newest")
    assert pages.read("index.html") == b"newest"


def test_a_bucket_that_is_not_there_is_unavailable(url: str) -> None:
    with pytest.raises(SupplierUnavailable):
        site(url, bucket="another").read("index.html")


@pytest.mark.parametrize("answer", [Answer(403, {}), Answer(404, {}), Answer(500, {}), Answer(200, "<html>")])
def test_any_refusal_and_odd_answer_is_unavailable_and_never_an_empty_site(odd: OddServer, answer: Answer) -> None:
    odd.answer = answer
    with pytest.raises(SupplierUnavailable):
        site(odd.url).read("index.html")


def test_nobody_answering_is_unavailable() -> None:
    with pytest.raises(SupplierUnavailable):
        site(closed_url()).read("index.html")
