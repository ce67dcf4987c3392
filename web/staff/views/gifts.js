// The catalogue as staff keep it: what is on sale and what is not, and to each gift.

import { html } from "../../vendor/preact-htm.js";
import { get, patch } from "../../modules/api.js";
import { money } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Action, Badge, Empty, Heading, Loaded, Table, useLoad } from "../../modules/ui.js";

export default function Gifts() {
  const found = useLoad(() => get("/v1/staff/gifts"));
  const sell = (one) => patch(`/v1/staff/gifts/${one.code}`, { on_sale: !one.on_sale }).then(found.reload);
  return html`<${Heading}>${t("staff.lists.gifts")}<//>
    <p>${t("staff.gift.intro")}</p>
    <${Loaded} from=${found}>${({ items }) => items.length === 0 ? html`<${Empty}>${t("staff.gift.none")}<//>` : html`
      <${Table} caption=${t("staff.lists.gifts")} items=${items} keyed=${(one) => one.code} columns=${[
        { label: t("staff.gift.name"), cell: (one) => html`<${Link} href="/staff/gifts/${one.code}">${one.name[language]}<//><br /><small>${one.code}</small>` },
        { label: t("staff.gift.price"), end: true, cell: (one) => money(one.price_ore) },
        { label: t("staff.gift.face_value"), end: true, cell: (one) => money(one.face_value_ore) },
        { label: t("staff.gift.issuer"), cell: (one) => html`${t(`staff.issuer.${one.issuer}`)}<br /><small>${one.product}</small>` },
        { label: t("staff.state"), cell: (one) => html`<${Badge} kind=${one.on_sale ? "good" : ""}>${one.on_sale ? t("staff.gift.on_sale") : t("staff.gift.off_sale")}<//>
          ${one.on_sale && !one.available && html` <${Badge} kind="bad">${t("staff.gift.sold_out")}<//>`}` },
        { label: t("staff.decide"), cell: (one) => html`<${Action} class="small second" act=${() => sell(one)}>
          ${one.on_sale ? t("staff.gift.stop_selling") : t("staff.gift.sell")}<//>` },
      ]} />`}<//>`;
}
