// What a key may do and what an endpoint can be told: the API's own names, each with a text. A test compares.

import { t } from "../../modules/texts.js";

export const SCOPES = [
  "account:read", "billing:write", "ledger:read", "opt_outs:read", "opt_outs:write", "privacy:read", "privacy:write",
  "senders:read", "senders:write", "sends:read", "sends:write", "statistics:read", "webhooks:read", "webhooks:write",
];
/** No test key may use these. */
export const MOVE_MONEY = ["billing:write"];

export const ALL_OF_DELIVERIES = "delivery.*";
export const EVENTS = [
  "delivery.sent", "delivery.delivered", "delivery.failed", "delivery.unknown", "delivery.opted_out", "delivery.cancelled",
  "gift.redeemed", "send.done",
];

export const eventText = (name) => t(`event.${name.replace(".", "_").replace("*", "all")}`);
