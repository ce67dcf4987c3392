// A recipient's phone: whose, what it got and wrote, and an answer to the sender.

import { useEffect, useRef } from "/modules/preact.js";
import { moment } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Action, Field, Form, html } from "/modules/ui.js";
import { post } from "./calls.js";
import { Says } from "./says.js";

const isNumber = (sender) => /^\+?\d+$/.test(sender);

/** A Swedish mobile number as its owner writes it. */
export const national = (number) =>
  number.replace(/^\+46(\d{2})(\d{3})(\d{2})(\d{2})$/, "0$1-$2 $3 $4");

export function Phone({ phone, choose, reload }) {
  const { number, numbers, items } = phone;
  return html`<section class="card" aria-labelledby="phone">
    <h2 id="phone">${t("console.phone.title")}</h2>
    <p class="hint">${t("console.phone.hint")}</p>
    ${numbers.length > 1 && html`<div class="field"><label for="number">${t("console.phone.number")}</label>
      <select id="number" value=${number} onChange=${(event) => choose(event.target.value)}>
        ${!numbers.includes(number) && html`<option value=${number}>${national(number)}</option>`}
        ${numbers.map((one) => html`<option key=${one} value=${one}>${national(one)}</option>`)}
      </select></div>`}
    <div class="handset">
      <h3>${number ? national(number) : t("console.phone.nobody")}</h3>
      <${Talk} items=${items} />
      ${number && html`<${Reply} number=${number} items=${items} reload=${reload} />`}
    </div>
    <${Form} class="beside" onSubmit=${({ other }) => choose(other)}>
      <${Field} name="other" label=${t("console.phone.other")} inputmode="tel" autocomplete="off" required />
      <button class="second">${t("console.phone.show")}</button>
    <//>
  </section>`;
}

function Talk({ items }) {
  const place = useRef();
  useEffect(() => {
    place.current.scrollTop = place.current.scrollHeight;
  }, [items.at(-1)?.id]);
  return html`<ol class="talk" ref=${place} tabindex="0" aria-label=${t("console.phone.talk")} aria-live="polite">
    ${items.map(
      (one) => html`<li key=${one.id} class=${one.own ? "own" : ""}>
        <span class="meta">${one.own ? t("console.phone.you") : one.from} · ${moment(one.at)}</span>
        <${Says} text=${one.message} /></li>`,
    )}
    ${!items.length && html`<li>${t("console.phone.empty")}</li>`}
  </ol>`;
}

/** Answers the sender of the newest SMS, if that is a number. */
function Reply({ number, items, reload }) {
  const to = items.findLast((one) => !one.own)?.from;
  if (to === undefined) return null;
  if (!isNumber(to)) return html`<p class="hint">${t("console.phone.name", { sender: to })}</p>`;
  const send = async (message) => {
    await post("/api/sms/reply", { to, from: number, message });
    await reload();
  };
  const submit = async ({ message }, form) => {
    await send(message);
    form.reset();
  };
  return html`<${Form} class="beside" onSubmit=${submit}>
      <${Field} name="message" label=${t("console.phone.reply")} autocomplete="off" required />
      <button>${t("console.phone.send")}</button>
    <//>
    <p><${Action} class="plain" act=${() => send("STOPP")}>${t("console.phone.stop")}<//></p>`;
}
