// Step 1: a file, or a pasted list. The API says what it understood; each bad row is mended here or skipped.

import { html, useRef, useState } from "../../modules/preact.js";
import { failureText, faultText, rowText } from "../../modules/faults.js";
import { number } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import { Button, Notice, Table } from "../../modules/ui.js";
import { Problem } from "../../modules/api.js";
import { pastedFile, pastedLines, quote } from "./draft.js";

const MOST_BYTES = 10_000_000;

export function Recipients({ draft, change, quoted, setQuoted, version, to }) {
  const [progress, setProgress] = useState(null);
  const [error, setError] = useState(null);
  const [text, setText] = useState(draft.pasted);
  const turn = useRef(0);

  /** Have the API read them. With the first gift and a plain text, as neither is chosen yet. */
  async function read(file, pasted) {
    const mine = ++turn.current;
    setError(null);
    setProgress(null);
    if (file.size > MOST_BYTES) {
      setError(t("new_send.too_large"));
      return;
    }
    if (pasted) setText(pasted); // rows may have been mended
    setProgress(0);
    const kept = await asItIs(file).catch(() => null);
    if (mine !== turn.current) return;
    if (!kept) {
      setProgress(null);
      setError(t("new_send.unreadable"));
      return;
    }
    change({ file: kept, pasted, skip: false });
    try {
      const asked = { ...draft, file: kept, skip: false, message: "{{link}}", scheduledAt: "", remindAfter: "" };
      const said = await quote(asked, version, (part) => mine === turn.current && setProgress(part));
      if (mine === turn.current) setQuoted(said);
    } catch (refused) {
      if (mine !== turn.current) return;
      setQuoted(null);
      setError(whyNot(refused));
    }
    if (mine === turn.current) setProgress(null);
  }
  const next = () => {
    change({ skip: quoted.recipients.invalid > 0 });
    to("gift");
  };
  return html`
    <${Sources} draft=${draft} read=${read} busy=${progress !== null} text=${text} setText=${setText} />
    <div role="status">${progress !== null && html`<p>${t("new_send.reading")} <progress max="1" value=${progress || 0.02} /></p>`}</div>
    ${error && html`<${Notice} kind="bad">${error}<//>`}
    ${quoted && progress === null && html`<${Understood} quoted=${quoted} draft=${draft} read=${read} />`}
    ${quoted?.recipients.accepted > 0 && progress === null &&
    html`<p><${Button} onClick=${next}>${quoted.recipients.invalid
      ? t("new_send.skip_and_go", { n: quoted.recipients.invalid })
      : t("new_send.next_gift")}<//></p>`}`;
}

/** What is in a file now: a browser would not send one that somebody saves again between here and the last step. */
const asItIs = async (file) => new File([await file.arrayBuffer()], file.name, { type: file.type });

/** The file's own faults in one text; what concerns other fields comes in its own step. */
function whyNot(error) {
  const own = error instanceof Problem ? error.errors.filter((one) => one.field === "recipients") : [];
  return own.length ? own.map(faultText).join(" ") : failureText(error);
}

/** The same file can be chosen again, once it is mended: else a browser sees no change. */
const forgetChoice = (event) => {
  event.target.value = "";
};

function Sources({ draft, read, busy, text, setText }) {
  const [over, setOver] = useState(false);
  const take = (files) => files.length && read(files[0], "");
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const paste = (event) => {
    event.preventDefault();
    if (text.trim()) read(pastedFile(text), text);
  };
  return html`<div class="two even">
    <section class="card drop ${over ? "over" : ""}" onDragOver=${(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave=${() => setOver(false)} onDrop=${drop}>
      <h2>${t("new_send.file")}</h2>
      <label for="file">${t("new_send.drop")}</label>
      <span class="hint" id="file-hint">${t("new_send.file_hint")}</span>
      <input id="file" type="file" accept=".csv,.txt,.tsv,.xlsx" aria-describedby="file-hint"
        onClick=${forgetChoice} onChange=${(event) => take(event.target.files)} />
      ${draft.file && !draft.pasted && html`<p>${t("new_send.chosen", { name: draft.file.name })}</p>`}
    </section>
    <form class="card" onSubmit=${paste}>
      <h2>${t("new_send.paste")}</h2>
      <label for="pasted">${t("new_send.paste_label")}</label>
      <span class="hint" id="pasted-hint">${t("new_send.paste_hint")}</span>
      <textarea id="pasted" rows="5" aria-describedby="pasted-hint" spellcheck="false" value=${text}
        onInput=${(event) => setText(event.target.value)} />
      <p><${Button} type="submit" class="second" busy=${busy}>${t("new_send.read")}<//></p>
    </form>
  </div>`;
}

function Understood({ quoted, draft, read }) {
  const { accepted, duplicate, invalid, opted_out: optedOut } = quoted.recipients;
  const rest = [["duplicate", duplicate], ["opted_out", optedOut]].filter(([, n]) => n);
  return html`<section class="card" aria-live="polite"><h2>${t("new_send.understood")}</h2>
    <p class="big">${t("new_send.get_gift", { n: accepted, count: number(accepted) })}</p>
    ${rest.length > 0 && html`<ul>${rest.map(([name, n]) => html`<li>${t(`new_send.${name}`, { n, count: number(n) })}</li>`)}</ul>`}
    ${invalid > 0 && html`<${BadRows} quoted=${quoted} draft=${draft} read=${read} />`}
  </section>`;
}

/** The rows that cannot be sent to. Those that were pasted can be mended in place. */
function BadRows({ quoted, draft, read }) {
  const rows = quoted.report.filter((one) => !["duplicate", "opted_out"].includes(one.code));
  const lines = draft.pasted ? draft.pasted.split(/\r?\n/) : null;
  const [mended, setMended] = useState({});
  const counted = pastedLines(draft.pasted);
  const all = Object.values(quoted.recipients).reduce((sum, n) => sum + n, 0);
  const place = (row) => counted[row - 1 + (counted.length - all)]; // one line more than rows: the first names the columns
  const mend = (event) => {
    event.preventDefault();
    for (const [row, text] of Object.entries(mended)) lines[place(Number(row))] = text;
    read(pastedFile(lines.join("\n")), lines.join("\n"));
  };
  const columns = [
    { label: t("new_send.row"), cell: (one) => one.row },
    { label: t("new_send.why"), cell: rowText },
    ...(lines
      ? [{ label: t("new_send.mend"), cell: (one) => html`<input aria-label=${t("new_send.mend_row", { row: one.row })}
          value=${mended[one.row] ?? lines[place(one.row)]}
          onInput=${(event) => setMended({ ...mended, [one.row]: event.target.value })} />` }]
      : []),
  ];
  return html`<${Notice} kind="warn">${t("new_send.bad_rows", { n: quoted.recipients.invalid, count: number(quoted.recipients.invalid) })}
      ${!lines && html` ${t("new_send.mend_file")}`}<//>
    <form onSubmit=${mend}>
      <${Table} caption=${t("new_send.bad_caption")} columns=${columns} items=${rows} keyed=${(one) => one.row} />
      ${lines && html`<p><${Button} type="submit" class="second">${t("new_send.read_again")}<//></p>`}
    </form>
    ${quoted.recipients.invalid > rows.length && html`<p class="quiet">${t("new_send.more_rows")}</p>`}`;
}
