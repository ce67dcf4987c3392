"""The text of an SMS: made plain, measured as the networks charge it, and filled in from a template."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import ClassVar, Literal

from msgspec import Struct

from shared.domain import link_domain
from shared.domain.patterns import pattern

Encoding = Literal["GSM-7", "UCS-2"]


class SmsSize(Struct, frozen=True):
    """What a text costs. `characters`: septets in GSM-7 (`€` and its like are two), UTF-16 units in UCS-2."""

    encoding: Encoding
    characters: int
    parts: int


class NeedsUnicode(Struct, frozen=True):
    """Characters outside GSM-7, in order of appearance, ten at most: they shorten a part from 160 to 70."""

    characters: tuple[str, ...]
    code: ClassVar[Literal["needs_unicode"]] = "needs_unicode"


class SeveralParts(Struct, frozen=True):
    """The text is longer than one SMS, and is paid for as `parts` of them."""

    parts: int
    code: ClassVar[Literal["several_parts"]] = "several_parts"


TextWarning = NeedsUnicode | SeveralParts


def normalise(text: str) -> str:
    """The text as it leaves: typography that only costs made plain, nothing a reader would miss changed.

    NFC; quotes, dashes, ellipses and spaces plain; every line break `\\n`; what cannot be seen removed, but
    for joiners, selectors and tags where an emoji or a script needs them. Idempotent.
    """
    if _PLAIN_ALREADY().fullmatch(text):
        return text
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").translate(_made_plain())
    text = _CONTEXTUAL().sub(lambda found: found["kept"] or "", text)
    return unicodedata.normalize("NFC", text)


def measure(text: str) -> SmsSize:
    """Encoding, length and parts of a text exactly as given: `normalise` it first."""
    if _ALL_BASIC().fullmatch(text):
        return _size("GSM-7", text, opener="")
    if _ALL_GSM().fullmatch(text):
        return _size("GSM-7", "\x1b.".join(_EXTENDED().split(text)), opener="\x1b")
    return _size("UCS-2", "\ud800.".join(_ASTRAL().split(text)), opener="\ud800")


def explain(text: str) -> list[TextWarning]:
    """What makes a text dearer than one SMS of GSM-7, if anything."""
    warnings: list[TextWarning] = []
    size = measure(text)
    if size.encoding == "UCS-2":
        outside = dict.fromkeys(_NOT_GSM().findall(text))
        warnings.append(NeedsUnicode(tuple(outside)[:10]))
    if size.parts > 1:
        warnings.append(SeveralParts(size.parts))
    return warnings


TemplateFault = Literal["unclosed_placeholder", "unopened_placeholder", "empty_placeholder"]

TEMPLATE_FAULTS: dict[TemplateFault, str] = {
    "unclosed_placeholder": "A {{ has no }} after it.",
    "unopened_placeholder": "A }} has no {{ before it.",
    "empty_placeholder": "{{}} names no column.",
}


class TemplateError(ValueError):
    """A message whose braces cannot be understood. `position` is where, in the normalised message."""

    def __init__(self, code: TemplateFault, position: int):
        super().__init__(code)
        self.code: TemplateFault = code
        self.message = TEMPLATE_FAULTS[code]
        self.position = position


class Template:
    """A message compiled once and rendered per recipient: `Hej {{first_name}}! {{link}}`.

    `columns`: canonical names of the recipients' columns that it needs. `links`: how often it has {{link}}.
    `placeholders`: how many it has in all. Raises TemplateError.
    """

    __slots__ = ("_columns", "_joins_dots", "_pieces", "columns", "links")

    def __init__(self, message: str) -> None:
        self._pieces: list[str] = []  # literal, placeholder, literal, …: values are filled in at odd places
        self._columns: list[str] = []
        end, message = 0, normalise(message)
        for found in _PLACEHOLDER().finditer(message):
            if found["name"] is None:
                raise TemplateError(
                    "unclosed_placeholder" if found[0] == "{{" else "unopened_placeholder", found.start()
                )
            column = canonical_column(found["name"])
            if not column:
                raise TemplateError("empty_placeholder", found.start())
            self._pieces += (message[end : found.start()], found[0])
            self._columns.append(column)
            end = found.end()
        self._pieces.append(message[end:])
        self.links = self._columns.count("link")
        self.columns = frozenset(self._columns) - {"link"}
        holes = self.fill(dict.fromkeys(self.columns, _HOLE), "{{link}}")
        self._joins_dots = any(_HOLE in word for word in _dotted_words(holes))

    @property
    def placeholders(self) -> int:
        return len(self._columns)

    def unknown(self, columns: Collection[str]) -> list[int]:
        """Which of the placeholders, counted from 1, name no column of these: a name in braces may be a person's."""
        return [at for at, name in enumerate(self._columns, start=1) if name != "link" and name not in columns]

    def preview(self, link: str) -> str:
        """The message with its link in place; the other placeholders stay as they are written."""
        pieces = self._pieces.copy()
        pieces[1::2] = [link if name == "link" else pieces[1 + 2 * at] for at, name in enumerate(self._columns)]
        return "".join(pieces)

    def has_foreign_link(self, plain_values: Mapping[str, str], domains: Collection[str] = ()) -> bool:
        """Whether these values make a web address, alone or with what stands beside them in the text.

        The message itself has none: `foreign_links` is to be asked about it first, with the same domains.
        """
        together = "".join(plain_values.values())
        if not (self._joins_dots or "." in together or "/" in together):
            return False
        suspect = " ".join(_dotted_words(self.fill(plain_values, "{{link}}")))
        return bool(_LINK_AT_ALL().search(suspect) and foreign_links(suspect, domains))

    def render(self, values: Mapping[str, str], link: str) -> str:
        """The recipient's text. `values` by canonical column; braces in them are text, never expanded.

        Raises KeyError for a column that `values` lacks; an empty value is the caller's to judge.
        """
        return self.fill({name: plain_value(values[name]) for name in self.columns}, link)

    def fill(self, plain_values: Mapping[str, str], link: str) -> str:
        """As `render`, of values that are plain already."""
        pieces = self._pieces.copy()
        pieces[1::2] = [link if name == "link" else plain_values[name] for name in self._columns]
        return "".join(pieces)


def plain_value(value: str) -> str:
    """A recipient's value as it is put in a text: normalised, on one line, trimmed.

    Cut at 2,000 characters: no SMS is as long, and NFC takes quadratic time on long runs of accents.
    """
    return normalise(value[:2000]).replace("\n", " ").strip()


def canonical_column(name: str) -> str:
    """One name for a column however it is written: case, spaces, `_`, `-` and `.` do not count."""
    folded = unicodedata.normalize("NFC", normalise(name[:200]).casefold()).translate(_UNCOUNTED)
    return _ALIASES.get(folded, folded)


def foreign_links(text: str, domains: Collection[str] = ()) -> list[str]:
    """Web addresses in a text, as written: what a phone would make a link of, with or without `https://`.

    Addresses of e-mail are none, and neither are those that lead to one of the domains. A placeholder counts as a name,
    so `{{x}}.se` is found in a message.
    """
    found = filter(_is_link, _LINK().finditer(normalise(text)))
    return [_as_written(link) for link in found if not (domains and _leads_to(link, domains))]


def _as_written(link: re.Match[str]) -> str:
    return link[0].rstrip(".,;:!?)]'\"")


def _leads_to(link: re.Match[str], domains: Collection[str]) -> bool:
    """Whether the link leads to one of the domains, also where a placeholder in it will be filled in: what with is
    judged then. What stands right behind it must not be part of an address to anybody."""
    if not _ENDS_THERE().match(link.string, link.end()):
        return False
    return link_domain.leads_to(_PLACEHOLDER().sub(_stand_in, _as_written(link)), domains)


def _stand_in(placeholder: re.Match[str]) -> str:
    """A letter for a value; the gift's link stays as it is, which is no part of an address."""
    name = placeholder["name"]
    return placeholder[0] if not name or canonical_column(name) == "link" else "x"


def _dotted_words(text: str) -> list[str]:
    """The words that could be web addresses: none is without a slash, or a dot that is not its last character."""
    return [word for word in text.split() if "/" in word or "." in word[:-1]]


def _size(encoding: Encoding, units: str, opener: str) -> SmsSize:
    """The size of a text written as one character per unit, where `opener` begins an inseparable pair."""
    alone, chained = _CAPACITY[encoding]
    if len(units) <= alone:
        return _one_part(encoding, len(units))
    parts, start = 1, 0
    while len(units) - start > chained:
        start += chained
        if units[start - 1] == opener:  # the pair moves to the next part as a whole
            start -= 1
        parts += 1
    return SmsSize(encoding, len(units), parts)


@cache
def _one_part(encoding: Encoding, characters: int) -> SmsSize:
    return SmsSize(encoding, characters, 1)


_CAPACITY: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}

# 3GPP TS 23.038, as the inside of a character class; the form feed of its extension table is left out.
_BASIC = (
    r"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?"
    r"¡A-ZÄÖÑÜ§¿a-zäöñüà"
)
_EXTENSION = r"\^{}\\\[~\]|€"
_ALL_BASIC = pattern(f"[{_BASIC}]*")
_ALL_GSM = pattern(f"[{_BASIC}{_EXTENSION}]*")
_NOT_GSM = pattern(f"[^{_BASIC}{_EXTENSION}]")
_EXTENDED = pattern(f"[{_EXTENSION}]")
_ASTRAL = pattern("[\U00010000-\U0010ffff]")

# Latin-1 (without controls, the no-break space, the soft hyphen and the acute accent), the rest of GSM-7
# and single emoji: a text of these alone is left as it is.
_PLAIN_ALREADY = pattern("[\n -~¡-¬®-³µ-ÿΔΦΓΛΩΠΨΣΘΞ€\U0001f300-\U0001faff]*")


@cache
def _made_plain() -> dict[int, str]:
    return dict(_plain_forms())


def _plain_forms() -> Iterator[tuple[int, str]]:
    """What becomes what, whatever stands beside it."""
    yield from ((ord(c), "'") for c in "‘’‚‛′´")  # the accent is what many type for an apostrophe
    yield from ((ord(c), '"') for c in "“”„‟″")
    yield from ((ord(c), "-") for c in "‐‑‒–—―−⸺⸻﹘﹣－")
    yield from ((ord(c), "\n") for c in "\r\v\f\x85\u2028\u2029")
    yield from ((ord(c), " ") for c in "\t\xa0\u1680\u202f\u205f\u3000\u3164\uffa0")
    yield from ((code, " ") for code in range(0x2000, 0x200B))
    yield from ((ord("…"), "..."), (ord("‥"), ".."))
    controls = [(0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xD800, 0xDFFF)]
    bidi = [(0x061C, 0x061C), (0x200E, 0x200F), (0x202A, 0x202E), (0x2066, 0x206F)]
    zero_width = [(0xAD, 0xAD), (0x034F, 0x034F), (0x17B4, 0x17B5), (0x200B, 0x200B), (0x2060, 0x2065)]
    zero_width += [(0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)]
    for first, last in controls + bidi + zero_width:
        yield from ((code, "") for code in range(first, last + 1))


_PICTURE = (
    "[©®‼⁉™ℹ\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff〰〽㊗㊙\U0001f000-\U0001faff]"
)
_EMOJI_SELECTOR = "[\ufe0e\ufe0f]"
_FLAG_TAGS = "[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f"
_JOINING = (  # scripts whose letters join: Arabic and its kin, Mongolian, and those of India and around
    "[\u0620-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u180a\u1810-\u18af\u1a20-\u1aaf\u1b00-\u1b7f\ua840-\ua8ff"
    "\ua980-\ua9df\uaa60-\uaa7f\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010fff\U00011000-\U00011fff\U0001e900-\U0001e95f]"
)
_CONTEXTUAL = pattern(
    "(?P<kept>"
    f"{_PICTURE}{_EMOJI_SELECTOR}?(?:{_FLAG_TAGS})?(?:\u200d{_PICTURE}{_EMOJI_SELECTOR}?)*"
    "|[0-9#*]\ufe0f(?=\u20e3)"
    f"|{_JOINING}(?:\u200c(?={_JOINING})|\u200d)"
    "|[\u1820-\u18aa][\u180b-\u180f]"
    "|[\u3400-\u9fff\U00020000-\U0003ffff][\ufe00-\ufe02\U000e0100-\U000e01ef]"
    ")|[\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)

_HOLE = "\0"  # where a value goes: in no text, as `normalise` takes it away
_PLACEHOLDER = pattern(r"\{\{(?P<name>[^{}\n]*)\}\}|\{\{|\}\}")
_UNCOUNTED = str.maketrans("", "", " \n_-.")
_ALIASES = dict.fromkeys(("förnamn", "fornamn", "namn", "firstname", "name"), "first_name") | dict.fromkeys(
    (
        *("telefon", "telefonnummer", "telefonnr", "mobil", "mobilnummer", "mobilnr", "mobiltelefon"),
        *("phone", "phonenumber", "mobile"),
    ),
    "phone",
)

# Top-level domains that a bare `exempel.se` is known by: all countries' but .nr (Swedes write `org.nr`), and
# the generic ones in use. Addresses with https:// or www. need none of them.
_GENERIC = (
    "com net org info biz name pro mobi app dev io page site online store shop link click top xyz club"
    " live news blog cloud email media agency digital group company solutions services today world life"
    " one vip win fun icu space website tech studio design work works global business marketing events"
    " tickets travel coffee cafe restaurant bar beer wine pizza food fit fashion beauty eco gift gifts"
    " promo sale deals discount bid loan money cash finance bank casino poker bet games game support help"
    " center chat social edu gov int"
)
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw"
    " by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et"
    " eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie"
    " il im in iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly"
    " ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nu nz"
    " om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn"
    " so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc"
    " ve vg vi vn vu wf ws ye yt za zm zw"
)
_OF_SHORT_NAMES = frozenset({"se", "nu", "com", "net", "org"})  # where `1177` and `x` are names that people know
_TLDS = sorted((_GENERIC + " " + _COUNTRIES).split())
_BY_LETTER = (f"{letter}(?:{'|'.join(one[1:] for one in ones)})" for letter, ones in groupby(_TLDS, itemgetter(0)))
_TLD = f"(?:{'|'.join(_BY_LETTER)}|xn--[a-z0-9-]+)"  # by letter, as a list of all is slow where none fits
_LINK = pattern(
    r"(?<![\w+.-])[\w+.-]+://\S+"
    r"|(?<!\w)www\.\S+"
    rf"|(?<![\w}}@.-])(?P<names>(?:[\w}}-]+\.)+)(?P<tld>{_TLD})(?![\w@-])(?P<rest>[:/?#]\S*)?"
    r"|(?<![\w@.-])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/\S*",
    re.IGNORECASE,
)
_ENDS_THERE = pattern(r"[.,;:!?)\]'\"]*(?:\s|\Z)")
_LINK_AT_ALL = pattern(rf"/|www\.\S|\.{_TLD}(?![\w@-])", re.IGNORECASE)  # each of the above has one of these


def _is_link(found: re.Match[str]) -> bool:
    """Whether what looks like an address is one, and not `e.Kr`, `10.st` or another abbreviation or sum."""
    if found["names"] is None or "/" in (found["rest"] or ""):
        return True
    label = found["names"][:-1].rpartition(".")[2]
    return (len(label) > 1 and not label.isdigit()) or found["tld"].lower() in _OF_SHORT_NAMES
