// The start page: gifts and plans as the API has them, and the forms.

import { html, render } from "../modules/preact.js";
import "../modules/site.js";
import { get } from "../modules/api.js";
import { startConsent } from "../modules/consent.js";
import { money } from "../modules/format.js";
import { language, t } from "../modules/texts.js";
import { Badge, Loaded, useLoad } from "../modules/ui.js";
import { ContactForm, NewsletterForm, TestForm } from "./forms.js";

const Gifts = () => html`<${Loaded} from=${useLoad(() => get("/v1/gifts"))}>${({ items }) => html`<ul class="gifts offers">
  ${items.map((gift) => html`<li class="card" key=${gift.code}>
    ${gift.picture && html`<img src=${gift.picture} alt="" width="160" height="110" />`}
    <h3>${gift.name[language]}</h3>
    <p>${gift.description[language]}</p>
    <p class="quiet">${t("home.valid_days", { n: gift.validity_days })}</p>
    <p class="price">${money(gift.price_ore)} ${!gift.available && html`<${Badge} kind="warn">${t("home.sold_out")}<//>`}</p>
  </li>`)}
</ul>`}<//>`;

const Plans = () => html`<${Loaded} from=${useLoad(() => get("/v1/plans"))}>${({ items }) => html`<ul class="grid offers">
  ${items.map((plan) => html`<li class="card" key=${plan.code}>
    <h3>${plan.name}</h3>
    <p class="price">${t("home.a_month", { money: money(plan.price_ore) })} <span class="quiet">${t("home.without_vat")}</span></p>
    <p><a class="button" href="/signup?plan=${plan.code}">${t("home.choose", { name: plan.name })}</a></p>
  </li>`)}
</ul>`}<//>`;

const show = (Part, id) => render(html`<${Part} />`, document.getElementById(id));

show(Gifts, "gifts-list");
show(Plans, "plans");
show(TestForm, "test-form");
show(ContactForm, "contact-form");
show(NewsletterForm, "newsletter-form");
await startConsent();
