"""Small organisations, documents and flows, drawn by Hypothesis: typed, and leaning to the corners."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from approval_people import World
from hypothesis import strategies as st

Json = Any
STAFF = ["A", "B", "C", "D", "E", "F"]
EVERYBODY = ["S", *STAFF, "X"]
PLACES = ["D1", "C", "K"]


def few(of: Any, most: int = 3, least: int = 1) -> Any:
    return st.lists(st.sampled_from(of), min_size=least, max_size=most, unique=True)


@st.composite
def worlds(draw: Any) -> World:
    head = st.sampled_from([None, "S", *STAFF, *STAFF])
    world = World(
        home={person: draw(st.sampled_from(["D1", "D1", "D1", "D2"])) if person not in ("S", "X") else "D1" for person in EVERYBODY},
        parents={"D1": "D2", "D2": "D3", "D3": None},
        heads={department: draw(head) for department in ("D1", "D2", "D3")},
        posts={(post, place): draw(few(["S", *STAFF], 3, 0)) for post in ("p", "q") for place in PLACES},
        gone=draw(few(["E", "F"], 2, 0)),
        blind=draw(few(["D", "E"], 1, 0)),
        limits={department: draw(st.sampled_from([50, 100, 1000])) for department in draw(few(["D1", "D2", "D3"], 3, 0))},
        choices={"choice.some": draw(few(["S", *STAFF])), "choice.broken": None},
    )
    world.values = {"amount": 100, "note1": "x", "note2": "x", "free": "x", "is_a": draw(st.booleans()), "is_b": draw(st.booleans())}
    if draw(st.booleans()):
        world.values["who_f"] = draw(st.sampled_from(["S", *STAFF]))
    return world


CONDITIONS = st.sampled_from(
    [{"rule": "a"}, {"predicate": {"field": "is_a", "op": "=", "value": True}}, {"rule": "b"}, {"predicate": {"field": "is_b", "op": "=", "value": False}}]
)


SOME = st.sampled_from(["S", *STAFF])
PLAIN = st.one_of(
    st.builds(lambda one: {"person": one}, SOME),
    st.builds(lambda one: {"persons": one}, few(["S", *STAFF], 3, 2)),
    st.builds(lambda one: {"persons": one}, few(STAFF, 3, 2)),
    st.builds(
        lambda post, where: {"post": post, "in": where}, st.sampled_from(["p", "q"]), st.sampled_from(["department", "company", {"company": "K"}])
    ),
    st.builds(lambda level: {"head": level}, st.integers(1, 3)),
    st.builds(lambda level: {"heads_up_to": level}, st.integers(1, 3)),
)
WHO = PLAIN | st.sampled_from(
    [
        {"field": "who_f"},
        {"submitter": True},
        {"heads_to_limit": "amount"},
        {"administrators": True},
        {"field": "who_f", "among": {"persons": ["A", "B"]}},
        {"rule": "choice.some"},
        {"rule": "choice.broken"},
    ]
)
WHOS = st.lists(WHO, min_size=1, max_size=2)


MODES = ["any", "all", "all", "sequential", {"ratio_bp": 5000}, {"ratio_bp": 6667}, {"count": 1}, {"count": 2}, {"threshold": 3}, {"groups": {"g": 1, "h": 1}}]


@st.composite
def policies(draw: Any, often: int) -> Json:
    made: Dict[str, Any] = {}
    for name, values in (
        ("approver_is_submitter", ["head", "skip", "allow", "refuse"]),
        ("nobody_found", ["skip", "skip", "administrators", {"fallback": {"persons": ["A", "F"]}}, "refuse"]),
        ("same_approver", ["skip_consecutive", "skip_anywhere", "repeat"]),
        ("approver_cannot_read", ["refuse", "allow"]),
    ):
        if draw(st.integers(0, often)) == 0:
            made[name] = draw(st.sampled_from(values))
    return made


class Drawn:
    """A flow while it is drawn."""

    def __init__(self, draw: Any):
        self.draw, self.made, self.sub_flows = draw, 0, {}  # type: ignore[var-annotated]
        self.beside = 0  # in how many branches that run beside others: which of them is come to first within a step is nobody's business

    def chance(self, of: int) -> bool:
        return bool(self.draw(st.integers(1, of)) == 1)

    def id(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def approve(self, before: List[str], kind: str = "approve") -> Json:
        draw = self.draw
        mode = draw(st.sampled_from(MODES))
        node: Dict[str, Any] = {"id": self.id("n"), "kind": kind, "mode": mode, **draw(policies(6))}
        entries = draw(WHOS)
        if mode == {"groups": {"g": 1, "h": 1}}:
            entries = [{**one, "group": group} for one, group in zip([*entries, draw(PLAIN)], "gh")]
        if mode == {"threshold": 3}:
            entries = [{**one, "weight": draw(st.integers(1, 3))} for one in entries]
        if isinstance(mode, dict) and self.chance(2):
            node["nobody_found"] = {"fallback": {"persons": ["A", "B", "C"]}}
        for one in entries:
            if self.chance(8):
                one["veto"] = True
            if self.chance(10):
                one["when"] = draw(CONDITIONS)
        node["who"] = entries if len(entries) > 1 else entries[0]
        if mode in ("any", "all") and self.chance(4):
            node["claim"] = True
        if self.chance(10):
            node["veto"] = True
        if self.chance(10):
            node["wait_for_everyone"] = True
        if self.chance(3):
            node["covers"] = draw(st.sampled_from([["note1"], ["note2"], ["note1", "note2"]]))
        node["rejected"] = draw(st.sampled_from(["end", "submitter", "previous", *(f"node:{one}" for one in before)]))
        if self.chance(3):
            node["due"] = self.due()
        return node

    def due(self) -> Json:
        draw = self.draw
        made: Dict[str, Any] = draw(st.sampled_from([{"hours": 4}, {"hours": 30}, {"business_hours": 10}]))
        then = draw(st.sampled_from(["remind", None, "approve", "reject", {"escalate": {"persons": ["B", "F"]}}, {"transfer": {"persons": ["C", "D"]}}]))
        made = {**made, **({"then": then} if then else {})}
        return {**made, "every": draw(st.sampled_from([3, 24]))} if self.chance(2) else made

    def sequence(self, before: List[str], depth: int, most: int, inner: bool = False) -> List[Json]:
        draw, row, before = self.draw, [], list(before)
        for position in range(draw(st.integers(1, most))):
            kind = draw(
                st.sampled_from(
                    ["approve"] * 8 + ["cc", "delay", "rule", "route_back"] + (["exclusive", "inclusive", "parallel", "parallel"] if depth else [])
                    + (["sub_flow", "sub_flow"] if depth and not inner else [])
                )
            )
            node = getattr(self, "_" + kind, self._branches)(kind, before, depth, inner)
            row.append(node)
            if node["kind"] == "approve":
                before.append(node["id"])
        return row

    def _approve(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        return self.approve(before)

    def _cc(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        return {"id": self.id("c"), "kind": "cc", "who": self.draw(WHO)}

    def _delay(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        return {"id": self.id("d"), "kind": "delay", **self.draw(st.sampled_from([{"hours": 5}, {"business_hours": 9}]))}

    def _rule(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        node = {**self.approve(before, "rule"), "id": self.id("r"), "refer": self.draw(CONDITIONS)}
        if not self.beside and self.chance(3):
            node["reject"] = self.draw(CONDITIONS)
        return node

    def _route_back(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        if not before or self.beside:
            return self.approve(before)
        node = {"id": self.id("b"), "kind": "route_back", "to": self.draw(st.sampled_from(before))}
        return {**node, "times": 2} if self.chance(3) else node

    def _branches(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        branches = []
        self.beside += kind != "exclusive"
        for number in range(self.draw(st.integers(2, 3))):
            branch: Dict[str, Any] = {"nodes": self.sequence(before, depth - 1, 2, inner) if self.draw(st.integers(0, 4)) else []}
            if kind != "parallel":
                branch["when"] = self.draw(CONDITIONS)
            branches.append(branch)
        self.beside -= kind != "exclusive"
        if kind == "exclusive" or (kind == "inclusive" and self.chance(2)):
            branches[-1].pop("when", None)
            branches[-1]["otherwise"] = True
        for number, branch in enumerate(branches):
            branch["title"] = {"en": f"w{number}", "zh": f"w{number}"}
        if kind == "parallel" and not all(branch["nodes"] for branch in branches):
            for branch in branches:
                branch["nodes"] = branch["nodes"] or [self.approve(before)]
        return {"id": self.id("x"), "kind": kind, "branches": branches}

    def _sub_flow(self, kind: str, before: List[str], depth: int, inner: bool) -> Json:
        name = "flow." + self.id("s")
        nodes = self.sequence([], depth - 1, 2, True)
        if not any(node["kind"] == "approve" for node in nodes):
            nodes.append(self.approve([]))
        if self.chance(4):
            nodes.append({"id": self.id("e"), "kind": "end", "outcome": self.draw(st.sampled_from(["approved", "rejected"]))})
        self.sub_flows[name] = {"id": name, **self.draw(policies(3)), "nodes": nodes}
        node = {"id": self.id("t"), "kind": "sub_flow", "flow": name, "rejected": self.draw(st.sampled_from(["end", "submitter", "previous"]))}
        return {**node, "async": True} if self.chance(3) else node


@st.composite
def flows(draw: Any) -> Tuple[Json, Dict[str, Json]]:
    drawn = Drawn(draw)
    nodes = drawn.sequence([], 2, 4)
    if not any(node["kind"] == "approve" for node in nodes):
        nodes.append(drawn.approve([]))
    return {"id": "request", **draw(policies(4)), "nodes": nodes}, drawn.sub_flows


