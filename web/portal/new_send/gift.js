// Step 2: which gift, with what it costs for each recipient.

import { html } from "../../modules/preact.js";
import { money } from "../../modules/format.js";
import { language, t } from "../../modules/texts.js";
import { Badge, Button, Empty } from "../../modules/ui.js";

export function Gift({ draft, change, gifts, quoted, to }) {
  if (!gifts.length) return html`<${Empty}>${t("new_send.no_gifts")}<//>`;
  const count = quoted.recipients.accepted;
  const tooMany = (gift) => gift.most_per_send !== null && count > gift.most_per_send;
  const chosen = gifts.find((one) => one.code === draft.gift);
  const go = (event) => {
    event.preventDefault();
    if (chosen?.available && !tooMany(chosen)) to("message");
  };
  return html`<form onSubmit=${go}>
    <fieldset><legend class="hidden-visually">${t("new_send.step_gift")}</legend><div class="gifts">
      ${gifts.map((gift) => html`<label class="card gift" key=${gift.code}>
        ${gift.picture && html`<img src=${gift.picture} alt="" width="160" height="110" />`}
        <span class="row"><input type="radio" name="gift" value=${gift.code} checked=${gift.code === draft.gift}
            disabled=${!gift.available || tooMany(gift)} required onChange=${() => change({ gift: gift.code })} />
          <strong>${gift.name[language]}</strong></span>
        <span>${gift.description[language]}</span>
        <span class="quiet">${t("new_send.valid_days", { n: gift.validity_days })}${gift.minimum_age ? ` · ${t("new_send.age", { n: gift.minimum_age })}` : ""}</span>
        <span class="price">${t("new_send.each", { money: money(gift.price_ore) })}</span>
        ${!gift.available && html`<${Badge} kind="warn">${t("new_send.sold_out")}<//>`}
        ${tooMany(gift) && html`<${Badge} kind="warn">${t("new_send.at_most", { n: gift.most_per_send })}<//>`}
      </label>`)}
    </div></fieldset>
    <p><${Button} type="submit">${t("new_send.next_message")}<//></p>
  </form>`;
}
