// A send's recipients: by state, page by page, each with what became of it and what can be done.

import { html, useEffect, useState } from "../../modules/preact.js";
import { newKey, page, post } from "../../modules/api.js";
import { moment, number } from "../../modules/format.js";
import { has, language, t } from "../../modules/texts.js";
import { Action, Badge, Button, Confirm, Dialog, Listing, Notice, usePages } from "../../modules/ui.js";

const STATES = ["delivered", "sent", "failed", "unknown", "opted_out", "cancelled", "accepted", "issuing", "issued", "sending"];
const KINDS = { delivered: "good", failed: "bad", unknown: "warn", opted_out: "warn" };
const MOST_RESENDS = 3;
const SENT = ["sent", "delivered", "failed", "unknown"]; // whose link can be sent again
const USABLE = ["issued", "opened"]; // gifts that nobody has redeemed

export function Deliveries({ send, me, changed }) {
  const [state, setState] = useState("");
  const path = `/v1/sends/${send.id}/deliveries?test=${send.test}${state && `&state=${state}`}`;
  const rows = usePages((cursor) => page(path, cursor, 50), [path]);
  const now = counted(send);
  const [read, setRead] = useState(now); // what it was when the list was read, or is being read
  useEffect(() => {
    if (now === read || rows.items?.length > 50) return; // one who has asked for more goes on reading
    setRead(now);
    rows.reload();
  }, [now]);
  const refresh = () => Promise.all([rows.reload(), changed()]);
  const columns = [
    { label: t("delivery.phone"), cell: (one) => one.phone || t(`delivery.phone_${one.phone_state}`) },
    { label: t("delivery.state"), cell: (one) => html`<${Badge} kind=${KINDS[one.state]}>${t(`delivery_state.${one.state}`)}<//>
        ${one.reason && html` <small>${reasonText(one.reason)}</small>`}` },
    { label: t("delivery.gift"), cell: (one) => (one.gift_state ? t(`gift_state.${one.gift_state}`) : "–") },
    { label: t("delivery.sent"), cell: (one) => moment(one.sent_at) },
    ...(me.role === "viewer" || send.phone_state !== "clear"
      ? []
      : [{ label: t("delivery.do"), cell: (one) => html`<${Actions} send=${send} one=${one} refresh=${refresh} />` }]),
  ];
  return html`<section><div class="row apart"><h2>${t("delivery.title")}</h2>
      <span class="row"><${States} send=${send} state=${state} choose=${setState} /><${Report} send=${send} /></span></div>
    <${Listing} from=${rows} caption=${t("delivery.title")} columns=${columns} empty=${t("delivery.none")} /></section>`;
}

/** What changes when the list should be read anew: how many are in which state. */
const counted = (send) => STATES.map((state) => send.deliveries[state] || 0).join();

const reasonText = (reason) => (has(`delivery_reason.${reason}`) ? t(`delivery_reason.${reason}`) : reason);

const States = ({ send, state, choose }) => html`<select aria-label=${t("delivery.filter")} value=${state}
    onChange=${(event) => choose(event.target.value)}>
  <option value="">${t("delivery.all", { n: number(send.recipients.accepted) })}</option>
  ${STATES.filter((one) => send.deliveries[one] || one === state).map(
    (one) => html`<option value=${one}>${t(`delivery_state.${one}`)} (${number(send.deliveries[one] || 0)})</option>`,
  )}</select>`;

/** The whole list as a file; for Excel it opens by a double click. */
function Report({ send }) {
  const href = `/v1/sends/${send.id}/report.csv?format=excel&language=${language}${send.test ? "&test=true" : ""}`;
  return html`<a class="button second" href=${href} download>${t("delivery.export")}</a>`;
}

function Actions({ send, one, refresh }) {
  const [asking, setAsking] = useState("");
  const close = () => setAsking("");
  const usable = USABLE.includes(one.gift_state);
  if (one.gift_link) return html`<a href=${one.gift_link} target="_blank" rel="noopener">${t("delivery.open_test")}</a>`;
  if (!usable || !SENT.includes(one.state)) return null;
  return html`<span class="row">
    ${one.resends < MOST_RESENDS && html`<${Button} class="second small" onClick=${() => setAsking("resend")}>${t("delivery.resend")}<//>`}
    <${Button} class="second small" onClick=${() => setAsking("cancel")}>${t("delivery.take_back")}<//></span>
    ${asking === "resend" && html`<${Resend} send=${send} one=${one} refresh=${refresh} close=${close} />`}
    ${asking === "cancel" && html`<${TakeBack} send=${send} one=${one} refresh=${refresh} close=${close} />`}`;
}

function Resend({ send, one, refresh, close }) {
  const [key] = useState(newKey); // a second try of this dialog sends no second SMS
  const [sent, setSent] = useState(false);
  const act = async () => {
    await post(`/v1/sends/${send.id}/deliveries/${one.id}/resend`, { language }, key);
    setSent(true);
    await refresh();
  };
  return html`<${Dialog} title=${t("delivery.resend")} onClose=${close}>
    ${sent ? html`<${Notice} kind="good">${t("delivery.resent")}<//>` : html`<p>${t("delivery.resend_why", { left: MOST_RESENDS - one.resends })}</p>`}
    <div class="row">${!sent && html`<${Action} act=${act}>${t("delivery.resend_do")}<//>`}
      <${Button} class="second" onClick=${close}>${sent ? t("ui.close") : t("ui.cancel")}<//></div><//>`;
}

const TakeBack = ({ send, one, refresh, close }) =>
  html`<${Confirm} title=${t("delivery.take_back")} agree=${t("delivery.take_back_do")} onClose=${close}
    act=${async () => {
      await post(`/v1/sends/${send.id}/deliveries/${one.id}/cancel-gift`);
      close();
      await refresh();
    }}><p>${t("delivery.take_back_why")}</p><//>`;
