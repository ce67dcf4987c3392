// Persons' requests about their data: handing one in, and all that there have been with their due dates.

import { html, useEffect, useRef, useState } from "../../modules/preact.js";
import { page, post } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { day } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Badge, Choice, Confirm, Field, Form, Group, Listing, usePages } from "../../modules/ui.js";
import { Answer } from "./answer.js";

const KINDS = ["find", "export", "rectify", "erase"];
const STATES = { received: "warn", in_progress: "warn", answered: "good", done: "good" };
const OPEN = ["received", "in_progress"];

export function Requests() {
  const requests = usePages((cursor) => page("/v1/privacy/requests", cursor));
  const [answer, setAnswer] = useState(null);
  const answered = async (said) => {
    setAnswer(said);
    await requests.reload();
  };
  const columns = [
    {
      label: t("request.received"),
      cell: (one) => html`<${Link} href="/portal/recipients/requests/${one.id}">${day(one.received_at)}<//>`,
    },
    { label: t("request.kind"), cell: (one) => t(`request.kind_${one.kind}`) },
    { label: t("request.about"), cell: (one) => t(`request.about_${one.about}`) },
    { label: t("request.from"), cell: (one) => t(`request.from_${one.from}`) },
    { label: t("request.state"), cell: (one) => html`<${RequestState} request=${one} />` },
    { label: t("request.due"), cell: (one) => day(one.due_at) },
  ];
  return html`<div><p>${t("request.why")}</p>
    ${answer && html`<${Answered} request=${answer} />`}
    <${Ask} answered=${answered} />
    <section><h2>${t("request.all")}</h2>
      <${Listing} from=${requests} caption=${t("request.all")} columns=${columns}
        empty=${t("request.none")} /></section></div>`;
}

export function RequestState({ request }) {
  const late = OPEN.includes(request.state) && new Date(request.due_at) < new Date();
  return html`<span><${Badge} kind=${STATES[request.state]}>${t(`request.state_${request.state}`)}<//>
    ${late && html` <${Badge} kind="bad">${t("request.late")}<//>`}</span>`;
}

function Answered({ request }) {
  const place = useRef();
  useEffect(() => place.current.focus(), [request]);
  return html`<section class="card" ref=${place} tabindex="-1" aria-label=${t("request.answer")}>
    <h2>${t(`request.kind_${request.kind}`)} <${RequestState} request=${request} /></h2>
    <${Answer} request=${request} />
    <p><${Link} href="/portal/recipients/requests/${request.id}">${t("request.show")}<//></p></section>`;
}

/** What is asked, about whom, and what is right where something is wrong. Erasing is asked about first. */
function Ask({ answered }) {
  const [kind, setKind] = useState("find");
  const [about, setAbout] = useState("recipient");
  const [asking, setAsking] = useState(null);
  const agreed = () => new Promise((answer) => setAsking(() => answer));
  const answer = (yes) => {
    setAsking(null);
    asking(yes);
  };
  const ask = async ({ forget_opt_out: forget, who, ...given }, form) => {
    if (kind === "erase" && !(await agreed())) return;
    const wanted = { ...given, ...(forget && { forget_opt_out: true }) };
    const said = await post("/v1/privacy/requests", wanted).catch(named("not_found", "no_such_colleague"));
    form.reset();
    setKind("find");
    setAbout("recipient");
    await answered(said);
  };
  return html`<section class="card"><h2>${t("request.new")}</h2>
    <${Form} class="slim" onSubmit=${ask} submit=${t(`request.do_${kind}`)} kind=${kind === "erase" ? "danger" : ""}
        fields=${["kind", "phone", "email", "new_phone", "first_name", "last_name"]}>
      <${Group} name="kind" legend=${t("request.wanted")}>${KINDS.map(
        (one) => html`<${Choice} type="radio" name="kind" value=${one} checked=${kind === one}
          onChange=${() => setKind(one)} label=${html`<strong>${t(`request.kind_${one}`)}</strong>: ${t(`request.why_${one}`)}`} />`,
      )}<//>
      <${Group} name="who" legend=${t("request.about_whom")}>${["recipient", "account_holder"].map(
        (one) => html`<${Choice} type="radio" name="who" value=${one} checked=${about === one}
          onChange=${() => setAbout(one)} label=${t(`request.who_${one}`)} />`,
      )}<//>
      <div>${about === "recipient"
        ? html`<${OfRecipient} kind=${kind} />`
        : html`<${OfColleague} kind=${kind} />`}</div>
    <//>
    ${asking && html`<${Confirm} title=${t("request.erase_title")} agree=${t("request.do_erase")} act=${() => answer(true)}
      onClose=${() => answer(false)}><p>${t(`request.erase_${about}`)}</p><//>`}</section>`;
}

const phone = { type: "tel", inputmode: "tel", autocomplete: "off", maxlength: "40", required: true };
const name = { autocomplete: "off", maxlength: "120", required: true };

const OfRecipient = ({ kind }) => html`<div>
  <${Field} name="phone" id="request-phone" label=${t("request.phone")} ...${phone} />
  ${kind === "rectify" && html`<${Field} name="new_phone" label=${t("request.new_phone")}
    hint=${t("request.new_phone_hint")} ...${phone} />`}
  ${kind === "erase" && html`<${Choice} name="forget_opt_out" label=${t("request.forget_opt_out")} />`}</div>`;

const OfColleague = ({ kind }) => html`<div>
  <${Field} name="email" label=${t("team.email")} type="email" autocomplete="off" maxlength="254" required />
  ${kind === "rectify" && html`<div class="two even">
    <${Field} name="first_name" label=${t("request.first_name")} ...${name} />
    <${Field} name="last_name" label=${t("request.last_name")} ...${name} /></div>`}</div>`;
