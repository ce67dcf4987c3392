// One gift's words, price and limits. What was sent keeps its price.

import { html, useState } from "../../modules/preact.js";
import { get, patch } from "../../modules/api.js";
import { money, number } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { language, t } from "../../modules/texts.js";
import { Choice, Field, Form, Heading, Loaded, Notice, useLoad } from "../../modules/ui.js";

const CLASSES = ["standard", "served_food", "food", "culture"];
const TEXTS = ["name", "description", "how_to_use"];
const FIELDS = [
  ...TEXTS.flatMap((one) => [`${one}.sv`, `${one}.en`]),
  ...["price_ore", "vat_class", "most_per_send", "most_per_month", "minimum_age", "supplier", "picture"],
];

const find = async (code) => (await get("/v1/staff/gifts")).items.find((one) => one.code === code);

export default function Gift({ code }) {
  const found = useLoad(() => find(code), [code]);
  return html`<p><${Link} href="/staff/gifts">← ${t("staff.lists.gifts")}<//></p>
    <${Loaded} from=${found}>${(gift) => html`<${Heading}>${gift.name[language]}<//>
      <dl class="facts"><dt>${t("staff.gift.code")}</dt><dd><code>${gift.code}</code></dd>
        <dt>${t("staff.gift.issuer")}</dt><dd>${t(`staff.issuer.${gift.issuer}`)}, ${gift.product}</dd>
        <dt>${t("staff.gift.face_value")}</dt><dd>${money(gift.face_value_ore)}</dd>
        <dt>${t("staff.gift.fee")}</dt><dd>${money(gift.fee_ore)}</dd>
        <dt>${t("staff.gift.valid")}</dt><dd>${t("new_send.valid_days", { n: gift.validity_days })}</dd></dl>
      <${Change} gift=${gift} changed=${found.reload} />`}<//>`;
}

const whole = (text) => (text === "" ? null : Number(text));

/** What the form says, as the API takes it: an empty field takes away what may be missing. */
function changes(values) {
  const texts = Object.fromEntries(TEXTS.map((one) => [one, { sv: values[`${one}.sv`], en: values[`${one}.en`] }]));
  return {
    ...texts,
    price_ore: Math.round(Number(values.price_ore) * 100),
    ...(values.vat_class && { vat_class: values.vat_class }),
    picture: values.picture || null,
    supplier: values.supplier || null,
    most_per_send: whole(values.most_per_send),
    most_per_month: whole(values.most_per_month),
    minimum_age: whole(values.minimum_age),
    id_required: values.id_required === "on",
  };
}

function Change({ gift, changed }) {
  const [saved, setSaved] = useState(false);
  const save = async (values) => {
    setSaved(false);
    await patch(`/v1/staff/gifts/${gift.code}`, changes(values));
    await changed();
    setSaved(true);
  };
  const limit = (name, rest) => html`<${Field} name=${name} type="number" min="1" label=${t(`staff.gift.${name}`)}
    hint=${t("staff.gift.no_limit")}
    defaultValue=${gift[name] ?? ""} ...${rest} />`;
  return html`<${Form} class="card" onSubmit=${save} submit=${t("ui.save")} fields=${FIELDS}>
    ${TEXTS.map((one) => ["sv", "en"].map((spoken) => html`<${Field} name="${one}.${spoken}" id="field-${one}-${spoken}"
      as=${one === "name" ? "input" : "textarea"} maxlength=${one === "name" ? 80 : 400} lang=${spoken}
        required=${one === "name"}
      label="${t(`staff.gift.${one}`)} (${t(`staff.spoken.${spoken}`)})" defaultValue=${gift[one][spoken]} />`))}
    <${Field} name="price_ore" type="number" min="0" step="0.01" label=${t("staff.gift.price_kronor")}
      hint=${t("staff.gift.price_hint", { n: number(gift.face_value_ore / 100) })}
        defaultValue=${gift.price_ore / 100} required />
    ${gift.vat_class !== "multi_purpose" && html`<${Field} name="vat_class" as="select"
      label=${t("staff.gift.vat_class")}>
      ${CLASSES.map((one) => html`<option value=${one}
        selected=${one === gift.vat_class}>${t(`staff.vat.${one}`)}</option>`)}<//>`}
    ${limit("most_per_send")}${limit("most_per_month")}${limit("minimum_age", { max: 120 })}
    <${Field} name="supplier" label=${t("staff.gift.supplier")} maxlength="80" defaultValue=${gift.supplier ?? ""} />
    <${Field} name="picture" label=${t("staff.gift.picture")} hint=${t("staff.gift.picture_hint")} maxlength="80"
      defaultValue=${gift.picture ?? ""} />
    <${Choice} name="id_required" label=${t("staff.gift.id_required")} defaultChecked=${gift.id_required} />
    ${saved && html`<${Notice} kind="good">${t("ui.saved")}<//>`}
  <//>`;
}
