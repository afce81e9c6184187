"""The small worlds of tests/cases/approval through the public interface: people become a configuration, the flow a rule file, an action a
call of whoever acts. tests/cases/approval/README.md says how; what cannot be said to a host raises Inexpressible."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import dealer

Json = Any
BLIND, CHIEF = "blind", "chief"
NOTHING = "NOTHING"  # a call about many that found none
FULL_MONEY, NO_MONEY = 10_000, 1
BESIDES = frozenset(("created", "changed"))  # what the door writes around the steps of the engine
ON_DOCUMENT = frozenset(("suspend", "resume", "terminate", "override_pass", "override_reject", "remind", "comment"))
NAMES = {"person": "person", "target": "to", "back": "jump_back", "comment": "comment"}


class Inexpressible(Exception):
    """The case says what no host can bring about."""


# -- the flow, as a rule file in Lua --


def lua(value: Json) -> str:
    """JSON as a Lua expression."""
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "{" + ", ".join(map(lua, value)) + "}"
    return "{" + ", ".join(f"[{lua(key)}] = {lua(item)}" for key, item in value.items()) + "}"


def parts(value: Json) -> Iterator[Json]:
    """It, and every value in it."""
    yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(item)


def objects(value: Json) -> Iterator[Dict[str, Any]]:
    """Every object in it."""
    return (part for part in parts(value) if isinstance(part, dict))


def contents(content: Json) -> Dict[str, str]:
    """By the nodes' own ids, also of those inside another flow."""
    return {node.split("/")[-1]: text for node, text in (content or {}).items()}


def completed(value: Json, content: Json) -> Json:
    """Titles for what has none, conditions over fields of the document, and what an approval covers, as C's approval_world does."""
    if isinstance(value, list):
        return [completed(item, content) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: item if key == "title" else completed(item, content) for key, item in value.items()}
    if "title" not in made and "id" in made:
        made["title"] = {"en": made["id"], "zh": made["id"]}
    if isinstance(made.get("predicate"), str):
        made["predicate"] = {"field": "is_" + made["predicate"], "op": "=", "value": True}
    if made.get("kind") in ("approve", "rule") and content and isinstance(made.get("id"), str):
        made["covers"] = ["content_" + made["id"] if made["id"] in contents(content) else "fixed"]
    for key in ("field", "among"):
        if isinstance(made.get("field"), str) and "op" not in made:
            made["field"] = "who_" + made["field"].removeprefix("who_")
    return made


def rule_file(id: str, flow: Json, content: Json) -> str:
    """A flow with a function for each rule that it names."""
    named = sorted({one["rule"] for one in objects(flow) if isinstance(one.get("rule"), str)})
    bodies = {name: f"return input.document.is_{name} == true" if name != "broken" else "error('broken')" for name in named}
    functions = ", ".join(f"[{lua(name)}] = function(input) {body} end" for name, body in bodies.items())
    return (
        f"return {{ id = {lua(id)}, title = {{ en = 'request', zh = '申请' }}, type = 'request',\n"
        f"conditions = {{ {functions} }},\nflow = {lua(completed(flow, content))} }}\n"
    )


def choice_files(choices: Dict[str, List[str]]) -> Dict[str, str]:
    """Rules that choose, and one that fails."""
    files = {}
    for name, people in {**choices, "broken": None}.items():
        chosen = [{"employee": person, "en": "chosen by rule", "zh": "chosen by rule"} for person in people or []]
        body = "error('the rule failed')" if people is None else f"return {lua({'people': chosen})}"
        files[f"choice/{name}.lua"] = (
            f"return {{ id = {lua(name)}, title = {{ en = 'c', zh = 'c' }}, type = 'request', choose = function() {body} end }}\n"
        )
    return files


def rule_files(flow: Json, content: Json) -> Dict[str, str]:
    """The flow, and those that stand inside it, each a file."""
    whole = isinstance(flow, dict)
    inner = flow.get("sub_flows", {}) if whole else {}
    outer = {key: item for key, item in flow.items() if key != "sub_flows"} if whole else flow
    files = {f"flow/{name}.lua": rule_file(name, {**one, "sub_only": True}, content) for name, one in inner.items()}
    return {"flow/request.lua": rule_file("flow.request", outer, content), **files}


# -- people, as a configuration --


def holdings_of(people: Json, person: str) -> List[Dict[str, Any]]:
    places = {"department": {"department": "D1"}, "company": {"company": "C"}}
    held = []
    for key, holders in people.get("posts", {}).items():
        post, place = key.split("@")
        if person in holders:
            held.append({"post": post, **places.get(place, {"company": place})})
    return held


def refused(row: Mapping[str, Any]) -> dealer.Error:
    """What a list of results says of one, as an exception."""
    return dealer.Error(row["en"], zh=row["zh"], status=dealer.Status[row["status"].removeprefix("DEALER_E_")])


def check_rows(rows: List[Mapping[str, Any]]) -> None:
    """Of a call about many, here about one document."""
    if not rows:
        raise dealer.NotFound("nothing of his, or nothing that the person administrates", id=NOTHING, zh="没有")
    if not rows[0]["ok"]:
        raise refused(rows[0])


def heads_of(people: Json) -> List[str]:
    """Heads of the document's department upwards; a head of a person is the nearest that is not he."""
    heads: List[str] = people.get("department_heads") or [people["heads"]["S"]] if people.get("heads") else people.get("department_heads", [])
    for person, head in people.get("heads", {}).items():
        if head != next((one for one in heads if one != person), None):
            raise Inexpressible("a head who is no department's")
    return heads


def fields_of(flow: Json, people: Json) -> List[Dict[str, Any]]:
    """The document: an amount, who is named in it, what holds of it, what approvals cover."""
    names = {one["field"] for one in objects(flow) if isinstance(one.get("field"), str)} | set(people.get("fields", {}))
    rules = {one[key] for one in objects(flow) for key in ("rule", "predicate") if isinstance(one.get(key), str)}
    nodes = {one["id"] for one in objects(flow) if isinstance(one.get("id"), str)} & set(contents(people.get("content")))
    kinds = [("amount", "money", False)]
    kinds += [(f"who_{name}", "employee", False) for name in sorted(names)]
    kinds += [(f"is_{name}", "boolean", False) for name in sorted(rules | set(people.get("true", [])))]
    kinds += [("fixed", "text", True)] + [(f"content_{node}", "text", True) for node in sorted(nodes)]
    return [
        {"name": name, "en": name, "zh": name, "kind": kind, "on_way": True, "material": material} for name, kind, material in kinds
    ]


def configuration_of(flow: Json, people: Json, administrators: List[str]) -> Dict[str, Any]:
    """One company, its departments one below the other, whoever there is, and what each holds."""
    heads, gone = heads_of(people), people.get("gone", [])
    named = {key.split("@")[0] for key in people.get("posts", {})}
    named |= {one["post"] for one in objects(flow) if isinstance(one.get("post"), str) and one["post"]}
    companies = {key.split("@")[1] for key in people.get("posts", {})} - {"company", "department"}
    companies |= {one["in"]["company"] for one in objects(flow) if isinstance(one.get("in"), dict) and "company" in one["in"]}
    levels = range(max(1, len(heads)))
    grant = {"scope": "company"}
    may = ["request.read", "request.create", "request.edit", "request.submit"]
    posts = [
        {"code": "maker", "name": "maker", "grants": [{"functions": may, "scope": "self"}]},
        {"code": "member", "name": "member", "grants": [{"functions": ["request.read"], **grant}]},
        {"code": BLIND, "name": BLIND, "grants": []},
        {"code": CHIEF, "name": CHIEF, "grants": [{"functions": ["request.read", "request.administer"], **grant}]},
        *({"code": code, "name": code, "grants": []} for code in sorted(named)),
    ]
    employees = []
    for index, person in enumerate(people["persons"]):
        base = "maker" if index == 0 else BLIND if person in people.get("cannot_read", []) else "member"
        held = [{"post": base}, *({"post": CHIEF} for _ in range(person in administrators)), *holdings_of(people, person)]
        employees.append({"code": person, "name": person, "department": "D1", "posts": [] if person in gone else held})
    limits = [
        {
            "type": "request",
            "department": f"D{level + 1}",
            "amount": {"amount_minor": FULL_MONEY if heads[level] in people.get("covers", []) else NO_MONEY, "currency": "CNY"},
        }
        for level in range(len(heads))
    ]
    return {
        "group": {"code": "G", "name": "集团"},
        "companies": [{"code": code, "name": code, "kinds": ["sales"], "currency": "CNY"} for code in ["C", *sorted(companies)]],
        "departments": [
            {
                "code": f"D{level + 1}",
                "name": f"D{level + 1}",
                "company": "C",
                **({"parent": f"D{level + 2}"} if level + 1 < len(heads) else {}),
                **({"head": heads[level]} if heads else {}),
            }
            for level in levels
        ],
        "types": [{"name": "request", "prefix": "RQ", "en": "request", "zh": "申请", "fields": fields_of(flow, people)}],
        "posts": posts,
        "employees": employees,
        "limits": limits,
        "calendars": [{"hours": ["09:00", "17:00"]}],
    }


def document_fields(people: Json, ids: Dict[str, int], known: List[str]) -> Dict[str, Any]:
    """What the world says of its document, as fields."""
    made: Dict[str, Any] = {f"who_{name}": ids.get(code) for name, code in people.get("fields", {}).items()}
    made.update({f"content_{node}": text for node, text in contents(people.get("content")).items()})
    made.update({name: name[3:] in people.get("true", []) for name in known if name.startswith("is_")})
    return {name: value for name, value in made.items() if name in known}


# -- the world --


class ApprovalWorld:
    """A store with these people, one flow in force, and one document of the first of them."""

    def __init__(self, stack: ExitStack, flow: Json, people: Json, administrators: List[str]):
        self.stack, self.flow, self.people, self.administrators = stack, flow, people, administrators
        self.now = datetime(2026, 3, 2, 1, tzinfo=timezone.utc)  # Monday, 09:00 where the dealer is
        self.store = stack.enter_context(dealer.open(":memory:", clock=lambda: self.now))
        self.system = stack.enter_context(self.store.system("cases"))
        self.sessions: Dict[str, dealer.Session] = {}
        self.document = 0
        self.told = 0
        self.changed: Dict[str, Any] = {}
        self.configure()
        self.submitter = self.session(people["persons"][0])

    def publish(self, note: str = "first") -> None:
        """Puts the flow in force, as another version by another note; what is wrong with it raises."""
        if any(item is None or item == {} for item in parts(self.flow)):
            raise Inexpressible("null and an empty object are nothing that Lua has")
        made = rule_files(self.flow, self.people.get("content"))
        if "choices" in self.people:
            made.update(choice_files(self.people["choices"]))
        files = {name: f"{text}-- {note}\n" for name, text in made.items()}
        self.system.publish_rules({"note": note, "files": files})

    def configure(self) -> None:
        """Puts the people in force."""
        made = configuration_of(self.flow, self.people, self.administrators)
        self.known = [field["name"] for field in made["types"][0]["fields"]]
        self.system.apply_configuration(made)
        self.ids = {one["code"]: one["id"] for one in self.system.organisation()["employees"]}
        self.codes = {id: code for code, id in self.ids.items()}

    def session(self, person: str) -> dealer.Session:
        """Opened when he first acts."""
        if person not in self.sessions:
            self.sessions[person] = self.stack.enter_context(self.store.session(person))
        return self.sessions[person]

    def begin(self) -> None:
        """The document as a draft, of which nothing is told yet."""
        document = self.submitter.new("request", amount=dealer.Money.of_minor(100, "CNY"))
        document.merge_json(json.dumps(document_fields(self.people, self.ids, self.known)))
        self.document = document.save().id
        self.read()

    def change(self, people: Json) -> None:
        """Other people from now on, for what is under way as well; what the document says is written by whoever acts next."""
        before = document_fields(self.people, self.ids, self.known)
        organisation = {key: item for key, item in people.items() if key not in ("content", "true", "fields")}
        same = all(self.people.get(key) == item for key, item in organisation.items())
        self.people = people
        if not same:
            self.configure()
            self.session(self.administrators[0]).migrate_approvals(dry_run=False)
            self.read()
        after = document_fields(people, self.ids, self.known)
        self.changed = {name: value for name, value in after.items() if before.get(name) != value}

    # -- what it shows --

    def open(self, person: Optional[str] = None) -> dealer.Document:
        """The document as a person, or the system, reads it."""
        return (self.system if person is None else self.session(person)).open(self.document)

    def read(self) -> List[Dict[str, Any]]:
        """What was written into the history since it was read last."""
        rows = [item for item in self.system.history(self.document)["history"] if item["of"] == "journal" and item["sequence"] > self.told]
        self.told = max([self.told, *(item["sequence"] for item in rows)])
        return [{**item["detail"], "kind": item["kind"]} for item in rows if item["kind"] not in BESIDES]

    def explained(self) -> Dict[str, Any]:
        """State and nodes; before the first submission there are none."""
        try:
            return dict(self.open().explain())
        except dealer.StateError:
            return {"state": "new", "nodes": []}

    def awaited(self) -> List[str]:
        """Who is awaited, task by task; candidates of a post's task are joined."""
        if self.explained()["state"] != "running":
            return []
        found: Dict[int, List[str]] = {}
        for person in self.people["persons"]:
            for task in self.tasks_of(person):
                found.setdefault(task, []).append(person)
        return ["|".join(sorted(found[task])) for task in sorted(found)]

    def tasks_of(self, person: str) -> List[int]:
        """His open tasks."""
        return [] if person in self.people.get("gone", []) else [task.id for task in self.session(person).tasks()]

    def nodes(self) -> List[str]:
        """The nodes that count, each with its state."""
        return [
            " ".join([node["node"], node["state"], *(["overridden"] if node["overridden"] else [])])
            for node in self.explained()["nodes"]
            if node["counts"]
        ]

    def round(self) -> int:
        """The round."""
        return max((node["round"] for node in self.explained()["nodes"]), default=0)

    def route(self) -> List[str]:
        """The preview, node by node."""
        rows = []
        for node in self.open(self.people["persons"][0]).preview():
            people = [self.codes[person["person"]] for person in node["people"]]
            words = [node["node"], *(["skipped"] if node["skipped"] else []), *people, *(["(depends)"] if node["depends"] else [])]
            rows.append(" ".join(words))
        return rows

    # -- what is done --

    def task_for(self, action: Json) -> int:
        """The task that is named, or the only one of his; else the last that concerned him; else somebody's."""
        if "task" in action:
            return int(action["task"])
        actor = action["actor"]
        mine = self.tasks_of(actor)
        if len(mine) > 1:
            raise Inexpressible("which of his tasks: a host always says")
        rows = sorted((row for node in self.explained()["nodes"] for row in node["people"]), key=lambda row: row["task"])
        done = [task.id for task in self.session(actor).tasks(done=True)] if action["verb"] == "take_back" else []
        his = [row["task"] for row in rows if self.codes[row["person"]] == actor]
        others = [row["task"] for row in rows if row["state"] == "open"]
        return next((found[-1] for found in (done, mine, his, others) if found), 1)

    def amend(self) -> None:
        """Whoever has it writes what has changed."""
        fields, self.changed = self.changed, {}
        state = self.explained()["state"]
        awaited = self.awaited()
        if state == "suspended":
            raise Inexpressible("nobody amends what is suspended")
        person = awaited[0].split("|")[0] if state == "running" and awaited else self.people["persons"][0]
        document = self.open(person)
        document.merge_json(json.dumps(fields))
        document.save()

    def act(self, action: Json) -> None:
        """One action; refused, it raises."""
        self.now += timedelta(seconds=1, hours=action.get("hours_later", 0))
        verb = action["verb"]
        if action.get("history"):
            raise Inexpressible("how far a reader had read the history")
        if verb == "amend" and not action.get("administrator"):
            raise Inexpressible("amending is no verb of a host")
        if verb == "amend" or self.changed:
            self.amend()
        if verb != "amend":
            self.perform(verb, action)

    def perform(self, verb: str, action: Json) -> None:
        """The call that the verb is."""
        if verb == "time_out":
            self.fire(action)
            return
        session = self.session(action["actor"])
        if action.get("administrator") and action["actor"] not in self.administrators:
            raise Inexpressible("administrates what he may not")
        arguments = {NAMES[key]: action[key] for key in NAMES if key in action}
        if verb in ("submit", "resubmit"):
            self.submit(session)
        elif verb == "recall":
            session.open(self.document).recall(action.get("comment"))
        elif verb == "migrate":
            self.publish("next")
            check_rows(session.migrate_approvals(action.get("comment"), dry_run=False))
        elif verb == "hand_over":
            check_rows(session.hand_over(action.get("from", ""), action.get("person", ""), action.get("comment")))
        elif verb in ON_DOCUMENT:
            session.open(self.document).act(verb, **arguments)
        else:
            if verb in ("reject", "return"):
                arguments.setdefault("comment", "-")
            session.act(self.task_for(action), verb, **arguments)

    def submit(self, session: dealer.Session) -> None:
        decision = session.open(self.document).submit()
        if not decision:
            raise dealer.RuleError(decision.en, id=decision.reasons[-1].id, zh=decision.zh)

    def fire(self, action: Json) -> None:
        if "actor" in action:
            raise Inexpressible("the clock is nobody's verb")
        answer = self.system.tick(1)
        if answer["failed"]:
            raise refused(answer["failed"][0])
        if not answer["fired"]:
            raise dealer.StateError("nothing is due", id=NOTHING, zh="没有到期的")


Result = Tuple[Optional[dealer.Error], List[Dict[str, Any]]]


def play(world: ApprovalWorld, action: Json) -> Result:
    """One action: how it was refused, and what it wrote."""
    error = None
    try:
        world.act(action)
    except dealer.Error as refused:
        error = refused
    return error, world.read()
