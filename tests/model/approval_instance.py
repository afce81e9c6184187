"""An approval under way as the slow model keeps it: nodes visited, tasks, and the walk over the flow that follows each deed.

Where it stands is never stored: it is found anew by walking the flow from its start over the visits that count. The verbs are in
approval_verbs.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Optional, Tuple

import approval_people as people
from approval_flow import BRANCHING, Flow, Node
from approval_people import Asked, World
from approval_time import Calendar, after
from approval_votes import NO, YES, Voice, verdict

Json = Any
CREDITED = "credited"
MEANING = {CREDITED: YES, "auto_approved": YES, "auto_rejected": NO}
WITH_SUBMITTER = ("returned", "recalled", "rejected")


class Again(Exception):
    """The way has changed under the walk: it begins anew."""


@dataclass(eq=False)
class Task:
    """One person's part in a visit."""

    number: int
    person: Optional[str]  # None while nobody has claimed it
    candidates: List[str] = field(default_factory=list)
    entry: Json = field(default_factory=dict)
    role: str = "asked"  # before, after, beside: added; escalated: one voice with another
    state: str = "open"  # waiting, done, cancelled, removed
    answer: Optional[str] = None
    by: Optional[str] = None  # who added him
    delegates: List[str] = field(default_factory=list)
    named: bool = False  # handed on by name
    voice_of: Optional["Task"] = None
    covered: Dict[str, Any] = field(default_factory=dict)
    due: Optional[datetime] = None
    opened: bool = False

    def has(self) -> Optional[str]:
        """Whom it is with."""
        return self.delegates[-1] if self.delegates else self.person

    def undecided(self) -> bool:
        return self.state in ("open", "waiting")

    def may_act(self, person: str) -> bool:
        """Whether it waits for him, or he may claim it."""
        return self.has() == person or (self.person is None and person in self.candidates)

    def concerns(self, person: str) -> bool:
        return person in (self.person, *self.delegates) or (self.person is None and person in self.candidates)


@dataclass(eq=False)
class Visit:
    """A node entered once."""

    node: Node
    round: int
    state: str = "active"  # passed, rejected, skipped, cancelled, returned
    counts: bool = True
    overridden: bool = False
    listed: bool = True
    chosen: List[int] = field(default_factory=list)
    tasks: List[Task] = field(default_factory=list)
    reached: bool = False  # the vote is passed, and those added after are asked
    until: Optional[datetime] = None  # of a delay
    sent_back: bool = False  # of a route back
    named: List[str] = field(default_factory=list)  # who was asked, or told, when it was entered

    def voices(self) -> List[Voice]:
        """Those in the vote; an escalated task speaks with the late one's voice."""
        found = []
        for task in self.tasks:
            if task.role not in ("asked", "beside") or task.state == "removed":
                continue
            found.append(Voice(self.said(task), task.entry.get("weight", 1), task.entry.get("group"), self.veto(task)))
        return found

    def said(self, task: Task) -> Optional[str]:
        """Its answer, or that of those who were asked beside a late one."""
        answer = next((one.answer for one in self.tasks if one.answer and (one is task or one.voice_of is task)), None)
        return MEANING.get(answer or "", answer)

    def veto(self, task: Task) -> bool:
        return bool(task.entry.get("veto") or (self.node.data.get("veto") and task.role == "asked"))

    def extras(self) -> List[Task]:
        """Those who must agree besides the vote."""
        return [task for task in self.tasks if task.role in ("before", "after") and task.state != "removed"]


class Instance:
    """State, visits, and the way."""

    def __init__(self, flow: Flow, world: World, material: List[str], calendar: Calendar, now: datetime):
        self.flow, self.world, self.material, self.calendar, self.now = flow, world, material, calendar, now
        self.state, self.round = "new", 0
        self.visits: List[Visit] = []
        self.log: List[Tuple[str, Optional[str], Optional[str]]] = []
        self.copies: List[Tuple[str, bool]] = []
        self.last: Optional[Tuple[str, int, List[Visit]]] = None  # whose decision can be taken back, and what was before
        self.suspended: Optional[datetime] = None
        self.locked = False
        self.tasks_made = 0
        self.stands: Optional[Visit] = None  # returned to the submitter with `back`, from here

    # -- reading --

    def counting(self) -> List[Visit]:
        return [visit for visit in self.visits if visit.counts]

    def visit_of(self, node: Node) -> Optional[Visit]:
        """The visit of a node that counts."""
        return next((visit for visit in self.visits if visit.counts and visit.node.id == node.id), None)

    def active(self) -> List[Visit]:
        return [visit for visit in self.visits if visit.counts and visit.state == "active"]

    def open_tasks(self) -> List[Tuple[Visit, Task]]:
        return [(visit, task) for visit in self.active() for task in visit.tasks if task.state == "open"]

    def tell(self, kind: str, visit: Optional[Visit] = None, person: Optional[str] = None) -> None:
        self.log.append((kind, visit.node.id if visit else None, person))

    # -- the way --

    def walk(self) -> None:
        """Goes on until somebody, or an instant, is awaited everywhere."""
        while self.state == "running":
            try:
                if self._sequence(self.flow.nodes):
                    self.end("approved")
                return
            except Again:
                continue

    def _sequence(self, row: List[Node]) -> bool:
        """Walks a sequence as far as it goes; whether it is at its end."""
        for node in row:
            visit = self.visit_of(node) or self.enter(node)
            if visit.state == "active" and node.sequences:
                if all([self._sequence(node.sequences[number]) for number in visit.chosen]):
                    self.pass_node(visit)
            if visit.state == "active":
                return False
        return True

    def enter(self, node: Node) -> Visit:
        """A node is come to."""
        visit = Visit(node, self.round)
        self.visits.append(visit)
        getattr(self, "_enter_" + ("branches" if node.kind in BRANCHING else node.kind))(visit)
        return visit

    def _enter_approve(self, visit: Visit) -> None:
        left: List[str] = []
        asked = people.decide(self.world, visit.node, left)
        visit.named = [one.person for one in asked]
        self.tell("node_entered", visit)
        for person in left:
            self.tell("approver_skipped", visit, person)
        if not asked:
            self.skip_node(visit)
            return
        self.ask(visit, asked)

    def _enter_rule(self, visit: Visit) -> None:
        if visit.node.data.get("reject") and self.world.holds(visit.node.data["reject"]):
            self.tell("node_entered", visit)
            self.reject_node(visit)
        elif visit.node.data.get("refer") and self.world.holds(visit.node.data["refer"]):
            self._enter_approve(visit)
        else:
            self.tell("node_entered", visit)
            self.skip_node(visit)

    def _enter_cc(self, visit: Visit) -> None:
        self.tell("node_entered", visit)
        for one in people.once(people.find(self.world, visit.node.data["who"])):
            self.copies.append((one.person, False))
            visit.named.append(one.person)
            self.tell("cc_sent", visit, one.person)
        self.pass_node(visit)

    def _enter_branches(self, visit: Visit) -> None:
        visit.chosen = self.choose(visit.node)
        self.tell("node_entered", visit)
        if visit.node.kind == "inclusive" and not visit.chosen:
            self.skip_node(visit)
            return
        for _ in visit.chosen[: 1 if visit.node.kind == "parallel" else None]:
            self.tell("branch_chosen", visit)

    def choose(self, node: Node) -> List[int]:
        """Which branches are taken."""
        branches = node.data.get("branches", [{}, {}])
        if node.kind == "parallel":
            return list(range(len(branches)))
        found = []
        for number, branch in enumerate(branches):
            if not branch.get("otherwise") and self.world.holds(branch["when"]):
                found.append(number)
                if node.kind == "exclusive":
                    break
        return found or [number for number, branch in enumerate(branches) if branch.get("otherwise")]

    def _enter_delay(self, visit: Visit) -> None:
        self.tell("node_entered", visit)
        visit.until = after(self.now, visit.node.data, self.calendar)
        self.tell("delayed", visit)

    def _enter_route_back(self, visit: Visit) -> None:
        sent = sum(one.sent_back and one.node.id == visit.node.id and one.round == self.round for one in self.visits)
        self.tell("node_entered", visit)
        if sent >= visit.node.data.get("times", 1):
            self.skip_node(visit)
        else:
            visit.state, visit.sent_back = "returned", True
            self.tell("routed_back", visit)
            target = self.flow.get(visit.node.prefix + visit.node.data["to"])
            assert target is not None
            self.void_from(target)
            raise Again

    def _enter_sub_flow(self, visit: Visit) -> None:
        visit.chosen = [0]
        self.tell("node_entered", visit)

    def _enter_end(self, visit: Visit) -> None:
        self.tell("node_entered", visit)
        self.pass_node(visit)
        self.flow_ends(visit, visit.node.data.get("outcome", "approved"))

    # -- what a node comes to --

    def pass_node(self, visit: Visit) -> None:
        visit.state = "passed"
        self.close_tasks(visit)
        self.tell("node_passed", visit)

    def skip_node(self, visit: Visit) -> None:
        visit.state = "skipped"
        self.close_tasks(visit)
        self.tell("node_skipped", visit)

    def reject_node(self, visit: Visit) -> None:
        """A rejected node does what the flow says."""
        visit.state = "rejected"
        self.close_tasks(visit)
        self.tell("node_rejected", visit)
        self.after_rejection(visit)

    def after_rejection(self, visit: Visit) -> None:
        if visit.node.beside:
            raise Again
        policy = visit.node.get("rejected")
        if policy == "end":
            self.flow_ends(visit, "rejected")
        target = self.nearest_decided(visit.node) if policy == "previous" else None
        if policy.startswith("node:"):
            target = self.flow.get(visit.node.prefix + policy[5:])
        if target is None:
            self.to_submitter()
        else:
            self.void_from(target)
        raise Again

    def flow_ends(self, visit: Visit, outcome: str) -> None:
        """The flow that a node stands in ends: the approval, or a sub-flow."""
        sub_flow = visit.node.flow_node()
        if sub_flow is None:
            self.end(outcome)
            raise Again
        around = self.visit_of(sub_flow)
        assert around is not None
        inside = [node.id for node in sub_flow.inside() if node is not sub_flow]
        for one in self.active():
            if one.node.id in inside:
                self.cancel(one)
        if outcome == "approved":
            self.pass_node(around)
            raise Again
        self.reject_node(around)

    def end(self, outcome: str) -> None:
        self.cancel_all()
        self.state = outcome
        self.tell("final_" + outcome)

    def to_submitter(self) -> None:
        self.cancel_all()
        self.state, self.stands = "returned", None
        self.tell("returned_to_submitter")

    def nearest_decided(self, node: Node) -> Optional[Node]:
        """The nearest approve node before it where somebody decided."""
        for one in reversed(node.on_the_way()):
            visit = self.visit_of(one)
            if visit and visit.state in ("passed", "rejected") and (any(task.answer for task in visit.tasks) or visit.overridden):
                if one.kind in ("approve", "rule"):
                    return one
        return None

    # -- what counts no more --

    def cancel(self, visit: Visit) -> None:
        visit.state = "cancelled"
        self.close_tasks(visit)
        self.tell("node_cancelled", visit)

    def cancel_all(self) -> None:
        for visit in self.counting():
            if visit.state == "active":
                self.cancel(visit)

    def close_tasks(self, visit: Visit) -> None:
        for task in visit.tasks:
            if task.undecided():
                self.drop(visit, task)

    def drop(self, visit: Visit, task: Task) -> None:
        """A task vanishes; told to him whom it waited for."""
        if task.opened:
            self.tell("task_cancelled", visit, task.has())
        task.state = "cancelled"

    def void_from(self, node: Node) -> None:
        """A node, and all from there on, counts no more; what it stands in is open again."""
        behind = {one.id for one in node.from_here()}
        for visit in self.counting():
            if visit.node.id in behind:
                if visit.state == "active":
                    self.cancel(visit)
                visit.counts = False
        self.open_around(node)

    def open_around(self, node: Node) -> None:
        """What a node stands in is come to again where it was passed; which branches were chosen is kept."""
        for around in reversed(list(node.above())):
            visit = self.visit_of(around)
            if visit and visit.state != "active":
                visit.counts = False
                self.visits.append(Visit(around, self.round, chosen=visit.chosen))
                self.tell("node_entered", visit)

    # -- asking --

    def ask(self, visit: Visit, asked: List[Asked]) -> None:
        if visit.node.data.get("claim"):
            task = self.add_task(visit, None, {}, candidates=[one.person for one in asked])
            before = [one.person for one in asked if self.approved_before(visit, one.person)]
            if before:
                task.person, task.state, task.answer = before[0], "done", CREDITED
                self.cover(visit, task)
                self.tell("approver_skipped", visit, before[0])
        else:
            for one in asked:
                task = self.add_task(visit, one.person, one.entry)
                if self.approved_before(visit, one.person):
                    task.state, task.answer = "done", CREDITED
                    self.cover(visit, task)
                    self.tell("approver_skipped", visit, one.person)
        if any(task.answer for task in visit.tasks) and verdict(visit.node.get("mode"), visit.voices()) == "passed":
            self.skip_node(visit)  # what was approved before is enough
            return
        self.take_turns(visit)
        self.settle(visit)

    def add_task(self, visit: Visit, person: Optional[str], entry: Json, role: str = "asked", candidates: Any = ()) -> Task:
        self.tasks_made += 1
        task = Task(self.tasks_made, person, list(candidates), entry, role, state="waiting")
        visit.tasks.append(task)
        return task

    def approved_before(self, visit: Visit, person: str) -> bool:
        """same_approver."""
        policy = visit.node.get("same_approver")
        if policy == "skip_anywhere":
            return any(self._approved_at(one, person) for one in visit.node.on_the_way())
        return policy == "skip_consecutive" and any(self._approved_at(one, person) for one in self.just_before(visit.node))

    def _approved_at(self, node: Node, person: str) -> bool:
        visit = self.visit_of(node)
        return visit is not None and any(task.person == person and task.answer in (YES, CREDITED) for task in visit.tasks)

    def just_before(self, node: Node) -> List[Node]:
        """The nodes where people decided just before this one; several after a join."""
        earlier = node.earlier()
        if not earlier:
            return self.just_before(node.parent) if node.parent else []
        return self._last_of(earlier) or (self.just_before(node.parent) if node.parent else [])

    def _last_of(self, row: List[Node]) -> List[Node]:
        for node in reversed(row):
            visit = self.visit_of(node)
            if visit is None or (visit.state == "skipped" and not visit.tasks):
                continue
            if node.sequences:
                found = [one for number in visit.chosen for one in self._last_of(node.sequences[number])]
                if found:
                    return found
            elif visit.tasks:
                return [node]
        return []

    def take_turns(self, visit: Visit) -> None:
        """Opens the tasks whose turn it is, and lets the others wait."""
        turn = self.whose_turn(visit)
        for task in visit.tasks:
            if not task.undecided():
                continue
            if task in turn and task.state == "waiting":
                task.state = "open"
                self.tell("task_reopened" if task.opened else "task_opened", visit, task.person)
                task.opened = True
                self.start_clock(visit, task)
            elif task not in turn and task.state == "open":
                task.state = "waiting"
                self.tell("task_waiting", visit, task.person)

    def whose_turn(self, visit: Visit) -> List[Task]:
        undecided = [task for task in visit.tasks if task.undecided()]
        before = [task for task in undecided if task.role == "before"]
        if before:
            last = max(before, key=lambda task: task.number)
            return [task for task in undecided if task is last or (task.number > last.number and task.role == "beside")]
        if visit.reached:
            return undecided
        if visit.node.get("mode") == "sequential":
            first = [task for task in undecided if task.role != "beside"][:1]
            return [task for task in undecided if task in first or task.voice_of in first or task.role == "beside"]
        return [task for task in undecided if task.role != "after"]

    def start_clock(self, visit: Visit, task: Task) -> None:
        due = visit.node.data.get("due")
        task.due = after(self.now, due, self.calendar) if due else None

    def settle(self, visit: Visit) -> None:
        """What the answers so far come to."""
        if visit.state != "active":
            return
        mode, wait = visit.node.get("mode"), bool(visit.node.data.get("wait_for_everyone"))
        extras = visit.extras()
        pending = [task for task in extras if task.undecided()]
        asked_now = [task for task in pending if task.role == "before" or task.state == "open"]
        fallen = any(visit.said(task) == NO for task in extras)
        result = verdict(mode, visit.voices(), wait)
        if wait and (result is None or asked_now):
            result = None
        elif fallen or result == "rejected":
            self.reject_node(visit)
            return
        if result == "passed" and pending:
            visit.reached = True
            for task in visit.tasks:
                if task.undecided() and task not in pending:
                    self.drop(visit, task)
        elif result == "passed":
            self.pass_node(visit)
            return
        self.take_turns(visit)

    def cover(self, visit: Visit, task: Task) -> None:
        """What a decision covers."""
        fields = visit.node.data.get("covers", self.material)
        task.covered = {name: self.world.values.get(name) for name in fields}
