// A new send in four steps. The step stands in the address, so that the browser's back button goes one step back; what
// has been chosen stays in memory, and leaving is asked about.

import { html, useEffect, useRef, useState } from "../../modules/preact.js";
import { get } from "../../modules/api.js";
import { go, guard, Link, usePlace } from "../../modules/router.js";
import { t } from "../../modules/texts.js";
import { Empty, Heading, Loaded, useLoad } from "../../modules/ui.js";
import { keyMaker, newDraft, senderOf, STEPS } from "../new_send/draft.js";
import { Gift } from "../new_send/gift.js";
import { Message } from "../new_send/message.js";
import { Recipients } from "../new_send/recipients.js";
import { Review } from "../new_send/review.js";

const PARTS = { recipients: Recipients, gift: Gift, message: Message, review: Review };

export default function NewSend({ me, account, reload }) {
  const found = useLoad(() =>
    Promise.all([get("/v1/gifts"), get("/v1/senders?limit=200"), get("/v1/privacy/processing")]),
  );
  if (me.role === "viewer") return html`<${Heading}>${t("sends.new")}<//><${Empty}>${t("new_send.viewer")}<//>`;
  if (account.state !== "active" || account.stopped) {
    return html`<${Heading}>${t("sends.new")}<//><${Empty}>${t("new_send.not_now")}<//>`;
  }
  return html`<${Loaded} from=${found}>${([gifts, senders, processing]) => {
    const approved = senders.items.filter((one) => one.state === "approved").map((one) => one.sender);
    return html`<${Steps} gifts=${gifts.items} senders=${approved} version=${processing.consent_text_version}
      account=${account} reload=${reload} />`;
  }}<//>`;
}

function Steps({ gifts, senders, version, account, reload }) {
  const { query } = usePlace();
  const begun = () =>
    newDraft({
      gift: (gifts.find((one) => one.available) || gifts[0])?.code,
      sender: senders[0] || senderOf(account.company_name),
      message: t("new_send.first_message"),
    });
  const [draft, setDraft] = useState(begun);
  const [quoted, setQuoted] = useState(null);
  const [keyOf] = useState(keyMaker); // outlives the last step, which one may leave after a lost answer and come back to
  const sent = useRef(false);
  const change = (part) => setDraft((before) => ({ ...before, ...part }));
  const wanted = STEPS.includes(query.get("step")) ? query.get("step") : "recipients";
  const step = quoted?.recipients.accepted ? wanted : "recipients";
  useLeaving(draft.file !== null || draft.pasted !== "", sent);
  const to = (name) => go(`/portal/sends/new?step=${name}`);
  const done = (id) => {
    sent.current = true;
    reload();
    go(`/portal/sends/${id}`, { replace: true });
  };
  const Part = PARTS[step];
  return html`<${Heading} title="${t("sends.new")}: ${t(`new_send.step_${step}`)}">${t("sends.new")}<//>
    <ol class="steps">${STEPS.map((name, at) => {
      const open = at < STEPS.indexOf(step) || Boolean(quoted?.recipients.accepted);
      const label = html`<span>${at + 1}</span> ${t(`new_send.step_${name}`)}`;
      return html`<li aria-current=${name === step ? "step" : null}>
        ${open && name !== step ? html`<${Link} href="/portal/sends/new?step=${name}">${label}<//>` : label}</li>`;
    })}</ol>
    <${Part} draft=${draft} change=${change} quoted=${quoted} setQuoted=${setQuoted} gifts=${gifts} senders=${senders}
      version=${version} account=${account} to=${to} keyOf=${keyOf} done=${done} />`;
}

/** Asks before a draft is lost, by a link as by closing the page. */
function useLeaving(begun, sent) {
  useEffect(() => {
    if (!begun) return undefined;
    const free = guard(() => sent.current || confirm(t("new_send.leave")));
    const ask = (event) => {
      if (!sent.current) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => {
      free();
      removeEventListener("beforeunload", ask);
    };
  }, [begun]);
}
