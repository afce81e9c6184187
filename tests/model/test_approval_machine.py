"""The library and the slow model in lockstep: random flows over random organisations, and people who do whatever they may think of.

After each deed both have to agree: whether it was allowed, and if not why; state, round and nodes; who is awaited; what was written into the
history; what was copied to whom. DEALER_MODEL_EXAMPLES and DEALER_MODEL_STEPS make it longer."""

from __future__ import annotations

import copy
import os
from collections import Counter
from contextlib import ExitStack
from typing import Any, Dict, List, Optional, Tuple

import dealer
from approval_draw import EVERYBODY, STAFF, flows, worlds
from approval_flow import Flow
from approval_host import MATERIAL, START, Host
from approval_model import OF_OTHERS, Approval
from approval_instance import Task
from approval_people import Refused
from approval_time import Calendar
from hypothesis import assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

EXAMPLES = int(os.environ.get("DEALER_MODEL_EXAMPLES", "60"))
STEPS = int(os.environ.get("DEALER_MODEL_STEPS", "20"))
NO_TASK = 999_999
people = st.sampled_from(EVERYBODY)
staff = st.sampled_from(["S", *STAFF])


def chance(data: Any, of: int) -> bool:
    return bool(data.draw(st.integers(1, of)) == 1)


class Machine(RuleBasedStateMachine):
    """One document on its way."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.ids: Dict[int, int] = {}

    @initialize(world=worlds(), flow=flows())
    def begin(self, world: Any, flow: Any) -> None:
        note(f"world {world}")
        note(f"flow {flow}")
        try:
            self.host = Host(self.stack, world, *flow)
        except dealer.ConfigurationError as error:
            note(f"not loaded: {error}")
            assume(False)
        self.world, self.flow, self.versions = world, flow, 1
        self.model = Approval(Flow(*flow), world, MATERIAL, Calendar(holidays=["2026-03-04"], workdays=["2026-03-07"]), START)
        self.submit("S")

    def teardown(self) -> None:
        self.stack.close()

    # -- both --

    def both(self, verb: str, actor: str, **given: Any) -> None:
        note(f"{actor} {verb} {given}")
        expected: Optional[str] = None
        try:
            if actor.startswith("S for") and verb == "approve" and not self.model.locked:
                raise Refused("DENIED", "he submitted it himself")
            self.model.step(verb, actor.split(" for ")[-1], **copy.deepcopy(given))
        except Refused as refused:
            expected = refused.status
            note(f"  model refuses: {refused}")
        if "task" in given:
            given["task"] = self.ids.get(given["task"], NO_TASK)
        error = self.host.act(verb, actor, **copy.deepcopy(given))
        note(f"  library: {'done' if error is None else (error.status.name, error.id, error.en)}")
        allowed = None if error is None else error.status.name
        if verb in OF_OTHERS and expected and allowed == "NOT_FOUND":
            expected = allowed
        assert expected == allowed, ("refused", error and (error.status.name, error.id, error.en), expected)
        self.compare(self.model.log if error is None else [])

    def compare(self, log: List[Tuple[str, Optional[str], Optional[str]]]) -> None:
        model, explained = self.model, self.host.explained()
        found, wanted = Counter(self.host.history()), Counter(log)
        assert found == wanted, ("history", found - wanted, wanted - found)
        assert explained["state"] == model.state, ("state", explained["state"], model.state)
        nodes: "Counter[Any]" = Counter()
        for visit in model.counting():
            if visit.listed:
                tasks = tuple(sorted((str(who), task.state, str(task.answer)) for task in visit.tasks for who in self.rows(task)))
                nodes[visit.node.id, visit.state, visit.overridden, tasks] += 1
        told = self.host.nodes(explained)
        assert told == nodes, ("nodes", told - nodes, nodes - told)
        assert self.host.copies() == Counter(model.copies), ("copies", self.host.copies(), model.copies)
        tasks = {}
        if model.state in ("running", "suspended"):
            tasks = {task.number: sorted([task.has()] if task.person else task.candidates) for _, task in model.open_tasks()}
        self.ids = self.same_tasks(explained)
        tasks = {self.ids[number]: who for number, who in tasks.items()}
        told = self.host.tasks()
        assert told == tasks, ("tasks", told, tasks)

    def same_tasks(self, explained: Any) -> Dict[int, int]:
        """The library's number of each task of the model: the same one at the same visit, in whatever order branches were entered."""
        found: Dict[int, int] = {}
        for id in {visit.node.id for visit in self.model.visits if visit.listed}:
            ours = [visit for visit in self.model.visits if visit.node.id == id and visit.listed]
            theirs = [node for node in explained["nodes"] if node["node"] == id]
            assert len(ours) == len(theirs), ("visits", id, len(theirs), len(ours))
            for visit, node in zip(ours, theirs):
                numbers = sorted({person["task"] for person in node["people"]})
                found.update(zip(sorted(task.number for task in visit.tasks), numbers))
        return found

    @staticmethod
    def rows(task: Task) -> List[Optional[str]]:
        """What is told of a task: its owner, or everybody who may claim it."""
        return [task.has()] if task.person else list(task.candidates)

    def a_task(self, data: Any) -> Tuple[str, int]:
        """Mostly an open task and who has it; else anybody's, and anybody."""
        waiting = self.model.open_tasks()
        if waiting and not chance(data, 8):
            _, task = data.draw(st.sampled_from(waiting))
            if not chance(data, 8):
                return data.draw(st.sampled_from([task.has()] if task.person else task.candidates)), task.number
            return data.draw(people), task.number
        return data.draw(people), data.draw(st.integers(1, max(1, self.model.tasks_made)))

    # -- deeds --

    @rule(data=st.data(), verb=st.sampled_from(["approve"] * 5 + ["reject", "abstain"]))
    def decide(self, data: Any, verb: str) -> None:
        actor, task = self.a_task(data)
        self.both(verb, actor, task=task, **({"comment": "no"} if verb == "reject" else {}))

    @rule(data=st.data(), verb=st.sampled_from(["transfer", "delegate", "add_before", "add_after", "add_beside"]), person=staff)
    def hand_on(self, data: Any, verb: str, person: str) -> None:
        actor, task = self.a_task(data)
        self.both(verb, actor, task=task, person=person)

    @rule(data=st.data(), verb=st.sampled_from(["resolve", "resolve", "claim", "unclaim", "remove"]))
    def handle(self, data: Any, verb: str) -> None:
        actor, task = self.a_task(data)
        self.both(verb, actor, task=task)

    @rule(data=st.data(), back=st.booleans())
    def send_back(self, data: Any, back: bool) -> None:
        actor, task = self.a_task(data)
        nodes = [node.id for node in self.model.flow.all()]
        to = data.draw(st.sampled_from(["submitter", "previous", *nodes]))
        self.both("return", actor, task=task, to=to, comment="again", **({"jump_back": True} if back else {}))

    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        if self.model.last and not chance(data, 6):
            self.both("take_back", self.model.last[0], task=self.model.last[1])
        else:
            actor, task = self.a_task(data)
            self.both("take_back", actor, task=task)

    @rule(verb=st.sampled_from(["submit", "recall", "submit"]), actor=st.sampled_from(["S", "S", "S", "A"]))
    def course(self, verb: str, actor: str) -> None:
        if verb == "submit" and self.model.state in ("new", "returned", "recalled", "rejected"):
            self.submit(actor)
        else:
            self.both(verb, actor)

    def submit(self, actor: str) -> None:
        """The preview tells what the model's route would be; then it is submitted."""
        route: Any = self.model.route()
        note(f"route {route}")
        told = self.host.preview()
        note(f"preview {told}")
        assert (route is None) == (told is None), ("preview", told, route)
        if route is not None and told is not None:
            assert told - route == Counter() == route - told, ("preview", told - route, route - told)
        self.both("submit", actor)

    @rule(data=st.data(), verb=st.sampled_from(["suspend", "resume", "terminate", "override_pass", "override_reject"]))
    def administrate(self, data: Any, verb: str) -> None:
        if verb == "terminate" and not chance(data, 4):
            return
        actor = "X" if not chance(data, 8) else data.draw(staff)
        if not self.world.reads(actor):
            return
        if verb.startswith("override"):
            active = [visit.node.id for visit in self.model.active()]
            to = data.draw(st.sampled_from(active if active and not chance(data, 6) else [node.id for node in self.model.flow.all()]))
            self.both(verb, actor, to=to, comment="so")
        else:
            self.both(verb, actor, comment="so")

    @rule(actor=st.sampled_from(["S", "X", "A"]), verb=st.sampled_from(["comment", "remind", "cc"]), person=staff)
    def say(self, actor: str, verb: str, person: str) -> None:
        given = {"comment": {"comment": "hm"}, "remind": {}, "cc": {"person": person}}[verb]
        self.both(verb, actor, **given)


    @rule(data=st.data(), changes=st.sampled_from([{"note1": "y"}, {"note2": "y"}, {"note1": "x", "note2": "x"}, {"free": "y"}, {"is_a": True}, {"is_b": True}]))
    def amend(self, data: Any, changes: Any) -> None:
        """Whoever has it changes the document."""
        waiting = [who for _, task in self.model.open_tasks() for who in self.rows(task)] if self.model.state == "running" else ["S"]
        if waiting:
            self.both("amend", data.draw(st.sampled_from(waiting)), changes=changes)

    @rule(hours=st.sampled_from([1, 3, 4, 6, 25, 31, 90]))
    def wait(self, hours: int) -> None:
        """Time passes, and what is due fires."""
        note(f"{hours} hours later")
        self.host.later(hours)
        self.model.now = self.host.now
        self.model.tick()
        self.host.system.tick()
        self.compare(self.model.log)

    @rule(leaver=staff, person=staff)
    def hand_over(self, leaver: str, person: str) -> None:
        if leaver != person and (self.model.parts_of(leaver) or not self.model.locked):
            self.both("hand_over", "X", leaver=leaver, person=person)

    @rule(data=st.data())
    def approve_many(self, data: Any) -> None:
        """Each of the tasks by itself; one that is refused leaves the others as they are."""
        actor, _ = self.a_task(data)
        numbers = [task.number for _, task in self.model.open_tasks() if task.may_act(actor)] + [data.draw(st.integers(1, max(1, self.model.tasks_made)))]
        note(f"{actor} approve_many {numbers}")
        log, wanted = [], []
        for number in numbers:
            try:
                self.model.step("approve", actor, task=number)
                log += self.model.log
                wanted.append("OK")
            except Refused as refused:
                wanted.append(refused.status)
        rows = self.host.sessions[actor].approve_many([self.ids.get(number, NO_TASK) for number in numbers])
        told = [row["status"].removeprefix("DEALER_").removeprefix("E_") for row in rows]
        assert told == wanted, ("many", told, wanted)
        self.compare(log)

    @rule(person=staff)
    def read(self, person: str) -> None:
        """The receipts of the copies that were sent to him."""
        self.host.read_copies(person)
        self.model.copies = [(who, read or who == person) for who, read in self.model.copies]
        self.compare([])

    @rule(data=st.data())
    def lock(self, data: Any) -> None:
        if self.model.locked or chance(data, 6):
            self.model.locked = not self.model.locked
            assert self.host.act("lock" if self.model.locked else "unlock", "X") is None
            self.compare([])

    @rule(data=st.data(), how=st.sampled_from(["add", "remove", "move"]))
    def migrate(self, data: Any, how: str) -> None:
        """Another version of the flow comes into force, and what is under way is taken to it on purpose."""
        if self.model.state != "running" or self.model.locked:
            return
        self.versions += 1
        nodes = list(self.flow[0]["nodes"])
        at = data.draw(st.integers(0, len(nodes) - 1))
        if how == "add":
            nodes.insert(at, {"id": f"m{self.versions}", "kind": "approve", "who": {"persons": ["A", "X"]}, "mode": "any"})
        elif how == "remove":
            nodes.pop(at)
        else:
            nodes.append(nodes.pop(at))
        flow = ({**self.flow[0], "nodes": nodes}, self.flow[1])
        note(f"migrate to {flow[0]}")
        try:
            self.host.publish(self.world, *flow, note=f"version {self.versions}")
        except dealer.ConfigurationError as error:
            note(f"  not loaded: {error}")
            return
        wanted = self.model.migrate(Flow(*flow))
        rows = [self.host.sessions["X"].migrate_approvals(dry_run=dry) for dry in (True, False)]
        note(f"  {rows[1]}")
        assert rows[0] == rows[1], ("dry run", rows)
        assert [row["ok"] for row in rows[1]] == [wanted is not None], ("migrate", rows[1], wanted)
        if wanted is not None:
            assert sorted(rows[1][0]["not_asked"]) == sorted(wanted), ("not asked", rows[1][0]["not_asked"], wanted)
            self.flow = flow
        self.compare(self.model.log if wanted is not None else [])

    @rule(data=st.data(), who=st.sampled_from(["S for A", "C for B"]), verb=st.sampled_from(["approve", "reject"]))
    def substitute(self, data: Any, who: str, verb: str) -> None:
        """Somebody decides for another; what he brought himself he does not."""
        absent, tasks = who.split(" for ")[1], self.model.open_tasks()
        his = [task.number for _, task in tasks if task.may_act(absent)]
        if his and who in self.host.sessions:
            self.both(verb, who, task=data.draw(st.sampled_from(his)), comment="for him")


def test_the_library_does_what_the_slow_model_does() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS))
