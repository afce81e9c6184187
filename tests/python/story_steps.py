"""Plays the steps of a story through the public interface of the package, and holds what came of each against what the story expects.

A query that the library is to refuse, which the types of the package mostly leave no way to say, is asked of the layer below them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Callable, Dict, List, Optional, Tuple

import dealer
from dealer import _dealer
from dealer._decision import decision_of
from story_world import GROUP, Json, World, change, matches, morning, resolve, same_items, text_of

HOLE = re.compile(r"\{[a-z_]+\}")
NO_CHANGE = (dealer.Outcome.NO, dealer.Outcome.FAILED)


@dataclass
class Step:
    """A step, and what came of it."""

    world: World
    spec: Dict[str, Any]
    error: Optional[dealer.Error] = None
    decision: Optional[dealer.Decision] = None
    answer: Json = None
    session: dealer.Session = field(init=False)

    @property
    def person(self) -> str:
        """Who acts."""
        name: str = self.spec.get("as", "system")
        return name

    def get(self, key: str) -> Json:
        """A member of the step, resolved."""
        return self.world.with_people(resolve(self.spec.get(key), self.world.documents))

    def document(self) -> dealer.Document:
        """The document as the person reads it now, or the copy that he holds."""
        if self.spec.get("held"):
            return self.world.held[self.person, self.spec["document"]]
        return self.session.open(self.id)

    @property
    def id(self) -> int:
        """The id of the step's document."""
        named = self.spec["document"]
        return named if isinstance(named, int) else self.world.documents[named]

    def merged(self) -> dealer.Document:
        """The document with the step's fields."""
        return self.merge(self.document())

    def merge(self, document: dealer.Document) -> dealer.Document:
        """Sets the step's fields."""
        if "fields" in self.spec:
            document.merge_json(text_of(self.get("fields")))
        return document


# -- documents --


def finish_new(step: Step, document: dealer.Document) -> None:
    place = step.spec.get("place")
    try:
        if place:
            document.move(place["company"], place.get("department"))
        step.merge(document)
        if "then" in step.spec:
            step.decision = getattr(document, step.spec["then"])()
        else:
            document.save()
    finally:
        if document.id and "document" in step.spec:
            step.world.documents[step.spec["document"]] = document.id


def do_new(step: Step) -> None:
    finish_new(step, step.session.new(step.spec["type"]))


def do_derive(step: Step) -> None:
    source = step.spec["from"]
    finish_new(step, step.session.derive(step.spec["type"], source if isinstance(source, int) else step.world.documents[source]))


def do_open(step: Step) -> None:
    step.answer = dealer._values.loads(step.document().to_json())


def do_hold(step: Step) -> None:
    step.world.held[step.person, step.spec["document"]] = step.document()


def reason_of(step: Step) -> str:
    """None is a TypeError of the package's already; the library is asked without a reason by an empty one."""
    return step.spec.get("reason") or ""


def day_of(step: Step) -> Optional[date]:
    """The day that is asked about; None: today."""
    return date.fromisoformat(step.spec["day"]) if "day" in step.spec else None


def do_follow(step: Step) -> None:
    step.world.documents[step.spec["name"]] = step.document()[step.spec["field"]]


def do_lock_many(step: Step) -> None:
    ids = [named if isinstance(named, int) else step.world.documents[named] for named in step.spec["documents"]]
    step.answer = step.session.set_locked(ids, step.spec["do"] == "lock_many")


# -- tasks --


def find_task(session: dealer.Session, done: bool, document: int) -> int:
    found = [task.id for task in session.tasks(done) if task.document == document]
    return found[-1] if found else 0


def task_of(step: Step) -> int:
    """The task on the document of the person, or of "task_of": open, else the last that was seen, else decided."""
    whose = step.spec.get("task_of", step.person)
    session, key = step.world.session(whose), (whose, step.id)
    task = find_task(session, False, step.id) if session is not step.world.system else 0
    if task:
        step.world.last_tasks[key] = task
    return task or step.world.last_tasks.get(key) or find_task(session, True, step.id)


def do_task(step: Step) -> None:
    decide = getattr(step.session, step.spec["do"])
    step.decision = decide(task_of(step), step.spec.get("comment"))


def do_act(step: Step) -> None:
    task, verb, arguments = task_of(step), step.spec["verb"], step.get("arguments")
    if isinstance(arguments, dict):
        step.decision = step.session.act(task, verb, **arguments)
        return
    with step.session._guard as raw:
        step.decision = decision_of(_dealer.task_act(raw, task, verb, text_of(arguments)))


def do_see_task(step: Step) -> None:
    step.answer = task_of(step)


# -- questions --


def where_of(step: Step, query: Dict[str, Any], node: Json) -> Json:
    """The values of a condition as Python has them."""
    if not isinstance(node, dict):
        return [where_of(step, query, part) for part in node] if isinstance(node, list) else node
    fields = step.session.catalogue()[query["type"]].fields
    made = {key: item if key in ("value", "field", "op") else where_of(step, query, item) for key, item in node.items()}
    if "value" in made and made.get("field") in fields:
        made["value"] = fields[made["field"]].from_json(made["value"])
    return made


def do_list(step: Step) -> None:
    query = step.get("query")
    if "refused" in step.spec:
        step.session._page(text_of(query))
    else:
        where = where_of(step, query, query.get("where"))
        step.answer = [document.id for document in step.session.documents(query["type"], where, query.get("order"), page=2)]


def do_count(step: Step) -> None:
    query = step.get("query")
    if "refused" in step.spec:
        with step.session._guard as raw:
            step.answer = _dealer.list_count(raw, text_of(query), step.spec.get("cap", 0))
    else:
        cap = step.spec.get("cap", 0)
        count = step.session.count(query["type"], where_of(step, query, query.get("where")), None if cap == -1 else cap)
        step.answer = {"count": int(count), "cut": count.is_cut} if "cap" in step.spec else int(count)


def do_sum(step: Step) -> None:
    query = step.get("query")
    where = where_of(step, query, query.get("where"))
    step.answer = {"rows": step.session.sums(query["type"], step.spec["field"], step.spec.get("group"), where)}


def do_check(step: Step) -> None:
    """Both ways of asking must agree."""
    step.decision = step.session.check(step.spec["function"], step.id)
    assert step.session.allows(step.spec["function"], step.session.open(step.id)) is (step.decision.outcome is dealer.Outcome.YES)


def do_who_can(step: Step) -> None:
    step.answer = step.session.who_can(step.spec["function"], step.id)


# -- messages --


def as_json(step: Step, message: dealer.Message) -> Dict[str, Any]:
    return {
        "id": message.id,
        "to": message.party or step.world.code_of(message.person),
        "event": message.event,
        "document": message.document,
        "read": message.read,
        "text": {"en": message.en, "zh": message.zh},
    }


def do_inbox(step: Step) -> None:
    step.answer = [as_json(step, message) for message in step.session.inbox(step.spec.get("unread", False))]


def do_outbox(step: Step) -> None:
    step.answer = [as_json(step, message) for message in dealer.SystemSession.outbox(step.session)]  # type: ignore[arg-type]


def do_acknowledge(step: Step) -> None:
    do_outbox(step)
    for message in step.answer:
        step.world.system.acknowledge(message["id"])


def minutes(step: Step) -> timedelta:
    return timedelta(minutes=step.spec.get("minutes", 0))


def do_lease(step: Step) -> None:
    leased = step.world.system.lease(step.spec.get("limit", 1000), minutes(step))
    step.world.leases[step.spec["name"]] = leased
    step.answer = [{"message": one.message, "attempt": one.attempt, "cloud_event": one.cloud_event} for one in leased]


def do_settle(step: Step) -> None:
    for leased in step.world.leases[step.spec["name"]]:
        if step.spec["do"] == "failed":
            step.world.system.failed(leased, step.spec.get("reason"), minutes(step))
        else:
            step.world.system.delivered(leased)


def do_dead_letters(step: Step) -> None:
    step.answer = [as_json(step, message) for message in step.world.system.dead_letters()]


def do_revive(step: Step) -> None:
    for message in list(step.world.system.dead_letters()):
        step.world.system.revive(message)


def do_mark(step: Step) -> None:
    do_inbox(step)
    for message in step.answer:
        step.session.mark_read(message["id"], step.spec["do"] == "read")


# -- transactions, time, configuration, rules --


def do_transaction(step: Step) -> None:
    getattr(step.session, step.spec["do"])()
    if step.spec["do"] == "begin" and step.person != "system":
        step.world.in_transaction.add(step.person)
    else:
        step.world.in_transaction.discard(step.person)


def do_clock(step: Step) -> None:
    if "to" in step.spec:
        step.world.now = morning(step.spec["to"])
    step.world.later(step.spec.get("hours", 0))


def do_configure(step: Step) -> None:
    wanted = json.loads(json.dumps(step.world.configuration))
    change(wanted, step.spec["change"])
    try:
        step.answer = step.session.apply_configuration(wanted, step.spec.get("check_only", False))
    except dealer.ConfigurationError as error:
        step.answer = error.findings
        raise
    step.world.configuration.update(wanted)


def do_publish(step: Step) -> None:
    """The starter rules with some files replaced, added, or (null) left out."""
    rules = step.world.system.starter_rules()
    for name, lines in step.spec["files"].items():
        if lines is None:
            rules["files"].pop(name, None)
        else:
            rules["files"][name] = "".join(f"{line}\n" for line in lines) if isinstance(lines, list) else lines
    publish = dealer.SystemSession.publish_rules
    step.answer = publish(step.session, rules, step.spec.get("check_only", False))  # type: ignore[arg-type]


# -- the table --


def decides(call: Callable[[Step], dealer.Decision]) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        step.decision = call(step)

    return run


def answers(call: Callable[[Step], Any]) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        step.answer = call(step)

    return run


def does(call: Callable[[Step], Any]) -> Callable[[Step], None]:
    def run(step: Step) -> None:
        call(step)

    return run


VERBS: Dict[str, Callable[[Step], None]] = {
    "new": do_new,
    "derive": do_derive,
    "open": do_open,
    "hold": do_hold,
    "set": does(lambda step: step.merged().save()),
    "submit": decides(lambda step: step.merged().submit()),
    "enter": decides(lambda step: step.merged().enter()),
    "recall": decides(lambda step: step.document().recall(step.spec.get("comment"))),
    "value": decides(lambda step: step.merged().value()),
    "void": does(lambda step: step.document().void(reason_of(step))),
    "delete": does(lambda step: step.document().delete()),
    "lose": does(lambda step: step.document().lose(reason_of(step))),
    "review": does(lambda step: step.document().review()),
    "unreview": does(lambda step: step.document().review(False)),
    "confirm": does(lambda step: step.document().confirm()),
    "unconfirm": does(lambda step: step.document().unconfirm()),
    "refuse": does(lambda step: step.document().refuse(step.spec.get("comment") or "")),
    "lock": does(lambda step: step.document().lock()),
    "unlock": does(lambda step: step.document().unlock()),
    "lock_many": do_lock_many,
    "unlock_many": do_lock_many,
    "period": does(lambda step: step.session.set_period(*(step.spec[key] for key in ("company", "type", "month", "state")))),
    "periods": answers(lambda step: step.session.periods(step.spec.get("company"), step.spec.get("from"))),
    "follow": do_follow,
    "approve": do_task,
    "reject": do_task,
    "act": do_act,
    "see_task": do_see_task,
    "course": decides(lambda step: step.document().act(step.spec["verb"], **step.get("arguments"))),
    "tasks": answers(lambda step: [task.data for task in step.session.tasks(step.spec.get("done", False))]),
    "preview": answers(lambda step: step.document().preview()),
    "list": do_list,
    "count": do_count,
    "sum": do_sum,
    "report": answers(lambda step: step.session.report(step.spec["report"], **(step.get("arguments") or {}))),
    "check": do_check,
    "who_can": do_who_can,
    "functions": answers(lambda step: step.session.functions()),
    "history": answers(lambda step: step.session.history(step.id)),
    "statement": answers(lambda step: step.session.account_statement(step.get("customer") or step.get("party"), day_of(step))),
    "ageing": answers(lambda step: step.session.account_ageing(day_of(step))),
    "inbox": do_inbox,
    "outbox": do_outbox,
    "acknowledge": do_acknowledge,
    "lease": do_lease,
    "delivered": do_settle,
    "failed": do_settle,
    "dead_letters": do_dead_letters,
    "revive": do_revive,
    "read": do_mark,
    "unread": do_mark,
    "begin": do_transaction,
    "commit": do_transaction,
    "rollback": do_transaction,
    "tick": answers(lambda step: step.session.tick(step.spec.get("limit", 1000))),
    "clock": do_clock,
    "configure": do_configure,
    "publish": do_publish,
}


# -- what came of it --


def levels_of(error: dealer.Error) -> List[Tuple[str, str, str]]:
    return [(error.id, error.en, error.zh), *((cause.id, cause.en, cause.zh) for cause in error.causes)]


def compare_refusal(step: Step, wanted: Dict[str, Any]) -> None:
    assert step.error is not None, f"was not refused, but {step.decision or step.answer}"
    levels = levels_of(step.error)
    assert f"DEALER_E_{step.error.status.name}" == wanted["status"], levels
    assert "id" not in wanted or wanted["id"] in [level[0] for level in levels], levels
    assert "says" not in wanted or any(wanted["says"] in sentence for level in levels for sentence in level[1:]), levels
    for level in levels:
        assert all(sentence and not HOLE.search(sentence) for sentence in level[1:]), f"says what is wrong, in two languages: {level}"


def compare_outcome(step: Step, wanted: Optional[str]) -> None:
    if step.decision is None:
        assert wanted is None
        return
    found = step.decision.outcome.name.lower()
    assert found == step.decision.data["outcome"]
    assert found == wanted if wanted else bool(step.decision), step.decision
    assert step.decision.en or not step.decision.reasons


def compare_document(step: Step, wanted: Dict[str, Any]) -> None:
    asked = {**step.get("expect").get("fields", {}), **{key: wanted[key] for key in ("status", "number") if key in wanted}}
    if not asked and "fields" not in wanted:
        return
    document = step.world.reader(step.person).open(step.id)
    found = dealer._values.loads(document.to_json())
    assert matches(found, asked), f"found {found}, expected {asked}"
    for name in ("status", "number"):
        assert name not in wanted or getattr(document, name) == wanted[name]


def codes_of(step: Step, rows: List[Dict[str, Any]]) -> List[Optional[str]]:
    return [step.world.code_of(row["person"]) for row in rows]


def compare_awaited(step: Step, wanted: List[str]) -> None:
    awaited = codes_of(step, step.world.reader(step.person).history(step.id)["awaited"])
    assert same_items(awaited, wanted), f"awaited: found {awaited}, expected {wanted}"


def compare_messages(step: Step, wanted: List[Dict[str, Any]]) -> None:
    named = [{**one, **({"document": step.world.documents[one["document"]]} if "document" in one else {})} for one in wanted]
    assert same_items(step.answer, named), f"messages: found {step.answer}, expected {named}"


def compare_kinds(step: Step, wanted: List[Json]) -> None:
    items = iter(step.answer["history"])
    for one in resolve(wanted, step.world.documents):
        assert any(item["kind"] == one if isinstance(one, str) else matches(item, one) for item in items), f"{one} of {step.answer['history']}"


def compare_documents(step: Step, wanted: List[str]) -> None:
    found = [item["document"] if isinstance(item, dict) else item for item in step.answer]
    assert found == [step.world.documents[name] for name in wanted]


def compare_answer(step: Step, wanted: Json) -> None:
    assert matches(step.answer, resolve(wanted, step.world.documents)), f"found {step.answer}, expected {wanted}"


def holds(step: Step, found: List[Json], wanted: List[Json], should: bool) -> None:
    for one in resolve(wanted, step.world.documents):
        assert any(matches(item, one) for item in found) is should, f"{one} in {found}"


def words(step: Step, wanted: List[str], should: bool) -> None:
    """Words anywhere in the answer, or nowhere."""
    for one in wanted:
        assert (one in str(step.answer)) is should, f"{one} in {step.answer}"


def compare_reasons(step: Step, wanted: List[str]) -> None:
    assert step.decision is not None
    found = [reason.id for reason in step.decision.reasons]
    assert not set(wanted) - set(found), f"reasons: found {found}, expected {wanted}"


def compare_decision(step: Step, wanted: Dict[str, Any]) -> None:
    assert step.decision is not None and matches(step.decision.data, resolve(wanted, step.world.documents)), step.decision


def compare_route(step: Step, wanted: List[List[str]]) -> None:
    assert [codes_of(step, node["people"]) for node in step.answer] == wanted


MEMBERS: Dict[str, Callable[[Step, Any], None]] = {
    "reasons": compare_reasons,
    "decision": compare_decision,
    "awaited": compare_awaited,
    "count": compare_answer,
    "answer": compare_answer,
    "documents": compare_documents,
    "messages": compare_messages,
    "kinds": compare_kinds,
    "without": lambda step, wanted: holds(step, step.answer["history"], wanted, False),
    "sources": lambda step, wanted: holds(step, step.answer["sources"], wanted, True),
    "includes": lambda step, wanted: holds(step, step.answer, wanted, True),
    "excludes": lambda step, wanted: holds(step, step.answer, wanted, False),
    "says": lambda step, wanted: words(step, wanted, True),
    "silent": lambda step, wanted: words(step, wanted, False),
    "route": compare_route,
}
OF_DOCUMENT = ("outcome", "status", "number", "fields")


def compare(step: Step) -> None:
    """Everything that the story expects of the step."""
    expect = step.spec.get("expect", {})
    if "refused" in step.spec:
        compare_refusal(step, step.spec["refused"])
    else:
        assert step.error is None, levels_of(step.error)
        compare_outcome(step, expect.get("outcome"))
    if expect:
        compare_document(step, expect)
    for key, wanted in expect.items():
        if key not in OF_DOCUMENT:
            MEMBERS[key](step, wanted)


# -- playing --


def act(step: Step) -> None:
    try:
        step.session = step.world.session(step.person)
        VERBS[step.spec["do"]](step)
    except dealer.Error as error:
        step.error = error


def play_step(world: World, spec: Dict[str, Any]) -> None:
    step = Step(world, spec)
    watched = ("refused" in spec or "outcome" in spec.get("expect", {})) and not world.in_transaction
    before = world.dump() if watched else None
    act(step)
    compare(step)
    if watched and (step.error or (step.decision and step.decision.outcome in NO_CHANGE)):
        assert world.dump() == before, "was refused, and changed something all the same"


def play(world: World, story: Dict[str, Any]) -> None:
    """Scenes, each once, then steps."""
    for scene in story.get("with", ()):
        if scene not in world.scenes:
            world.scenes.add(scene)
            play(world, {"name": scene, **GROUP["scenes"][scene]})
    for index, spec in enumerate(story.get("steps", ())):
        try:
            play_step(world, spec)
        except AssertionError as error:
            raise AssertionError(f"{story['name']}, step {index + 1}: {text_of(spec)}\n    {error}") from error
