"""The invariants: what must hold of database, ledger and suppliers after any trouble whatever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.demo.company import Json
from sandbox.demo.evidence import Evidence
from sandbox.inside import Inside
from sandbox.soak.customer import NAMES, Accepted, Customer
from sandbox.soak.trouble import LINK

FINAL = ("delivered", "failed", "opted_out", "cancelled")
REACHED = ("sent", "delivered")
OPENED_AT_MOST = 200
"""Gifts whose page is opened to compare the codes; that no coupon is used twice is checked of all."""

_LOGS = "===== message backlog ====="


@dataclass
class Findings:
    """What a soak came to; it held when there are no `reasons`."""

    deliveries: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    reasons: list[str] = field(default_factory=list)

    def require(self, bad: int, what: str) -> int:
        """Notes the reason where the number is not 0; returns the number."""
        if bad:
            self.reasons.append(f"{bad} {what}")
        return bad


def check_deliveries(found: Findings, inside: Inside, accepted: Sequence[Accepted], inbox: Sequence[Json]) -> None:
    """Every delivery that was accepted is there, has ended, and is with Lekab once if it says so."""
    rows = inside.rows("SELECT send_id, state, phone, reason FROM deliveries")
    found.deliveries.update(state for _, state, _, _ in rows)
    wanted = {(send.id, number) for send in accepted for number in send.planned.numbers}
    has = {(send_id, phone) for send_id, _, phone, _ in rows}
    got = Counter(sms["to"] for sms in inbox)
    found.lost += found.require(len(wanted - has), "deliveries were accepted and are nowhere")
    found.lost += found.require(
        sum(state in REACHED and not got[phone] for _, state, phone, _ in rows), "are said to be sent and never were"
    )
    failed = Counter(reason for _, state, _, reason in rows if state == "failed")
    found.lost += found.require(failed.total(), f"failed, although every number is good: {dict(failed)}")
    found.doubled += found.require(len(has - wanted) + len(rows) - len(has), "deliveries that nobody asked for")
    found.doubled += found.require(sum(number > 1 for number in got.values()), "numbers got several SMS")
    unsettled = sum(state not in (*REACHED, "unknown") and bool(got[phone]) for _, state, phone, _ in rows)
    found.doubled += found.require(unsettled, "got an SMS although their delivery ended without one")
    stuck = Counter(state for _, state, _, _ in rows if state not in (*FINAL, "unknown"))
    found.stuck += found.require(stuck.total(), f"deliveries never ended: {dict(stuck)}")
    in_doubt = sum(state == "unknown" and bool(got[phone]) for _, state, phone, _ in rows)
    found.stuck += found.require(in_doubt, "are unknown although Lekab took them and sent its receipt")


def check_sends(found: Findings, inside: Inside, customers: Sequence[Customer], accepted: Sequence[Accepted]) -> None:
    """A send that was asked for again is one send, it has ended, and its counts are those of its rows."""
    known = inside.value("SELECT COUNT(*) FROM sends")
    found.doubled += found.require(known - len(accepted), "sends more than were accepted")
    counted: dict[str, Counter[str]] = {}
    for send_id, state, number in inside.rows("SELECT send_id, state, COUNT(*) FROM deliveries GROUP BY 1, 2"):
        counted.setdefault(send_id, Counter())[state] = number
    wrong = open_still = 0
    for send in accepted:
        shown = customers[send.company].get(f"/v1/sends/{send.id}")
        wrong += +Counter(shown["deliveries"]) != counted.get(send.id) or (
            shown["recipients"]["accepted"] != len(send.planned.numbers)
        )
        open_still += shown["state"] not in ("done", "cancelled")
    found.require(wrong, "sends show other counts than their rows have")
    found.stuck += found.require(open_still, "sends are neither done nor cancelled")


def check_coupons(found: Findings, inside: Inside, customer: Customer, inbox: Sequence[Json], redeemed: int) -> None:
    """One coupon a delivery, one delivery a coupon, one code a recipient."""
    shared = len(inside.rows("SELECT coupon_id FROM deliveries WHERE coupon_id > '' GROUP BY 1 HAVING COUNT(*) > 1"))
    found.doubled += found.require(shared, "coupons belong to several deliveries")
    stats = customer.console("/api/stats")["clearon"]
    found.doubled += found.require(stats["references_with_several_coupons"], "references got several coupons")
    unknown_to_us = stats["references"] - inside.value(
        "SELECT COUNT(*) FROM coupons c JOIN gifts g ON g.code = c.gift_code WHERE g.issuer = 'clearon'"
    )
    found.doubled += found.require(max(0, unknown_to_us), "coupons at ClearOn that no delivery asked for")
    codes: Counter[str] = Counter()
    for sms in inbox[:OPENED_AT_MOST]:
        if link := LINK.search(sms["message"]):
            gift = customer.get(f"/v1/gift/{link[1]}")
            codes.update([f"{gift['gift']['code']} {gift['code']}"] if gift["code"] else [])
    found.doubled += found.require(sum(number > 1 for number in codes.values()), "codes were given to two recipients")
    untold = redeemed - inside.value("SELECT COUNT(*) FROM coupons WHERE state = 'redeemed'")
    found.require(untold, "redemptions in shops that the product does not know of")


def check_messages(found: Findings, inside: Inside, customer: Customer, accepted: Sequence[Accepted]) -> None:
    """No message waits, none was given up, and neither they nor any log holds a number or a name."""
    found.stuck += found.require(inside.value("SELECT COUNT(*) FROM outbox"), "messages wait in the outbox")
    letters = inside.value("SELECT COUNT(*) FROM dead_letters WHERE replayed_at IS NULL")
    found.stuck += found.require(letters, "dead letters")
    backlog_and_logs = customer.dump().partition(_LOGS)[2]
    backlog = backlog_and_logs.partition("=====")[0].count('"message_id"')
    found.stuck += found.require(backlog, "messages wait at Pub/Sub")
    refused = customer.console("/api/stats")["pubsub"]["refused"]
    found.require(refused, "messages were published by functions that have no right to the topic")
    evidence = Evidence(backlog_and_logs)
    numbers = evidence.numbers(number for send in accepted for number in send.planned.numbers)
    found.require(len(numbers), "numbers stand in messages or logs")
    found.require(len(evidence.names(NAMES)), "names stand in messages or logs")
