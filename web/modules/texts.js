// The texts of the language that was chosen: Swedish until somebody switches.

const KEPT = "language";

function chosen() {
  try {
    return localStorage.getItem(KEPT) === "en" ? "en" : "sv";
  } catch {
    return "sv"; // a browser that keeps nothing
  }
}

export const language = chosen();
export const locale = language === "en" ? "en-GB" : "sv-SE";
const { default: texts } = await (language === "en" ? import("../texts/en.js") : import("../texts/sv.js"));
const plural = new Intl.PluralRules(locale);

document.documentElement.lang = language;

export function switchLanguage(to) {
  try {
    localStorage.setItem(KEPT, to);
  } catch {
    return; // as above: there is nothing to remember it in
  }
  location.reload();
}

const find = (key) => key.split(".").reduce((found, part) => found?.[part], texts);

/** Whether there is such a text. */
export const has = (key) => find(key) !== undefined;

/**
 * The text of `key` ("send.title") with its `{values}` filled in. One that holds { one, other } is chosen by `n`.
 * A text that is missing shows its key: a test compares both files, and the keys that the pages use.
 */
export function t(key, values = {}) {
  let text = find(key);
  if (text && typeof text === "object") text = text[plural.select(values.n)] ?? text.other;
  if (typeof text !== "string") return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
