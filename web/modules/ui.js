// The parts that every page is made of. Each is usable by keyboard and named for screen readers.

import { html, createContext, useCallback, useContext, useEffect, useRef, useState } from "./preact.js";
import { Problem } from "./api.js";
import { failureText, faultText } from "./faults.js";
import { t } from "./texts.js";

export { html };

let dialogs = 0;

/** Something to be told: kind is "", "good", "warn" or "bad" (bad is read out at once). */
export const Notice = ({ kind = "", children }) =>
  html`<div class="notice ${kind}" role=${kind === "bad" ? "alert" : "status"}>${children}</div>`;

export const Badge = ({ kind = "", children }) => html`<span class="badge ${kind}">${children}</span>`;

/** What is shown where there is nothing yet: why, and what to do first. */
export const Empty = ({ children }) => html`<div class="empty">${children}</div>`;

export const Loading = () => html`<p role="status" class="quiet">${t("ui.loading")}</p>`;

/** A failure of reading, with a way to try again. */
export const Failed = ({ error, retry }) =>
  html`<${Notice} kind="bad"><p>${failureText(error)}</p>
    ${retry && html`<button type="button" class="second" onClick=${retry}>${t("ui.try_again")}</button>`}
  <//>`;

/** A page's own heading, which is told to screen readers when one comes to it. */
export function Heading({ children, title }) {
  const place = useRef();
  useEffect(() => {
    document.title = `${title || place.current.textContent} – UpUp`;
    place.current.focus({ preventScroll: true });
  }, [title]);
  return html`<h1 ref=${place} tabindex="-1">${children || title}</h1>`;
}

const Faults = createContext([]);

/**
 * A form that is sent once however often its button is pressed, keeps what was written when it is refused, and shows each
 * fault at its field (those without one on top). `onSubmit` gets the values by name.
 */
export function Form({ onSubmit, submit, kind = "", fields = [], children, ...rest }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const running = useRef(false); // the state would come too late for a double click
  const top = useRef();
  async function act(event) {
    event.preventDefault();
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    const form = event.currentTarget;
    try {
      await onSubmit(Object.fromEntries(new FormData(form)), form);
    } catch (refused) {
      setError(refused);
    }
    running.current = false;
    setBusy(false);
  }
  useEffect(() => {
    if (error) top.current?.focus();
  }, [error]);
  const faults = error instanceof Problem ? error.errors : [];
  const named = (fault) => fields.includes(fault.field);
  const others = faults.filter((fault) => !named(fault));
  return html`<form onSubmit=${act} novalidate=${false} ...${rest}>
    ${error && html`<div ref=${top} tabindex="-1"><${Notice} kind="bad">
      <p>${faults.some(named) && !others.length ? t("ui.mend_below") : failureText(error)}</p>
      ${others.length > 0 && html`<ul>${others.map((fault) => html`<li>${faultText(fault)}</li>`)}</ul>`}
    <//></div>`}
    <${Faults.Provider} value=${faults}>${children}<//>
    ${submit && html`<p><${Button} type="submit" class=${kind} busy=${busy}>${submit}<//></p>`}
  </form>`;
}

/** A button that says when it works on it, and does nothing meanwhile. */
export function Button({ busy = false, children, onClick, type = "button", ...rest }) {
  const click = (event) => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return html`<button type=${type} aria-busy=${busy} aria-disabled=${busy} onClick=${click} ...${rest}>${children}</button>`;
}

/** A button that does something at once, and shows beside it why that did not work. */
export function Action({ act, children, ...rest }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  async function click() {
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (refused) {
      setError(refused);
    }
    setBusy(false);
  }
  return html`<${Button} busy=${busy} onClick=${click} ...${rest}>${children}<//>
    ${error && html`<${Notice} kind="bad">${failureText(error)}<//>`}`;
}

/** A labelled input, select or textarea (`as`), with its hint and the fault that the API named for it. */
export function Field({ name, id = `field-${name}`, label, hint, below, as = "input", children, ...rest }) {
  const fault = useContext(Faults).find((one) => one.field === name);
  const told = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<span class="hint" id="${id}-hint">${hint}</span>`}
    ${fault && html`<span class="fault" id="${id}-fault">${faultText(fault)}</span>`}
    <${as} id=${id} name=${name} aria-invalid=${Boolean(fault)} aria-describedby=${told || null} ...${rest}>${children}<//>
    ${below}
  </div>`;
}

/** A tick box or radio button with its words. */
export const Choice = ({ label, type = "checkbox", ...rest }) =>
  html`<label class="choice"><input type=${type} ...${rest} /><span>${label}</span></label>`;

/** Choices that belong together: `name` is the field under which the API may find a fault with them. */
export function Group({ name, legend, hint, children }) {
  const fault = useContext(Faults).find((one) => one.field.split(".")[0] === name);
  const told = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ");
  return html`<fieldset aria-describedby=${told || null}><legend>${legend}</legend>
    ${hint && html`<span class="hint" id="${name}-hint">${hint}</span>`}
    ${fault && html`<span class="fault" id="${name}-fault">${faultText(fault)}</span>`}
    ${children}</fieldset>`;
}

/** A native dialog: focus stays in it, goes back to where it was, and Escape closes it. */
export function Dialog({ title, onClose, children }) {
  const place = useRef();
  const [id] = useState(() => `dialog-${++dialogs}`); // a code may be asked for above another dialog
  useEffect(() => {
    const before = document.activeElement;
    place.current.showModal();
    return () => queueMicrotask(() => before?.focus());
  }, []);
  return html`<dialog ref=${place} aria-labelledby=${id} onClose=${onClose}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}

/** Asks before something that cannot be taken back. `act` is done when they agree. */
export function Confirm({ title, children, agree, act, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}
    <div class="row"><${Action} class="danger" act=${act}>${agree}<//>
      <button type="button" class="second" onClick=${onClose}>${t("ui.cancel")}</button></div>
  <//>`;
}

/** A button that asks first: `why` says what will happen. Then `act` is done. */
export function Asked({ title, why, agree, act, children, ...rest }) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const agreed = async () => {
    await act();
    close();
  };
  return html`<${Button} class="second small" onClick=${() => setAsking(true)} ...${rest}>${children}<//>
    ${asking && html`<${Confirm} title=${title} agree=${agree} act=${agreed} onClose=${close}><p>${why}</p><//>`}`;
}

/** A secret that is shown once, with a button that copies it. */
export function Secret({ value, label }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return html`<div class="secret"><code aria-label=${label}>${value}</code>
    <button type="button" class="second" onClick=${copy}>${copied ? t("ui.copied") : t("ui.copy")}</button>
    <span role="status" class="hidden-visually">${copied ? t("ui.copied") : ""}</span></div>`;
}

/**
 * A table; on a small screen each row is a list. `columns`: { label, end, cell(item) }; `items` are its rows. The roles are
 * written out because browsers forget them where a style sheet changes what a row looks like.
 */
export const Table = ({ caption, columns, items, keyed = (item) => item.id }) =>
  html`<div class="scroll"><table role="table">
    <caption class="hidden-visually">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map(
      (one) => html`<th scope="col" role="columnheader" class=${one.end ? "end" : ""}>${one.label}</th>`,
    )}</tr></thead>
    <tbody role="rowgroup">${items.map(
      (item) =>
        html`<tr role="row" key=${keyed(item)}>${columns.map(
          (one) => html`<td role="cell" data-label=${one.label} class=${one.end ? "end" : ""}><div>${one.cell(item)}</div></td>`,
        )}</tr>`,
    )}</tbody>
  </table></div>`;

/** Loads what `load` promises: { data, error, loading, reload }. What was shown stays while it is read again. */
export function useLoad(load, dependencies = []) {
  const [state, setState] = useState({ data: null, error: null, loading: true });
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    try {
      const data = await load();
      if (mine === turn.current) setState({ data, error: null, loading: false });
    } catch (error) {
      if (mine === turn.current) setState((before) => ({ data: before.data, error, loading: false }));
    }
  }, dependencies);
  useEffect(() => {
    setState((before) => ({ ...before, loading: true }));
    reload();
    return () => {
      turn.current += 1; // an answer that comes after this page was left is nobody's
    };
  }, dependencies);
  return { ...state, reload };
}

/** Calls `act` every so many milliseconds while `wanted` and the page is looked at, and never before the last one is done. */
export function useEvery(milliseconds, act, wanted = true) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!wanted) return undefined;
    let busy = false; // answers that take longer than the pause would put each other aside for ever
    const timer = setInterval(async () => {
      if (busy || document.visibilityState !== "visible") return;
      busy = true;
      try {
        await latest.current();
      } finally {
        busy = false;
      }
    }, milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, wanted]);
}

/** Shows what was loaded by `useLoad`: its waiting, its failure, or `children(data)`. */
export function Loaded({ from, children }) {
  if (from.data === null) return from.error ? html`<${Failed} error=${from.error} retry=${from.reload} />` : html`<${Loading} />`;
  return html`${from.error && html`<${Failed} error=${from.error} retry=${from.reload} />`}${children(from.data)}`;
}

/** A list that is read page by page, newest first: { items, error, loading, more (a function, or null at the end), reload }. */
export function usePages(load, dependencies = []) {
  const [state, setState] = useState({ items: null, cursor: null, error: null, loading: true });
  const turn = useRef(0);
  const read = async (cursor) => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, loading: true, error: null }));
    try {
      const page = await load(cursor);
      if (mine !== turn.current) return;
      setState((before) => ({
        items: cursor ? [...before.items, ...page.items] : page.items,
        cursor: page.next_cursor,
        error: null,
        loading: false,
      }));
    } catch (error) {
      if (mine === turn.current) setState((before) => ({ ...before, error, loading: false }));
    }
  };
  useEffect(() => {
    setState({ items: null, cursor: null, error: null, loading: true });
    read(null);
    return () => {
      turn.current += 1;
    };
  }, dependencies);
  return { ...state, more: state.cursor ? () => read(state.cursor) : null, reload: () => read(null) };
}

/** A list of `usePages` as a table, with its waiting, failing and empty states, and a button for more. */
export function Listing({ from, empty, ...table }) {
  if (from.items === null) return from.error ? html`<${Failed} error=${from.error} retry=${from.reload} />` : html`<${Loading} />`;
  return html`<div>
    ${from.items.length ? html`<${Table} items=${from.items} ...${table} />` : html`<${Empty}>${empty}<//>`}
    ${from.error && html`<${Failed} error=${from.error} retry=${from.more || from.reload} />`}
    ${from.more && html`<p><${Button} class="second" busy=${from.loading} onClick=${from.more}>${t("ui.more")}<//></p>`}</div>`;
}
