// One endpoint: whether it works, every call to it of thirty days, and what can be done about it.

import { html, useState } from "../../modules/preact.js";
import { get, page, patch, post, remove } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { moment, number } from "../../modules/format.js";
import { go, Link } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import {
  Action, Asked, Badge, Button, Dialog, Empty, Form, Heading, Listing, Loaded, Notice, Secret, useEvery, useLoad,
  usePages,
} from "../../modules/ui.js";
import { chosenEvents, EndpointFields, EndpointState } from "../developers/webhooks.js";
import { eventText } from "../developers/words.js";

const EVERY = 1_000; // milliseconds between looks…
const AS_LONG = 60_000; // …for so long after a call was asked for

export default function Webhook({ id, me, account }) {
  const owner = me.role === "owner";
  return html`<p><${Link} href="/portal/developers">← ${t("developers.title")}<//></p>
    ${owner
      ? html`<${Endpoint} id=${id} stopped=${account.stopped} />`
      : html`<${Heading}>${t("webhook.one")}<//><${Empty}>${t("developers.ask_owner")}<//>`}`;
}

function Endpoint({ id, stopped }) {
  const path = `/v1/webhook-endpoints/${id}`;
  const found = useLoad(() => get(path), [id]);
  const attempts = usePages((cursor) => page(`${path}/attempts`, cursor), [id]);
  const [lookingUntil, setLookingUntil] = useState(0);
  useEvery(EVERY, () => (Date.now() > lookingUntil ? setLookingUntil(0) : attempts.reload()), lookingUntil > 0);
  const look = () => setLookingUntil(Date.now() + AS_LONG);
  return html`<${Loaded} from=${found}>${(endpoint) => html`<div>
    <${Heading} title=${t("webhook.one")}>${t("webhook.one")} <${EndpointState} endpoint=${endpoint} /><//>
    <${Told} endpoint=${endpoint} />
    <dl class="facts">
      <dt>${t("webhook.url")}</dt><dd>${endpoint.url}</dd>
      ${endpoint.description && html`<dt>${t("webhook.description")}</dt><dd>${endpoint.description}</dd>`}
      <dt>${t("webhook.events")}</dt><dd>${endpoint.events.map(eventText).join(", ")}</dd>
      <dt>${t("webhook.since")}</dt><dd>${moment(endpoint.created_at)}</dd>
    </dl>
    ${!stopped && html`<${Actions} path=${path} endpoint=${endpoint} changed=${found.reload} look=${look} />`}
    <${Attempts} path=${path} attempts=${attempts} enabled=${endpoint.state === "enabled" && !stopped} look=${look}
      looks=${lookingUntil > 0} /></div>`}<//>`;
}

/** Why it is not called, or soon will not be. */
function Told({ endpoint }) {
  if (endpoint.state === "enabled" && endpoint.failing_since) {
    return html`<${Notice} kind="warn">${t("webhook.fails_since", { moment: moment(endpoint.failing_since) })}<//>`;
  }
  if (endpoint.state === "enabled") return null;
  const kind = endpoint.state === "disabled" ? "" : "bad";
  return html`<${Notice} kind=${kind}>${t(`webhook.${endpoint.state}_why`)}<//>`;
}

function Actions({ path, endpoint, changed, look }) {
  const [changing, setChanging] = useState(false);
  const [secret, setSecret] = useState(null);
  const on = endpoint.state === "enabled";
  const ping = async () => {
    await post(`${path}/test`);
    look();
  };
  const turn = async () => {
    await patch(path, { enabled: !on });
    await changed();
  };
  const rotate = async () => setSecret(await post(`${path}/secret`));
  const goes = async () => {
    await remove(path);
    go("/portal/developers", { replace: true });
  };
  return html`<div><div class="row field">
      ${on && html`<${Action} act=${ping}>${t("webhook.test")}<//>`}
      <${Action} class=${on ? "second" : ""} act=${turn}>${t(on ? "webhook.disable" : "webhook.enable")}<//>
      <${Button} class="second" onClick=${() => setChanging(true)}>${t("webhook.change")}<//>
      <${Asked} class="second" title=${t("webhook.rotate_title")} why=${t("webhook.rotate_why")}
        agree=${t("webhook.rotate")} act=${rotate}>${t("webhook.rotate")}<//>
      <${Asked} class="danger" title=${t("webhook.delete_title")} why=${t("webhook.delete_why")}
        agree=${t("webhook.delete")} act=${goes}>${t("webhook.delete")}<//></div>
    ${secret && html`<section class="card">
      <${Notice} kind="good">${t("webhook.rotated", { moment: moment(secret.old_signs_until) })}<//>
      <p>${t("developers.once")}</p><${Secret} value=${secret.secret} label=${t("developers.secret")} /></section>`}
    ${changing && html`<${Change} path=${path} endpoint=${endpoint} changed=${changed}
      close=${() => setChanging(false)} />`}</div>`;
}

function Change({ path, endpoint, changed, close }) {
  const save = async ({ url, description }, form) => {
    await patch(path, { url: url.trim(), description: description.trim(), events: chosenEvents(form) });
    close();
    await changed();
  };
  return html`<${Dialog} title=${t("webhook.change")} onClose=${close}>
    <${Form} onSubmit=${save} submit=${t("ui.save")} fields=${["url", "events", "description"]}>
      <${EndpointFields} endpoint=${endpoint} /><//>
    <p><${Button} class="second" onClick=${close}>${t("ui.cancel")}<//></p><//>`;
}

function Attempts({ path, attempts, enabled, look, looks }) {
  const replay = async (one) => {
    await post(`${path}/messages/${one.message_id}/replay`).catch(named("conflict", "not_enabled"));
    look();
  };
  const columns = [
    { label: t("webhook.at"), cell: (one) => moment(one.at) },
    {
      label: t("webhook.event"),
      cell: (one) => html`<span>${eventText(one.type)}<br /><code class="quiet">${one.message_id}</code></span>`,
    },
    { label: t("webhook.answer"), cell: (one) => html`<${Outcome} one=${one} />` },
    { label: t("webhook.took"), end: true, cell: (one) => `${number(one.duration_ms)} ms` },
    {
      label: t("webhook.then"),
      cell: (one) => t(`webhook.message_${one.state}`, { moment: moment(one.next_attempt_at) }),
    },
    {
      label: t("webhook.do"),
      cell: (one) => enabled && html`<span><${Action} class="second small" act=${() => replay(one)}
        aria-label=${t("webhook.replay_of", { moment: moment(one.at) })}>${t("webhook.replay")}<//></span>`,
    },
  ];
  return html`<section><div class="row apart"><h2>${t("webhook.attempts")}</h2>
      <${Button} class="second small" busy=${looks || attempts.loading} onClick=${attempts.reload}>
        ${t("webhook.look")}<//></div>
    <p class="quiet">${t("webhook.attempts_why")}</p>
    <${Listing} from=${attempts} caption=${t("webhook.attempts")} columns=${columns}
      empty=${t("webhook.no_attempts")} /></section>`;
}

function Outcome({ one }) {
  const good = one.status >= 200 && one.status < 300;
  return html`<span><${Badge} kind=${good ? "good" : "bad"}>${one.status ?? t("webhook.no_answer")}<//>
    ${one.trouble && html` <small>${t(`trouble.${one.trouble}`)}</small>`}</span>`;
}
