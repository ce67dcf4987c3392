// Faults on demand: chosen, followed and ended.

import { useState } from "/modules/preact.js";
import { number, share } from "/modules/format.js";
import { t } from "/modules/texts.js";
import { Action, Field, Form, html } from "/modules/ui.js";
import { post, remove } from "./calls.js";

export function Trouble({ kinds, faults, reload }) {
  const [provider, setProvider] = useState("lekab");
  const [chosen, setKind] = useState("error");
  const kind = kinds[provider].includes(chosen) ? chosen : kinds[provider][0];
  async function start({ percent, count }) {
    const probability = Number(percent) / 100;
    await post("/api/faults", { provider, kind, probability, count: count ? Number(count) : null });
    await reload();
  }
  return html`<section class="card" aria-labelledby="trouble">
    <h2 id="trouble">${t("console.trouble.title")}</h2>
    <p class="hint">${t("console.trouble.hint")}</p>
    <${Form} onSubmit=${start} submit=${t("console.trouble.start")} kind="danger">
      <${Field} as="select" name="provider" label=${t("console.trouble.provider")} value=${provider}
        onChange=${(event) => setProvider(event.target.value)}>
        ${Object.keys(kinds).map(
          (one) => html`<option key=${one} value=${one}>${t(`console.provider.${one}`)}</option>`,
        )}<//>
      <${Field} as="select" name="kind" label=${t("console.trouble.kind")} hint=${t(`console.fault_text.${kind}`)}
        value=${kind} onChange=${(event) => setKind(event.target.value)}>
        ${kinds[provider].map((one) => html`<option key=${one} value=${one}>${t(`console.fault.${one}`)}</option>`)}<//>
      <div class="beside">
        <${Field} name="percent" label=${t("console.trouble.percent")} type="number" min="1" max="100"
          defaultValue="100" required />
        <${Field} name="count" label=${t("console.trouble.count")} type="number" min="1" placeholder="∞" />
      </div>
      <p class="hint">${t("console.trouble.count_hint")}</p>
    <//>
    <h3>${t("console.trouble.active")}</h3>
    <div aria-live="polite">${faults.length
      ? html`<ul class="lines">${faults.map(
          (one) => html`<${Active} key=${one.id} fault=${one} reload=${reload} />`,
        )}</ul>
        ${faults.length > 1 && html`<${Action} class="second" act=${() => remove("/api/faults").then(reload)}>
          ${t("console.trouble.end_all")}<//>`}`
      : html`<p>${t("console.trouble.none")}</p>`}</div>
  </section>`;
}

const Active = ({ fault, reload }) => html`<li class="row apart">
  <span>${t(`console.provider.${fault.provider}`)}: ${t(`console.fault.${fault.kind}`)}
    <span class="meta">${share(fault.probability, 1)} · ${fault.count === null
      ? t("console.trouble.bitten", { n: fault.bitten, count: number(fault.bitten) })
      : t("console.trouble.bitten_of", { count: number(fault.bitten), of: number(fault.count) })}</span></span>
  <${Action} class="second small" act=${() => remove(`/api/faults/${fault.id}`).then(reload)}>
    ${t("console.trouble.end")}<//>
</li>`;
