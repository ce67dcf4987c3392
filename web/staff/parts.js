// What several of staff's views are made of.

import { html, useState } from "../modules/preact.js";
import { get, Problem } from "../modules/api.js";
import { Link } from "../modules/router.js";
import { t } from "../modules/texts.js";
import { Action, Badge, Button, Dialog, Field, Form, usePages } from "../modules/ui.js";

/** A list of the API, page by page; what is undefined in `query` is left out. */
export function useList(path, query = {}) {
  const asked = new URLSearchParams(Object.entries({ limit: 50, ...query }).filter(([, value]) => value)).toString();
  return usePages((cursor) => get(`${path}?${asked}${cursor ? `&cursor=${cursor}` : ""}`), [path, asked]);
}

/** A company by its id: who looks at more of it is in staff's log. */
export const Company = ({ of: { account_id: id } }) => html`<${Link} href="/staff/accounts/${id}">${id}<//>`;

/** Does it; a conflict is told in these words, which say what it can mean here, instead of the API's own. */
export async function orConflict(words, act) {
  try {
    return await act();
  } catch (refused) {
    throw refused.status === 409 ? new Problem(409, { detail: words }) : refused;
  }
}

/** A cell of two lines, of which the second tells less. */
export const under = (first, second) => html`${first}<br /><small>${second}</small>`;

const KINDS = { approved: "good", asked: "warn", refused: "bad" };
export const Answered = ({ state }) => html`<${Badge} kind=${KINDS[state]}>${t(`staff.answered.${state}`)}<//>`;

/** A small button that opens what `dialog(close)` makes. */
export function Opens({ label, kind = "second", dialog }) {
  const [open, setOpen] = useState(false);
  return html`<${Button} class="small ${kind}" onClick=${() => setOpen(true)}>${label}<//>
    ${open && dialog(() => setOpen(false))}`;
}

/** A decision whose reason is kept. `act(values)` does it, `done()` shows what came of it. */
export function Decide({ title, why, hint, agree, act, done, onClose, children }) {
  const submit = async (values) => {
    await act(values);
    onClose();
    await done();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${why}</p>
    <${Form} onSubmit=${submit} submit=${agree} fields=${["reason", "daily_recipients"]}>
      <${Field} name="reason" label=${t("staff.reason")} hint=${hint} maxlength="400" required autofocus
        autocomplete="off" />
      ${children}
    <//>
    <p><button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></p>
  <//>`;
}

/** Asks before something that is done for good. */
export function Sure({ title, why, agree, act, done, onClose }) {
  const go = async () => {
    await act();
    onClose();
    await done();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${why}</p>
    <div class="row"><${Action} act=${go}>${agree}<//>
      <button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></div>
  <//>`;
}
