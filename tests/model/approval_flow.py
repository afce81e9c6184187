"""A flow as a tree that the slow model walks: docs/approval.md, "Flows", said slowly.

Sub-flows are put in their places, and one beside (async) becomes a parallel node with all that follows. Nothing here knows who works where,
or what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional

Json = Any
BRANCHING = ("exclusive", "inclusive", "parallel")
DEFAULTS = {
    "approver_is_submitter": "head",
    "nobody_found": "refuse",
    "same_approver": "repeat",
    "approver_cannot_read": "allow",
    "mode": "all",
    "rejected": "end",
}


@dataclass(eq=False)
class Node:
    """One node, and where it stands."""

    id: str
    kind: str
    data: Json
    policies: Dict[str, Any]
    parent: Optional["Node"] = None
    prefix: str = ""  # what a name inside its flow stands for
    sequences: List[List["Node"]] = field(default_factory=list)
    row: List["Node"] = field(default_factory=list, repr=False)  # the sequence that it stands in
    beside: bool = False  # a sub-flow whose outcome decides nothing

    def get(self, name: str) -> Any:
        """What it says itself, else its flow, else everybody."""
        if name in self.data:
            return self.data[name]
        return self.policies.get(name, DEFAULTS.get(name))

    def inside(self) -> Iterator["Node"]:
        """It, and every node in it."""
        yield self
        for sequence in self.sequences:
            for node in sequence:
                yield from node.inside()

    def above(self) -> Iterator["Node"]:
        """What it stands in, from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def earlier(self) -> List["Node"]:
        """What stands before it in its sequence."""
        return self.row[: self.row.index(self)]

    def later(self) -> List["Node"]:
        """What stands behind it in its sequence."""
        return self.row[self.row.index(self) + 1 :]

    def from_here(self) -> List["Node"]:
        """It and all that the way comes to after it: what a return to it lets count no more."""
        found = list(self.inside())
        for node in (self, *self.above()):
            for later in node.later():
                found += later.inside()
        return found

    def on_the_way(self) -> List["Node"]:
        """All that the way may have come by before it, in the order of the document; nothing of a branch beside."""
        found: List[Node] = []
        for node in (self, *self.above()):
            found = [one for earlier in node.earlier() for one in earlier.inside()] + found
        return found

    def flow_node(self) -> Optional["Node"]:
        """The sub-flow that it stands in."""
        return next((node for node in self.above() if node.kind == "sub_flow"), None)

    def branch_with(self, node: "Node") -> int:
        """Which of its branches a node inside it is in."""
        return next(number for number, row in enumerate(self.sequences) if any(node in list(one.inside()) for one in row))

    def __deepcopy__(self, memo: Any) -> "Node":
        return self


class Flow:
    """A flow with its sub-flows in their places."""

    def __init__(self, data: Json, sub_flows: Dict[str, Json]):
        self.sub_flows = sub_flows
        self.nodes = self._sequence(data["nodes"], data, None, "")

    def all(self) -> List[Node]:
        """Every node, in the order of the document."""
        return [one for node in self.nodes for one in node.inside()]

    def get(self, id: str) -> Optional[Node]:
        """By its whole id."""
        return next((node for node in self.all() if node.id == id), None)

    def __deepcopy__(self, memo: Any) -> "Flow":
        return self

    def _sequence(self, rows: List[Json], flow: Json, parent: Optional[Node], prefix: str) -> List[Node]:
        made: List[Node] = []
        for number, data in enumerate(rows):
            node = Node(prefix + data["id"], data["kind"], data, {k: v for k, v in flow.items() if k in DEFAULTS}, parent, prefix, row=made)
            if data.get("async"):
                around = Node(node.id + "+", "parallel", {"id": data["id"] + "+"}, node.policies, parent, prefix, row=made)
                node.parent, node.beside = around, True
                node.row = [node]
                around.sequences = [node.row, self._sequence(rows[number + 1 :], flow, around, prefix)]
                self._fill(node, flow, prefix)
                made.append(around)
                return made
            self._fill(node, flow, prefix)
            made.append(node)
        return made

    def _fill(self, node: Node, flow: Json, prefix: str) -> None:
        if node.kind in BRANCHING:
            node.sequences = [self._sequence(branch["nodes"], flow, node, prefix) for branch in node.data["branches"]]
        elif node.kind == "sub_flow":
            inner = self.sub_flows[node.data["flow"]]
            node.sequences = [self._sequence(inner["nodes"], inner, node, node.id + "/")]
