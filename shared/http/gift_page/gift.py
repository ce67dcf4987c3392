"""The gift: what it is, the code for the shop, the ways out, and whose the data is.

Recipients of one gift from one company see the same page but for their link, code and bars, so a page is made once
with gaps for those. It follows from all else that it shows, so one that was made before is as right as a new one.
"""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from shared.domain.gift import GiftState, GivenGift, OpenedGift
from shared.domain.retention import DEFAULT_ENCRYPT_AFTER_DAYS, DEFAULT_ERASE_AFTER_DAYS
from shared.http.gift_page.barcode import barcode, bars_path
from shared.http.gift_page.en import EN
from shared.http.gift_page.page import address, long_day, page
from shared.http.gift_page.sv import SV
from shared.http.gift_page.texts import Texts

NOTICE = Markup('<p class="notice">{}</p>')
PARAGRAPH = Markup("<p>{}</p>")
PICTURE = Markup('<img src="{}" alt="" width="120" height="120">\n')
GIFT = Markup("""<header>
{picture}<p>{hello}</p>
<h1>{name}</h1>
</header>
{body}""")

# The digits are read out one by one; a reader of screens would make a number of them.
CODE = Markup("""<div class="code">{barcode}
<p>{label}</p>
<p class="{size}"><span aria-hidden="true">{code}</span><span class="spoken">{spoken}</span></p>
</div>
<p class="until">{until}</p>""")
BARCODE = Markup('{svg}\n<p class="ean">{ean}</p>')
HOW = Markup("""
<section>
<h2>{title}</h2>
<p>{how}</p>
{more}</section>""")
LONG_CODE = 9
"""Letters; one that is longer is set smaller, so that it stays on its line."""

STOP = Markup("""
<section>
<h2>{title}</h2>
<p>{means}</p>
<form method="post" action="{action}">
<button>{button}</button>
</form>
</section>""")
DATA = Markup("""
<details>
<summary>{title}</summary>
<p>{whose}</p>
<p>{kept}</p>
<p>{rights}</p>
<form method="post" action="{action}">
<button name="kind" value="export">{export}</button>
<button name="kind" value="erase">{erase}</button>
</form>
<p><a href="{more_at}">{more}</a></p>
</details>""")
REPORT = Markup("""
<details>
<summary>{title}</summary>
<p>{means}</p>
<form method="post" action="{action}">
<button name="reason" value="not_asked">{not_asked}</button>
<button name="reason" value="fraud">{fraud}</button>
<button name="reason" value="other">{other}</button>
</form>
</details>""")
BY = Markup("\n<footer>{}</footer>")


# No text has a NUL: it stands for what is set in last.
PATH, TILL_CODE, SPOKEN, EAN_CODE, BARS = (f"\0{gap}\0" for gap in ("path", "code", "spoken", "ean", "bars"))
GAP = re.compile("\0(path|code|spoken|ean|bars)\0")
PAGES_KEPT = 200


class _Look(NamedTuple):
    """What a page depends on, but for what is set in last."""

    language: str
    sender: str
    """Empty once its agreement has ended."""
    gift: GivenGift
    valid_until: date
    state: GiftState
    test: bool
    code_size: str
    """Empty where there is no code to show."""
    has_bars: bool


def gift_html(found: OpenedGift, token: str, texts: Texts) -> str:
    bars = bars_path(found.ean) if found.ean else None
    size = ("long" if len(found.code) > LONG_CODE else "short") if found.code else ""
    about_gift = found.sender, found.gift, found.valid_until, found.state, found.test
    gaps = {
        "path": escape(f"/g/{token}"),
        "code": escape(found.code),
        "spoken": escape(" ".join(found.code)),
        "ean": escape(found.ean),
        "bars": bars,
    }
    return _page(_Look(texts["language"], *about_gift, size, bars is not None)) % gaps


@lru_cache(PAGES_KEPT)
def _page(look: _Look) -> str:
    """For `%`; what is set in comes escaped."""
    texts, sender = EN if look.language == EN["language"] else SV, look.sender
    gift = GIFT.format(
        picture=PICTURE.format(look.gift.picture) if look.gift.picture else "",
        hello=texts["hello"].format(sender=sender) if sender else texts["hello_nobody"],
        name=_in(texts, look.gift.name_sv, look.gift.name_en),
        body=_usable(look, texts) if look.code_size else NOTICE.format(_ended(look, texts)),
    )
    parts = [
        Markup("{}\n").format(NOTICE.format(texts["test"])) if look.test else "",
        gift,
        *(_ways_out(sender, PATH, texts) if sender else ["\n", PARAGRAPH.format(texts["sender_gone"])]),
        BY.format(texts["by"]),
    ]
    title = texts["title"].format(sender=sender) if sender else texts["title_nobody"]
    html = page(texts, title, Markup("").join(parts), PATH)
    return GAP.sub(r"%(\1)s", html.replace("%", "%%"))


def _in(texts: Texts, swedish: str, english: str) -> str:
    """What the catalogue has in both languages."""
    return english if texts["language"] == "en" else swedish


def _usable(look: _Look, texts: Texts) -> Markup:
    svg = barcode(BARS, f"{texts['barcode']} {EAN_CODE}") if look.has_bars else None
    code = CODE.format(
        barcode=BARCODE.format(svg=svg, ean=EAN_CODE) if svg else "",
        label=texts["code_beside"] if svg else texts["code_alone"],
        size=look.code_size,
        code=TILL_CODE,
        spoken=SPOKEN,
        until=texts["valid_until"].format(day=long_day(texts, look.valid_until)),
    )
    more = [
        texts["brighter"] if svg else "",
        texts["age"].format(age=look.gift.minimum_age) if look.gift.minimum_age else "",
        texts["proof"] if look.gift.id_required else "",
    ]
    return code + HOW.format(
        title=texts["how"],
        how=_in(texts, look.gift.how_to_use_sv, look.gift.how_to_use_en),
        more=Markup("").join(Markup("{}\n").format(PARAGRAPH.format(one)) for one in more if one),
    )


def _ended(look: _Look, texts: Texts) -> str:
    if look.state is GiftState.REDEEMED:
        return texts["redeemed"]
    if look.state is GiftState.EXPIRED:
        return texts["expired"].format(day=long_day(texts, look.valid_until))
    return texts["voided"]


def _ways_out(sender: str, path: str, texts: Texts) -> list[Markup]:
    stop = STOP.format(
        title=texts["stop"],
        means=texts["stop_means"].format(sender=sender),
        action=address(texts, f"{path}/opt-out"),
        button=texts["stop_button"].format(sender=sender),
    )
    data = DATA.format(
        title=texts["data"],
        whose=texts["data_whose"].format(sender=sender),
        kept=texts["data_kept"].format(clear_days=DEFAULT_ENCRYPT_AFTER_DAYS, days=DEFAULT_ERASE_AFTER_DAYS),
        rights=texts["data_rights"].format(sender=sender),
        action=address(texts, f"{path}/privacy-request"),
        export=texts["data_export"],
        erase=texts["data_erase"],
        more_at="/privacy",
        more=texts["data_more"],
    )
    report = REPORT.format(
        title=texts["report"],
        means=texts["report_means"],
        action=address(texts, f"{path}/report"),
        not_asked=texts["report_not_asked"],
        fraud=texts["report_fraud"],
        other=texts["report_other"],
    )
    return [stop, data, report]
