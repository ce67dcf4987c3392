// A company signs up: who they are, which plan, the agreement; then to Stripe's Checkout.

import { html, render, useState } from "../modules/preact.js";
import "../modules/site.js";
import { get, post } from "../modules/api.js";
import { money } from "../modules/format.js";
import { leave } from "../modules/leave.js";
import { t } from "../modules/texts.js";
import { Choice, Field, Form, Group, Loaded, useLoad } from "../modules/ui.js";
import { judge } from "./org_number.js";

const FIELDS = ["company_name", "org_number", "first_name", "last_name", "email", "plan", "accepted_dpa_version"];
const wanted = new URLSearchParams(location.search).get("plan"); // chosen among the prices of the start page

/** Judged as it is typed; what is missing is said when one has left the field. */
function OrgNumber() {
  const [verdict, setVerdict] = useState("");
  const [left, setLeft] = useState(false);
  const judged = (event) => {
    const found = judge(event.target.value);
    setVerdict(found);
    event.target.setCustomValidity(["", "right"].includes(found) ? "" : t(`signup.org_number_${found}`));
  };
  const shown = verdict && (verdict !== "short" || left);
  const below = html`<span class=${verdict === "right" ? "praise" : "fault"} role="status">
    ${shown && t(`signup.org_number_${verdict}`)}</span>`;
  return html`<${Field} name="org_number" label=${t("signup.org_number")} hint=${t("signup.org_number_hint")}
    inputmode="numeric" maxlength="20" autocomplete="off" required below=${below} onInput=${judged} onBlur=${() => setLeft(true)} />`;
}

const Plans = ({ plans }) => html`<${Group} name="plan" legend=${t("signup.plan")} hint=${t("signup.plan_hint")}>
  <div class="gifts plans">${plans.map((plan, at) => html`<label class="card gift" key=${plan.code}>
    <span class="row"><input type="radio" name="plan" value=${plan.code} required
      defaultChecked=${plans.some((one) => one.code === wanted) ? plan.code === wanted : at === 0} />
      <strong>${plan.name}</strong></span>
    <span class="price">${t("signup.a_month", { money: money(plan.price_ore) })}</span>
    <span class="quiet">${t("signup.without_vat")}</span>
  </label>`)}</div>
<//>`;

function SignUp({ plans, version }) {
  const signUp = async (values) => {
    const { checkout_url } = await post("/v1/signup", { ...values, accepted_dpa_version: version });
    await leave(checkout_url);
  };
  return html`<${Form} onSubmit=${signUp} submit=${t("signup.to_payment")} fields=${FIELDS}>
    <${Plans} plans=${plans} />
    <h2>${t("signup.company")}</h2>
    <${Field} name="company_name" label=${t("signup.company_name")} autocomplete="organization"
      maxlength="120" required />
    <${OrgNumber} />
    <h2>${t("signup.you")}</h2>
    <div class="two even tight">
      <${Field} name="first_name" label=${t("signup.first_name")} autocomplete="given-name" maxlength="80" required />
      <${Field} name="last_name" label=${t("signup.last_name")} autocomplete="family-name" maxlength="80" required />
    </div>
    <${Field} name="email" label=${t("login.email")} hint=${t("signup.email_hint")} type="email" autocomplete="email"
      maxlength="254" required />
    <${Group} name="accepted_dpa_version" legend=${t("signup.agreement")} hint=${t("signup.agreement_hint")}>
      <${Choice} required label=${html`${t("signup.accept", { version })}${" "}
        <a href="/dpa" target="_blank">${t("signup.read")}</a>`} />
    <//>
    <p class="quiet">${t("signup.payment")}</p>
  <//>`;
}

function Page() {
  const start = useLoad(async () => {
    const [plans, processing] = await Promise.all([get("/v1/plans"), get("/v1/privacy/processing")]);
    return { plans: plans.items, version: processing.dpa_version };
  });
  return html`<${Loaded} from=${start}>${(found) => html`<${SignUp} ...${found} />`}<//>`;
}

render(html`<${Page} />`, document.getElementById("page"));
