"""A static page's HTML holds the Swedish texts, for whoever reads without JavaScript: the same as sv.js has."""

from html.parser import HTMLParser

from tests.architecture.rules_web import PAGES, SWEDISH, WEB


class Marked(HTMLParser):
    """(key, text) of each element and attribute that site.js translates."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._within:  # site.js would remove it with the text that it replaces
            self.found.append((f"{self._within[-1]} holds <{tag}>", ""))
        for name, key in given.items():
            if name.startswith("data-t-"):
                self.found.append((key, given.get(name.removeprefix("data-t-"), "")))
        if "data-t" in given:
            self._within = [given["data-t"], ""]

    def handle_data(self, data: str) -> None:
        if self._within:
            self._within[1] += data

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            key, text = self._within
            self.found.append((key, text))
            self._within = []


def strays(page: str) -> list[tuple[str, str]]:
    return [(key, text) for key, text in Marked(page).found if SWEDISH.get(key) != text]


def test_each_page_says_what_the_swedish_texts_say() -> None:
    pages = {file.relative_to(WEB).as_posix(): file.read_text("utf-8") for file in PAGES}
    assert {name: found for name, page in pages.items() if (found := strays(page))} == {}
    marked = {name for name, page in pages.items() if Marked(page).found}
    assert marked >= {"index.html", "privacy.html", "404.html", "test-send.html", "prov.html"}


def test_another_text_another_attribute_and_an_element_within_are_found() -> None:
    title = SWEDISH["missing.title"]
    assert strays(f'<h1 data-t="missing.title">{title}</h1>') == []
    assert strays(f'<h1 data-t="missing.title">{title} </h1>')
    assert strays(f'<h1 data-t="missing.title">{title}<br></h1>')
    assert strays('<nav data-t-aria-label="missing.title" aria-label="Delar"></nav>')
    assert strays('<p data-t="no.such_key">Text</p>')
