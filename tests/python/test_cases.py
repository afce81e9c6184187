"""The language-neutral cases of tests/cases, as far as they go through the public interface. One case is one test."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import dealer
import pytest

CASES = Path(__file__).resolve().parents[1] / "cases"


def load(path: str) -> Dict[str, Any]:
    data: Dict[str, Any] = json.loads((CASES / path).read_text(encoding="utf-8"))
    return data


def each(data: Dict[str, Any]) -> Any:
    return pytest.mark.parametrize("case", data["cases"], ids=[case["name"] for case in data["cases"]])


def ids_of(error: dealer.Error) -> List[str]:
    found = [error.id, *(cause.id for cause in error.causes)]
    return found + [finding["id"] for finding in getattr(error, "findings", ())]


def configuration_with(own: Any) -> Dict[str, Any]:
    """One person who may do everything, in one company, and a dealer's own types and fields."""
    return {
        "group": {"code": "G", "name": "集团"},
        "companies": [{"code": "C", "name": "公司", "kinds": ["sales"], "currency": "CNY"}],
        "departments": [{"code": "D", "name": "部门", "company": "C"}],
        "posts": [{"code": "all", "name": "全部", "grants": [{"functions": ["*.*"], "scope": "group"}]}],
        "employees": [{"code": "a", "name": "甲", "department": "D", "posts": [{"post": "all"}]}],
        **own,
    }


def session_with(stack: ExitStack, own: Any) -> dealer.Session:
    store = stack.enter_context(dealer.open(":memory:"))
    with store.system("cases") as system:
        system.apply_configuration(configuration_with(own))
    return stack.enter_context(store.session("a"))


# -- fields/values.json: what may be written into a field --

VALUES = load("fields/values.json")


def has_no_currency_yet(case: Dict[str, Any]) -> bool:
    """A document of a host has the currency of its company from the start."""
    return case["then"].get("error") == "E_FIELD_CURRENCY_NEEDED" or '"JPY"' in json.dumps(case["then"])


VALUES["cases"] = [case for case in VALUES["cases"] if not has_no_currency_yet(case)]


@pytest.fixture(scope="module")
def values() -> Iterator[dealer.Session]:
    with ExitStack() as stack:
        yield session_with(stack, VALUES["own"])


@each(VALUES)
def test_value(values: dealer.Session, case: Dict[str, Any]) -> None:
    document = values.new("trial")
    document.merge_json(json.dumps(case.get("given", {})))
    before = document.to_json()
    then = case["then"]
    if "error" in then:
        with pytest.raises(dealer.Error) as caught:
            document.merge_json(json.dumps(case["set"]))
        assert then["error"] in ids_of(caught.value)
        assert then["field"] in caught.value.en and then["field"] in caught.value.zh
        assert document.to_json() == before
        return
    document.merge_json(json.dumps(case["set"]))
    data = json.loads(document.to_json())
    for name, value in then.get("fields", {}).items():
        assert data[name] == value
    for name in then.get("absent", ()):
        assert name not in data and name not in document
    other = values.new("trial")
    other.update({name: value for name, value in document.items() if not values.catalogue()["trial"].fields[name].computed})
    for name in then.get("fields", {}):
        assert other[name] == document[name], "what Python reads, Python can write"


# -- fields/conditions.json: conditions, as filters of a list --

CONDITIONS = load("fields/conditions.json")
# A stored link has to lead somewhere, so these two fields are left without a value.
LINKS = {"machine", "office"}


def fits_a_list(case: Dict[str, Any]) -> bool:
    """Whether it can be asked as the filter of a list, which itself refuses a filter that is no object."""
    condition = case["condition"]
    if condition is not None and not isinstance(condition, dict):
        return False
    return not (case.get("holds") and condition and condition.get("field") in LINKS)


CONDITIONS["cases"] = [case for case in CONDITIONS["cases"] if fits_a_list(case)]


@pytest.fixture(scope="module")
def filtered() -> Iterator[dealer.Session]:
    with ExitStack() as stack:
        session = session_with(stack, CONDITIONS["own"])
        document = session.new("trial")
        document.merge_json(json.dumps({name: value for name, value in CONDITIONS["document"].items() if name not in LINKS}))
        document.save()
        yield session


@each(CONDITIONS)
def test_condition(filtered: dealer.Session, case: Dict[str, Any]) -> None:
    query = json.dumps({"type": "trial", "where": case["condition"]})
    if "error" in case:
        with pytest.raises(dealer.Error) as caught:
            filtered._page(query)
        assert case["error"] in ids_of(caught.value)
        return
    found, after = filtered._page(query)
    assert (len(found), after) == (int(case["holds"]), None)
    for handle in found:
        dealer.Document(filtered, handle).close()


# -- fields/declarations.json: types and fields that a dealer declares --

DECLARATIONS = load("fields/declarations.json")
DECLARATIONS["cases"] = [
    case for case in DECLARATIONS["cases"] if isinstance(case["own"], dict) and not set(case["own"]) - {"types", "fields"}
]


@pytest.fixture(scope="module")
def declaring() -> Iterator[dealer.SystemSession]:
    with dealer.open(":memory:") as store, store.system("cases") as system:
        yield system


@each(DECLARATIONS)
def test_declaration(declaring: dealer.SystemSession, case: Dict[str, Any]) -> None:
    configuration = configuration_with(case["own"])
    if "error" not in case:
        assert declaring.apply_configuration(configuration, check_only=True) == []
        return
    with pytest.raises(dealer.Error) as caught:
        declaring.apply_configuration(configuration, check_only=True)
    assert case["error"] in ids_of(caught.value)


# -- permission/*.json: who may do what to which document --


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, 8, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


class World:
    """The documents of a file, entered by their owners under a configuration that lets them, then read by the system."""

    def __init__(self, stack: ExitStack, given: Dict[str, Any]):
        self.clock = Clock()
        self.store = stack.enter_context(dealer.open(":memory:", clock=self.clock))
        self.system = stack.enter_context(self.store.system("cases"))
        configuration = given["configuration"]
        self.system.apply_configuration(self._lenient(configuration))
        entered = {data["number"]: self._enter(data) for data in given["documents"] if self._enterable(data)}
        self.system.apply_configuration(configuration)
        self.documents = {number: self.system.open(id) for number, id in entered.items()}

    @staticmethod
    def _enterable(data: Dict[str, Any]) -> bool:
        return "status" not in data and "participants" not in data

    @staticmethod
    def _lenient(configuration: Dict[str, Any]) -> Dict[str, Any]:
        post = {"code": "enters-all", "name": "录入", "grants": [{"functions": ["*.create", "*.edit", "*.read"], "scope": "group"}]}
        employees = [
            {**{k: v for k, v in employee.items() if k != "disabled"}, "posts": [{"post": "enters-all"}]}
            for employee in configuration["employees"]
        ]
        return {**configuration, "posts": [*configuration["posts"], post], "employees": employees}

    def _enter(self, data: Dict[str, Any]) -> int:
        with self.store.session(data["owner"]) as session:
            document = session.new(data["type"]).move(data["company"], data.get("department"))
            document.merge_json(json.dumps(data.get("fields", {})))
            return document.save().id

    def allows(self, question: Dict[str, Any]) -> Optional[bool]:
        document = self.documents.get(question["document"])
        if document is None:
            return None
        at = datetime.fromisoformat(question["at"].replace("Z", "+00:00"))
        self.clock.now = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
        try:
            with self.store.session(question["person"]) as session:
                return session.allows(question["function"], document)
        except dealer.Denied:
            return False  # a disabled person has no session at all


PERMISSION = {path.stem: load(f"permission/{path.name}") for path in sorted((CASES / "permission").glob("*.json"))}


@pytest.fixture(scope="module")
def worlds() -> Iterator[Dict[str, World]]:
    with ExitStack() as stack:
        yield {name: World(stack, data["given"]) for name, data in PERMISSION.items()}


@pytest.mark.parametrize(
    ("file", "case"),
    [pytest.param(name, case, id=f"{name}: {case['name']}") for name, data in PERMISSION.items() for case in data["cases"]],
)
def test_permission(worlds: Dict[str, World], file: str, case: Dict[str, Any]) -> None:
    if "configuration" in case or "documents" in case:
        pytest.skip("has a world of its own, which the C tests build")
    asked = 0
    for question, expected in zip(case["when"], case["then"]):
        answer = worlds[file].allows(question)
        if answer is not None:
            asked += 1
            assert answer is expected["allowed"], question
    if not asked:
        pytest.skip("is about a document that cannot be entered as such")
