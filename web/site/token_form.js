// A button whose token came in a mail or SMS: in the fragment, so that no server logs it, and used by a click, never by
// opening the page, as mail programs open links too.

import "../modules/site.js";
import { post } from "../modules/api.js";
import { failureText, faultText } from "../modules/faults.js";
import { t } from "../modules/texts.js";

const form = document.querySelector("form");
const told = document.getElementById("told");
const none = document.querySelector("[data-no-token]");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

function tell(text, kind) {
  told.className = `notice ${kind}`;
  told.textContent = text;
  told.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await post(form.dataset.path, { token });
    form.hidden = true;
    tell(t(form.dataset.done), "good");
  } catch (error) {
    tell(error.errors?.length ? faultText(error.errors[0]) : failureText(error), "bad");
  }
  button.disabled = false;
});

form.hidden = !token;
if (none) none.hidden = Boolean(token);
