// The forms that visitors send: what the API refuses is said at its field, and what they wrote stays.

import { html, useEffect, useRef, useState } from "../modules/preact.js";
import { post } from "../modules/api.js";
import { t } from "../modules/texts.js";
import { Field, Form } from "../modules/ui.js";

const TEXT_VERSION = "2026-11"; // of form.why, which is kept with what they wrote: the API refuses an old one

const WHO = [
  { name: "first_name", autocomplete: "given-name", maxlength: 80 },
  { name: "last_name", autocomplete: "family-name", maxlength: 80 },
  { name: "company", autocomplete: "organization", maxlength: 120 },
  { name: "email", type: "email", autocomplete: "email", maxlength: 254 },
];

/** `form` names its path and its texts; `children` are the fields beyond who they are, `also` those fields' names. */
function VisitorForm({ form, also = [], children }) {
  const [done, setDone] = useState(false);
  const thanks = useRef();
  useEffect(() => {
    if (done) thanks.current.focus();
  }, [done]);
  const send = async (values) => {
    await post(`/v1/forms/${form}`, { ...values, text_version: TEXT_VERSION });
    setDone(true);
  };
  const name = form.split("-")[0];
  if (done) return html`<p class="notice good" role="status" tabindex="-1" ref=${thanks}>${t(`form.done_${name}`)}</p>`;
  return html`<${Form} onSubmit=${send} submit=${t(`form.send_${name}`)} fields=${[...WHO.map((one) => one.name), ...also]}>
    <div class="pair">${WHO.map((one) => html`<${Field} key=${one.name} id="${form}-${one.name}" label=${t(`form.${one.name}`)}
      required ...${one} />`)}</div>
    ${children}
    <div class="trap" aria-hidden="true"><${Field} id="${form}-website" name="website" label=${t("form.trap")} tabindex="-1"
      autocomplete="off" /></div>
    <p><small>${t("form.why")} <a href="/privacy">${t("home.safe_more")}</a></small></p>
  <//>`;
}

export const TestForm = () => html`<${VisitorForm} form="test-send" also=${["phone"]}>
  <${Field} id="test-send-phone" name="phone" type="tel" autocomplete="tel" maxlength="40" required
    label=${t("form.mobile")} hint=${t("form.mobile_hint")} />
<//>`;

export const ContactForm = () => html`<${VisitorForm} form="contact" also=${["phone", "message"]}>
  <${Field} id="contact-phone" name="phone" type="tel" autocomplete="tel" maxlength="40" label=${t("form.phone")} />
  <${Field} id="contact-message" name="message" as="textarea" rows="4" maxlength="4000" required label=${t("form.message")} />
<//>`;

export const NewsletterForm = () => html`<${VisitorForm} form="newsletter" />`;
