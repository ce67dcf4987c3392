// A shop's till: a code is typed, or read from a phone that holds a gift, and redeemed.

import { useRef, useState } from "/modules/preact.js";
import { day, moment } from "/modules/format.js";
import { language, t } from "/modules/texts.js";
import { Field, Form, html, Notice } from "/modules/ui.js";
import { post } from "./calls.js";
import { national } from "./phone.js";

export function Till({ gifts, reload }) {
  const [told, setTold] = useState(null);
  const till = useRef();
  async function scan({ link }) {
    const gift = await post("/api/till/scan", { link });
    till.current.querySelector("[name=code]").value = gift.ean || gift.code || "";
    setTold({ kind: "", text: t("console.till.scanned", {
      gift: gift.gift.name[language], state: t(`gift_state.${gift.state}`), day: day(gift.valid_until),
    }) });
  }
  async function redeem({ code }, form) {
    setTold(null);
    const coupon = await post("/api/till/redeem", { code });
    form.reset();
    setTold({ kind: "good", text: t("console.till.redeemed", { code: coupon.code, day: day(coupon.valid_until) }) });
    await reload();
  }
  return html`<section class="card" aria-labelledby="till" ref=${till}>
    <h2 id="till">${t("console.till.title")}</h2>
    <p class="hint">${t("console.till.hint")}</p>
    ${gifts.length > 0 && html`<${Form} class="beside" onSubmit=${scan}>
      <${Field} as="select" name="link" label=${t("console.till.gift")}>${gifts.map(
        (one) => html`<option key=${one.id} value=${one.link}>
          ${`${national(one.to)} · ${one.from} · ${moment(one.at)}`}</option>`,
      )}<//>
      <button class="second">${t("console.till.scan")}</button>
    <//><p></p>`}
    <${Form} class="beside" onSubmit=${redeem}>
      <${Field} name="code" label=${t("console.till.code")} inputmode="numeric" autocomplete="off" required />
      <button>${t("console.till.redeem")}</button>
    <//>
    ${told && html`<p></p><${Notice} kind=${told.kind}>${told.text}<//>`}
  </section>`;
}
