// Step 4: all of it once more with its price, when it leaves, and the one button that sends.

import { html, useEffect, useRef, useState } from "../../modules/preact.js";
import { Offline, Problem } from "../../modules/api.js";
import { failureText, faultText } from "../../modules/faults.js";
import { moment, money, number } from "../../modules/format.js";
import { language, t } from "../../modules/texts.js";
import { Button, Choice, Failed, Loading, Notice } from "../../modules/ui.js";
import { quote, send } from "./draft.js";
import { Phone } from "./phone.js";

export function Review({ draft, change, gifts, version, to, keyOf, done }) {
  const [state, setState] = useState({ quoted: null, error: null });
  const turn = useRef(0);
  const read = async () => {
    const mine = ++turn.current;
    const show = (found) => mine === turn.current && setState({ quoted: null, error: null, ...found });
    show({});
    await quote(draft, version).then((quoted) => show({ quoted }), (error) => show({ error }));
  };
  useEffect(() => {
    read();
  }, [draft.scheduledAt, draft.waitForMorning]);
  if (!draft.attested) return html`<${Notice} kind="warn"><p>${t("new_send.not_attested")}</p>
    <${Button} onClick=${() => to("message")}>${t("new_send.to_message")}<//><//>`;
  const { quoted, error } = state;
  return html`
    ${error && html`<${Refused} error=${error} retry=${read} to=${to} />`}
    ${!quoted && !error && html`<${Loading} />`}
    ${quoted && html`<${Summary} draft=${draft} quoted=${quoted} gift=${gifts.find((one) => one.code === draft.gift)} />`}
    <${When} draft=${draft} change=${change} />
    ${quoted && html`<${Sending} draft=${draft} quoted=${quoted} version=${version} read=${read} keyOf=${keyOf} done=${done} />`}`;
}

/** Why the API will not have it as it stands, with the step where it is mended. */
function Refused({ error, retry, to }) {
  const faults = error instanceof Problem ? error.errors : [];
  if (!faults.length) return html`<${Failed} error=${error} retry=${retry} />`;
  const elsewhere = faults.some((one) => one.field !== "scheduled_at");
  return html`<${Notice} kind="bad"><ul class="flat">${faults.map((one) => html`<li>${faultText(one)}</li>`)}</ul>
    ${elsewhere && html`<${Button} class="second" onClick=${() => to("message")}>${t("new_send.to_message")}<//>`}<//>`;
}

function Summary({ draft, quoted, gift }) {
  const { recipients } = quoted;
  const left = recipients.invalid + recipients.duplicate + recipients.opted_out;
  return html`<div class="two">
    <dl class="facts card">
      <dt>${t("new_send.step_recipients")}</dt><dd>${t("new_send.people", { n: recipients.accepted, count: number(recipients.accepted) })}
        ${left > 0 && html`<br /><small>${t("new_send.left_out", { n: left, count: number(left) })}</small>`}</dd>
      <dt>${t("new_send.step_gift")}</dt><dd>${gift.name[language]}</dd>
      <dt>${t("new_send.sender")}</dt><dd>${draft.sender}</dd>
      <dt>${t("new_send.parts")}</dt><dd>${t("new_send.parts_n", { n: quoted.sms.parts })}</dd>
      <dt>${t("new_send.price")}</dt><dd><span class="big">${money(quoted.price_ore)}</span><br />
        <small>${t("new_send.price_why")}</small></dd>
      ${draft.remindAfter && html`<dt>${t("new_send.remind")}</dt><dd>${t("new_send.remind_after", { n: Number(draft.remindAfter) })}<br />
        <small>${t("new_send.remind_price", { money: money(quoted.reminders_at_most_ore) })}</small></dd>`}
      <dt>${t("new_send.balance_after")}</dt><dd>${money(quoted.balance_ore - quoted.price_ore)}</dd>
    </dl>
    <${Phone} sender=${draft.sender} text=${quoted.sms.example} />
  </div>`;
}

function When({ draft, change }) {
  const later = draft.scheduledAt !== "";
  const local = (date) => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  const [soonest, latest] = [local(new Date()), local(new Date(Date.now() + 14 * 86_400_000))];
  return html`<fieldset class="card"><legend class="hidden-visually">${t("new_send.when")}</legend><h2 aria-hidden="true">${t("new_send.when")}</h2>
    <${Choice} type="radio" name="when" checked=${!later} onChange=${() => change({ scheduledAt: "" })} label=${t("new_send.now")} />
    <${Choice} type="radio" name="when" checked=${later} label=${t("new_send.later")}
      onChange=${() => change({ scheduledAt: local(new Date(Date.now() + 3_600_000)) })} />
    ${later && html`<div class="field"><label for="scheduled">${t("new_send.at")}</label>
      <input id="scheduled" type="datetime-local" min=${soonest} max=${latest} value=${draft.scheduledAt} required
        onChange=${(event) => event.target.value && change({ scheduledAt: event.target.value })} />
      <span class="hint">${moment(new Date(draft.scheduledAt).toISOString())}</span></div>`}
    <${Choice} checked=${draft.waitForMorning} onChange=${(event) => change({ waitForMorning: event.target.checked })}
      label=${t("new_send.by_day")} />
  </fieldset>`;
}

/** The button. One key stands for this very send: pressed twice, or again after a lost answer, it sends once. */
function Sending({ draft, quoted, version, read, keyOf, done }) {
  const [state, setState] = useState({ busy: false, progress: 0, error: null });
  const running = useRef(false);
  const short = quoted.price_ore > quoted.balance_ore;
  const held = quoted.warnings.filter((one) => ["sender_not_approved", "held_for_review"].includes(one.code));
  async function go() {
    if (running.current) return;
    running.current = true;
    setState({ busy: true, progress: 0, error: null });
    try {
      const key = keyOf(draft, version);
      const said = await send(draft, version, key, (progress) => setState((now) => ({ ...now, progress })));
      done(said.id);
      return;
    } catch (error) {
      setState({ busy: false, progress: 0, error });
    }
    running.current = false;
  }
  const { busy, progress, error } = state;
  return html`
    ${held.length > 0 && html`<${Notice} kind="warn"><ul class="flat">${held.map((one) => html`<li>${faultText(one)}</li>`)}</ul><//>`}
    ${short && html`<${TooLittle} quoted=${quoted} read=${read} />`}
    ${error && html`<${Notice} kind="bad">${error instanceof Offline ? t("new_send.offline") : failureText(error)}
      ${error instanceof Problem && error.errors.length > 0 && html`<ul>${error.errors.map((one) => html`<li>${faultText(one)}</li>`)}</ul>`}<//>`}
    ${busy && html`<progress max="1" value=${progress} aria-label=${t("new_send.sending")} />`}
    ${!short && html`<p class="row"><${Button} busy=${busy} onClick=${go}>${t("new_send.send", {
      n: quoted.recipients.accepted, count: number(quoted.recipients.accepted), money: money(quoted.price_ore) })}<//>
      <span class="quiet">${t("new_send.send_hint")}</span></p>`}`;
}

/** The balance does not cover it: top up in another tab, as the recipients live in this one alone. */
function TooLittle({ quoted, read }) {
  return html`<${Notice} kind="warn"><p>${t("new_send.too_little", { money: money(quoted.price_ore - quoted.balance_ore) })}</p>
    <p class="row"><a class="button" href="/portal/money" target="_blank" rel="noopener">${t("new_send.top_up")}</a>
      <${Button} class="second" onClick=${read}>${t("new_send.check_balance")}<//></p><//>`;
}
