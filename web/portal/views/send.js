// One send as it lives: how far it has come, what it costs, and each recipient.

import { html, useState } from "../../modules/preact.js";
import { get, post } from "../../modules/api.js";
import { day, moment, money, number } from "../../modules/format.js";
import { Funnel } from "../../modules/funnel.js";
import { usePlace } from "../../modules/router.js";
import { SendState, underWay } from "../../modules/send_state.js";
import { language, t } from "../../modules/texts.js";
import { Badge, Button, Confirm, Heading, Loaded, Notice, useEvery, useLoad } from "../../modules/ui.js";
import { Deliveries } from "../send/deliveries.js";

const EVERY = 2_000; // milliseconds between looks while it is under way…
const AS_LONG = 600_000; // …and for so long after that, as receipts come later; by this machine's clock alone

export default function Send({ id, me, reload }) {
  const test = usePlace().query.get("test") === "true"; // made by a test key
  const found = useLoad(() => get(`/v1/sends/${id}${test ? "?test=true" : ""}`), [id]);
  const gifts = useLoad(() => get("/v1/gifts"));
  const send = found.data;
  const [seen] = useState({ underWay: Date.now() });
  const busy = send?.state === "processing" || send?.state === "scheduled";
  if (busy) seen.underWay = Date.now();
  const lives = busy || (send?.deliveries.sent > 0 && Date.now() - seen.underWay < AS_LONG);
  useEvery(EVERY, found.reload, lives);
  return html`<${Loaded} from=${found}>${(send) => {
    const gift = gifts.data?.items.find((one) => one.code === send.gift);
    return html`
      <div class="row apart"><${Heading} title=${t("send.title")}>${t("send.title")} ${day(send.scheduled_at || send.created_at)}<//>
        <span class="row"><${SendState} send=${send} />${send.test && html`<${Badge}>${t("sends.test")}<//>`}</span></div>
      <${Told} send=${send} />
      <div class="grid">
        <section class="card"><h2>${t("send.came")}</h2><${Funnel} counts=${send.funnel} /></section>
        <section class="card"><h2>${t("send.facts")}</h2><${Facts} send=${send} gift=${gift} /></section>
      </div>
      ${me.role !== "viewer" && html`<${Cancel} send=${send} done=${() => Promise.all([found.reload(), reload()])} />`}
      <${Deliveries} send=${send} me=${me} changed=${found.reload} />`;
  }}<//>`;
}

/** In a sentence, what happens now and what needs no worry. */
function Told({ send }) {
  const left = underWay(send);
  const { failed = 0, unknown = 0, opted_out: optedOut = 0 } = send.deliveries;
  if (send.state === "scheduled") return html`<${Notice}>${t("send.scheduled", { moment: moment(send.scheduled_at) })}<//>`;
  return html`
    ${send.state === "processing" && html`<${Notice}>
      <p>${t("send.processing", { n: left, count: number(left) })}</p>
      <progress max=${send.recipients.accepted} value=${send.recipients.accepted - left} aria-label=${t("send.progress")} /><//>`}
    ${send.state === "cancelled" && html`<${Notice} kind="warn">${t("send.cancelled")}<//>`}
    ${failed > 0 && html`<${Notice} kind="warn">${t("send.failed", { n: failed, count: number(failed) })}<//>`}
    ${unknown > 0 && html`<${Notice} kind="warn">${t("send.unknown", { n: unknown, count: number(unknown) })}<//>`}
    ${optedOut > 0 && html`<${Notice}>${t("send.opted_out", { n: optedOut, count: number(optedOut) })}<//>`}`;
}

function Facts({ send, gift }) {
  const clear = send.phone_state === "clear";
  return html`<dl class="facts">
    <dt>${t("sends.sender")}</dt><dd>${send.sender}</dd>
    <dt>${t("sends.recipients")}</dt><dd>${number(send.recipients.accepted)}</dd>
    ${gift && html`<dt>${t("send.gift")}</dt><dd>${gift.name[language]}</dd>`}
    ${send.price_ore !== null && html`<dt>${t("sends.price")}</dt><dd>${money(send.price_ore)}<br /><small>${t("send.price_why")}</small></dd>`}
    ${send.reminders && html`<dt>${t("send.reminders")}</dt><dd>${t("send.reminders_at", { day: day(send.reminders.at), sent: number(send.reminders.sent) })}
      ${send.reminders.left_out > 0 && html`<br /><small>${t("send.reminders_left_out", { n: send.reminders.left_out })}</small>`}</dd>`}
    <dt>${t("send.numbers")}</dt>
    <dd>${clear ? t("send.numbers_clear", { day: day(send.encrypt_at) }) : t("send.numbers_encrypted", { day: day(send.encrypted_at) })}<br />
      <small>${t("send.numbers_erased", { day: day(send.erase_at) })}</small></dd>
  </dl>`;
}

/** What has not left can be stopped. */
function Cancel({ send, done }) {
  const [asking, setAsking] = useState(false);
  if (send.state !== "scheduled" && send.state !== "processing") return null;
  const act = async () => {
    await post(`/v1/sends/${send.id}/cancel${send.test ? "?test=true" : ""}`);
    setAsking(false);
    await done();
  };
  return html`<p><${Button} class="danger" onClick=${() => setAsking(true)}>${t("send.cancel")}<//></p>
    ${asking && html`<${Confirm} title=${t("send.cancel_title")} agree=${t("send.cancel")} act=${act} onClose=${() => setAsking(false)}>
      <p>${t("send.cancel_why")}</p><//>`}`;
}
