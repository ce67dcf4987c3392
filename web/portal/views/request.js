// One person's request: what it is about, until when it must be answered, what was found or done, and each step.

import { html, useState } from "../../modules/preact.js";
import { get, post } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { day, moment } from "../../modules/format.js";
import { Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Action, Asked, Heading, Loaded, useLoad } from "../../modules/ui.js";
import { Answer } from "../recipients/answer.js";
import { RequestState } from "../recipients/requests.js";

export default function Request({ id, me }) {
  const path = `/v1/privacy/requests/${id}`;
  const found = useLoad(() => get(path), [id]);
  const [answer, setAnswer] = useState(null); // what was erased is told once: it is not kept
  return html`<p><${Link} href="/portal/recipients?part=requests">← ${t("recipients.requests")}<//></p>
    <${Loaded} from=${found}>${(loaded) => html`<div>
      <${Shown} request=${answer || loaded} path=${path} me=${me} answered=${setAnswer} /></div>`}<//>`;
}

function Shown({ request, path, me, answered }) {
  const carryOut = async () => answered(await post(`${path}/carry-out`).catch(named("conflict", "request_done")));
  const erases = request.kind === "erase";
  const waits = request.state === "received" && request.kind !== "rectify" && me.role === "owner";
  return html`<${Heading} title=${t("request.one")}>
      ${t("request.one")}: ${t(`request.kind_${request.kind}`)} <${RequestState} request=${request} /><//>
    <dl class="facts">
      <dt>${t("request.about")}</dt><dd>${t(`request.about_${request.about}`)}</dd>
      <dt>${t("request.from")}</dt><dd>${t(`request.from_${request.from}`)}</dd>
      <dt>${t("request.received")}</dt><dd>${moment(request.received_at)}</dd>
      <dt>${t("request.due")}</dt><dd>${day(request.due_at)}</dd>
      ${request.done_at && html`<dt>${t("request.done")}</dt><dd>${moment(request.done_at)}</dd>`}
    </dl>
    <section class="card"><h2>${t("request.answer")}</h2>
      ${waits ? html`<p>${t(erases ? "request.waits_erase" : "request.waits_export")}</p><p>${erases
          ? html`<${Asked} class="danger" title=${t("request.erase_title")} why=${t(`request.erase_${request.about}`)}
              agree=${t("request.do_erase")} act=${carryOut}>${t("request.do_erase")}<//>`
          : html`<${Action} act=${carryOut}>${t("request.do_export")}<//>`}</p>`
        : html`<${Answer} request=${request} />`}
    </section>
    <section><h2>${t("request.steps")}</h2><ol>${request.steps.map(
      (step) => html`<li><span class="quiet">${moment(step.at)}</span> ${t(`step.${step.step}`)}</li>`,
    )}</ol></section>`;
}
