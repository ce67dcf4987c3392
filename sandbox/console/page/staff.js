// The way in for staff, and for programs that act as staff.

import { useState } from "/modules/preact.js";
import { t } from "/modules/texts.js";
import { Field, Form, html, Secret } from "/modules/ui.js";
import { post } from "./calls.js";

const STAFF = ["staff@upup.example", "second@upup.example"];

export function Staff({ product_url }) {
  const [token, setToken] = useState(null);
  const ask = async ({ email }) => setToken(await post("/api/staff/token", { email }));
  return html`<section class="card" aria-labelledby="staff">
    <h2 id="staff">${t("console.staff.title")}</h2>
    <p>${t("console.staff.text")}</p>
    <p><a class="button second" href="${product_url}/staff" target="_blank" rel="noopener">
      ${t("console.staff.open")}</a></p>
    <details><summary>${t("console.staff.program")}</summary>
      <p>${t("console.staff.program_text")}</p>
      <${Form} class="beside" onSubmit=${ask}>
        <${Field} as="select" name="email" label=${t("console.staff.who")}>${STAFF.map(
          (one) => html`<option value=${one}>${one}</option>`,
        )}<//>
        <button class="second">${t("console.staff.ask")}</button>
      <//>
      ${token && html`<p></p><${Secret} value="${token.header}: ${token.value}" label=${t("console.staff.header")} />`}
    </details>
  </section>`;
}
