// API keys: made for one program each, shown once, narrowed and revoked.

import { html, useState } from "../../modules/preact.js";
import { page, patch, post, remove } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { day, moment } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import {
  Asked, Badge, Button, Choice, Dialog, Field, Form, Group, Listing, Notice, Secret, usePages,
} from "../../modules/ui.js";
import { MOVE_MONEY, SCOPES } from "./words.js";

const DAYS = [30, 90, 365];
const DAY = 86_400_000; // milliseconds
const STATES = { active: "good", expired: "warn", revoked: "" };

export function Keys({ open }) {
  const keys = usePages((cursor) => page("/v1/api-keys", cursor));
  const [making, setMaking] = useState(false);
  const columns = [
    { label: t("key.name"), cell: (one) => one.name },
    { label: t("key.key"), cell: (one) => html`<span><code>upup_${one.mode}_…${one.last_four}</code></span>` },
    { label: t("key.may"), cell: (one) => may(one) },
    { label: t("key.state"), cell: (one) => html`<${Badge} kind=${STATES[one.state]}>${t(`key.${one.state}`)}<//>` },
    { label: t("key.expires"), cell: (one) => (one.expires_at ? day(one.expires_at) : t("key.never")) },
    { label: t("key.used"), cell: (one) => (one.last_used_at ? moment(one.last_used_at) : t("key.not_used")) },
    {
      label: t("key.do"),
      cell: (one) => one.state === "active" && html`<${Actions} one=${one} changed=${keys.reload} />`,
    },
  ];
  return html`<section><div class="row apart"><h2>${t("key.title")}</h2>
      ${open && !making && html`<${Button} onClick=${() => setMaking(true)}>${t("key.new")}<//>`}</div>
    <p class="quiet">${t("key.why")}</p>
    ${making && html`<${Make} made=${keys.reload} close=${() => setMaking(false)} />`}
    <${Listing} from=${keys} caption=${t("key.title")} columns=${columns} empty=${t("key.none")} /></section>`;
}

function may({ mode, scopes }) {
  const most = SCOPES.filter((name) => mode === "live" || !MOVE_MONEY.includes(name));
  return most.every((name) => scopes.includes(name)) ? t("key.all") : t("key.some", { n: scopes.length });
}

const Scopes = ({ names, mode, hint }) => html`<${Group} name="scopes" legend=${t("key.scopes")} hint=${hint}>
  ${names.map(
    (name) => html`<${Choice} name="scopes" value=${name} defaultChecked
      disabled=${mode === "test" && MOVE_MONEY.includes(name)}
      label=${html`${t(`scope.${name}`)} <code class="quiet">${name}</code>`} />`,
  )}<//>`;

const ticked = (form) => new FormData(form).getAll("scopes");

function Make({ made, close }) {
  const [mode, setMode] = useState("test");
  const [key, setKey] = useState(null);
  const make = async ({ name, days }, form) => {
    const expires = days ? new Date(Date.now() + Number(days) * DAY).toISOString() : null;
    const wanted = { name: name.trim(), mode, scopes: ticked(form), expires_at: expires };
    setKey(await post("/v1/api-keys", wanted).catch(named("conflict", "too_many_keys")));
    await made();
  };
  if (key) return html`<${Made} secret=${key.key} close=${close}>${t("key.made", { name: key.name })}<//>`;
  return html`<section class="card"><h3>${t("key.new")}</h3>
    <${Form} class="slim" onSubmit=${make} submit=${t("key.make")} fields=${["name", "mode", "scopes", "expires_at"]}>
      <${Field} name="name" label=${t("key.name")} hint=${t("key.name_hint")} maxlength="120" required />
      <${Group} name="mode" legend=${t("key.mode")}>${["test", "live"].map(
        (one) => html`<${Choice} type="radio" name="mode" value=${one} checked=${mode === one}
          onChange=${() => setMode(one)} label=${html`<strong>${t(`key.mode_${one}`)}</strong>: ${t(`key.mode_${one}_why`)}`} />`,
      )}<//>
      <${Field} name="days" as="select" label=${t("key.expires")}>
        <option value="">${t("key.never")}</option>
        ${DAYS.map((days) => html`<option value=${days}>${t("key.days", { n: days })}</option>`)}
      <//>
      <${Scopes} names=${SCOPES} mode=${mode} hint=${t("key.scopes_hint")} />
    <//>
    <p><${Button} class="second" onClick=${close}>${t("ui.cancel")}<//></p></section>`;
}

/** What is shown this once. */
export const Made = ({ secret, close, children }) => html`<section class="card"><${Notice} kind="good">${children}<//>
  <p>${t("developers.once")}</p><${Secret} value=${secret} label=${t("developers.secret")} />
  <p><${Button} class="second" onClick=${close}>${t("developers.kept")}<//></p></section>`;

function Actions({ one, changed }) {
  const [changing, setChanging] = useState(false);
  const revoke = async () => {
    await remove(`/v1/api-keys/${one.id}`);
    await changed();
  };
  const { name } = one;
  return html`<span class="row">
    <${Button} class="second small" aria-label=${t("key.change_of", { name })} onClick=${() => setChanging(true)}>
      ${t("key.change")}<//>
    <${Asked} title=${t("key.revoke_title", { name })} why=${t("key.revoke_why")} agree=${t("key.revoke")} act=${revoke}
      aria-label=${t("key.revoke_of", { name })}>${t("key.revoke")}<//></span>
    ${changing && html`<${Change} one=${one} changed=${changed} close=${() => setChanging(false)} />`}`;
}

/** Another name, or fewer scopes. */
function Change({ one, changed, close }) {
  const save = async ({ name }, form) => {
    const change = { name: name.trim(), scopes: ticked(form) };
    await patch(`/v1/api-keys/${one.id}`, change).catch(named("conflict", "key_ended"));
    close();
    await changed();
  };
  return html`<${Dialog} title=${t("key.change_of", { name: one.name })} onClose=${close}>
    <${Form} onSubmit=${save} submit=${t("ui.save")} fields=${["name", "scopes"]}>
      <${Field} name="name" id="key-name" label=${t("key.name")} defaultValue=${one.name} maxlength="120" required />
      <${Scopes} names=${one.scopes} hint=${t("key.narrow_hint")} />
    <//>
    <p><${Button} class="second" onClick=${close}>${t("ui.cancel")}<//></p><//>`;
}
