"""The library as the approval model is held against it: a world put in force, one document, each verb a call of who acts."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Optional, Tuple

import dealer
from approval_people import World
from approval_world import lua

Json = Any
START = datetime(2026, 3, 2, 1, tzinfo=timezone.utc)  # a Monday, 09:00 where the dealer is
FIELDS = {"note1": True, "note2": True, "free": False, "is_a": False, "is_b": False}  # by what an approval covers
MATERIAL = ["amount", "note1", "note2"]
ON_DOCUMENT = ("suspend", "resume", "terminate", "override_pass", "override_reject", "remind", "comment", "cc")
SUBSTITUTES = {"A": "S", "B": "C"}  # who acts for whom
BESIDES = ("created", "changed", "locked", "unlocked", "cc_read")


def titled(value: Json) -> Json:
    """A title for whatever has an id."""
    if isinstance(value, list):
        return [titled(item) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: titled(item) for key, item in value.items()}
    return {**made, "title": {"en": made["id"], "zh": made["id"]}} if "id" in made else made


def rule_file(id: str, flow: Json) -> str:
    conditions = "a = function(i) return i.document.is_a == true end, b = function(i) return i.document.is_b == true end, broken = function() error('x') end"
    return f"return {{ id = {lua(id)}, title = {{ en = 'r', zh = 'r' }}, type = 'request', conditions = {{ {conditions} }}, flow = {lua(titled(flow))} }}"


def choice_file(id: str, people: Optional[List[str]]) -> str:
    chosen = [{"employee": person, "en": "chosen", "zh": "chosen"} for person in people or []]
    body = "error('x')" if people is None else f"return {lua({'people': chosen})}"
    return f"return {{ id = {lua(id)}, title = {{ en = 'c', zh = 'c' }}, type = 'request', choose = function() {body} end }}"


def configuration(world: World) -> Json:
    read = ["request.read"]
    posts = [
        ("maker", ["request.read", "request.create", "request.edit", "request.submit"]),
        ("member", read),
        ("blind", []),
        ("chief", ["request.read", "request.administer", "request.lock"]),
        ("p", []),
        ("q", []),
    ]
    employees = []
    for person in world.home:
        base = "maker" if person == world.submitter else "blind" if person in world.blind else "member"
        held = [{"post": base, "company": "C"}]
        if person in world.administrators:
            held.append({"post": "chief", "company": "C"})
        for (post, place), holders in world.posts.items():
            if person in holders:
                held.append({"post": post, ("department" if place.startswith("D") else "company"): place})
        made = {"code": person, "name": person, "department": world.home[person], "posts": [] if person in world.gone else held}
        if person in SUBSTITUTES:
            made["substitutes"] = [{"person": SUBSTITUTES[person], "from": "2026-01-01", "to": "2027-01-01"}]
        employees.append(made)
    fields = [{"name": "amount", "kind": "money", "material": True}]
    fields += [
        {"name": name, "kind": "boolean" if name.startswith("is_") else "text", "on_way": True, "material": material}
        for name, material in FIELDS.items()
    ]
    fields += [{"name": "who_f", "kind": "employee", "material": False}]
    return {
        "group": {"code": "G", "name": "G"},
        "companies": [{"code": code, "name": code, "kinds": ["sales"], "currency": "CNY"} for code in ("C", "K")],
        "departments": [
            {
                "code": code,
                "name": code,
                "company": "C",
                **({"parent": parent} if parent else {}),
                **({"head": world.heads[code]} if world.heads[code] else {}),
            }
            for code, parent in world.parents.items()
        ],
        "types": [{"name": "request", "prefix": "RQ", "en": "r", "zh": "r", "fields": [{**one, "en": one["name"], "zh": one["name"]} for one in fields]}],
        "posts": [{"code": code, "name": code, "grants": [{"functions": may, "scope": "company"}] if may else []} for code, may in posts],
        "employees": employees,
        "limits": [
            {"type": "request", "department": code, "amount": {"amount_minor": amount, "currency": "CNY"}} for code, amount in world.limits.items()
        ],
        "calendars": [{"hours": ["09:00", "17:00"], "holidays": ["2026-03-04"], "workdays": ["2026-03-07"]}],
    }


class Host:
    """A store with a world, a flow in force, and one document of it."""

    def __init__(self, stack: ExitStack, world: World, flow: Json, sub_flows: Dict[str, Json]):
        self.now, self.told = START, 0
        self.store = stack.enter_context(dealer.open(":memory:", clock=lambda: self.now))
        self.system = stack.enter_context(self.store.system("model"))
        self.configure(world)
        self.publish(world, flow, sub_flows, "first")
        self.sessions = {person: stack.enter_context(self.store.session(person)) for person in world.home}
        for absent, person in SUBSTITUTES.items():
            if person not in world.gone:
                self.sessions[f"{person} for {absent}"] = stack.enter_context(self.store.session(person, substitute_for=absent))
        document = self.sessions[world.submitter].new("request")
        document.move("C", "D1")
        self.write(document, world.values)
        self.document = document.id
        self.history()

    def configure(self, world: World) -> None:
        self.system.apply_configuration(configuration(world))
        self.ids = {one["code"]: one["id"] for one in self.system.organisation()["employees"]}
        self.codes = {id: code for code, id in self.ids.items()}

    def publish(self, world: World, flow: Json, sub_flows: Dict[str, Json], note: str) -> None:
        files = {"flow/request.lua": rule_file("flow.request", flow)}
        files.update({f"flow/{name}.lua": rule_file(name, {**one, "sub_only": True}) for name, one in sub_flows.items()})
        files.update({f"choice/{name}.lua": choice_file(name, chosen) for name, chosen in world.choices.items()})
        self.system.publish_rules({"note": note, "files": {name: f"{text}-- {note}\n" for name, text in files.items()}})

    def write(self, document: dealer.Document, values: Dict[str, Any]) -> None:
        made = {name: self.ids.get(value) if name == "who_f" else value for name, value in values.items()}
        if "amount" in made:
            made["amount"] = {"amount_minor": made["amount"], "currency": "CNY"}
        document.merge_json(json.dumps(made))
        document.save()

    # -- deeds --

    def act(self, verb: str, actor: str, **given: Any) -> Optional[dealer.Error]:
        """The call that a verb is; how it was refused."""
        try:
            self.call(verb, self.sessions[actor], given)
        except dealer.Error as error:
            return error
        return None

    def call(self, verb: str, session: dealer.Session, given: Dict[str, Any]) -> None:
        if verb == "submit":
            decision = session.open(self.document).submit()
            if not decision:
                raise dealer.RuleError(decision.en, id=decision.reasons[-1].id)
        elif verb == "recall":
            session.open(self.document).recall(given.get("comment"))
        elif verb == "amend":
            self.write(session.open(self.document), given["changes"])
        elif verb == "hand_over":
            for row in session.hand_over(given["leaver"], given["person"], given.get("comment")):
                if not row["ok"]:
                    raise dealer.Error(row["en"], status=dealer.Status[row["status"].removeprefix("DEALER_E_")])
        elif verb in ("lock", "unlock"):
            getattr(session.open(self.document), verb)()
        elif verb == "migrate":
            for row in session.migrate_approvals(dry_run=False):
                if not row["ok"]:
                    raise dealer.Error(row["en"], status=dealer.Status[row["status"].removeprefix("DEALER_E_")])
        elif verb in ON_DOCUMENT:
            session.open(self.document).act(verb, **given)
        else:
            session.act(given.pop("task"), verb, **given)

    def later(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def preview(self) -> "Optional[Counter[Any]]":
        """The route told beforehand: nodes where people are asked or told, with them; None where it cannot be submitted."""
        try:
            rows = self.sessions["S"].open(self.document).preview()
        except dealer.Error:
            return None
        return Counter((row["node"], row["skipped"], tuple(sorted(self.codes[one["person"]] for one in row["people"]))) for row in rows)

    def copies(self) -> "Counter[Tuple[str, bool]]":
        """To whom it was copied, and whether he has read it."""
        return Counter((self.codes[row["person"]], row["read"]) for row in self.system.open(self.document).copies())

    def read_copies(self, person: str) -> None:
        for row in list(self.sessions[person].copies()):
            self.sessions[person].read_copy(row["id"])

    # -- what it shows --

    def history(self) -> List[Tuple[str, Optional[str], Optional[str]]]:
        """What was written since it was read last."""
        rows = [row for row in self.system.history(self.document)["history"] if row["of"] == "journal" and row["sequence"] > self.told]
        self.told = max([self.told, *(row["sequence"] for row in rows)])
        found = []
        for row in rows:
            detail = row["detail"]
            if row["kind"] not in BESIDES:
                found.append((row["kind"], detail.get("node"), detail.get("name")))
        return found

    def explained(self) -> Json:
        try:
            return self.system.open(self.document).explain()
        except dealer.StateError:
            return {"state": "new", "nodes": []}

    def nodes(self, explained: Json) -> "Counter[Any]":
        """The nodes that count, with who has which part in them."""
        found: "Counter[Any]" = Counter()
        for node in explained["nodes"]:
            people = tuple(sorted((str(self.codes.get(one["person"])), one["state"], str(one["decision"])) for one in node["people"]))
            if node["counts"]:
                found[node["node"], node["state"], node["overridden"], people] += 1
        return found

    def tasks(self) -> Dict[int, List[str]]:
        """The open tasks, with everybody in whose list they are."""
        found: Dict[int, List[str]] = {}
        for person, session in self.sessions.items():
            for task in session.tasks() if " for " not in person else ():
                found.setdefault(task.id, []).append(person)
        return {number: sorted(who) for number, who in sorted(found.items())}
