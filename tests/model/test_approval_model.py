"""The library against the slow model of approval: random small flows, and whatever people may think of doing with them, through the public
interface. After each step: the state, the nodes that count, who is awaited, and what was written into the history."""

from __future__ import annotations

import os
import sys
from collections import Counter
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest

pytest.importorskip("hypothesis")
pytest.importorskip("dealer")
sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[1] / "python")]

import dealer  # noqa: E402
from approval_model import Approval, Refused, Task, Unsure  # noqa: E402
from approval_world import NOTHING, ApprovalWorld  # noqa: E402
from hypothesis import HealthCheck, given, note, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test  # noqa: E402

EXAMPLES = int(os.environ.get("DEALER_MODEL_EXAMPLES", "100"))
STEPS = int(os.environ.get("DEALER_MODEL_STEPS", "16"))
PEOPLE: Dict[str, Any] = {
    "persons": ["S", "A", "B", "C", "D", "H", "X", "Z"],
    "heads": {"S": "H"},
    "department_heads": ["H"],
    "posts": {"p@company": ["A", "B"], "q@company": ["C", "S"], "none@company": []},
    "true": ["yes"],
    "gone": ["Z"],
}
MODES: List[Any] = ["any", "all", "sequential", {"ratio_bp": 5000}, {"ratio_bp": 6667}, {"count": 1}, {"count": 2}]
CONDITIONS = [{"rule": "yes"}, {"rule": "no"}]
DECIDING = ["approve", "approve", "approve", "approve", "reject", "abstain", "return"]
HANDING = ["claim", "unclaim", "transfer", "delegate", "add_before", "add_after", "add_beside", "add_beside"]
COURSE = ["recall", "remind", "suspend", "resume", "resubmit", "terminate", "override_pass", "override_pass", "override_reject"]

# -- flows --


def one_of(draw: Any, *items: Any) -> Any:
    return draw(st.sampled_from(items))


def draw_voters(draw: Any, node: Dict[str, Any]) -> None:
    """Whom a node asks, and by which mode."""
    kind = one_of(draw, "plain", "plain", "plain", "claim", "weights", "groups", "head", "post")
    people = draw(st.lists(st.sampled_from("ABCDSH"), min_size=1, max_size=3, unique=True))
    node["who"], node["mode"] = {"persons": people}, one_of(draw, *MODES)
    if kind == "claim":
        node.update(claim=True, mode=one_of(draw, "any", "all"), who={"post": one_of(draw, "p", "q"), "in": "company"})
    elif kind == "weights":
        node["who"] = [{"person": person, "weight": draw(st.integers(1, 3))} for person in people]
        node["mode"] = {"threshold": draw(st.integers(1, 4))}
    elif kind == "groups":
        node["who"] = [{"persons": people[:1], "group": "a"}, {"persons": people[1:] or ["D"], "group": "b"}]
        node["mode"] = {"groups": {"a": 1, "b": draw(st.integers(1, 2))}}
    elif kind == "head":
        node["who"] = [{"head": draw(st.integers(1, 2))}, {"person": one_of(draw, *people)}]
    elif kind == "post":
        node["who"] = {"post": one_of(draw, "p", "p", "q", "none"), "in": "company"}
    if kind == "plain" and node["mode"] not in ("any", "all", "sequential") and draw(st.booleans()):
        node["who"] = [{"person": person, "veto": True} if draw(st.booleans()) else {"person": person} for person in people]


class Flows:
    """Draws nodes; names them in order; knows which come before on every way."""

    def __init__(self, draw: Any):
        self.draw, self.count = draw, 0

    def name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def approve(self, before: List[str]) -> Dict[str, Any]:
        node: Dict[str, Any] = {"id": self.name(), "kind": "approve"}
        draw_voters(self.draw, node)
        if not node.get("claim") and node["mode"] != "any" and self.draw(st.integers(0, 7)) == 0:
            node["wait_for_everyone"] = True
        for name, values in {
            "nobody_found": ["refuse", "skip", {"fallback": {"person": "D"}}],
            "approver_is_submitter": ["head", "skip", "allow", "refuse"],
            "same_approver": ["repeat", "skip_consecutive", "skip_anywhere"],
        }.items():
            if self.draw(st.integers(0, 2)) == 0:
                node[name] = one_of(self.draw, *values)
        node["rejected"] = one_of(self.draw, "end", "submitter", "previous", *(f"node:{id}" for id in before))
        return node

    def sequence(self, depth: int, before: List[str]) -> List[Dict[str, Any]]:
        nodes: List[Dict[str, Any]] = []
        for _ in range(self.draw(st.integers(1, 3 if depth == 0 else 2))):
            if depth < 2 and self.draw(st.integers(0, 3)) == 0:
                nodes.append(self.branching(depth, before))
            else:
                nodes.append(self.approve(before))
                before = [*before, nodes[-1]["id"]]
        return nodes

    def branching(self, depth: int, before: List[str]) -> Dict[str, Any]:
        kind, id = one_of(self.draw, "exclusive", "inclusive", "parallel", "parallel"), self.name()
        branches: List[Dict[str, Any]] = [{"nodes": self.sequence(depth + 1, before)} for _ in range(2)]
        if kind != "parallel":
            for branch in branches:
                branch["when"] = one_of(self.draw, *CONDITIONS)
        if kind == "exclusive" or (kind == "inclusive" and self.draw(st.booleans())):
            branches.append({"otherwise": True, "nodes": []})
        return {"id": id, "kind": kind, "branches": branches}


@st.composite
def flows(draw: Any) -> Dict[str, Any]:
    made = Flows(draw)
    return {"id": "f", "nodes": made.sequence(0, [])}


# -- the two side by side --


class Pair:
    """The model, and a world of the library with the same flow and people."""

    def __init__(self, flow: Dict[str, Any], people: Dict[str, Any] = PEOPLE):
        self.stack = ExitStack()
        self.model = Approval(flow, people)
        self.world = ApprovalWorld(self.stack, flow, people, ["X"])
        self.world.publish()
        self.world.begin()

    def rows(self) -> List[Tuple[int, str, bool, str, Tuple[str, ...]]]:
        """The library's tasks: id, node, whether it counts, state, people."""
        found: Dict[int, Tuple[str, bool, str, List[str]]] = {}
        for node in self.world.explained()["nodes"]:
            for row in node["people"]:
                one = found.setdefault(row["task"], (node["node"], node["counts"], row["state"], []))
                one[3].append(self.world.codes[row["person"]])
        return [(id, node, counts, state, tuple(sorted(people))) for id, (node, counts, state, people) in found.items()]

    def id_of(self, task: Optional[Task]) -> Optional[int]:
        """The library's task that the model's is."""
        if task is None:
            return None
        wanted = (task.node, True, task.state, tuple(sorted(task.people())))
        return next((row[0] for row in reversed(self.rows()) if row[1:] == wanted), None)

    def is_way(self, row: Dict[str, Any]) -> bool:
        """How branches were entered: the description does not tell entries for that."""
        return row["kind"] == "branch_chosen" or (row["kind"] == "node_entered" and "branches" in self.model.node(row["node"]))

    def decided_by(self, actor: str) -> Optional[int]:
        """The library's task that he decided last, there where the last decision was."""
        last = self.model.last
        his = [row for row in self.rows() if row[3] == "done" and actor in row[4]]
        there = [row for row in his if last and row[1] == last[2]] or his
        return there[-1][0] if there else None

    def act(self, actor: str, verb: str, task: Optional[Task] = None, person: Optional[str] = None, **more: Any) -> bool:
        """Both do it; they agree whether it is possible, and on what follows."""
        id = self.decided_by(actor) if verb == "take_back" else self.id_of(task)
        if task is not None and id is None:
            return False
        try:
            wrote: Optional[List[str]] = list(self.model.do(actor, verb, task, person, administrator=actor == "X", **more))
        except Refused as why:
            wrote, refused = None, str(why)
        except Unsure:
            return False
        action = {"actor": actor, "verb": verb, "administrator": actor == "X", "comment": "-", **({"person": person} if person else {})}
        action.update({"from" if key == "leaver" else key: item for key, item in more.items() if item is not None})
        note(f"{actor} {verb} {task and task.node} {person or ''} {more or ''}: {wrote if wrote is not None else refused}")
        error: Optional[dealer.Error] = None
        try:
            self.world.act({**action, **({"task": id} if id else {})})
        except dealer.Error as found:
            error = found
        kinds = Counter(row["kind"] for row in self.world.read() if not self.is_way(row))
        assert (error is None) == (wrote is not None), f"the library says {error or 'yes'}, the model {refused if wrote is None else 'yes'}"
        self.compare()
        if wrote is not None and verb != "take_back":
            assert kinds == Counter(wrote), f"the library alone {kinds - Counter(wrote)}, the model alone {Counter(wrote) - kinds}"
        return wrote is not None

    def compare(self) -> None:
        """How it stands."""
        explained = self.world.explained()
        assert explained["state"] == self.model.now.state
        assert sorted(f"{node['node']} {node['state']}" for node in explained["nodes"] if node["counts"]) == self.model.standing()
        running = explained["state"] == "running"
        awaited = sorted((node, people) for _, node, counts, state, people in self.rows() if running and counts and state == "open")
        assert awaited == self.model.awaited()

    def open_tasks(self) -> List[Task]:
        return [task for _, task in self.model.tasks() if task.state == "open"] if self.model.now.state == "running" else []

    def to_the_end(self) -> None:
        """Whoever is still asked agrees. Where nobody voted otherwise before, it is approved, over exactly the nodes and people of the preview."""
        undecided = [visit for visit, task in self.model.tasks() if task.state == "open"]
        otherwise = any(task.decision in ("rejected", "abstained") for visit in undecided for task in visit.tasks)
        told = self.world.open("S").preview()
        begun = len(self.world.explained()["nodes"])
        while tasks := self.open_tasks():
            person = tasks[0].people()[0]
            delegated = tasks[0].assignee != tasks[0].owner
            assert self.act(person, "resolve" if delegated else "approve", tasks[0])
        explained = self.world.explained()
        if otherwise:
            return
        assert explained["state"] == "approved"
        if any(row["depends"] for row in told):
            return
        left = [(row["node"], {person["person"] for person in row["people"]}) for row in told if row["people"] and not row["skipped"]]
        for node in explained["nodes"][begun:]:
            asked = {row["person"] for row in node["people"]}
            if asked and node["state"] != "skipped":
                claimed = self.model.node(node["node"]).get("claim")
                match = next((one for one in left if one[0] == node["node"] and (asked <= one[1] if claimed else asked == one[1])), None)
                assert match, f"{node['node']} asked {asked}; the preview told of {left}"
                left.remove(match)


# -- whatever people may think of --


class Approvals(RuleBasedStateMachine):
    """A flow, and people who do this and that."""

    pair: Optional[Pair] = None

    @initialize(several=st.lists(flows(), min_size=4, max_size=4))
    def begin(self, several: List[Dict[str, Any]]) -> None:
        for flow in several:  # the first that can be submitted
            self.teardown()
            self.pair = Pair(flow)
            if self.pair.act("S", "submit"):
                return

    def teardown(self) -> None:
        if self.pair:
            self.pair.stack.close()

    @rule(actor=st.sampled_from("SAX"))
    def somebody_says_something(self, actor: str) -> None:
        assert self.pair
        self.pair.act(actor, "comment")

    def task_verb(self, data: Any, actor: str, verb: str, task: Task) -> None:
        assert self.pair
        model, person = self.pair.model, None
        more: Dict[str, Any] = {}
        if verb == "return":
            passed = [visit.node for visit in model.now.visits if visit.counts and visit.state == "passed" and visit.tasks]
            others = [id for id in model.places if "branches" not in model.node(id)]
            more = {"target": data.draw(st.sampled_from(["submitter", "previous", *passed, *passed, *others])), "back": data.draw(st.booleans())}
        if verb in ("transfer", "delegate", "add_before", "add_after", "add_beside"):
            person = data.draw(st.sampled_from("ABCDHSZ"))
        self.pair.act(actor, verb, task, person, **more)

    @precondition(lambda self: self.pair and self.pair.open_tasks())
    @rule(data=st.data(), verb=st.sampled_from(DECIDING))
    def one_decides(self, data: Any, verb: str) -> None:
        assert self.pair
        task = data.draw(st.sampled_from(self.pair.open_tasks()))
        actor = data.draw(st.sampled_from(task.people()))
        if task.owner != task.assignee:
            actor, verb = data.draw(st.sampled_from([actor, task.owner or actor])), data.draw(st.sampled_from(["resolve", "delegate", verb]))
        self.task_verb(data, actor, verb, task)

    @precondition(lambda self: self.pair and self.pair.open_tasks())
    @rule(data=st.data(), verb=st.sampled_from(HANDING))
    def one_hands_on(self, data: Any, verb: str) -> None:
        assert self.pair
        task = data.draw(st.sampled_from(self.pair.open_tasks()))
        self.task_verb(data, data.draw(st.sampled_from(task.people())), verb, task)

    @precondition(lambda self: self.pair and any(task.added for _, task in self.pair.model.tasks()))
    @rule(data=st.data())
    def one_is_taken_out(self, data: Any) -> None:
        assert self.pair
        task = data.draw(st.sampled_from([task for _, task in self.pair.model.tasks() if task.added]))
        self.pair.act(data.draw(st.sampled_from([task.added_by or "X", "X", "C"])), "remove", task)

    @precondition(lambda self: self.pair and any(True for _ in self.pair.model.tasks()))
    @rule(data=st.data(), verb=st.sampled_from(DECIDING + HANDING + ["remove", "resolve"]), actor=st.sampled_from("ABCDHSX"))
    def anybody_tries(self, data: Any, verb: str, actor: str) -> None:
        assert self.pair
        self.task_verb(data, actor, verb, data.draw(st.sampled_from([task for _, task in self.pair.model.tasks()])))

    @precondition(lambda self: self.pair and self.pair.model.last)
    @rule(other=st.sampled_from("ABCDHS"), himself=st.sampled_from([True, True, False]))
    def one_takes_back(self, other: str, himself: bool) -> None:
        assert self.pair and self.pair.model.last
        actor = self.pair.model.last[0] if himself else other
        if self.pair.decided_by(actor):
            self.pair.act(actor, "take_back")

    @precondition(lambda self: self.pair and self.pair.model.now.state in ("running", "suspended"))
    @rule(data=st.data(), verb=st.sampled_from(COURSE), actor=st.sampled_from("SXXXA"))
    def it_is_administrated(self, data: Any, verb: str, actor: str) -> None:
        assert self.pair
        model, more = self.pair.model, {}
        if verb.startswith("override"):
            more["target"] = data.draw(st.sampled_from([*(task.node for task in self.pair.open_tasks()), *model.places]))
        self.pair.act("S" if verb in ("recall", "remind") and actor == "A" else actor, verb, **more)

    @precondition(lambda self: self.pair and self.pair.model.now.state == "suspended")
    @rule()
    def it_goes_on(self) -> None:
        assert self.pair
        self.pair.act("X", "resume")

    @precondition(lambda self: self.pair and self.pair.model.now.state in ("returned", "rejected", "recalled"))
    @rule(actor=st.sampled_from("SSSA"))
    def the_submitter_brings_it_again(self, actor: str) -> None:
        assert self.pair
        self.pair.act(actor, "resubmit")

    @precondition(lambda self: self.pair and self.pair.open_tasks())
    @rule(data=st.data(), person=st.sampled_from("ABCDZ"))
    def one_leaves(self, data: Any, person: str) -> None:
        assert self.pair
        leaver = data.draw(st.sampled_from([*data.draw(st.sampled_from(self.pair.open_tasks())).people(), "D"]))
        self.pair.act(data.draw(st.sampled_from("XXXA")), "hand_over", None, person, leaver=leaver)

    @precondition(lambda self: self.pair and self.pair.open_tasks())
    @rule(now=st.sampled_from([True, False, False]))
    def everybody_agrees(self, now: bool) -> None:
        assert self.pair
        if now:
            self.pair.to_the_end()


def test_the_library_does_what_the_model_says() -> None:
    run_state_machine_as_test(
        Approvals,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)),
    )


# -- votes --


def passes(node: Dict[str, Any], answers: Tuple[str, ...]) -> bool:
    """The outcome when everybody has answered, by counting alone."""
    mode = node["mode"]
    voters = [(who.get("weight", 1) if isinstance(mode, dict) and "threshold" in mode else 1, who.get("veto", False)) for who in node["who"]]
    agreed, rejected, abstained = (
        sum(weight for (weight, _), answer in zip(voters, answers) if answer == wanted) for wanted in ("approve", "reject", "abstain")
    )
    if any(veto and answer == "reject" for (_, veto), answer in zip(voters, answers)) or not agreed:
        return False
    if not isinstance(mode, dict):
        return rejected == 0
    if "ratio_bp" in mode:
        return agreed * 10_000 >= mode["ratio_bp"] * (agreed + rejected)
    return bool(agreed >= mode.get("count", mode.get("threshold")))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    mode=st.sampled_from(["all", {"ratio_bp": 5000}, {"ratio_bp": 6667}, {"count": 1}, {"count": 2}, {"threshold": 2}, {"threshold": 4}]),
    whos=st.lists(st.fixed_dictionaries({"weight": st.integers(1, 3), "veto": st.booleans()}), min_size=2, max_size=4),
    order=st.permutations(range(4)),
    answers=st.lists(st.sampled_from(["approve", "approve", "reject", "abstain"]), min_size=4, max_size=4),
)
def test_an_early_verdict_is_what_any_completion_gives(mode: Any, whos: List[Dict[str, Any]], order: List[int], answers: List[str]) -> None:
    weighs, vetoes = isinstance(mode, dict) and "threshold" in mode, isinstance(mode, dict)
    people = [
        {"person": person, **({"weight": who["weight"]} if weighs else {}), **({"veto": True} if vetoes and who["veto"] else {})}
        for person, who in zip("ABCD", whos)
    ]
    node = {"id": "n", "kind": "approve", "who": people, "mode": mode}
    pair = Pair({"id": "f", "nodes": [node]})
    with pair.stack:
        if not pair.act("S", "submit"):
            return
        given: Dict[int, str] = {}
        for index in [index for index in order if index < len(people)]:
            if pair.model.now.state != "running":
                break
            task = next(task for task in pair.open_tasks() if task.assignee == "ABCD"[index])
            assert pair.act("ABCD"[index], answers[index], task)
            given[index] = answers[index]
        left = [(given[at],) if at in given else ("approve", "reject", "abstain") for at in range(len(people))]
        outcomes = {passes(node, completion) for completion in product(*left)}
        assert pair.model.now.state == ("running" if len(outcomes) == 2 else "approved" if True in outcomes else "rejected")


@given(st.lists(st.sampled_from(["approve", "reject", "abstain"]), min_size=3, max_size=3), st.integers(0, 2), st.sampled_from(MODES[1:]))
def test_an_approval_instead_never_hurts(answers: List[str], at: int, mode: Any) -> None:
    node = {"who": [{"person": person} for person in "ABC"], "mode": mode}
    better = (*answers[:at], "approve", *answers[at + 1 :])
    assert passes(node, better) >= passes(node, tuple(answers))
