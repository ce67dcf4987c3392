"""What an API key may be allowed to do: the one table of scopes, each with a sentence for people."""

SCOPES = {
    "account:read": "See the account: its plan, state and balance.",
    "billing:write": "Open a top-up's page at Stripe, where a person pays.",
    "ledger:read": "See the ledger, statements and what was paid.",
    "opt_outs:read": "See how many have opted out, and when.",
    "opt_outs:write": "Note that people want no more.",
    "privacy:read": "See persons' requests and what is held of a recipient.",
    "privacy:write": "Carry out recipients' requests: find, export, rectify, erase.",
    "senders:read": "See senders and link domains.",
    "senders:write": "Ask for senders and link domains, and remove them.",
    "sends:read": "See sends, their deliveries and their reports.",
    "sends:write": "Preview, quote, make and cancel sends, and all else that is done to one.",
    "statistics:read": "See the counts of sends, gifts and what they cost.",
    "webhooks:read": "See webhook endpoints, and what came of the calls to them.",
    "webhooks:write": "Make, change and delete webhook endpoints, and have them told again.",
}
"""A key that was made without naming any gets those of that day."""

MOVE_MONEY = ("billing:write",)
"""Which no test key may use, whatever it holds."""

PERSONS_ONLY = "An API key cannot do this: a person must, logged in."
