// What each provider really did.

import { number } from "/modules/format.js";
import { has, t } from "/modules/texts.js";
import { html } from "/modules/ui.js";

/** A figure's name in the reader's words; one that has none yet, as the call names it. */
export const label = (provider, name) =>
  has(`console.stat.${provider}_${name}`) ? t(`console.stat.${provider}_${name}`) : name.replaceAll("_", " ");

export const Figures = ({ stats }) => html`<section class="card" aria-labelledby="figures">
  <h2 id="figures">${t("console.figures.title")}</h2>
  <p class="hint">${t("console.figures.hint")}</p>
  <div class="figures">${Object.entries(stats).map(
    ([provider, figures]) => html`<section key=${provider}><h3>${t(`console.provider.${provider}`)}</h3>
      <dl>${Object.entries(figures).map(
        ([name, figure]) => html`<div><dt>${label(provider, name)}</dt><dd>${number(figure)}</dd></div>`,
      )}</dl></section>`,
  )}</div>
</section>`;
