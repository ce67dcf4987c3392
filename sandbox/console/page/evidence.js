// All that the product has written anywhere: to keep, and to look for a number in.

import { useState } from "/modules/preact.js";
import { number as figure } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Field, Form, html, Notice } from "/modules/ui.js";
import { Offline } from "/modules/api.js";

/** How a number may stand somewhere: +46…, 07…, and both as hexadecimal. */
function notations(phone) {
  const digits = phone.replace(/\D/g, "").replace(/^00/, "");
  const national = digits.replace(/^46(?=7)/, "0");
  const plain = [national.replace(/^0/, "46"), national];
  return [...plain, ...plain.map((one) => [...one].map((sign) => sign.charCodeAt(0).toString(16)).join(""))];
}

const times = (text, part) => text.split(part).length - 1;

export function Evidence() {
  const [told, setTold] = useState(null);
  async function look({ phone }) {
    const answer = await fetch("/api/dump").catch(() => null);
    if (!answer?.ok) throw new Offline();
    const text = (await answer.text()).toLowerCase();
    setTold({ phone, found: notations(phone).reduce((sum, one) => sum + times(text, one), 0) });
  }
  return html`<section class="card" aria-labelledby="evidence">
    <h2 id="evidence">${t("console.evidence.title")}</h2>
    <p>${t("console.evidence.text")}</p>
    <p><a class="button second" href="/api/dump" download="upup-dump.txt">${t("console.evidence.download")}</a></p>
    <${Form} class="beside" onSubmit=${look}>
      <${Field} name="phone" label=${t("console.evidence.phone")} inputmode="tel" autocomplete="off" minlength="7"
        required />
      <button class="second">${t("console.evidence.look")}</button>
    <//>
    <p class="hint">${t("console.evidence.hint")}</p>
    ${told && html`<${Notice} kind=${told.found ? "warn" : "good"}>${told.found
      ? t("console.evidence.found", { n: told.found, count: figure(told.found) })
      : t("console.evidence.not_found")}<//>`}
  </section>`;
}
