// A drawn phone with an SMS in it, as the recipient will see it.

import { html } from "../../modules/preact.js";
import { t } from "../../modules/texts.js";

/** `marked`: characters that make the text dearer. */
export function Phone({ sender, text, marked = [] }) {
  const pieces = marked.length ? [...text].map((one) => (marked.includes(one) ? html`<mark>${one}</mark>` : one)) : text;
  return html`<figure class="phone" aria-label=${t("new_send.phone")}>
    <figcaption>${sender || "…"}</figcaption>
    <p class="sms">${text ? pieces : t("new_send.empty_text")}</p>
  </figure>`;
}
