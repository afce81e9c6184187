"""Who is asked at a node: docs/approval.md, "Who decides" and "Policies", over a small organisation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from approval_flow import Node

Json = Any


class Refused(Exception):
    """A step that is not taken, by the status that says so."""

    def __init__(self, status: str, why: str = ""):
        super().__init__(f"{status}: {why}")
        self.status = status


class RuleFailed(Exception):
    """A rule that chooses failed: it approves nothing."""


@dataclass
class World:
    """Who there is. The document is of department D1 in company C; S submits, X administrates."""

    home: Dict[str, str]  # person -> department
    parents: Dict[str, Optional[str]]
    heads: Dict[str, Optional[str]]
    posts: Dict[Tuple[str, str], List[str]] = field(default_factory=dict)  # (post, department or company) -> holders
    gone: List[str] = field(default_factory=list)
    blind: List[str] = field(default_factory=list)
    limits: Dict[str, int] = field(default_factory=dict)  # department -> what its head may decide
    choices: Dict[str, Optional[List[str]]] = field(default_factory=dict)  # rules; None: it fails
    values: Dict[str, Any] = field(default_factory=dict)  # fields of the document
    submitter: str = "S"
    administrators: List[str] = field(default_factory=lambda: ["X"])

    def works_here(self, person: str) -> bool:
        """A person without a post does not."""
        return person in self.home and person not in self.gone

    def reads(self, person: str) -> bool:
        """Whether his posts let him read the document."""
        return self.works_here(person) and person not in self.blind

    def upwards(self, department: Optional[str]) -> List[str]:
        """A department and those above."""
        found = []
        while department is not None:
            found.append(department)
            department = self.parents[department]
        return found

    def head_of(self, person: str) -> Optional[str]:
        """The nearest head above a person that is not he; nobody when that one has left."""
        heads = [self.heads[department] for department in self.upwards(self.home[person])]
        head = next((head for head in heads if head and head != person), None)
        return head if head and self.works_here(head) else None

    def holds(self, condition: Json) -> bool:
        """A condition over the document. A rule that fails refuses the step."""
        if "rule" in condition:
            if condition["rule"] == "broken":
                raise Refused("RULE", "a condition failed")
            return bool(self.values.get("is_" + condition["rule"]))
        return self.values.get(condition["predicate"]["field"]) == condition["predicate"]["value"]


@dataclass
class Asked:
    """One who is asked, by which entry of the node's `who`."""

    person: str
    entry: Json = field(default_factory=dict)


def codes(world: World, who: Json) -> List[str]:
    """Everybody whom one entry names, in order, before any policy."""
    if "person" in who:
        return [who["person"]]
    if "persons" in who:
        return list(who["persons"])
    if "post" in who:
        return holders(world, who["post"], who["in"])
    heads = [world.heads[department] for department in world.upwards("D1")]
    if "head" in who:
        return [head for head in heads[who["head"] - 1 : who["head"]] if head]
    if "heads_up_to" in who:
        return [head for head in heads[: who["heads_up_to"]] if head]
    if "heads_to_limit" in who:
        return _to_limit(world, who["heads_to_limit"])
    if "submitter" in who:
        return [world.submitter]
    if "administrators" in who:
        return list(world.administrators)
    if "rule" in who:
        chosen = world.choices[who["rule"]]
        if chosen is None:
            raise RuleFailed
        return chosen
    named = world.values.get(who["field"])
    if named is None or ("among" in who and named not in [asked.person for asked in find(world, who["among"])]):
        return []
    return [named]


def holders(world: World, post: str, place: Json) -> List[str]:
    """Of a post, by their codes. A company is all its departments, too; a department where nobody holds it is the one above, at last the company."""
    company = "C" if isinstance(place, str) else place["company"]
    held = {where: [one for one in who if world.works_here(one)] for (name, where), who in world.posts.items() if name == post}
    if place == "department":
        for department in [*world.upwards("D1"), "C"]:
            if held.get(department):
                return sorted(held[department])
        return []
    places = [company, *(world.parents if company == "C" else ())]
    return sorted({person for one in places for person in held.get(one, [])})


def _to_limit(world: World, name: str) -> List[str]:
    found = []
    for department in world.upwards("D1"):
        head = world.heads[department]
        if head is None or not world.works_here(head):
            continue
        found.append(head)
        if world.limits.get(department, -1) >= world.values[name]:
            return found
    return []


def find(world: World, who: Json) -> List[Asked]:
    """Who is named and works here."""
    found: List[Asked] = []
    for entry in who if isinstance(who, list) else [who]:
        if "when" in entry and not world.holds(entry["when"]):
            continue
        for person in codes(world, entry):
            if world.works_here(person):
                found.append(Asked(person, entry))
    return found


def too_few(mode: Json, asked: List[Asked]) -> bool:
    """Whether the mode could not be reached if they all agreed."""
    if isinstance(mode, dict) and "groups" in mode:
        return any(sum(one.entry.get("group") == group for one in asked) < count for group, count in mode["groups"].items())
    if isinstance(mode, dict) and "threshold" in mode:
        return sum(one.entry.get("weight", 1) for one in asked) < mode["threshold"]
    return len(asked) < (mode.get("count", 1) if isinstance(mode, dict) else 1)


def without_submitter(world: World, node: Node, asked: List[Asked], left: List[str]) -> List[Asked]:
    """approver_is_submitter; who is left out is noted. Whom a `who` names as the submitter, on purpose, no policy turns."""
    policy, kept = node.get("approver_is_submitter"), []
    for one in asked:
        if one.person != world.submitter or "submitter" in one.entry or policy == "allow":
            kept.append(one)
        elif policy == "refuse":
            raise Refused("STATE", "the submitter would decide")
        elif policy == "head":
            head = world.head_of(world.submitter)
            if head is not None:
                kept.append(Asked(head, one.entry))
        if policy == "skip" and one not in kept:
            left.append(one.person)
    return once(kept)


def once(asked: List[Asked]) -> List[Asked]:
    """Nobody twice; the first entry counts."""
    seen: Dict[str, Asked] = {}
    for one in asked:
        seen.setdefault(one.person, one)
    return list(seen.values())


def readers(world: World, node: Node, asked: List[Asked]) -> List[Asked]:
    """approver_cannot_read."""
    if node.get("approver_cannot_read") == "refuse" and any(one.person in world.blind for one in asked):
        raise Refused("STATE", "an approver may not read the document")
    return asked


def decide(world: World, node: Node, left: List[str]) -> List[Asked]:
    """Who is asked at a node: nobody when it is to be skipped; refused when it cannot be entered. Who is left out is noted."""
    mode, policy, failed = node.get("mode"), node.get("nobody_found"), False
    try:
        named = find(world, node.data["who"])
    except RuleFailed:
        named, failed = [], True
    asked = readers(world, node, without_submitter(world, node, named, left))
    if not too_few(mode, asked):
        return asked
    if named and not asked and node.get("approver_is_submitter") == "skip":
        return []  # all were left out because they are the submitter
    if policy == "skip" and not failed:
        return []
    if policy == "administrators":
        more = find(world, {"administrators": True})
    elif isinstance(policy, dict):
        try:
            more = find(world, policy["fallback"])
        except RuleFailed:
            more = []
    else:
        raise Refused("STATE", "nobody is found")
    asked = once(asked + readers(world, node, without_submitter(world, node, more, left)))
    if too_few(mode, asked):
        raise Refused("STATE", "nobody is found, nor a fallback")
    return asked
