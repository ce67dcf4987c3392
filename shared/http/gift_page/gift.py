"""The gift: what it is, the code for the shop, the ways out, and whose the data is."""

from markupsafe import Markup

from shared.domain.gift import GiftState, OpenedGift
from shared.domain.retention import DEFAULT_ENCRYPT_AFTER_DAYS, DEFAULT_ERASE_AFTER_DAYS
from shared.http.gift_page.barcode import barcode
from shared.http.gift_page.page import address, long_day, page
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


def gift_html(found: OpenedGift, token: str, texts: Texts) -> str:
    path, sender = f"/g/{token}", found.sender  # empty once its agreement has ended
    gift = GIFT.format(
        picture=PICTURE.format(found.presentation.picture) if found.presentation.picture else "",
        hello=texts["hello"].format(sender=sender) if sender else texts["hello_nobody"],
        name=_in(texts, found.gift.name_sv, found.gift.name_en),
        body=_usable(found, texts) if found.code else NOTICE.format(_ended(found, texts)),
    )
    parts = [
        Markup("{}\n").format(NOTICE.format(texts["test"])) if found.test else "",
        gift,
        *(_ways_out(sender, path, texts) if sender else ["\n", PARAGRAPH.format(texts["sender_gone"])]),
        BY.format(texts["by"]),
    ]
    title = texts["title"].format(sender=sender) if sender else texts["title_nobody"]
    return page(texts, title, Markup("").join(parts), path)


def _in(texts: Texts, swedish: str, english: str) -> str:
    """What the catalogue has in both languages."""
    return english if texts["language"] == "en" else swedish


def _usable(found: OpenedGift, texts: Texts) -> Markup:
    shown = found.presentation
    svg = barcode(found.ean, f"{texts['barcode']} {found.ean}")
    code = CODE.format(
        barcode=BARCODE.format(svg=svg, ean=found.ean) if svg else "",
        label=texts["code_beside"] if svg else texts["code_alone"],
        size="long" if len(found.code) > LONG_CODE else "short",
        code=found.code,
        spoken=" ".join(found.code),
        until=texts["valid_until"].format(day=long_day(texts, found.valid_until)),
    )
    more = [
        texts["brighter"] if svg else "",
        texts["age"].format(age=shown.minimum_age) if shown.minimum_age else "",
        texts["proof"] if shown.id_required else "",
    ]
    return code + HOW.format(
        title=texts["how"],
        how=_in(texts, shown.how_to_use_sv, shown.how_to_use_en),
        more=Markup("").join(Markup("{}\n").format(PARAGRAPH.format(one)) for one in more if one),
    )


def _ended(found: OpenedGift, texts: Texts) -> str:
    if found.state is GiftState.REDEEMED:
        return texts["redeemed"]
    if found.state is GiftState.EXPIRED:
        return texts["expired"].format(day=long_day(texts, found.valid_until))
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
