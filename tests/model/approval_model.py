"""Approval a second time, slowly and plainly: written from docs/approval.md, never from the engine. It knows a flow, who there is, and what
has happened; it keeps whole copies of its state where the engine keeps numbers. What it does not know (time, content, sub-flows, migration) it
leaves out; where the description leaves something open, it raises Unsure."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

Node = Dict[str, Any]
UNDECIDED = ("open", "waiting")
TASK_VERBS = frozenset(("approve", "reject", "abstain", "return", "transfer", "delegate", "add_before", "add_after", "add_beside", "cc"))


class Refused(Exception):
    """Not allowed, or not now."""


class Unsure(Exception):
    """The description does not say."""


@dataclass
class Task:
    """One person's part in a visit."""

    node: str
    assignee: Optional[str]  # whose turn it is; None: whoever of the candidates claims it
    owner: Optional[str]
    candidates: Tuple[str, ...] = ()
    state: str = "waiting"
    decision: Optional[str] = None
    decided_by: Optional[str] = None
    weight: int = 1
    veto: bool = False
    group: Optional[str] = None
    turn: Tuple[float, ...] = (0,)
    added: Optional[str] = None  # before, after, beside
    added_by: Optional[str] = None
    told: bool = False  # it was open once

    def people(self) -> Tuple[str, ...]:
        """Who is awaited for it."""
        return (self.assignee,) if self.assignee else self.candidates

    def asks(self, person: str) -> bool:
        """Open, and his."""
        return self.state == "open" and person in self.people()

    def must_agree(self) -> bool:
        """Added before or after: besides the vote."""
        return self.added in ("before", "after")


@dataclass
class Visit:
    """A node entered once."""

    node: str
    state: str = "active"
    counts: bool = True
    overridden: bool = False
    back_to: Optional[str] = None
    left: Set[int] = field(default_factory=set)  # branches that are not through
    chosen: Set[int] = field(default_factory=set)
    tasks: List[Task] = field(default_factory=list)


@dataclass
class Standing:
    """All that an approval is at a moment."""

    state: str = "new"
    round: int = 0
    visits: List[Visit] = field(default_factory=list)
    resume_at: Optional[str] = None


class Approval:
    """One document's approval."""

    def __init__(self, flow: Dict[str, Any], people: Dict[str, Any]):
        self.flow, self.people = flow, people
        self.submitter: str = people["persons"][0]
        self.places: Dict[str, Tuple[List[Node], int, Optional[str], int]] = {}
        self._place(flow["nodes"], None, 0)
        self.now = Standing()
        self.last: Optional[Tuple[str, Standing, str]] = None  # who decided last, how it stood before, at which node
        self.wrote: List[str] = []

    def _place(self, sequence: List[Node], parent: Optional[str], branch: int) -> None:
        for index, node in enumerate(sequence):
            self.places[node["id"]] = (sequence, index, parent, branch)
            for at, inner in enumerate(node.get("branches", ())):
                self._place(inner["nodes"], node["id"], at)

    # -- what is where --

    def node(self, id: str) -> Node:
        sequence, index, _, _ = self.places[id]
        return sequence[index]

    def parent(self, id: str) -> Optional[str]:
        return self.places[id][2]

    def around(self, id: str) -> List[str]:
        """The branch nodes around it, from the inside out."""
        found = []
        above = self.parent(id)
        while above:
            found.append(above)
            above = self.parent(above)
        return found

    def inside(self, id: str) -> Set[str]:
        """It, and every node in its branches."""
        return {id} | {other for other in self.places if id in self.around(other)}

    def visit(self, id: str) -> Optional[Visit]:
        """The one that counts."""
        return next((visit for visit in reversed(self.now.visits) if visit.node == id and visit.counts), None)

    def tasks(self) -> Iterator[Tuple[Visit, Task]]:
        """Those of nodes that count."""
        return ((visit, task) for visit in self.now.visits if visit.counts for task in visit.tasks)

    def policy(self, node: Node, name: str, usual: Any) -> Any:
        return node.get(name, self.flow.get(name, usual))

    # -- who is asked --

    def named(self, who: Dict[str, Any]) -> List[str]:
        if "person" in who:
            found = [who["person"]]
        elif "persons" in who:
            found = list(who["persons"])
        elif "post" in who:
            found = list(self.people["posts"].get(f"{who['post']}@{who['in']}", ()))
        elif "head" in who:
            found = self.people["department_heads"][who["head"] - 1 : who["head"]]
        else:
            found = [self.submitter]
        return [person for person in found if person not in self.people.get("gone", ())]

    def head_of(self, person: str) -> Optional[str]:
        return next((head for head in self.people["department_heads"] if head != person), None)

    def gather(self, node: Node, whos: List[Dict[str, Any]], found: List[Task]) -> bool:
        """Adds whom these mean; true when somebody was left out for being the submitter."""
        self_policy, left_out = self.policy(node, "approver_is_submitter", "head"), False
        for who in whos:
            for person in self.named(who):
                asked: Optional[str] = person
                if person == self.submitter and "submitter" not in who and self_policy != "allow":
                    if self_policy == "refuse":
                        raise Refused("he is the submitter")
                    left_out = left_out or self_policy == "skip"
                    asked = self.head_of(person) if self_policy == "head" else None
                    if self_policy == "skip":
                        self.wrote.append("approver_skipped")
                if asked and asked not in [task.assignee for task in found]:
                    veto = bool(who.get("veto", node.get("veto", False)))
                    found.append(Task(node["id"], asked, asked, weight=who.get("weight", 1), veto=veto, group=who.get("group")))
        return left_out

    def enough(self, node: Node, found: List[Task]) -> bool:
        mode = node.get("mode", "all")
        if not isinstance(mode, dict):
            return bool(found)
        if "groups" in mode:
            return all(sum(task.group == group for task in found) >= count for group, count in mode["groups"].items())
        if "threshold" in mode:
            return sum(task.weight for task in found) >= mode["threshold"]
        return len(found) >= mode.get("count", 1)

    def find(self, node: Node) -> Optional[List[Task]]:
        """The tasks of a node that is entered; None: it is skipped."""
        whos = node["who"] if isinstance(node["who"], list) else [node["who"]]
        found: List[Task] = []
        left_out = self.gather(node, whos, found)
        if self.enough(node, found):
            return found
        if not found and left_out:
            return None
        policy = self.policy(node, "nobody_found", "refuse")
        if policy == "skip":
            return None
        if isinstance(policy, dict):
            self.gather(node, [policy["fallback"]], found)
        if not self.enough(node, found):
            raise Refused("nobody, or too few, are found")
        return found

    # -- who approved before --

    def approved_at(self, id: str) -> Set[str]:
        visit = self.visit(id)
        tasks = visit.tasks if visit else ()
        return {task.decided_by for task in tasks if task.decision in ("approved", "credited") and task.decided_by}

    def before(self, id: str) -> List[str]:
        """Nodes before it on the way: siblings, and those before the branch nodes around it."""
        return [node["id"] for outer in [id, *self.around(id)] for node in reversed(self.places[outer][0][: self.places[outer][1]])]

    def last_nodes(self, id: str) -> Optional[List[str]]:
        """Where people were asked last in or at a node; None: nobody was, look before it."""
        visit, node = self.visit(id), self.node(id)
        if visit is None:
            return None
        if "branches" not in node:
            return [id] if visit.tasks else None
        found: List[str] = []
        for branch in visit.chosen:
            for inner in reversed(node["branches"][branch]["nodes"]):
                last = self.last_nodes(inner["id"])
                if last is not None:
                    found += last
                    break
        return found or None

    def credited(self, node: Node) -> Set[str]:
        policy = self.policy(node, "same_approver", "repeat")
        if policy == "skip_anywhere":
            return {person for outer in self.before(node["id"]) for id in self.inside(outer) for person in self.approved_at(id)}
        if policy == "skip_consecutive":
            for outer in self.before(node["id"]):
                last = self.last_nodes(outer)
                if last is not None:
                    return {person for id in last for person in self.approved_at(id)}
        return set()

    # -- the way --

    def enter(self, id: str, back_to: Optional[str] = None) -> None:
        node, visit = self.node(id), Visit(id, back_to=back_to)
        self.now.visits.append(visit)
        if "branches" in node:
            self.branch(node, visit)
            return
        self.wrote.append("node_entered")
        found = self.find(node)
        if found is None:
            self.close(visit, "skipped")
            return
        self.ask(node, visit, found)
        self.settle(visit)

    def ask(self, node: Node, visit: Visit, found: List[Task]) -> None:
        known = self.credited(node)
        if node.get("claim"):
            people = tuple(task.assignee for task in found if task.assignee)
            found = [Task(node["id"], None, None, candidates=people)]
            if known & set(people):
                person = next(person for person in people if person in known)
                found = [Task(node["id"], person, person, candidates=people, state="done", decision="credited", decided_by=person)]
        for index, task in enumerate(found):
            task.turn = (index,) if node.get("mode") == "sequential" else (0,)
            if task.assignee in known and not node.get("claim"):
                task.state, task.decision, task.decided_by = "done", "credited", task.assignee
        self.wrote += ["approver_skipped"] * sum(task.decision == "credited" for task in found)
        visit.tasks = found

    def branch(self, node: Node, visit: Visit) -> None:
        holding = [at for at, one in enumerate(node["branches"]) if "when" not in one or one["when"]["rule"] in self.people["true"]]
        if node["kind"] != "parallel":
            otherwise = [at for at, one in enumerate(node["branches"]) if one.get("otherwise")]
            held = [at for at in holding if at not in otherwise]
            holding = held or otherwise
        visit.chosen = set(holding[:1] if node["kind"] == "exclusive" else holding)
        visit.left = set(visit.chosen)
        if not visit.chosen:
            self.close(visit, "skipped")
            return
        for at in sorted(visit.chosen):
            inner = node["branches"][at]["nodes"]
            if inner:
                self.enter(inner[0]["id"])
            else:
                self.through(visit, at)
            if self.now.state != "running" or not visit.counts:
                return

    def through(self, visit: Visit, at: int) -> None:
        """A branch is through; the join waits for all."""
        visit.left.discard(at)
        if not visit.left:
            self.close(visit, "passed")

    def close(self, visit: Visit, state: str) -> None:
        """Passed or skipped, and on."""
        visit.state = state
        self.wrote.append(f"node_{state}")
        sequence, index, parent, branch = self.places[visit.node]
        if visit.back_to:
            self.enter(visit.back_to)
        elif index + 1 < len(sequence):
            self.enter(sequence[index + 1]["id"])
        elif parent is None:
            self.now.state = "approved"
            self.wrote.append("final_approved")
        else:
            above = self.visit(parent)
            assert above is not None
            self.through(above, branch)

    # -- the vote --

    def verdict(self, node: Node, visit: Visit) -> str:
        """open, passed or rejected, by the vote alone."""
        mode = node.get("mode", "all")
        voters = [task for task in visit.tasks if task.state != "cancelled" and not task.must_agree()]
        agreed, rejected, abstained = (
            [task for task in voters if task.decision in kinds] for kinds in (("approved", "credited"), ("rejected",), ("abstained",))
        )
        undecided = [task for task in voters if task.state in UNDECIDED]
        if node.get("wait_for_everyone") and undecided:
            return "open"
        if any(task.veto for task in rejected) or (rejected and mode in ("all", "sequential", "any")):
            return "rejected"
        if isinstance(mode, dict) and "groups" in mode:
            kinds = [(count, *(sum(t.group == group for t in some) for some in (agreed, undecided))) for group, count in mode["groups"].items()]
            short, reached = any(a + u < count for count, a, u in kinds), all(a >= count for count, a, _ in kinds)
        else:
            weigh = isinstance(mode, dict) and "threshold" in mode
            total, a, b, u = (sum(t.weight if weigh else 1 for t in some) for some in (voters, agreed, abstained, undecided))
            needed = self.needed(mode, total - b)
            short, reached = a + u < needed, a >= needed
        if short:
            return "rejected"
        return "passed" if reached and not any(task.veto for task in undecided) else "open"

    @staticmethod
    def needed(mode: Any, counted: int) -> int:
        if mode == "any":
            return 1
        if not isinstance(mode, dict):
            return max(1, counted)
        if "ratio_bp" in mode:
            return max(1, -(-counted * int(mode["ratio_bp"]) // 10_000))
        return int(mode.get("threshold", mode.get("count", 1)))

    def settle(self, visit: Visit) -> None:
        """What follows from the answers of a node."""
        node = self.node(visit.node)
        waits = node.get("wait_for_everyone") and any(task.state in UNDECIDED and not task.must_agree() for task in visit.tasks)
        verdict = self.verdict(node, visit)
        if not waits and any(task.must_agree() and task.decision == "rejected" for task in visit.tasks):
            verdict = "rejected"
        if verdict == "rejected":
            self.reject(visit)
            return
        left = [task for task in visit.tasks if task.must_agree() and task.state in UNDECIDED]
        if verdict == "passed" and left:
            self.cancel([task for task in visit.tasks if task not in left])
            self.open(left)
            return
        if verdict == "passed":
            self.cancel(visit.tasks)
            decided = [task for task in visit.tasks if task.state == "done" and task.decision != "credited"]
            self.close(visit, "passed" if decided else "skipped")
            return
        first = [task for task in left if task.added == "before"]
        undecided = [task for task in visit.tasks if task.state in UNDECIDED and (task.added != "after" or len(task.turn) > 1)]
        lowest = min((task.turn for task in undecided), default=None)
        turn = first or [task for task in undecided if task.turn == lowest]
        for task in visit.tasks:
            if task.state == "open" and task not in turn:
                task.state = "waiting"
                self.wrote.append("task_waiting")
        self.open(turn)

    def open(self, tasks: List[Task]) -> None:
        for task in tasks:
            if task.state == "waiting":
                self.wrote.append("task_reopened" if task.told else "task_opened")
                task.state, task.told = "open", True

    def cancel(self, tasks: List[Task]) -> None:
        for task in tasks:
            if task.state in UNDECIDED:
                self.wrote += ["task_cancelled"] * task.told
                task.state = "cancelled"

    # -- ways back --

    def cancel_visit(self, visit: Visit) -> None:
        if visit.state == "active":
            self.cancel(visit.tasks)
            visit.state = "cancelled"
            self.wrote.append("node_cancelled")

    def cancel_all(self) -> None:
        for visit in self.now.visits:
            if visit.counts:
                self.cancel_visit(visit)

    def end(self, state: str, kind: str) -> None:
        self.cancel_all()
        self.now.state = state
        self.wrote.append(kind)

    def reject(self, visit: Visit) -> None:
        """A rejected node does what the flow says."""
        self.cancel(visit.tasks)
        visit.state = "rejected"
        self.wrote.append("node_rejected")
        where = self.node(visit.node).get("rejected", self.flow.get("rejected", "end"))
        target = self.previous(visit.node) if where == "previous" else where.removeprefix("node:") if ":" in where else None
        if where == "end":
            self.end("rejected", "final_rejected")
        elif target is None:
            self.end("returned", "returned_to_submitter")
        else:
            self.jump(target)

    def previous(self, id: str) -> Optional[str]:
        """The nearest approve node before it where somebody decided; None: the submitter."""
        for outer in self.before(id):
            last = self.last_nodes(outer)
            if last is not None and len(last) > 1:
                raise Unsure("which of the branches")
            visit = self.visit(last[0]) if last else None
            if visit and (visit.overridden or any(task.decision and task.decision != "credited" for task in visit.tasks)):
                return visit.node
            if last is not None and last != [outer]:
                raise Unsure("further back within a branch")
        return None

    def jump(self, target: str, only: Optional[Set[str]] = None, back_to: Optional[str] = None) -> None:
        """Enters a node again. What was decided from there on counts no more, or, with back, only at these nodes."""
        gone = set(only or ())
        if only is None:
            for outer in [target, *self.around(target)]:
                sequence, index, _, _ = self.places[outer]
                for node in sequence[index + (outer != target) :]:
                    gone |= self.inside(node["id"])
        for visit in self.now.visits:
            if visit.counts and visit.node in gone:
                self.cancel_visit(visit)
                visit.counts = False
        for inner in [target, *self.around(target)]:
            above = self.visit(self.parent(inner) or "")
            if above is not None:
                above.state = "active"
                above.left.add(self.places[inner][3])
        self.enter(target, back_to)

    def send_back(self, visit: Visit, target: str, back: bool) -> None:
        outer = self.around(visit.node)
        if target == "previous":
            target = self.previous(visit.node) or "submitter"
        if target != "submitter":
            self.check_target(visit, target)
        if back:
            beside = [id for id in outer if target == "submitter" or id not in self.around(target)]
            if any(self.node(id)["kind"] in ("parallel", "inclusive") for id in beside):
                raise Refused("back would leave the other branches out")
            if beside or (target != "submitter" and self.around(target) != outer):
                raise Unsure("back into or out of a branch")
            if visit.back_to:
                raise Unsure("back within back")
        self.cancel(visit.tasks)
        visit.state = "returned"
        self.wrote.append("node_returned")
        if target == "submitter":
            self.end("returned", "returned_to_submitter")
            self.now.resume_at = visit.node if back else None
        elif back:
            self.jump(target, {target, visit.node}, visit.node)
        else:
            self.jump(target)

    def check_target(self, visit: Visit, target: str) -> None:
        if target not in self.places or "branches" in self.node(target) or target == visit.node:
            raise Refused("no node to return to")
        reached = self.visit(target)
        way = {id for outer in self.before(visit.node) for id in self.inside(outer)}
        if target not in way or reached is None:
            raise Refused("not on the way here")
        if reached.state == "skipped":
            raise Unsure("skipped is not completed")
        if reached.state != "passed":
            raise Refused("not completed")

    # -- verbs --

    def do(self, actor: str, verb: str, task: Optional[Task] = None, person: Optional[str] = None, **more: Any) -> List[str]:
        """One action; what is written. Refused, nothing has changed."""
        before, last = copy.deepcopy(self.now), self.last
        self.wrote = []
        try:
            getattr(self, f"do_{'add' if verb.startswith('add_') else verb}")(actor, task, person, verb=verb, **more)
        except (Refused, Unsure):
            self.now, self.last = before, last
            raise
        if verb in ("approve", "reject", "abstain", "return"):
            if "claimed" in self.wrote and task is not None:  # stays his when the decision is taken back
                same = next(t for v in before.visits if v.counts for t in v.tasks if t.node == task.node and t.asks(actor) and not t.assignee)
                same.assignee = same.owner = actor
            self.last = (actor, before, task.node if task else "")
        elif verb not in ("comment", "cc", "remind"):
            self.last = None
        return self.wrote

    def need(self, holds: bool, why: str) -> None:
        if not holds:
            raise Refused(why)

    def start(self) -> None:
        first = self.now.resume_at
        for visit in self.now.visits:
            visit.counts = visit.counts and first is not None and visit.node != first
        self.now.resume_at = None
        self.now.round += 1
        self.now.state = "running"
        self.route_check(first)
        self.enter(first or self.flow["nodes"][0]["id"])

    def route_check(self, first: Optional[str]) -> None:
        """The whole route is looked at."""
        trial = copy.deepcopy(self)
        trial.enter(first or self.flow["nodes"][0]["id"])
        trial.everybody_agrees()

    def everybody_agrees(self) -> None:
        while self.now.state == "running":
            visit, task = next((visit, task) for visit, task in self.tasks() if task.state == "open")
            person = task.assignee or task.candidates[0]
            task.owner = task.assignee = person
            task.state, task.decision, task.decided_by = "done", "approved", person
            self.settle(visit)

    def do_submit(self, actor: str, *_: Any, **__: Any) -> None:
        self.need(actor == self.submitter and self.now.state == "new", "only the submitter, once")
        self.wrote.append("submitted")
        self.start()

    def do_resubmit(self, actor: str, *_: Any, **__: Any) -> None:
        self.need(actor == self.submitter and self.now.state in ("returned", "recalled", "rejected"), "nothing to resubmit")
        self.wrote.append("resubmitted")
        self.start()

    def do_recall(self, actor: str, *_: Any, **__: Any) -> None:
        self.need(actor == self.submitter and self.now.state == "running", "only the submitter, while it runs")
        self.end("recalled", "recalled")

    def holding(self, actor: str, task: Optional[Task], delegate_may: bool = False) -> Tuple[Visit, Task]:
        """The visit and the task, when it is his to act on now; acting on a task that nobody has claimed claims it."""
        self.need(self.now.state == "running" and task is not None, "not running, or no task")
        assert task is not None
        visit = next((visit for visit, one in self.tasks() if one is task), None)
        self.need(visit is not None and task.asks(actor), "not his, or not now")
        self.need(delegate_may or task.assignee == task.owner, "it was delegated to him")
        if task.assignee is None:
            task.assignee = task.owner = actor
            self.wrote.append("claimed")
        assert visit is not None
        return visit, task

    def decide(self, actor: str, task: Optional[Task], decision: str) -> Visit:
        visit, task = self.holding(actor, task)
        self.need(decision != "abstained" or not task.must_agree(), "who was added must agree")
        task.state, task.decision, task.decided_by = "done", decision, actor
        self.wrote.append(f"task_{decision}")
        if decision != "returned":
            self.settle(visit)
        return visit

    def do_approve(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        self.decide(actor, task, "approved")

    def do_reject(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        self.decide(actor, task, "rejected")

    def do_abstain(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        self.decide(actor, task, "abstained")

    def do_return(self, actor: str, task: Optional[Task], _: Any, target: str = "submitter", back: bool = False, **__: Any) -> None:
        visit = self.decide(actor, task, "returned")
        self.send_back(visit, target, back)

    def do_take_back(self, actor: str, *_: Any, **__: Any) -> None:
        self.need(self.now.state == "running" and self.last is not None and self.last[0] == actor, "nothing of his to take back")
        assert self.last is not None
        undone, self.now = self.now, copy.deepcopy(self.last[1])
        for visit, later in zip(self.now.visits, undone.visits):
            for task, told in zip(visit.tasks, later.tasks):
                task.told = told.told
        self.wrote.append("taken_back")

    def do_claim(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        self.need(task is not None and task.assignee is None, "nothing to claim")
        self.holding(actor, task)

    def do_unclaim(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        self.need(task is not None and task.assignee is not None, "nobody has it")
        _visit, task = self.holding(actor, task)
        self.need(bool(task.candidates) and actor in task.candidates, "it was given to him by name")
        task.assignee = task.owner = None
        self.wrote.append("unclaimed")

    def check_person(self, visit: Visit, task: Task, actor: str, person: Optional[str], candidates_have_voices: bool) -> None:
        self.need(person is not None and person != actor and person not in self.people.get("gone", ()), "nobody to give it to")
        own = self.policy(self.node(visit.node), "approver_is_submitter", "head")
        self.need(person != self.submitter or own == "allow", "not to the submitter")
        for one in visit.tasks:
            voices = {one.owner, one.assignee} | (set(one.candidates) if candidates_have_voices or one is not task else set())
            self.need(one.state == "cancelled" or person not in voices, "he has a voice there")

    def do_transfer(self, actor: str, task: Optional[Task], person: Optional[str], **_: Any) -> None:
        visit, task = self.holding(actor, task)
        self.check_person(visit, task, actor, person, False)
        task.assignee = task.owner = person
        self.wrote.append("transferred")

    def do_delegate(self, actor: str, task: Optional[Task], person: Optional[str], **_: Any) -> None:
        visit, task = self.holding(actor, task, True)
        self.check_person(visit, task, actor, person, False)
        task.assignee = person
        self.wrote.append("delegated")

    def do_resolve(self, actor: str, task: Optional[Task], *_: Any, **__: Any) -> None:
        running = self.now.state == "running" and task is not None and task.state == "open"
        self.need(running and task is not None and task.assignee != task.owner and actor in (task.assignee, task.owner), "not delegated")
        assert task is not None
        task.assignee = task.owner
        self.wrote.append("resolved")

    def do_add(self, actor: str, task: Optional[Task], person: Optional[str], verb: str, **_: Any) -> None:
        visit, task = self.holding(actor, task)
        self.check_person(visit, task, actor, person, True)
        how, sequential = verb.removeprefix("add_"), self.node(visit.node).get("mode") == "sequential"
        made = Task(visit.node, person, person, added=how, added_by=actor, weight=1, turn=task.turn)
        if how == "after" and sequential:
            made.turn = (*task.turn, 1.0)
        if how == "before" and any(one.added == "before" and one.state in UNDECIDED for one in visit.tasks):
            raise Unsure("before one who was added before")
        if task.must_agree() and how != "before":
            raise Unsure("added by one who was added")
        visit.tasks.append(made)
        self.wrote.append("approver_added")
        self.settle(visit)

    def do_remove(self, actor: str, task: Optional[Task], *_: Any, administrator: bool = False, **__: Any) -> None:
        visit = next((visit for visit, one in self.tasks() if one is task), None)
        self.need(self.now.state == "running" and task is not None and visit is not None, "no task")
        assert task is not None and visit is not None
        self.need(task.added_by is not None and task.state in UNDECIDED, "not added, or decided")
        self.need(actor == task.added_by or administrator, "added by another")
        task.state = "cancelled"
        self.wrote.append("approver_removed")
        self.need(self.verdict(self.node(visit.node), visit) != "rejected", "the rest could not pass")
        self.settle(visit)

    def do_comment(self, *_: Any, **__: Any) -> None:
        self.need(self.now.state != "new", "not submitted")
        self.wrote.append("commented")

    def do_remind(self, actor: str, *_: Any, administrator: bool = False, **__: Any) -> None:
        self.need(self.now.state == "running" and (actor == self.submitter or administrator), "not his")
        self.wrote += ["reminded" for _, task in self.tasks() if task.state == "open" for _ in task.people()]

    def administrate(self, administrator: bool, *states: str) -> None:
        self.need(administrator and self.now.state in states, "for an administrator, now")

    def do_suspend(self, *_: Any, administrator: bool = False, **__: Any) -> None:
        self.administrate(administrator, "running")
        self.now.state = "suspended"
        self.wrote.append("suspended")

    def do_resume(self, *_: Any, administrator: bool = False, **__: Any) -> None:
        self.administrate(administrator, "suspended")
        self.now.state = "running"
        self.wrote.append("resumed")

    def do_terminate(self, *_: Any, administrator: bool = False, **__: Any) -> None:
        self.administrate(administrator, "running", "suspended", "returned", "recalled", "rejected")
        self.end("terminated", "terminated")

    def override(self, administrator: bool, target: Optional[str]) -> Visit:
        self.administrate(administrator, "running")
        active = [visit for visit in self.now.visits if visit.counts and visit.state == "active" and "who" in self.node(visit.node)]
        found = [visit for visit in active if target is None or visit.node == target]
        self.need(len(found) == 1, "which node")
        self.cancel(found[0].tasks)
        found[0].overridden = True
        self.wrote.append("overridden")
        return found[0]

    def do_override_pass(self, *_: Any, administrator: bool = False, target: Optional[str] = None, **__: Any) -> None:
        self.close(self.override(administrator, target), "passed")

    def do_override_reject(self, *_: Any, administrator: bool = False, target: Optional[str] = None, **__: Any) -> None:
        self.reject(self.override(administrator, target))

    def do_hand_over(self, _a: str, _t: Any, person: Optional[str], administrator: bool = False, leaver: str = "", **_: Any) -> None:
        self.administrate(administrator, "running", "suspended")
        mine = [(v, t) for v, t in self.tasks() if t.state in UNDECIDED and leaver in (t.owner, t.assignee, *(t.candidates))]
        self.need(bool(mine) and person != leaver, "nothing of his")
        for visit, task in mine:
            if task.owner is None or task.owner != task.assignee or task.candidates:
                raise Unsure("candidates and delegates of a leaver")
            self.check_person(visit, task, leaver, person, True)
            task.owner = task.assignee = person
            self.wrote.append("handed_over")

    # -- what it shows --

    def standing(self) -> List[str]:
        """The nodes that count, each with its state."""
        return sorted(f"{visit.node} {visit.state}" for visit in self.now.visits if visit.counts)

    def awaited(self) -> List[Tuple[str, Tuple[str, ...]]]:
        """Node and people of every open task, while it runs."""
        open_ones = [(task.node, tuple(sorted(task.people()))) for _, task in self.tasks() if task.state == "open"]
        return sorted(open_ones) if self.now.state == "running" else []
