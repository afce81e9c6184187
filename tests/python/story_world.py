"""The world of a story of tests/cases/story: its values, a store made from one prepared file, a clock, the sessions of its people and the
documents by their names. What steps do is in story_steps."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

import dealer

STORIES = Path(__file__).resolve().parents[1] / "cases" / "story"
GROWS = ("messages", "reviews")
Json = Any


def read(name: str) -> Dict[str, Any]:
    """A JSON file of the stories."""
    data: Dict[str, Any] = json.loads((STORIES / name).read_text(encoding="utf-8"))
    return data


GROUP = read("group.json")


def morning(day: str) -> datetime:
    """When the clock of a story starts on a day."""
    return datetime.fromisoformat(day).replace(hour=1, tzinfo=timezone.utc)


# -- values --


def fill(value: Json, row: Dict[str, Any]) -> Json:
    """"$x" is the row's x."""
    if isinstance(value, str) and value.startswith("$") and value[1:] in row:
        return deepcopy(row[value[1:]])
    if isinstance(value, dict):
        return {key: fill(item, row) for key, item in value.items()}
    return [fill(item, row) for item in value] if isinstance(value, list) else value


def resolve(value: Json, documents: Dict[str, int]) -> Json:
    """"@name" is the id of that document, {"yuan": 12} and {"fen": 1200} are money."""
    if isinstance(value, str) and value.startswith("@"):
        return documents.get(value[1:], value)
    if isinstance(value, dict):
        if len(value) == 1 and "yuan" in value:
            return dealer.Money(value["yuan"], "CNY")
        if len(value) == 1 and "fen" in value:
            return dealer.Money.of_minor(value["fen"], "CNY")
        return {key: resolve(item, documents) for key, item in value.items()}
    return [resolve(item, documents) for item in value] if isinstance(value, list) else value


def text_of(value: Json) -> str:
    """As JSON text; money in minor units."""
    return json.dumps(value, ensure_ascii=False, default=lambda money: {"amount_minor": money.minor, "currency": money.currency})


def matches(found: Json, wanted: Json) -> bool:
    """Objects have what is asked for (None: that it is absent); lists match element by element."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(matches(found.get(key), item) for key, item in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(matches, found, wanted))
    return type(found) is type(wanted) and bool(found == wanted)


def same_items(found: List[Json], wanted: List[Json]) -> bool:
    """In any order; each of wanted matches one of found, and there are no more."""
    left = list(found)
    for item in wanted:
        at = next((index for index, one in enumerate(left) if matches(one, item)), None)
        if at is None:
            return False
        del left[at]
    return not left


def _key(element: Json) -> Optional[str]:
    return element.get("code", element.get("name")) if isinstance(element, dict) else None


def _change_element(elements: List[Json], element: Json) -> None:
    key = _key(element)
    for index, one in enumerate(elements):
        if key is None or _key(one) != key:
            continue
        if element.get("remove") is True:
            del elements[index]
        else:
            change(one, element)
        return
    elements.append(deepcopy(element))


def change(target: Dict[str, Any], changes: Dict[str, Any]) -> None:
    """Changes a configuration, as README.md of the stories says."""
    for key, item in changes.items():
        there = target.get(key)
        if isinstance(item, list) and isinstance(there, list) and (key in GROWS or (item and _key(item[0]) is not None)):
            for element in item:
                _change_element(there, element)
        elif isinstance(item, dict) and isinstance(there, dict):
            change(there, item)
        elif item is None:
            target.pop(key, None)
        else:
            target[key] = deepcopy(item)


# -- the world --


class World:
    """One story's store, opened on a copy of the prepared file."""

    def __init__(self, stack: ExitStack, path: Path, configuration: Optional[Dict[str, Any]] = None):
        self.now = morning(GROUP["start"])
        self.stack = stack
        self.store = stack.enter_context(dealer.open(path, clock=lambda: self.now))
        self.system = stack.enter_context(self.store.system("story"))
        self.configuration = configuration or self._configuration()
        self.documents: Dict[str, int] = {}
        self.people: Dict[str, dealer.Session] = {}
        self.in_transaction: Set[str] = set()
        self.held: Dict[Tuple[str, str], dealer.Document] = {}
        self.scenes: Set[str] = set()
        self.last_tasks: Dict[Tuple[str, int], int] = {}
        self.leases: Dict[str, List[dealer.Lease]] = {}

    def _configuration(self) -> Dict[str, Any]:
        configuration = self.system.starter_configuration()
        configuration["companies"] = []
        change(configuration, GROUP["configuration"])
        return configuration

    @classmethod
    def prepare(cls, path: Path) -> Dict[str, Any]:
        """Makes the file that every story's store is a copy of; returns its configuration."""
        with ExitStack() as stack:
            world = cls(stack, path)
            world.system.apply_configuration(world.configuration)
            world.system.publish_rules(world.system.starter_rules())
            return world.configuration

    @classmethod
    def copy(cls, stack: ExitStack, prepared: Path, path: Path, configuration: Dict[str, Any]) -> "World":
        """The world in which a story begins."""
        shutil.copyfile(prepared, path)
        return cls(stack, path, deepcopy(configuration))

    def session(self, person: str) -> dealer.Session:
        """The person's session, opened when he first acts, or the system's."""
        if person == "system":
            return self.system
        if person not in self.people:
            substitute, _, principal = person.partition(" for ")
            self.people[person] = self.stack.enter_context(self.store.session(substitute, principal or None))
        return self.people[person]

    def reader(self, person: str) -> dealer.Session:
        """Who reads what came of a step: the system, or, inside a person's transaction, he himself."""
        return self.people[person] if person in self.in_transaction else self.system

    def later(self, hours: int) -> None:
        """Moves the clock."""
        self.now += timedelta(hours=hours)

    def code_of(self, person: int) -> Optional[str]:
        """An employee's code."""
        return next((one["code"] for one in self.system.organisation()["employees"] if one["id"] == person), None)

    def with_people(self, value: Json) -> Json:
        """{"employee": code} is that person's id."""
        if isinstance(value, dict):
            if list(value) == ["employee"]:
                return next(one["id"] for one in self.system.organisation()["employees"] if one["code"] == value["employee"])
            return {key: self.with_people(item) for key, item in value.items()}
        return [self.with_people(item) for item in value] if isinstance(value, list) else value

    def _dump_document(self, id: int) -> Json:
        try:
            document = self.system.open(id)
        except dealer.Error as error:
            return error.status.name
        history = self.system.history(id)
        # what rules said in calls that were refused is logged, and nothing else of them
        history["history"] = [item for item in history["history"] if item["detail"].get("kept", 1)]
        return {"fields": json.loads(document.to_json()), "history": history}

    def dump(self) -> Json:
        """Everything that a refused call must leave as it was: journal, documents, messages not yet delivered."""
        documents = {name: self._dump_document(id) for name, id in self.documents.items()}
        return documents, self.system.verify_journal(), list(self.system.outbox())
