// The catalogue as staff keep it: what is on sale and what is not, and to each gift.

import { html } from "../../modules/preact.js";
import { get, patch } from "../../modules/api.js";
import { money } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Badge, Empty, Heading, Loaded, Table, useLoad } from "../../modules/ui.js";
import { Opens, Sure, under } from "../parts.js";

export default function Gifts() {
  const found = useLoad(() => get("/v1/staff/gifts"));
  return html`<${Heading}>${t("staff.lists.gifts")}<//>
    <p>${t("staff.gift.intro")}</p>
    <${Loaded} from=${found}>${({ items }) => items.length === 0 ? html`<${Empty}>${t("staff.gift.none")}<//>` : html`
      <${Table} caption=${t("staff.lists.gifts")} items=${items} keyed=${(one) => one.code} columns=${[
        { label: t("staff.gift.name"), cell: (one) => under(html`<${Link} href="/staff/gifts/${one.code}">${one.name[language]}<//>`, one.code) },
        { label: t("staff.gift.price"), end: true, cell: (one) => money(one.price_ore) },
        { label: t("staff.gift.face_value"), end: true, cell: (one) => money(one.face_value_ore) },
        { label: t("staff.gift.issuer"), cell: (one) => under(t(`staff.issuer.${one.issuer}`), one.product) },
        { label: t("staff.state"), cell: (one) => html`<${OnSale} gift=${one} />
          ${one.on_sale && !one.available && html` <${Badge} kind="bad">${t("staff.gift.sold_out")}<//>`}` },
        { label: t("staff.decide"), cell: (one) => html`<${Sell} gift=${one} done=${found.reload} />` },
      ]} />`}<//>`;
}

const OnSale = ({ gift }) =>
  gift.on_sale ? html`<${Badge} kind="good">${t("staff.gift.on_sale")}<//>` : html`<${Badge}>${t("staff.gift.off_sale")}<//>`;

function Sell({ gift, done }) {
  const label = gift.on_sale ? t("staff.gift.stop_selling") : t("staff.gift.sell");
  return html`<${Opens} label=${label} dialog=${(close) => html`
    <${Sure} title="${label}: ${gift.name[language]}"
      why=${gift.on_sale ? t("staff.gift.stop_why") : t("staff.gift.sell_why")} agree=${label}
      act=${() => patch(`/v1/staff/gifts/${gift.code}`, { on_sale: !gift.on_sale })} done=${done}
        onClose=${close} />`} />`;
}
