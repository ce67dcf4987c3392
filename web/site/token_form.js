// A button whose token came in a mail or SMS: in the fragment, so that no server logs it, and used by a click, never by
// opening the page, as mail programs open links too.

import "../modules/site.js";
import { post } from "../modules/api.js";
import { failureText, faultText } from "../modules/faults.js";

const form = document.querySelector("form");
const [done, failed] = ["done", "failed"].map((id) => document.getElementById(id));
const none = document.querySelector("[data-no-token]");
const token = new URLSearchParams(location.hash.slice(1)).get("token");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  failed.hidden = true;
  try {
    await post(form.dataset.path, { token });
    form.hidden = true;
    done.hidden = false;
    done.focus();
  } catch (error) {
    failed.textContent = error.errors?.length ? faultText(error.errors[0]) : failureText(error);
    failed.hidden = false;
  }
  button.disabled = false;
});

form.hidden = !token;
if (none) none.hidden = Boolean(token);
