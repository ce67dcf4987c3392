// How far gifts have come, as a picture: one bar for each step, as wide as its share of those sent.

import { html } from "./preact.js";
import { number, share } from "./format.js";
import { t } from "./texts.js";

const STEPS = ["sent", "delivered", "opened", "redeemed"];

/** `counts`: sent, delivered, opened, redeemed; null where it is not known any more. */
export function Funnel({ counts }) {
  const most = Math.max(1, counts.accepted || 0, counts.sent);
  const known = STEPS.filter((step) => counts[step] !== null);
  return html`<figure class="funnel"><dl>
    ${known.map((step) => html`<div>
      <dt>${t(`funnel.${step}`)}</dt><dd>${number(counts[step])} · ${share(counts[step], most)}</dd>
      <dd class="picture" aria-hidden="true"><svg><rect class="track" width="100%" height="100%" rx="6" />
        <rect class="bar" width="${(100 * counts[step]) / most}%" height="100%" rx="6" /></svg></dd>
    </div>`)}</dl>
    ${known.length < STEPS.length && html`<figcaption class="quiet">${t("funnel.forgotten")}</figcaption>`}
  </figure>`;
}
