// The second factor: an app's code, asked for before what touches money, keys, colleagues or persons' data.

import { html, useState } from "../../modules/preact.js";
import { post, remove } from "../../modules/api.js";
import { QrCode } from "../../modules/qr.js";
import { t } from "../../modules/texts.js";
import { Action, Badge, Confirm, Field, Form, Notice, Secret } from "../../modules/ui.js";

const FEW = 3; // recovery codes left

export function SecondFactor({ me, reload }) {
  const [enrolment, setEnrolment] = useState(null);
  const [codes, setCodes] = useState(null);
  const begin = async () => setEnrolment(await post("/v1/second-factor"));
  const confirm = async ({ code }) => {
    setCodes((await post("/v1/second-factor/confirm", { code: code.trim() })).recovery_codes);
    setEnrolment(null);
  };
  const finish = async () => {
    await reload();
    setCodes(null);
  };
  return html`<section class="card" id="second-factor"><h2>${t("factor.title")}</h2>
    ${codes ? html`<${RecoveryCodes} codes=${codes} onKept=${finish} />`
      : enrolment ? html`<${Enrolling} enrolment=${enrolment} confirm=${confirm} onClose=${() => setEnrolment(null)} />`
      : me.second_factor.enrolled ? html`<${Enrolled} factor=${me.second_factor} reload=${reload} />`
      : html`<p>${t("factor.why")}</p>
          ${me.second_factor.required && html`<${Notice} kind="warn">${t("factor.required")}<//>`}
          <${Action} act=${begin}>${t("factor.begin")}<//>`}
  </section>`;
}

const Enrolling = ({ enrolment, confirm, onClose }) => html`
  <p>${t("factor.scan")}</p>
  <${QrCode} text=${enrolment.otpauth_uri} label=${t("factor.qr")} />
  <p><a href=${enrolment.otpauth_uri}>${t("factor.open_app")}</a></p>
  <p>${t("factor.by_hand")}</p>
  <${Secret} value=${enrolment.secret} label=${t("factor.secret")} />
  <${Form} onSubmit=${confirm} submit=${t("factor.confirm")} fields=${["code"]}>
    <${Field} name="code" label=${t("code.label")} hint=${t("factor.code_hint")} inputmode="numeric"
      autocomplete="one-time-code" minlength="6" maxlength="9" required />
  <//>
  <p><button class="second" type="button" onClick=${onClose}>${t("ui.cancel")}</button></p>`;

function RecoveryCodes({ codes, onKept }) {
  const download = () => {
    const file = URL.createObjectURL(new Blob([`UpUp\n\n${codes.join("\n")}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: file, download: "upup-koder.txt" }).click();
    URL.revokeObjectURL(file);
  };
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(codes.join("\n")).then(() => setCopied(true));
  return html`<${Notice} kind="good">${t("factor.on_now")}<//>
    <p>${t("factor.codes_why")}</p>
    <ul class="codes" aria-label=${t("factor.codes")}>${codes.map((code) => html`<li key=${code}>${code}</li>`)}</ul>
    <div class="row">
      <button class="second" type="button" onClick=${copy}>${copied ? t("ui.copied") : t("ui.copy")}</button>
      <button class="second" type="button" onClick=${download}>${t("factor.download")}</button>
      <${Action} act=${onKept}>${t("factor.kept")}<//></div>
    <span role="status" class="hidden-visually">${copied ? t("ui.copied") : ""}</span>`;
}

function Enrolled({ factor, reload }) {
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const take = async () => {
    await remove("/v1/second-factor");
    close();
    await reload();
  };
  const left = factor.recovery_codes_left;
  return html`<p><${Badge} kind="good">${t("factor.on")}<//></p>
    <p>${t("factor.left", { n: left })} ${left <= FEW && t("factor.few")}</p>
    <button class="second" type="button" onClick=${() => setAsking(true)}>${t("factor.remove")}</button>
    ${asking && html`<${Confirm} title=${t("factor.remove_title")} agree=${t("factor.remove_do")} act=${take}
        onClose=${close}>
      <p>${t(factor.required ? "factor.remove_required" : "factor.remove_why")}</p><//>`}`;
}
