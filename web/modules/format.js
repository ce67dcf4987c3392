// Numbers, money and times in the reader's form. Times are shown as in Sweden, where the recipients are.

import { locale, t } from "./texts.js";

const timeZone = "Europe/Stockholm";
const kronor = new Intl.NumberFormat(locale, { style: "currency", currency: "SEK" });
const wholeKronor = new Intl.NumberFormat(locale, { style: "currency", currency: "SEK", maximumFractionDigits: 0 });
const counts = new Intl.NumberFormat(locale);
const shares = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
const months = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" });

/** Öre as kronor; öre are shown only where there are some. */
export const money = (ore) => (ore % 100 ? kronor : wholeKronor).format(ore / 100);
export const number = (value) => counts.format(value);
export const share = (part, whole) => (whole ? shares.format(part / whole) : "–");
/** An RFC 3339 moment or a day (2026-11-23); "–" for none. */
export const day = (value) => (value ? days.format(new Date(value.length === 10 ? `${value}T12:00:00Z` : value)) : "–");
export const moment = (value) => (value ? moments.format(new Date(value)) : "–");
export const month = (value) => months.format(new Date(`${value}-01T12:00:00Z`));
/** Seconds as words, for "try again in …". */
export const wait = (seconds) =>
  seconds < 90 ? t("wait.seconds", { n: Math.ceil(seconds) }) : t("wait.minutes", { n: Math.ceil(seconds / 60) });
/** An organisation number as it is written: 556821-9819. */
export const orgNumber = (value) => value.replace(/^(\d{6})(\d{4})$/, "$1-$2");
