// A send that is being made: what has been chosen so far, and what the API says of it. It lives in this page's memory
// alone; the API reads the recipients and judges them, nothing here does.

import { newKey, post, upload } from "../../modules/api.js";
import { t } from "../../modules/texts.js";

export const STEPS = ["recipients", "gift", "message", "review"];

/** What a text begins with, and who it is from: at most eleven letters and digits of the company's name. */
export function newDraft({ gift, sender, message }) {
  return {
    file: null, // a File, also of what was pasted
    pasted: "",
    skip: false,
    gift,
    sender,
    message,
    attested: false,
    scheduledAt: "", // as <input type="datetime-local"> writes it; "" is now
    waitForMorning: true,
    remindAfter: "", // days; "" is no reminder
    remindIn: "sv",
  };
}

export const pastedFile = (text) => new File([text], "pasted.csv", { type: "text/csv" });

/** The lines of a pasted list as the API counts them: blank ones are none. */
export const pastedLines = (text) => text.split(/\r?\n/).flatMap((line, at) => (line.trim() ? [at] : []));

/** A send's fields but its recipients. */
export function fields(draft, textVersion) {
  return {
    gift: draft.gift,
    sender: draft.sender.trim(),
    message: draft.message,
    consent: { legal_basis: "consent", text_version: textVersion },
    on_invalid: draft.skip ? "skip" : "reject",
    quiet_hours: draft.waitForMorning,
    ...(draft.scheduledAt && { scheduled_at: new Date(draft.scheduledAt).toISOString() }),
    ...(draft.remindAfter && { reminder: { after_days: Number(draft.remindAfter), language: draft.remindIn } }),
  };
}

function form(draft, textVersion) {
  const parts = new FormData();
  parts.append("send", JSON.stringify(fields(draft, textVersion)));
  parts.append("recipients", draft.file, draft.file.name);
  return parts;
}

/** What it would come to with all its recipients. */
export const quote = (draft, textVersion, onProgress) =>
  upload("/v1/sends/quote", form(draft, textVersion), { onProgress });

/** What it would cost for one, whose `columns` hold the reader's own words for them. */
export const quoteOne = (draft, textVersion, columns) =>
  post("/v1/sends/quote", {
    ...fields(draft, textVersion),
    recipients: [{ ...Object.fromEntries(columns.map((name) => [name, sample(name)])), phone: "0701740605" }],
  });

/** Send it. The same key sends it once, however often this is called. */
export const send = (draft, textVersion, key, onProgress) =>
  upload("/v1/sends", form(draft, textVersion), { key, onProgress });

/** Gives a send its key: the same as long as nothing of it has changed, also after some steps back and forth. */
export function keyMaker() {
  let last = {};
  return (draft, textVersion) => {
    const asked = JSON.stringify(fields(draft, textVersion));
    if (last.file !== draft.file || last.asked !== asked) last = { file: draft.file, asked, key: newKey() };
    return last.key;
  };
}

/** What stands for a recipient's value in a preview. */
export const sample = (column) => (column === "first_name" ? "Anna" : "Exempel");

/** The message with samples in place of all but the link. */
export const withSamples = (message, canonical) =>
  message.replace(/\{\{([^{}\n]*)\}\}/g, (whole, name) => (canonical(name) === "link" ? whole : sample(canonical(name))));

/** A column's name as the API compares it: case, spaces and signs do not count. */
export function canonical(name) {
  const folded = name.normalize("NFC").toLowerCase().replace(/[\s_.-]/g, "");
  return ["förnamn", "fornamn", "namn", "firstname", "name"].includes(folded) ? "first_name" : folded;
}

const MOST_OF_SENDER = 11;

/** A sender's name from the company's: as many of its words as an SMS can show, or what can be of the first. */
export function senderOf(company) {
  const name = company.normalize("NFD").replace(/\s+(ab|hb|kb)$/i, "").replace(/[^A-Za-z0-9 ]/g, "").trim();
  const cut = name[MOST_OF_SENDER] !== undefined && name.lastIndexOf(" ", MOST_OF_SENDER) > 0;
  return name.slice(0, cut ? name.lastIndexOf(" ", MOST_OF_SENDER) : MOST_OF_SENDER).trim() || "UpUp";
}

/** A column as it is written into a text: a name that the API knows too, in the reader's language. */
export const placeholder = (column) => (column === "first_name" ? t("new_send.first_name_column") : column);
