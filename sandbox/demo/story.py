"""The story that `make demo` tells, act by act; each act checks what it tells of and raises DemoError."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.demo.company import Company, DemoError, Json, wait_for
from sandbox.demo.evidence import Evidence
from sandbox.demo.telling import check, kronor, tell, title
from sandbox.processes import StartError
from sandbox.recipients import Recipients, generate
from sandbox.running import running

ROWS, SEED = 1_000, 2026
SENDER = "+46701740699"  # of the numbers reserved for fiction; one that can be answered
NO_NAME = "Tack för att du är kund hos oss! Din gåva: {{link}} Svara STOPP för att slippa"
GREETING = f"Hej {{{{first_name}}}}! {NO_NAME}"
TERMS_VERSION = "2026-11"  # of the data processing agreement and of the consent text
TOP_UP_MOST_ORE = 90_000_000
OPENED, REDEEMED, LEFT_ON_PAGE, LEFT_BY_SMS = 20, 10, 3, 2

_LINK = re.compile(r"/g/([A-Za-z0-9_-]+)")
_NAME = re.compile(r"^Hej (.+?)! Tack")
INVALID = {"invalid_phone", "not_mobile", "missing_value", "too_long"}
"""What refuses a list; a duplicate or an opt-out does not."""

_FINAL = {"delivered", "failed", "opted_out", "cancelled"}


@dataclass
class Story:
    """What one act hands to the next."""

    company: Company
    file: bytes
    file_name: str
    truth: Recipients | None
    message: str = GREETING
    gift: Json = field(default_factory=dict)
    send: Json = field(default_factory=dict)
    inbox: dict[str, Json] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    found_before: tuple[int, int] = (0, 0)
    total: Json = field(default_factory=dict)
    second_send: str = ""

    @property
    def numbers(self) -> set[str]:
        """The recipients' numbers; the sender's is the company's own, and is kept."""
        return self.inbox.keys() - {SENDER}

    @property
    def names(self) -> set[str]:
        """First names as the SMS had them; with a made-up list, last names and those of bad rows too."""
        greeted = {found[1] for sms in self.inbox.values() if (found := _NAME.match(sms["message"]))}
        return greeted | (self.truth.names if self.truth else set())


def demo(file: Path | None) -> int:
    """Tells the story on `file`, or on a list that is made up; 0 if all of it held, else 1."""
    started = time.monotonic()
    try:
        truth = None if file else generate(ROWS, SEED)
        content = file.read_bytes() if file else truth.file if truth else b""
        print("UpUp's main job, on this machine only: no real SMS, coupon, payment or key.\n", flush=True)
        with running() as at:
            company = Company(at.web, at.console, "anna.ek@kaffebaren.example")
            story = Story(company, content, file.name if file else "kunder.csv", truth)
            for act in (sign_up, prepare, send, use_gifts, opt_out, encrypt, tell_of_providers, prove):
                act(story)
    except (DemoError, StartError, OSError, KeyError) as error:
        print(f"\nIt did not hold: {error!r}" if isinstance(error, KeyError) else f"\nIt did not hold: {error}")
        return 1
    print(f"\nAll of it held, in {time.monotonic() - started:.0f} seconds.")
    return 0


def sign_up(story: Story) -> None:
    title("A company signs up and pays")
    company = story.company
    plan = company.get("/v1/plans")["items"][0]
    signup = company.post(
        "/v1/signup",
        {
            "company_name": "Kaffebaren AB",
            "org_number": "559321-0981",
            "first_name": "Anna",
            "last_name": "Ek",
            "email": "anna.ek@kaffebaren.example",
            "plan": plan["code"],
            "accepted_dpa_version": TERMS_VERSION,
        },
    )
    company.log_in()
    check(company.get("/v1/account")["state"] == "pending", "an unpaid account is pending")
    company.console("/api/stripe/complete", {"checkout_url": signup["checkout_url"]})
    wait_for(lambda: company.get("/v1/account")["state"] == "active", "the account's activation")
    tell("plan", f"{plan['name']}, {kronor(plan['price_ore'])} a month")
    tell("account", "active: Checkout paid, signed webhook received, logged in by mailed link")


def prepare(story: Story) -> None:
    title("A quote, a top-up and a refusal")
    company = story.company
    story.gift = next(gift for gift in company.get("/v1/gifts")["items"] if gift["kind"] == "goods")
    status, quote = _upload(story, "/v1/sends/quote", "skip")
    if status == 422 and story.truth is None:
        story.message = NO_NAME  # one's own file may have no first names
        status, quote = _upload(story, "/v1/sends/quote", "skip")
    check(status == 200, f"the file is quoted: {quote}")
    tell("gift", f"{story.gift['name']['en']}, {kronor(story.gift['price_ore'])}")
    counts = quote["recipients"]
    tell("recipients", ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()))
    tell("SMS", f"{quote['sms']['encoding']}, at most {quote['sms']['parts']} part(s)")
    tell("price", kronor(quote["price_ore"]))
    _top_up(company, quote["price_ore"])
    if counts["invalid"]:
        status, refusal = _upload(story, "/v1/sends", "reject")
        check(status == 422, f"a list with invalid rows is refused unless they are skipped, not {status}")
        check(company.get("/v1/sends")["items"] == [], "a refused list sends nothing")
        codes = Counter(row["code"] for row in refusal["report"])
        tell(
            "refused",
            "all of it at first, because of " + ", ".join(f"{n} {c}" for c, n in sorted(codes.items()) if c in INVALID),
        )
        if story.truth:
            check(codes == story.truth.codes, f"the report names each bad row: {codes}, not {story.truth.codes}")


def _top_up(company: Company, needed_ore: int) -> None:
    amounts: list[int] = []
    while sum(amounts) < needed_ore:
        amounts.append(max(10_000, min(TOP_UP_MOST_ORE, needed_ore - sum(amounts))))
        checkout = company.post("/v1/billing/top-ups", {"amount_ore": amounts[-1]})["checkout_url"]
        company.console("/api/stripe/complete", {"checkout_url": checkout})
    wait_for(lambda: company.get("/v1/account")["balance_ore"] == sum(amounts), "the top-up")
    tell("top-up", f"{kronor(sum(amounts))} through Checkout, credited in full")


def send(story: Story) -> None:
    title("1,000 rows become SMS" if story.truth else "Your rows become SMS")
    company, started = story.company, time.monotonic()
    status, story.send = _upload(story, "/v1/sends", "skip")
    check(status == 201, f"the list is accepted with its bad rows skipped: {status} {story.send}")
    counts = story.send["recipients"]
    if story.truth:
        expected = (story.truth.accepted, story.truth.duplicate, story.truth.invalid)
        found = (counts["accepted"], counts["duplicate"], counts["invalid"])
        check(found == expected, f"accepted, duplicate, invalid are {expected}, not {found}")
    tell(
        "accepted",
        f"{counts['accepted']:,} of {sum(counts.values()):,} rows in {time.monotonic() - started:.1f} s",
    )
    states = wait_for(lambda: _final(company, story.send["id"], counts["accepted"]), "the last receipt", 600)
    check(states == {"delivered": counts["accepted"]}, f"every SMS is delivered, not {dict(states)}")
    story.inbox = {sms["to"]: sms for sms in company.console("/api/sms")["items"]}
    stats = company.console("/api/stats")
    check(len(story.inbox) == counts["accepted"], "every recipient's phone has an SMS")
    check(stats["lekab"]["numbers_with_several_sms"] == 0, "no phone has two SMS")
    check(stats["clearon"]["references_with_several_coupons"] == 0, "no gift has two coupons")
    if story.truth:
        check(
            set(story.inbox) == set(story.truth.numbers),
            "the SMS went to the numbers of the list, to no other",
        )
    tell("coupons", f"{stats['clearon']['coupons']} issued by ClearOn")
    tell("SMS", f"{stats['lekab']['sms']} sent by Lekab, {states['delivered']} delivered")
    tell("time", f"{time.monotonic() - started:.1f} s from upload to last receipt")


def _final(company: Company, send_id: str, rows: int) -> Counter[str] | None:
    """The states of all rows when none of them will change any more."""
    states = company.states(send_id)
    return states if states.total() == rows and states.keys() <= _FINAL else None


def use_gifts(story: Story) -> None:
    title("Recipients open their links, some go to the shop")
    company = story.company
    numbers = list(story.inbox)
    gifts = {number: company.get(f"/v1/gift/{_token(story.inbox[number])}") for number in numbers[:OPENED]}
    for number in numbers[:REDEEMED]:
        company.console("/api/till/redeem", {"code": gifts[number]["code"]})
    redeemed = len(numbers[:REDEEMED])
    wait_for(lambda: _gift_states(story)["redeemed"] == redeemed, "the redemptions")
    tell("opened", f"{len(gifts)} gift pages")
    tell("redeemed", f"{redeemed} codes at the till; the company sees {_gift_states(story)['redeemed']}")
    shown = company.get(f"/v1/gift/{_token(story.inbox[numbers[0]])}")
    check(shown["state"] == "redeemed", "a redeemed gift says so on its page")


def _gift_states(story: Story) -> Counter[str]:
    return Counter(row["gift_state"] for row in story.company.deliveries(story.send["id"]))


def opt_out(story: Story) -> None:
    title("Some want no more")
    company, numbers = story.company, list(story.inbox)
    on_page = numbers[REDEEMED : REDEEMED + LEFT_ON_PAGE]
    by_sms = numbers[REDEEMED + LEFT_ON_PAGE : REDEEMED + LEFT_ON_PAGE + LEFT_BY_SMS]
    for number in on_page:
        company.post(f"/v1/gift/{_token(story.inbox[number])}/opt-out")
    for number in by_sms:
        company.console("/api/sms/reply", {"to": SENDER, "from": number, "message": "STOPP"})
    story.left = on_page + by_sms
    tell("opt-outs", f"{len(on_page)} on the gift page, {len(by_sms)} by STOPP")
    staying = numbers[:3]
    body = _send(story, "skip") | {
        "recipients": [{"phone": number, "first_name": "Kund"} for number in staying + story.left]
    }
    again = wait_for(lambda: _quoted_without(story, body), "the opt-outs")
    _top_up_if_short(company, again["price_ore"])
    second = company.post("/v1/sends", body)
    counts = second["recipients"]
    check(counts["opted_out"] == len(story.left), f"those who left are refused as opted out: {counts}")
    check(counts["accepted"] == len(staying), f"the others get their SMS: {counts}")
    story.second_send = second["id"]
    wait_for(lambda: _final(company, second["id"], len(staying)), "the second send's receipts")
    tell("next send", f"{counts['accepted']} accepted, {counts['opted_out']} refused as opted out")


def _quoted_without(story: Story, body: Json) -> Json | None:
    quote = story.company.post("/v1/sends/quote", body)
    return quote if quote["recipients"]["opted_out"] == len(story.left) else None


def _top_up_if_short(company: Company, price_ore: int) -> None:
    balance = company.get("/v1/account")["balance_ore"]
    if balance < price_ore:
        amount = max(10_000, price_ore - balance)
        checkout = company.post("/v1/billing/top-ups", {"amount_ore": amount})["checkout_url"]
        company.console("/api/stripe/complete", {"checkout_url": checkout})
        wait_for(lambda: company.get("/v1/account")["balance_ore"] == balance + amount, "the top-up")


def encrypt(story: Story) -> None:
    title("31 days pass")
    company = story.company
    before = Evidence(company.dump())
    found, names = before.numbers(story.numbers), before.names(story.names)
    story.found_before, story.total = (len(found), len(names)), company.get("/v1/statistics")["total"]
    tell(
        "before",
        f"the search finds {len(found)} of {len(story.numbers)} numbers in a full dump, {len(names)} names",
    )
    check(len(found) == len(story.numbers), "the search finds every number before encryption, so that it can fail")
    check(not names, f"no name is ever written in clear, but these are: {sorted(names)[:5]}")
    calls, started = company.console("/api/stats")["kms"], time.monotonic()
    moved = company.console("/api/clock/advance", {"days": 31})
    failed = [run for run in moved["runs"] if run["status"] >= 300]
    check(not failed, f"every scheduled run works: {failed}")
    company.log_in()  # a session lives 7 days
    rows = company.deliveries(story.send["id"]) + company.deliveries(story.second_send)
    clear = [row for row in rows if row["phone_state"] != "encrypted" or row["phone"] is not None]
    check(not clear, f"every row is encrypted, but {len(clear)} are not")
    late = [one["id"] for one in company.get("/v1/sends")["items"] if one["encrypted_at"] > one["encrypt_at"]]
    check(not late, f"no send is encrypted after its limit, but these are: {late}")
    now = company.console("/api/stats")["kms"]
    used = now["encrypt"] - calls["encrypt"], now["decrypt"] - calls["decrypt"]
    tell("encrypted", f"{len(rows)} rows in {time.monotonic() - started:.1f} s, and 31 days of other jobs")
    tell("KMS calls", f"{used[0]} to encrypt with the company's key, which no job may decrypt with")
    tell("", f"{used[1]} to decrypt with keys that all companies share")


def prove(story: Story) -> None:
    title("Proof")
    dump = story.company.dump()
    phones = "\n".join(f"{sms['to']} {sms['message']}" for sms in story.inbox.values())
    check(
        bool(Evidence(phones).names(story.names)) or story.message == NO_NAME,
        "the search finds names where they are",
    )
    after = Evidence(dump)
    found, names = after.numbers(story.numbers), after.names(story.names)
    total = story.company.get("/v1/statistics")["total"]
    check(total == story.total, f"the counts live on: {story.total} before, {total} now")
    before_numbers, before_names = story.found_before
    tell("searched", f"{len(dump):,} characters: SQL dump, binary logs, message backlog, logs of all functions")
    tell("notations", "+46, 0046, 07, spaced; hex, Base64, URL-encoded, escaped; UTF-8, UTF-16, Windows-1252")
    tell("numbers", f"{before_numbers} of {len(story.numbers)} found before the 31 days, {len(found)} after")
    tell("names", f"{before_names} of {len(story.names)} different ones right after the send, {len(names)} now")
    tell("counts", f"as before: {total['sent']} sent, {total['delivered']} delivered, {total['redeemed']} redeemed")
    check(not found, f"no number is left, but {len(found)} are")
    check(not names, f"no name is left, but these are: {sorted(names)[:5]}")
    refused = story.company.console("/api/stats")["pubsub"]["refused"]
    check(refused == 0, f"no function published to a topic that is not its own, but {refused} times one did")


def tell_of_providers(story: Story) -> None:
    title("What the providers did")
    for provider, figures in story.company.console("/api/stats").items():
        tell(provider, ", ".join(f"{name.replace('_', ' ')} {figure:,}" for name, figure in figures.items()))
    tell("", "(several SMS: the numbers of the second send, which got one of each)")


def _send(story: Story, on_invalid: str) -> Json:
    return {
        "gift": story.gift["code"],
        "sender": SENDER,
        "message": story.message,
        "consent": {"legal_basis": "consent", "text_version": TERMS_VERSION},
        "on_invalid": on_invalid,
    }


def _upload(story: Story, path: str, on_invalid: str) -> tuple[int, Json]:
    return story.company.upload(path, _send(story, on_invalid), story.file, story.file_name)


def _token(sms: Json) -> str:
    found = _LINK.search(sms["message"])
    if found is None:
        raise DemoError("an SMS holds no link to its gift")
    return found[1]
