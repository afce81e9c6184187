"""The cases of tests/cases/approval, as far as a host can bring them about. One case is one test."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import dealer
import pytest
from approval_world import NOTHING, ApprovalWorld, Inexpressible, play

CASES = Path(__file__).resolve().parents[1] / "cases" / "approval"
Json = Any
# What the door says before the engine is asked, and what the engine would have said.
DOOR = {
    "E_NO_SUCH_TASK": {"DENIED", "NOT_FOUND", "STATE"},  # another's; delegated, it is with another; before submission there is none
    "E_TASK_DECIDED": {"CONFLICT", "STATE", "DENIED"},
    "E_DENIED": {"DENIED"},
    "E_STATUS_WRONG": {"STATE"},
    "E_PERSON_UNKNOWN": {"NOT_FOUND"},
    "E_COMMENT_NEEDED": {"INVALID"},
    "E_NOT_IN_FLOW": {"STATE"},
    "E_RULE_LIMIT_RESULT": {"CONFIGURATION"},  # so large, or so deep, that it is no flow yet
    NOTHING: {"DENIED", "NOT_FOUND", "STATE"},
}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for case in data["cases"]:
            named = {key: case.get(key, "default") for key in ("flow", "people")}
            flow, people = (
                data[many][value] if isinstance(value, str) else value
                for many, value in (("flows", named["flow"]), ("people", named["people"]))
            )
            yield pytest.param({**case, "flow": flow, "people": people}, id=f"{path.stem}: {case['name']}")


def check_refused(error: Optional[dealer.Error], wanted: Json) -> None:
    levels = [] if error is None else [error, *error.causes]
    if wanted is None:
        assert error is None, [(one.id, one.en) for one in levels]
        return
    assert error is not None, f"expected to be refused: {wanted}"
    by_door = next((DOOR[one.id] for one in levels if one.id in DOOR), None)
    if by_door is not None:
        assert wanted["status"] in by_door, (wanted, error.id, error.en)
        return
    assert error.status.name == wanted["status"], (wanted, error.id, error.en)
    assert "id" not in wanted or not error.id or wanted["id"] in [one.id for one in levels], (wanted, levels)
    assert any(wanted.get("says", "") in one.en for one in levels), (wanted, levels)


def in_order(item: str) -> str:
    """Who may claim a task, in the order of the alphabet."""
    return "|".join(sorted(item.split("|")))


def check_then(world: ApprovalWorld, rows: List[Dict[str, Any]], then: Json) -> None:
    found = {
        "state": lambda: world.explained()["state"],
        "round": world.round,
        "awaited": lambda: ", ".join(world.awaited()),
        "nodes": lambda: ", ".join(world.nodes()),
        "history": lambda: ", ".join(row["kind"] for row in rows),
        "preview": lambda: ", ".join(world.route()),
    }
    for key, wanted in then.items():
        if key == "reasons":
            text = "; ".join(f"{row.get('en')}; {row.get('zh')}" for row in rows)
            assert all(reason in text for reason in wanted), f"reasons: {wanted} in {text}"
        elif key != "refused":
            assert found[key]() == (", ".join(map(in_order, wanted)) if isinstance(wanted, list) else wanted), key


def run(case: Json) -> None:
    administrators = sorted({"X", *case["people"].get("administrators", [])} & set(case["people"]["persons"]))
    with ExitStack() as stack:
        world = ApprovalWorld(stack, case["flow"], case["people"], administrators)
        error = None
        try:
            world.publish()
        except dealer.Error as refused:
            error = refused
        check_refused(error, case["then"].get("refused"))
        if error:
            return
        world.begin()
        rows: List[Dict[str, Any]] = []
        for action in case.get("when", ()):
            if "now" in action:
                world.change(action["now"])
                continue
            error, happened = play(world, action)
            rows = rows if error else happened
            check_refused(error, action.get("refused"))
            check_then(world, happened, action.get("then", {}))
        check_then(world, rows, case["then"])
        assert world.system.verify_store() == []


@pytest.mark.parametrize("case", list(cases()))
def test_approval(case: Json) -> None:
    try:
        run(case)
    except Inexpressible as why:
        pytest.skip(str(why))
