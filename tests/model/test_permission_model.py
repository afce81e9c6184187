"""Random configurations over one group: check, list, explanation and fields against the model, and rules that need none."""

from __future__ import annotations

import copy
import os
from typing import Any, Dict, List

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from library import Library, Refused, Store, find
from permission_model import Model, instant

COMPANIES = ["C0", "C1", "C2", "C3"]
DEPARTMENTS = {"D0": "C0", "D1": "C0", "D2": "C0", "D3": "C0", "D4": "C1", "D5": "C1", "D6": "C2"}
PEOPLE = ["E0", "E1", "E2", "E3"]
TYPES = {"trade_in": ["hours", "year"], "service_order": ["site", "work"]}
ACTIONS = ["create", "read", "edit", "submit", "review", "void"]
SITES = ["north", "south"]
TIMES = ["2026-03-01", "2026-03-02", "2026-03-02T08:00:00Z", "2026-03-03"]
EXAMPLES = int(os.environ.get("DEALER_MODEL_EXAMPLES", "1500"))

DOCUMENTS: List[Dict[str, Any]] = [
    {"type": "trade_in", "owner": owner, "company": company, "department": department, "fields": fields}
    for owner, company, department, fields in [
        ("E0", "C0", "D0", {"hours": 7999}), ("E1", "C0", "D1", {"hours": 8000, "year": 2020}), ("E2", "C0", "D2", {"hours": 8001}),
        ("E3", "C0", "D3", {}), ("E0", "C0", None, {"hours": 8000}), ("E1", "C1", "D4", {"year": 2021}),
        ("E2", "C1", "D5", {"hours": 8000}), ("E3", "C2", "D6", {"hours": 1}), ("E0", "C3", None, {"hours": 9000})]
] + [
    {"type": "service_order", "owner": owner, "company": company, "department": department, "fields": fields}
    for owner, company, department, fields in [
        ("E0", "C1", "D4", {"site": "north", "work": "oil"}), ("E1", "C1", "D5", {"site": "south"}), ("E2", "C1", None, {"work": "x"}),
        ("E3", "C0", "D1", {"site": "south"})]
]


def base() -> Dict[str, Any]:
    return {"group": {"code": "G", "name": "group"},
            "companies": [{"code": c, "name": c, "kinds": ["sales", "service"] if c == "C1" else ["sales"], "currency": "CNY"}
                          for c in COMPANIES],
            "departments": [{"code": d, "name": d, "company": c} for d, c in DEPARTMENTS.items()],
            "posts": [], "employees": [{"code": e, "name": e, "department": d} for e, d in zip(PEOPLE, ("D0", "D1", "D4", "D6"))]}


# -- the generator: typed, and leaning to the corners --

condition = st.sampled_from([
    None, None, {"field": "hours", "op": "<=", "value": 8000}, {"not": {"field": "hours", "op": "<=", "value": 8000}},
    {"field": "hours", "op": "empty"}, {"any": [{"field": "year", "op": "=", "value": 2020}, {"field": "hours", "op": ">", "value": 8000}]},
    {"all": [{"field": "hours", "op": ">=", "value": 8000}, {"field": "year", "op": "!=", "value": 2021}]}])
functions = st.lists(st.sampled_from([f"{t}.{a}" for t in [*TYPES, "*"] for a in ["read", "edit", "review", "*"]]), min_size=1,
                     max_size=2, unique=True)


@st.composite
def grant(draw: Any, whole: bool = False) -> Dict[str, Any]:
    scopes = ["self", "department_and_below", "company", "company_and_below", "group", "departments", "departments_and_below",
              "companies", "companies_and_below"] + ([] if whole else ["department"])
    made: Dict[str, Any] = {"functions": draw(functions), "scope": draw(st.sampled_from(scopes))}
    if made["scope"].startswith("departments"):
        made["departments"] = draw(st.lists(st.sampled_from(list(DEPARTMENTS)), min_size=1, max_size=3, unique=True))
    if made["scope"].startswith("companies"):
        made["companies"] = draw(st.lists(st.sampled_from(COMPANIES), min_size=1, max_size=2, unique=True))
    if draw(st.integers(0, 5)) == 0:
        made["deny"] = True
    wanted = draw(condition)
    if wanted is not None and all(f.startswith("trade_in.") for f in made["functions"]):
        made["condition"] = wanted
    return made


@st.composite
def period(draw: Any) -> Dict[str, str]:
    made = {}
    begin, end = draw(st.sampled_from([None, *TIMES])), draw(st.sampled_from([None, *TIMES]))
    if begin is not None:
        made["from"] = begin
    if end is not None and (begin is None or instant(begin, 0) < instant(end, 0)):
        made["to"] = end
    return made


@st.composite
def worlds(draw: Any) -> Dict[str, Any]:
    world = base()
    for number, company in enumerate(world["companies"][1:], 1):
        parent = draw(st.sampled_from([None, *COMPANIES[:number]]))
        if parent:
            company["parent"] = parent
    for number, department in enumerate(world["departments"]):
        above = [d for d in list(DEPARTMENTS)[:number] if DEPARTMENTS[d] == department["company"]]
        parent = draw(st.sampled_from([None, *above]))
        if parent:
            department["parent"] = parent
    for number in range(draw(st.integers(0, 3))):
        post: Dict[str, Any] = {"code": f"P{number}", "name": f"P{number}", "grants": draw(st.lists(grant(), max_size=3))}
        if draw(st.integers(0, 7)) == 0:
            post["disabled"] = True
        if draw(st.integers(0, 2)) == 0:
            post["fields"] = [{"type": "trade_in", "hidden": draw(st.lists(st.sampled_from(TYPES["trade_in"]), unique=True))}]
        world["posts"].append(post)
    for person in world["employees"]:
        person["posts"], person["grants"] = [], []
        for _ in range(draw(st.integers(0, 3))) if world["posts"] else ():
            post = draw(st.sampled_from(world["posts"]))
            held = {"post": post["code"], **draw(period())}
            place = draw(st.sampled_from(["home", "department", "company"]))
            if place == "department":
                held["department"] = draw(st.sampled_from(list(DEPARTMENTS)))
            elif place == "company" and not any(g["scope"] == "department" for g in post["grants"]):
                held["company"] = draw(st.sampled_from(COMPANIES))
            person["posts"].append(held)
        if draw(st.integers(0, 4)) == 0:
            person["grants"].append({**draw(grant()), "from": "2026-03-01", "to": draw(st.sampled_from(TIMES[1:]))})
        if draw(st.integers(0, 9)) == 0:
            person["disabled"] = True
        if draw(st.integers(0, 3)) == 0:
            person["service_roles"] = [{"company": "C1", "sites": draw(st.lists(st.sampled_from(SITES), min_size=1, unique=True))}]
    return world


@pytest.fixture(scope="module")
def store() -> Any:
    path = find()
    if path is None:
        pytest.skip("no libdealer.so: set DEALER_LIBRARY or build the preset dev")
    opened = Store(Library(path))
    opened.now_ms = int(instant("2026-02-01", 0))
    maker = base()
    maker["posts"] = [{"code": "maker", "name": "maker", "grants": [{"functions": ["*.*"], "scope": "group"}]}]
    for person in maker["employees"]:
        person["posts"] = [{"post": "maker"}]
    opened.configure(maker)
    for document in DOCUMENTS:
        document["id"] = opened.create(document["owner"], document)
    yield opened
    opened.close()


def apply(store: Store, world: Dict[str, Any], at: str) -> None:
    store.forget()
    store.now_ms = int(instant(at, 0))
    try:
        store.configure(world)
    except Refused as refused:
        ids = {finding["id"] for finding in refused.findings or []}
        assert ids <= {"E_PERMISSION_SERVICE_ROLE"}, (refused, refused.findings)  # the only fault that the generator may make
        assume(False)


def answers(store: Store, world: Dict[str, Any], at: str) -> Dict[Any, bool]:
    """Every check of a world; holds check, list and explanation against each other on the way."""
    apply(store, world, at)
    found: Dict[Any, bool] = {}
    handles = {d["id"]: store.open(store.system, d["id"]) for d in DOCUMENTS}
    for person in PEOPLE:
        session = store.session(person)
        for document in DOCUMENTS:
            for action in ACTIONS:
                function = f"{document['type']}.{action}"
                allowed = session is not None and store.allows(session, function, handles[document["id"]])
                found[person, function, document["id"]] = allowed
        for type in TYPES if session is not None else ():
            listed = set(store.list(session, {"type": type, "limit": 100}))
            assert listed == {d["id"] for d in DOCUMENTS if d["type"] == type and found[person, f"{type}.read", d["id"]]}
    for handle in handles.values():
        store.c.dealer_document_free(handle)
    return found


COMMON = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@COMMON
@given(world=worlds(), at=st.sampled_from(TIMES))
def test_check_list_and_fields_are_the_models(store: Store, world: Dict[str, Any], at: str) -> None:
    model, now = Model(world, TYPES), instant(at, 0)
    found = answers(store, world, at)
    for (person, function, id), allowed in found.items():
        document = next(d for d in DOCUMENTS if d["id"] == id)
        type, action = function.split(".")
        assert allowed == model.allows(person, type, action, document, now), (person, function, document)
        if action != "read" or not allowed:
            continue
        shown = store.read(store.session(person), id)
        hidden = model.hidden(person, document, now)
        assert {name for name in TYPES[type] if name in shown} == set(document["fields"]) - set(hidden)


@settings(COMMON, max_examples=EXAMPLES // 4)
@given(world=worlds(), at=st.sampled_from(TIMES))
def test_explanation_says_what_the_check_says_and_its_grants_decide(store: Store, world: Dict[str, Any], at: str) -> None:
    found = answers(store, world, at)
    taken = 0
    for (person, function, id), allowed in found.items():
        why = store.explain(person, function, id)
        assert why["allowed"] == allowed
        assert why["en"] and why["zh"]
        if not allowed or taken == 3:
            continue
        taken += 1
        without = copy.deepcopy(world)
        mine = next(e for e in without["employees"] if e["code"] == person)
        for reason in sorted(why["reasons"], key=lambda r: -r["grant"]):
            if reason.get("temporary"):
                mine["grants"][reason["grant"]].update(functions=["contact.lock"], condition=None)
            else:
                post = next(p for p in without["posts"] if p["code"] == reason["post"])
                post["grants"][reason["grant"]] = {"functions": ["contact.lock"], "scope": "group"}
        without["employees"] = [{k: v for k, v in e.items() if k != "service_roles"} if e is not mine else e for e in without["employees"]]
        if "service_roles" in mine:
            continue  # it may not stand without its post
        apply(store, without, at)
        assert not store.explain(person, function, id)["allowed"]
        apply(store, world, at)


@settings(COMMON, max_examples=EXAMPLES // 4)
@given(world=worlds(), at=st.sampled_from(TIMES), data=st.data())
def test_a_denial_or_a_grant_less_never_allows_more(store: Store, world: Dict[str, Any], at: str, data: Any) -> None:
    assume(world["posts"])
    for person in world["employees"]:
        person.pop("service_roles", None)
    before = answers(store, world, at)
    post = data.draw(st.sampled_from(world["posts"]))
    held_whole = any(h["post"] == post["code"] and "company" in h for e in world["employees"] for h in e["posts"])
    if data.draw(st.booleans()) or not any(not g.get("deny") for g in post["grants"]):
        post["grants"].append({**data.draw(grant(whole=held_whole)), "deny": True})
    else:
        post["grants"].remove(next(g for g in post["grants"] if not g.get("deny")))
    after = answers(store, world, at)
    assert not [key for key in after if after[key] and not before[key]]


@settings(COMMON, max_examples=EXAMPLES // 8)
@given(world=worlds(), at=st.sampled_from(TIMES))
def test_order_and_names_change_nothing(store: Store, world: Dict[str, Any], at: str) -> None:
    before = answers(store, world, at)
    for member in ("companies", "departments", "posts", "employees"):
        world[member].reverse()
        for item in world[member]:
            item["name"] = "other " + item["name"]
    assert answers(store, world, at) == before


@settings(COMMON, max_examples=max(EXAMPLES // 50, 5))
@given(world=worlds(), at=st.sampled_from(TIMES))
def test_the_selftest_finds_no_difference(store: Store, world: Dict[str, Any], at: str) -> None:
    apply(store, world, at)
    report = store.selftest()
    assert report["differences"] == 0 and report["first"] is None
    assert (report["people"], report["documents"]) == (len(PEOPLE), len(DOCUMENTS))
    actions, rest = divmod(report["checks"], len(PEOPLE) * len(DOCUMENTS))
    assert rest == 0 and actions >= len(ACTIONS)  # every action that there is, of every document, by everybody
