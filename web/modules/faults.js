// What went wrong, in the reader's language: by the fault's code, else in the API's own words.

import { Offline, Problem } from "./api.js";
import { wait } from "./format.js";
import { has, t } from "./texts.js";

/** One fault of a field: what is said of that field's ("email_invalid"), else of the code, else in the API's own words. */
export function faultText({ field = "", code, message }) {
  const own = `fault.${field.split(".").pop()}_${code}`;
  if (has(own)) return t(own);
  return has(`fault.${code}`) ? t(`fault.${code}`) : message;
}

/** What is wrong with a row of recipients. */
export const rowText = ({ code, message }) => (has(`row.${code}`) ? t(`row.${code}`) : message);

/** Why a call did not work, in one sentence, with what to do. */
export function failureText(error) {
  if (error instanceof Offline) return t("failure.offline");
  if (!(error instanceof Problem)) {
    console.error(error);
    return t("failure.page");
  }
  if (error.status >= 500 && error.code === "internal") return t("failure.internal", { trace: error.traceId });
  if (error.retryAfter && error.status === 429) return t("failure.too_many", { wait: wait(error.retryAfter) });
  const key = `failure.${error.code}`;
  return has(key) ? t(key) : error.message;
}

/** For `.catch`: a refusal of this kind has a name of its own here, as "conflict" can be many things. */
export const named = (code, name) => (error) => {
  if (error.code === code) error.code = name;
  throw error;
};
