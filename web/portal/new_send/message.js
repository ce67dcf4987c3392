// Step 3: the text and who it is from, seen on a phone as it is typed, with what it costs for each.

import { html, useEffect, useRef, useState } from "../../modules/preact.js";
import { post, Problem } from "../../modules/api.js";
import { failureText, faultText } from "../../modules/faults.js";
import { money } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Button, Choice, Notice } from "../../modules/ui.js";
import { canonical, placeholder, quoteOne, withSamples } from "./draft.js";
import { Phone } from "./phone.js";

const PAUSE = 350; // milliseconds without a key before the API is asked

export function Message({ draft, change, quoted, senders, version, to }) {
  const columns = quoted.columns.filter((name) => name !== "phone");
  const { shown, cost, error } = useJudged(draft, version, columns);
  const area = useRef();
  const insert = (name) => {
    const at = area.current;
    at.setRangeText(`{{${name}}}`, at.selectionStart, at.selectionEnd, "end");
    at.focus();
    change({ message: at.value });
  };
  const go = (event) => {
    event.preventDefault();
    to("review");
  };
  const faults = error instanceof Problem ? error.errors : [];
  const of = (field) => faults.filter((one) => one.field === field);
  const marked = shown?.warnings.flatMap((one) => one.characters || []) || [];
  return html`<form class="two" onSubmit=${go}>
    <div>
      <div class="field"><label for="sender">${t("new_send.sender")}</label>
        <span class="hint" id="sender-hint">${t("new_send.sender_hint")}</span>
        <${Faults} of=${of("sender")} id="sender-fault" />
        <input id="sender" list="senders" maxlength="20" required value=${draft.sender} aria-invalid=${of("sender").length > 0}
          aria-describedby="sender-hint sender-fault" onInput=${(event) => change({ sender: event.target.value })} />
        <datalist id="senders">${senders.map((one) => html`<option value=${one} />`)}</datalist></div>
      <div class="field"><label for="message">${t("new_send.message")}</label>
        <span class="hint" id="message-hint">${t("new_send.message_hint")}</span>
        <${Faults} of=${of("message")} id="message-fault" />
        <textarea id="message" ref=${area} rows="6" maxlength="4000" required value=${draft.message}
          aria-invalid=${of("message").length > 0} aria-describedby="message-hint message-fault message-size"
          onInput=${(event) => change({ message: event.target.value })} />
        <div class="row" role="group" aria-label=${t("new_send.insert")}>
          ${columns.map((name) => html`<${Button} class="second small" onClick=${() => insert(placeholder(name))}>+ ${label(name)}<//>`)}
          ${!/\{\{\s*link\s*\}\}/i.test(draft.message) &&
          html`<${Button} class="second small" onClick=${() => insert("link")}>+ ${t("new_send.link")}<//>`}
        </div></div>
      <p id="message-size" class="quiet" aria-live="polite">${shown && t("new_send.size", { n: shown.parts, characters: shown.characters })}
        ${cost && html` · <strong>${t("new_send.each", { money: money(cost.price_ore) })}</strong>`}</p>
      ${shown && html`<${Warnings} all=${[...shown.warnings, ...(cost?.warnings || []).filter((one) => one.code !== "balance_too_low")]} />`}
      ${error && !faults.length && html`<${Notice} kind="bad">${failureText(error)}<//>`}
      <${Faults} of=${faults.filter((one) => !["sender", "message", "reminder.after_days"].includes(one.field))} />
      <${Reminder} draft=${draft} change=${change} fault=${of("reminder.after_days")} />
      <${Choice} required checked=${draft.attested} onChange=${(event) => change({ attested: event.target.checked })}
        label=${t("new_send.attest")} />
      <p><${Button} type="submit">${t("new_send.next_review")}<//></p>
    </div>
    <${Phone} sender=${draft.sender} text=${shown?.text || ""} marked=${marked} />
  </form>`;
}

const label = (name) => (name === "first_name" ? t("new_send.first_name") : name);

const Faults = ({ of, id }) =>
  html`<span id=${id}>${of.map((one) => html`<span class="fault">${faultText(one)}</span>`)}</span>`;

function Warnings({ all }) {
  const texts = new Set(all.map((one) => (one.characters
    ? t("new_send.dearer_characters", { characters: one.characters.join(" ") })
    : faultText(one))));
  return texts.size > 0 && html`<${Notice} kind="warn"><ul class="flat">${[...texts].map((one) => html`<li>${one}</li>`)}</ul><//>`;
}

function Reminder({ draft, change, fault }) {
  return html`<div class="field"><label for="remind">${t("new_send.remind")}</label>
    <span class="hint" id="remind-hint">${t("new_send.remind_hint")}</span>
    <${Faults} of=${fault} id="remind-fault" />
    <select id="remind" value=${draft.remindAfter} aria-describedby="remind-hint remind-fault"
      onChange=${(event) => change({ remindAfter: event.target.value })}>
      <option value="">${t("new_send.remind_not")}</option>
      ${[3, 5, 7, 10, 14, 21].map((n) => html`<option value=${n}>${t("new_send.remind_after", { n })}</option>`)}
    </select></div>`;
}

/** What the API says of the text as it stands, a moment after the last key: as it leaves, and what it costs for one. */
function useJudged(draft, version, columns) {
  const [state, setState] = useState({ shown: null, cost: null, error: null });
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(async () => {
      const text = post("/v1/sms/preview", { message: withSamples(draft.message, canonical) });
      const one = quoteOne(draft, version, columns);
      const [shown, cost] = await Promise.allSettled([text, one]);
      if (stale) return;
      setState((before) => ({
        shown: shown.status === "fulfilled" ? shown.value : before.shown,
        cost: cost.value || null,
        error: cost.reason || shown.reason || null,
      }));
    }, PAUSE);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [draft.message, draft.sender, draft.gift, draft.remindAfter]);
  return state;
}
