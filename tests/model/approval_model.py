"""Every verb of an approval, slowly: docs/approval.md, "Verbs", "Time", "Content" and "Migration", written from that page alone.

A verb either raises Refused and changes nothing, or is told in the log by the kinds of entries that the history gets."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Tuple

import approval_people as people
from approval_flow import BRANCHING, Flow, Node
from approval_instance import WITH_SUBMITTER, Again, Instance, Task, Visit
from approval_people import Refused
from approval_time import after
from approval_votes import ABSTAINED, NO, YES, can_pass

Json = Any
DECISIONS = {"approve": YES, "reject": NO, "abstain": ABSTAINED}
OF_OTHERS = ("take_back", "resolve", "remove")  # whoever has a part in the approval is told why not; nobody else that there is a task
QUIET = ("comment", "cc", "remind")  # what does not stand in the way of taking back


class Approval(Instance):
    """An instance with its verbs."""

    def step(self, verb: str, actor: str, **given: Any) -> None:
        """One verb by one person, whole or not at all."""
        kept = self.kept()
        before = copy.deepcopy(self.visits)
        self.log = []
        try:
            if self.locked:
                self.door(verb, actor, given)
            getattr(self, "do_" + verb)(actor, **given)
            self.walk_on()
        except Refused:
            self.__dict__.update(kept)
            raise
        if verb in DECISIONS:
            self.last = (actor, given["task"], before)
        elif self.log and verb not in QUIET:
            self.last = None

    def door(self, verb: str, actor: str, given: Dict[str, Any]) -> None:
        """What finance has locked takes no verb; who may not even ask is told that first."""
        if "task" in given:
            task = self.task(given["task"])[1]
            his = task.concerns(actor) and (task.undecided() or task.has() == actor)
            if verb not in OF_OTHERS and not his:
                raise Refused("NOT_FOUND", "not his")
        elif verb == "submit" and actor != self.world.submitter:
            raise Refused("DENIED")
        elif verb in ("suspend", "resume", "terminate", "override_pass", "override_reject") and actor not in self.world.administrators:
            raise Refused("DENIED")
        elif verb == "hand_over":
            self.successor(given["person"])
            if not self.parts_of(given["leaver"]):
                return
        raise Refused("LOCKED", "finance has locked it")

    def walk_on(self) -> None:
        """What a verb has left to follow."""
        try:
            for visit in self.active():
                if visit.node.kind in ("approve", "rule") and visit.tasks:
                    self.settle(visit)
        except Again:
            pass
        self.walk()

    # -- the submitter --

    def do_submit(self, actor: str) -> None:
        if actor != self.world.submitter:
            raise Refused("DENIED")
        if self.state not in ("new", *WITH_SUBMITTER):
            raise Refused("STATE")
        self.round += 1
        if self.state == "returned" and self.stands is not None:
            self.stands.counts = False
            self.open_around(self.stands.node)
            self.void_what_changed()
        else:
            for visit in self.visits:
                visit.counts = False
        self.stands = None
        self.state = "running"
        self.tell("submitted" if self.round == 1 else "resubmitted", None, actor)
        self.look_ahead()

    def look_ahead(self) -> None:
        """A gap far down the way refuses at the start."""
        copy.deepcopy(self).agree_all()

    def route(self) -> "Optional[Counter[Any]]":
        """What a submission would come by if everybody agrees; None when it would be refused."""
        trial = copy.deepcopy(self)
        seen = len(trial.visits)
        try:
            trial.do_submit(self.world.submitter)
            trial.agree_all()
        except Refused:
            return None
        return Counter(
            (visit.node.id, visit.state == "skipped", tuple(sorted(visit.named))) for visit in trial.visits[seen:] if visit.node.kind != "sub_flow"
        )

    def agree_all(self) -> None:
        """Everybody agrees, one after the other, and delays pass."""
        self.walk_on()
        for _ in range(60):  # a rule that rejects each time may send it round for ever
            if self.state != "running":
                return
            waiting = self.open_tasks()
            if waiting:
                visit = waiting[0][0]
                for task in visit.tasks:
                    if task.undecided():
                        task.person = task.person or (task.candidates[0] if len(task.candidates) == 1 else None)
                        task.state, task.answer = "done", YES
            else:
                self.pass_node(next(visit for visit in self.active() if visit.until))
            self.walk_on()

    def do_recall(self, actor: str, comment: str = "") -> None:
        if self.state != "running":
            raise Refused("STATE")
        if actor != self.world.submitter:
            raise Refused("DENIED")
        self.state = "recalled"
        self.tell("recalled", None, actor)
        self.cancel_all()

    def do_amend(self, actor: str, changes: Dict[str, Any]) -> None:
        """Whoever has it changes the document."""
        if self.state == "running":
            if not any(task.has() == actor for _, task in self.open_tasks()):
                raise Refused("STATE", "it is not with him")
        elif self.state not in ("new", "terminated", *WITH_SUBMITTER):
            raise Refused("STATE")
        elif actor != self.world.submitter:
            raise Refused("DENIED")
        self.world.values = {**self.world.values, **changes}
        if self.state == "running":
            self.void_what_changed()

    # -- decisions --

    def task(self, number: int) -> Tuple[Visit, Task]:
        found = next(((visit, task) for visit in self.visits for task in visit.tasks if task.number == number), None)
        if found is None:
            raise Refused("NOT_FOUND", "no such task")
        return found

    def own(self, actor: str, number: int) -> Tuple[Visit, Task]:
        """A task that is his to decide, now."""
        visit, task = self.task(number)
        if not task.concerns(actor) or (task.person is None and not task.undecided()):
            raise Refused("NOT_FOUND", "not his")
        if not task.undecided() and task.has() != actor:
            raise Refused("NOT_FOUND", "it was with another")
        if not task.undecided() or not visit.counts:
            raise Refused("CONFLICT", "closed")
        if self.state != "running":
            raise Refused("STATE", "not running")
        if task.has() not in (actor, None):
            raise Refused("STATE", "it is delegated")
        if task.state != "open" or visit.state != "active":
            raise Refused("STATE", "not his turn")
        return visit, task

    def not_delegate(self, task: Task) -> None:
        if task.delegates:
            raise Refused("STATE", "a delegate resolves")

    def take(self, visit: Visit, task: Task, actor: str) -> None:
        """Acting on a task that is nobody's claims it."""
        if task.person is None:
            task.person = actor
            self.tell("claimed", visit, actor)

    def answer(self, visit: Visit, task: Task, actor: str, answer: str) -> None:
        self.take(visit, task, actor)
        task.state, task.answer = "done", answer
        if answer == YES:
            self.cover(visit, task)
        self.tell("task_" + answer, visit, task.person)
        self.silence(visit, task)

    def silence(self, visit: Visit, answered: Task) -> None:
        """The first answer of a late one and those beside him is their one voice."""
        root = answered.voice_of or answered
        for task in visit.tasks:
            if task.undecided() and (task is root or task.voice_of is root):
                self.drop(visit, task)

    def do_approve(self, actor: str, task: int, comment: str = "") -> None:
        self.decided(actor, task, YES)

    def do_reject(self, actor: str, task: int, comment: str = "") -> None:
        self.decided(actor, task, NO)

    def do_abstain(self, actor: str, task: int, comment: str = "") -> None:
        visit, his = self.own(actor, task)
        if his.role in ("before", "after"):
            raise Refused("STATE", "who was added must agree")
        self.decided(actor, task, ABSTAINED)

    def decided(self, actor: str, number: int, answer: str) -> None:
        visit, task = self.own(actor, number)
        self.not_delegate(task)
        self.answer(visit, task, actor, answer)

    # -- return, take back --

    def do_return(self, actor: str, task: int, to: str = "submitter", jump_back: bool = False, comment: str = "") -> None:
        visit, his = self.own(actor, task)
        self.not_delegate(his)
        target = self.return_target(visit.node, to)
        if jump_back and self.leaves_branch(visit.node, target):
            raise Refused("INVALID", "back into a parallel branch")
        self.take(visit, his, actor)
        his.state, his.answer = "done", "returned"
        self.tell("task_returned", visit, actor)
        visit.state = "returned"
        self.close_tasks(visit)
        self.tell("node_returned", visit)
        if target is None:
            self.to_submitter()
            self.stands = visit if jump_back else None
        elif jump_back:
            self.void_alone(target)
            visit.counts = False
        else:
            self.void_from(target)

    def return_target(self, node: Node, to: str) -> Optional[Node]:
        if to == "submitter":
            return None
        if to == "previous":
            return self.nearest_decided(node)
        target = self.flow.get(to) or self.flow.get(node.prefix + to)
        if target is None:
            raise Refused("INVALID", "no such node")
        visit = self.visit_of(target)
        completed = visit is not None and visit.listed and visit.state in ("passed", "skipped")
        if target not in node.on_the_way() or target.kind not in ("approve", "rule") or not completed:
            raise Refused("INVALID", "no completed node on the way here")
        return target

    def leaves_branch(self, node: Node, target: Optional[Node]) -> bool:
        around = [one for one in node.above() if one.kind in ("parallel", "inclusive")]
        inside = [] if target is None else list(target.above())
        return any(one not in inside or one.branch_with(target) != one.branch_with(node) for one in around)

    def void_alone(self, target: Node) -> None:
        """A node opens again while all behind it stands."""
        visit = self.visit_of(target)
        assert visit is not None
        visit.counts = False
        self.open_around(target)

    def do_take_back(self, actor: str, task: int) -> None:
        visit, his = self.task(task)
        if self.state != "running":
            raise Refused("STATE")
        if self.last is None or self.last[:2] != (actor, task):
            raise Refused("STATE", "not his own last decision")
        self.tell("taken_back", visit, actor)
        before, open_now = self.last[2], {one.number for _, one in self.open_tasks()}
        entered = [one for one in self.visits[len(before) :]]
        for one in entered:
            if one.state == "active":
                self.cancel(one)
            one.counts, one.state = False, "cancelled"
        self.visits = before + entered
        for one in before:
            for again in one.tasks:
                if again.number == task:
                    again.person = actor  # who had claimed it by acting has it still
                if again.state == "open" and again.number not in open_now:
                    self.tell("task_reopened", one, again.person)
                elif again.state == "waiting" and again.number in open_now:
                    again.opened = True
                    self.tell("task_waiting", one, again.person)

    # -- handing on --

    def free_for(self, visit: Visit, person: str) -> None:
        """Nobody gets a second voice, the submitter none where the node says so, and he has to work here."""
        if person not in self.world.home:
            raise Refused("NOT_FOUND", "no such employee")
        if not self.world.works_here(person):
            raise Refused("NOT_FOUND", "does not work here")
        if person == self.world.submitter and visit.node.get("approver_is_submitter") != "allow":
            raise Refused("DENIED", "the submitter")
        if any(person in self.voices_of(task) for task in visit.tasks if task.state not in ("cancelled", "removed")):
            raise Refused("INVALID", "has a voice already")

    @staticmethod
    def voices_of(task: Task) -> List[str]:
        return [one for one in (task.person, task.has()) if one] or task.candidates

    def do_transfer(self, actor: str, task: int, person: str, comment: str = "") -> None:
        visit, his = self.own(actor, task)
        self.not_delegate(his)
        self.free_for(visit, person)
        self.take(visit, his, actor)
        his.person, his.named = person, True
        self.start_clock(visit, his)
        self.tell("transferred", visit, person)

    def do_delegate(self, actor: str, task: int, person: str, comment: str = "") -> None:
        visit, his = self.own(actor, task)
        self.free_for(visit, person)
        self.take(visit, his, actor)
        his.delegates.append(person)
        his.named = True
        self.tell("delegated", visit, person)

    def do_resolve(self, actor: str, task: int, comment: str = "") -> None:
        visit, his = self.task(task)
        if not his.undecided():
            raise Refused("CONFLICT")
        if self.state != "running":
            raise Refused("STATE")
        if actor not in (his.person, his.has()) and not his.may_act(actor):
            raise Refused("DENIED")
        if not his.delegates:
            raise Refused("STATE")
        his.delegates = []
        self.tell("resolved", visit, his.person)

    def do_claim(self, actor: str, task: int) -> None:
        visit, his = self.own(actor, task)
        if his.person is not None:
            raise Refused("STATE", "has somebody already")
        self.take(visit, his, actor)

    def do_unclaim(self, actor: str, task: int) -> None:
        visit, his = self.own(actor, task)
        if his.person is None or not his.candidates or his.named:
            raise Refused("STATE", "not claimed")
        his.person = None
        self.tell("unclaimed", visit, actor)

    # -- adding and removing --

    def do_add_before(self, actor: str, task: int, person: str, comment: str = "") -> None:
        self.add(actor, task, person, "before")

    def do_add_after(self, actor: str, task: int, person: str, comment: str = "") -> None:
        self.add(actor, task, person, "after")

    def do_add_beside(self, actor: str, task: int, person: str, comment: str = "") -> None:
        self.add(actor, task, person, "beside")

    def add(self, actor: str, number: int, person: str, role: str) -> None:
        visit, his = self.own(actor, number)
        self.not_delegate(his)
        self.free_for(visit, person)
        self.take(visit, his, actor)
        added = self.add_task(visit, person, {"group": his.entry.get("group")} if role == "beside" else {}, role)
        added.by = actor
        if role == "after":
            visit.tasks.remove(added)
            visit.tasks.insert(visit.tasks.index(his) + 1, added)
        self.tell("approver_added", visit, person)
        self.take_turns(visit)

    def do_remove(self, actor: str, task: int, comment: str = "") -> None:
        visit, added = self.task(task)
        if not added.undecided():
            raise Refused("CONFLICT")
        if self.state != "running":
            raise Refused("STATE")
        if added.by is None or actor not in (added.by, *self.world.administrators):
            raise Refused("DENIED")
        added.state = "removed"
        if not can_pass(visit.node.get("mode"), visit.voices()):
            raise Refused("STATE", "what is left could not pass")
        self.tell("approver_removed", visit, added.person)

    # -- telling --

    def do_comment(self, actor: str, comment: str) -> None:
        if self.state == "new":
            raise Refused("STATE")
        self.tell("commented")

    def do_cc(self, actor: str, person: str) -> None:
        if self.state == "new":
            raise Refused("STATE")
        self.successor(person)
        self.copies.append((person, False))
        self.tell("cc_sent", None, person)

    def do_remind(self, actor: str) -> None:
        if self.state != "running":
            raise Refused("STATE")
        if actor != self.world.submitter and actor not in self.world.administrators:
            raise Refused("DENIED")
        if not self.open_tasks():
            raise Refused("STATE", "nobody is awaited")
        for visit, task in self.open_tasks():
            for person in [task.has()] if task.person else task.candidates:
                self.tell("reminded", visit, person)

    # -- the administrator --

    def chief(self, actor: str, *states: str) -> None:
        if actor not in self.world.administrators:
            raise Refused("DENIED")
        if self.state not in states:
            raise Refused("STATE")

    def do_suspend(self, actor: str, comment: str = "") -> None:
        self.chief(actor, "running")
        self.state, self.suspended = "suspended", self.now
        self.tell("suspended", None, actor)

    def do_resume(self, actor: str, comment: str = "") -> None:
        self.chief(actor, "suspended")
        assert self.suspended is not None
        stood = self.now - self.suspended
        for visit in self.visits:
            visit.until = visit.until and visit.until + stood
            for task in visit.tasks:
                task.due = task.due and task.due + stood
        self.state, self.suspended = "running", None
        self.tell("resumed", None, actor)

    def do_terminate(self, actor: str, comment: str = "") -> None:
        self.chief(actor, "running", "suspended", *WITH_SUBMITTER)
        if not comment:
            raise Refused("INVALID")
        self.cancel_all()
        self.state = "terminated"
        self.tell("terminated", None, actor)

    def do_override(self, actor: str, to: str, passed: bool, comment: str = "") -> None:
        self.chief(actor, "running")
        if not comment:
            raise Refused("INVALID")
        node = self.flow.get(to)
        if node is None:
            raise Refused("INVALID")
        visit = self.visit_of(node)
        if visit is None or visit.state != "active" or node.kind in BRANCHING:
            raise Refused("INVALID")
        visit.overridden = True
        self.tell("overridden", visit, actor)
        for one in self.active():
            if one is not visit and one.node in list(node.inside()):
                self.cancel(one)
        try:
            (self.pass_node if passed else self.reject_node)(visit)
        except Again:
            pass

    def do_override_pass(self, actor: str, to: str, comment: str = "") -> None:
        self.do_override(actor, to, True, comment)

    def do_override_reject(self, actor: str, to: str, comment: str = "") -> None:
        self.do_override(actor, to, False, comment)

    def parts_of(self, leaver: str) -> List[Task]:
        """What he has not decided: his tasks, what was delegated to him, his place among those who may claim."""
        waiting = [task for visit in self.active() for task in visit.tasks if task.undecided()]
        return [task for task in waiting if leaver in (task.person, *task.delegates) or (task.person is None and leaver in task.candidates)]

    def successor(self, person: str) -> None:
        if not self.world.works_here(person):
            raise Refused("NOT_FOUND", "does not work here")

    def do_hand_over(self, actor: str, leaver: str, person: str, comment: str = "") -> None:
        self.successor(person)
        his = self.parts_of(leaver)
        if not his:
            return
        self.chief(actor, "running", "suspended")
        for visit in self.active():
            for task in visit.tasks:
                if task in his:
                    if task.person is not None or person not in task.candidates:
                        self.free_for(visit, person)
                    task.person = person if task.person == leaver else task.person
                    task.delegates = [person if one == leaver else one for one in task.delegates]
                    task.candidates = sorted({person if one == leaver else one for one in task.candidates})
                    self.tell("handed_over", visit, person)

    # -- the clock --

    def tick(self) -> None:
        """Everything that is due by now, each once. What fails is noted and tried again an hour later."""
        self.log, told = [], []
        while (found := self.next_due()) is not None:
            kept, (late, fire) = self.kept(), found
            try:
                if self.locked:
                    raise Refused("LOCKED")
                self.log = []
                fire()
                if any(kind != "reminded" and kind != "timed_out" for kind, _, _ in self.log):
                    self.last = None
                self.walk_on()
                told += self.log
            except Refused:
                self.__dict__.update(kept)
                self.put_off(late)
                told.append(("time_out_failed", None, None))
        self.log = told

    def put_off(self, number: Tuple[str, int]) -> None:
        later = self.now + timedelta(hours=1)
        for visit in self.active():
            if (visit.node.id, 0) == number:
                visit.until = later
            for task in visit.tasks:
                if (visit.node.id, task.number) == number:
                    task.due = later

    def kept(self) -> Dict[str, Any]:
        return copy.deepcopy({name: item for name, item in self.__dict__.items() if name not in ("flow", "world", "calendar")})

    def next_due(self) -> Optional[Tuple[Tuple[str, int], Callable[[], None]]]:
        """What is due first, and what it does."""
        if self.state != "running":
            return None
        found: List[Tuple[datetime, Tuple[str, int], Callable[[], None]]] = []
        for visit in self.active():
            if visit.until and visit.until <= self.now:
                found.append((visit.until, (visit.node.id, 0), partial(self.pass_node, visit)))
            for task in visit.tasks:
                if task.state == "open" and task.due and task.due <= self.now:
                    found.append((task.due, (visit.node.id, task.number), partial(self.late, visit, task)))
        return min(found, key=lambda one: one[0])[1:] if found else None

    def late(self, visit: Visit, task: Task) -> None:
        due = visit.node.data["due"]
        then = due.get("then", "remind")
        task.due = None
        if then in ("approve", "reject"):
            task.state, task.answer = "done", "auto_approved" if then == "approve" else "auto_rejected"
            if then == "approve":
                self.cover(visit, task)
            self.tell("timed_out", visit, task.has())
            self.tell("task_auto_approved" if then == "approve" else "task_auto_rejected", visit, task.person)
            self.silence(visit, task)
            return
        if isinstance(then, dict) and self.turn_to(visit, task, then):
            return
        self.tell("timed_out", visit, task.has())
        for person in [task.has()] if task.person else task.candidates:
            self.tell("reminded", visit, person)
        if "every" in due:
            unit = "hours" if "hours" in due else "business_hours"
            task.due = after(self.now, {unit: due["every"]}, self.calendar)

    def turn_to(self, visit: Visit, task: Task, then: Json) -> bool:
        """Escalates or transfers; false when nobody is found, or has a voice already."""
        verb = next(iter(then))
        free: List[str] = []
        for one in people.once(people.find(self.world, then[verb])):
            try:
                self.free_for(visit, one.person)
                free.append(one.person)
            except Refused:
                continue
        if not free:
            return False
        self.tell("timed_out", visit, task.has())
        if verb == "transfer":
            task.person, task.delegates, task.named = free[0], [], True
            self.tell("transferred", visit, free[0])
            return True
        for person in free:
            added = self.add_task(visit, person, {}, "escalated")
            added.voice_of = task.voice_of or task
            self.tell("escalated", visit, person)
        self.take_turns(visit)
        return True

    # -- content --

    def void_what_changed(self) -> None:
        """Exactly the approvals whose content has changed are void, and the way is walked again from the first of them."""
        stale = [visit for visit in self.counting() if any(self.changed(task) for task in visit.tasks)]
        for visit in stale:
            if visit.state == "active":
                self.cancel(visit)
            visit.counts = False
            for task in visit.tasks:
                if self.changed(task):
                    self.tell("voided", visit, task.person)
            self.open_around(visit.node)
        for visit in stale:
            behind = {one.id for one in visit.node.from_here()}
            for one in self.counting():
                if one.node.id in behind and one.state == "active" and not one.node.sequences:
                    self.cancel(one)
                    one.counts = False
                elif one.node.id in behind and one.node.kind in ("exclusive", "inclusive"):
                    self.choose_again(one)

    def changed(self, task: Task) -> bool:
        return any(self.world.values.get(name) != value for name, value in task.covered.items())

    def choose_again(self, visit: Visit) -> None:
        chosen = self.choose(visit.node)
        for number in set(visit.chosen) - set(chosen):
            for row in visit.node.sequences[number]:
                for node in row.inside():
                    one = self.visit_of(node)
                    if one:
                        one.counts = False
        if chosen != visit.chosen:
            visit.chosen, visit.state = chosen, "active"

    # -- migration --

    def fits(self, flow: Flow) -> bool:
        """Whether every node that it came by is there, in its place, and of its kind."""
        seen = [visit.node for visit in self.counting() if visit.listed]
        for node in seen:
            there = flow.get(node.id)
            if there is None or there.kind != node.kind or self.place(there) != self.place(node):
                return False
            before = {one.id for one in there.on_the_way()}
            if any(one in node.on_the_way() and one.id not in before for one in seen):
                return False
        return True

    def migrate(self, flow: Flow) -> Optional[List[str]]:
        """Goes on in another flow: the nodes that it will not come to; None when it does not fit there."""
        if not self.fits(flow):
            return None
        self.flow, self.last = flow, None
        self.log = [("migrated", None, self.world.administrators[0])]
        for visit in self.visits:
            visit.node = flow.get(visit.node.id) or visit.node
        self.visits = [visit for visit in self.visits if visit.listed]
        passed_by = []
        for visit in self.counting():
            for node in visit.node.on_the_way():
                if self.visit_of(node) is None and (node.parent is None or self.visit_of(node.parent)):
                    self.visits.append(Visit(node, self.round, "skipped", listed=False))
                    passed_by += [node.id] if node.kind in ("approve", "rule") else []
        return passed_by

    @staticmethod
    def place(node: Node) -> List[Tuple[str, int]]:
        return [(one.id, one.branch_with(node)) for one in node.above()]
