// A company's people: members and what each may do, inviting, and invitations that wait.

import { html, useState } from "../../modules/preact.js";
import { page, patch, post, remove } from "../../modules/api.js";
import { named } from "../../modules/faults.js";
import { day } from "../../modules/format.js";
import { t } from "../../modules/texts.js";
import {
  Action, Asked, Badge, Button, Choice, Dialog, Field, Form, Group, Heading, Listing, Notice, useEvery, usePages,
} from "../../modules/ui.js";

const ROLES = ["viewer", "sender", "owner"];
const MOST = 200; // members of a company
const EVERY = 2_000; // milliseconds between looks while a mail is on its way

const nameOf = (one) => `${one.first_name} ${one.last_name}`;

export default function Team({ me, account, reload }) {
  const members = usePages((cursor) => page("/v1/members", cursor, MOST));
  const owner = me.role === "owner";
  const open = ["active", "past_due"].includes(account.state) && !account.stopped;
  return html`<${Heading}>${t("team.title")}<//>
    <${Members} members=${members} owner=${owner} changed=${() => Promise.all([members.reload(), reload()])} />
    ${owner ? html`<${Invitations} open=${open} />` : html`<p class="quiet">${t("team.ask_owner")}</p>`}`;
}

function Members({ members, owner, changed }) {
  const [begun, setBegun] = useState(false);
  const owners = (members.items || []).filter((one) => one.role === "owner").length;
  const columns = [
    {
      label: t("team.name"),
      cell: (one) => html`<span>${nameOf(one)} ${one.you && html`<${Badge}>${t("team.you")}<//>`}</span>`,
    },
    { label: t("team.email"), cell: (one) => one.email },
    { label: t("team.role"), cell: (one) => t(`role.${one.role}`) },
    { label: t("team.since"), cell: (one) => day(one.since) },
    {
      label: t("team.do"),
      cell: (one) => one.role === "owner" && owners === 1
        ? html`<span class="quiet">${t("team.only_owner")}</span>`
        : html`<${Member} one=${one} owner=${owner} changed=${changed} begun=${() => setBegun(true)} />`,
    },
  ];
  return html`<section>${begun && html`<${Notice}>${t("team.removal_begun")}<//>`}
    <${Listing} from=${members} caption=${t("team.title")} columns=${columns} empty="" />
    ${owner && owners === 1 && html`<p class="quiet">${t("team.only_owner_why")}</p>`}</section>`;
}

function Member({ one, owner, changed, begun }) {
  const [choosing, setChoosing] = useState(false);
  const close = () => setChoosing(false);
  const leave = async () => {
    await remove(`/v1/members/${one.id}`).catch(named("conflict", "last_owner"));
    location.assign("/login");
  };
  const goes = async () => {
    const said = await remove(`/v1/members/${one.id}`).catch(named("conflict", "last_owner"));
    if (!said.removed) begun();
    await changed();
  };
  const name = nameOf(one);
  return html`<span class="row">
    ${owner && html`<${Button} class="second small" aria-label=${t("team.change_role_of", { name })}
      onClick=${() => setChoosing(true)}>${t("team.change_role")}<//>`}
    ${one.you && html`<${Asked} title=${t("team.leave_title")} why=${t("team.leave_why")} agree=${t("team.leave")}
      act=${leave}>${t("team.leave")}<//>`}
    ${owner && !one.you && html`<${Asked} title=${t("team.remove_title", { name })} why=${t("team.remove_why")}
      agree=${t("team.remove")} act=${goes} aria-label=${t("team.remove_whom", { name })}>${t("team.remove")}<//>`}</span>
    ${choosing && html`<${RoleOf} one=${one} changed=${changed} close=${close} />`}`;
}

function RoleOf({ one, changed, close }) {
  const save = async ({ role }) => {
    await patch(`/v1/members/${one.id}`, { role }).catch(named("conflict", "last_owner"));
    close();
    await changed();
  };
  return html`<${Dialog} title=${t("team.change_role_of", { name: nameOf(one) })} onClose=${close}>
    <${Form} onSubmit=${save} submit=${t("ui.save")}><${Roles} chosen=${one.role} /><//>
    <p><${Button} class="second" onClick=${close}>${t("ui.cancel")}<//></p><//>`;
}

const Roles = ({ chosen }) => html`<${Group} name="role" legend=${t("team.role")}>${ROLES.map(
  (role) => html`<${Choice} type="radio" name="role" value=${role} defaultChecked=${role === chosen}
    label=${html`<strong>${t(`role.${role}`)}</strong>: ${t(`role.${role}_may`)}`} />`,
)}<//>`;

function Invitations({ open }) {
  const invitations = usePages((cursor) => page("/v1/members/invitations", cursor));
  const [told, setTold] = useState("");
  useEvery(EVERY, invitations.reload, Boolean(invitations.items?.some((one) => one.mail === "wanted")));
  const invite = async ({ email, role }, form) => {
    setTold("");
    await post("/v1/members", { email: email.trim(), role }).catch(named("conflict", "cannot_invite"));
    form.reset();
    setTold(t("team.invited"));
    await invitations.reload();
  };
  return html`<section class="card"><h2>${t("team.invite")}</h2>
      ${open ? html`<p>${t("team.invite_why")}</p>
        <${Form} class="slim" onSubmit=${invite} submit=${t("team.send_invitation")} fields=${["email", "role"]}>
          <${Field} name="email" label=${t("team.email")} type="email" autocomplete="off" maxlength="254" required />
          <${Roles} chosen="sender" />
        <//>` : html`<p>${t("team.invite_not_now")}</p>`}
      <div role="status">${told && html`<p>${told}</p>`}</div>
    </section>
    <section><h2>${t("team.waiting")}</h2><${Waiting} invitations=${invitations} /></section>`;
}

function Waiting({ invitations }) {
  const columns = [
    { label: t("team.email"), cell: (one) => one.email },
    { label: t("team.role"), cell: (one) => t(`role.${one.role}`) },
    {
      label: t("team.mail"),
      cell: (one) => html`<${Badge} kind=${one.mail === "refused" ? "bad" : ""}>${t(`team.mail_${one.mail}`)}<//>`,
    },
    { label: t("team.until"), cell: (one) => day(one.expires_at) },
    { label: t("team.do"), cell: (one) => html`<${Invitation} one=${one} changed=${invitations.reload} />` },
  ];
  return html`<${Listing} from=${invitations} caption=${t("team.waiting")} columns=${columns}
    empty=${t("team.none_waiting")} />`;
}

function Invitation({ one, changed }) {
  const again = async () => {
    await post(`/v1/members/invitations/${one.id}/resend`);
    await changed();
  };
  const takeBack = async () => {
    await remove(`/v1/members/invitations/${one.id}`);
    await changed();
  };
  const email = one.email;
  return html`<span class="row">
    <${Action} class="second small" act=${again} aria-label=${t("team.resend_to", { email })}>${t("team.resend")}<//>
    <${Asked} title=${t("team.take_back_title")} why=${t("team.take_back_why", { email })} agree=${t("team.take_back")}
      act=${takeBack} aria-label=${t("team.take_back_of", { email })}>${t("team.take_back")}<//></span>`;
}
