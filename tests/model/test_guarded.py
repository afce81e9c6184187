"""Who may grant, substitutes, service roles with quotas, and duties kept apart, through the interface."""

from __future__ import annotations

import copy
import json
from ctypes import byref, c_int64, c_size_t, c_void_p
from typing import Any, Dict

import pytest

from library import Library, Refused, Store, find
from permission_model import instant


def group() -> Dict[str, Any]:
    return {
        "group": {"code": "G", "name": "group"},
        "companies": [{"code": "S", "name": "S", "kinds": ["sales"], "currency": "CNY"},
                      {"code": "A", "name": "A", "kinds": ["service"], "currency": "CNY"}],
        "departments": [{"code": "S1", "name": "S1", "company": "S"}, {"code": "A1", "name": "A1", "company": "A"}],
        "posts": [{"code": "seller", "name": "seller", "grants": [{"functions": ["trade_in.*"], "scope": "self"}]},
                  {"code": "chief", "name": "chief", "grants": [{"functions": ["trade_in.read", "trade_in.review"], "scope": "company"},
                                                                {"functions": ["configuration.*"], "scope": "company"}]},
                  {"code": "wide", "name": "wide", "grants": [{"functions": ["trade_in.read"], "scope": "group"}]},
                  {"code": "mechanic", "name": "mechanic", "grants": [{"functions": ["service_order.*"], "scope": "department"}]}],
        "reviews": [{"type": "service_order", "way": "none"}],
        "employees": [{"code": "zhang", "name": "zhang", "department": "S1", "posts": [{"post": "seller"}]},
                      {"code": "li", "name": "li", "department": "S1", "posts": [{"post": "chief"}]},
                      {"code": "wang", "name": "wang", "department": "S1", "posts": [{"post": "seller"}],
                       "substitutes": [{"person": "zhang", "from": "2026-03-01", "to": "2026-03-05"}]},
                      {"code": "zhou", "name": "zhou", "department": "A1", "posts": [{"post": "mechanic"}], "service_roles": [
                          {"company": "A", "sites": ["north"], "warehouse": "W1",
                           "quota": {"amount_minor": 1000, "currency": "CNY", "period": "month"}}]}]}


@pytest.fixture
def store() -> Any:
    path = find()
    if path is None:
        pytest.skip("no libdealer.so: set DEALER_LIBRARY or build the preset dev")
    opened = Store(Library(path))
    opened.now_ms = int(instant("2026-03-02T04:00:00Z", 0))
    opened.configure(group())
    yield opened
    opened.close()


def apply_as(store: Store, person: str, configuration: Dict[str, Any]) -> int:
    body = json.dumps(configuration).encode()
    return int(store.c.dealer_configuration_apply(store.session(person), None, body, c_size_t(len(body)), 0))


def findings(store: Store, configuration: Dict[str, Any]) -> set:
    with pytest.raises(Refused) as refused:
        store.configure(configuration)
    return {(finding["path"], finding["id"]) for finding in refused.value.findings}


def denied(store: Store) -> int:
    """The status of a refusal that is sure: a seller changes nothing."""
    return apply_as(store, "zhang", group())


def test_nobody_grants_beyond_his_own(store: Store) -> None:
    beyond, within, elsewhere = group(), group(), group()
    beyond["employees"][0]["posts"].append({"post": "wide"})
    within["employees"][0]["posts"].append({"post": "chief"})
    elsewhere["employees"][3]["posts"].append({"post": "chief", "company": "S"})
    no = denied(store)
    assert no != 0
    assert apply_as(store, "li", beyond) == no  # the whole group, and he holds a company
    assert apply_as(store, "li", elsewhere) == no  # somebody who stands where he does not
    assert apply_as(store, "li", within) == 0
    assert "trade_in.review" in store.library.text(functions(store, "zhang"))
    assert apply_as(store, "li", group()) == 0  # taking away is nothing beyond


def functions(store: Store, person: str) -> c_void_p:
    text = c_void_p()
    store.check(store.c.dealer_functions(store.session(person), byref(text)), store.session(person))
    return text


def test_a_preview_tells_who_gains_what_and_stores_nothing(store: Store) -> None:
    store.create("zhang", {"type": "trade_in", "company": "S", "department": "S1", "fields": {"hours": 1}})
    changed, text = group(), c_void_p()
    changed["employees"][2]["posts"].append({"post": "wide"})
    body = json.dumps(changed).encode()
    store.check(store.c.dealer_configuration_preview(store.system, byref(text), body, c_size_t(len(body)), c_int64(0)), store.system)
    told = store.library.text(text)
    assert {"person": "wang", "function": "trade_in.read", "change": "gains", "documents": 1} in told["people"]
    assert [change["path"] for change in told["changes"]] == ["employees[wang].posts"]
    assert "trade_in.read" in store.library.text(functions(store, "wang"))
    assert apply_as(store, "li", group()) == 0


def test_a_substitute_acts_for_somebody_between_two_dates(store: Store) -> None:
    id = store.create("wang", {"type": "trade_in", "company": "S", "department": "S1", "fields": {"hours": 1}})
    session, error = c_void_p(), None
    assert store.open(store.session("zhang"), id) is None
    assert store.c.dealer_session_open_as_substitute(store.handle, byref(session), error, b"zhang", b"wang") == 0
    handle = store.open(session, id)
    assert handle is not None and store.allows(session, "trade_in.edit", handle)
    store.now_ms = int(instant("2026-03-05", 0))
    assert store.open(session, id) is None
    with pytest.raises(Refused):
        store.allows(session, "trade_in.edit", handle)
    store.c.dealer_document_free(handle)
    store.c.dealer_session_close(session)
    assert store.c.dealer_session_open_as_substitute(store.handle, byref(session), error, b"zhang", b"li") != 0


def order(store: Store, amount: int, site: str = "north") -> int:
    """The status of submitting an order."""
    session, handle, decision = store.session("zhou"), c_void_p(), c_void_p()
    body = json.dumps({"site": site, "work": "oil", "amount": {"amount_minor": amount, "currency": "CNY"}}).encode()
    store.check(store.c.dealer_document_new(session, byref(handle), b"service_order"), session)
    assert store.c.dealer_document_merge(handle, body, c_size_t(len(body))) == 0
    status = int(store.c.dealer_document_submit(session, byref(decision), handle))
    store.last = handle
    if status == 0:
        store.c.dealer_decision_free(decision)
    return status


def test_a_quota_is_taken_and_given_back_and_never_overdrawn(store: Store) -> None:
    assert order(store, 600) == 0
    first = store.last
    assert order(store, 401) != 0
    assert order(store, 400) == 0
    assert order(store, 1) != 0
    assert store.c.dealer_document_void(store.session("zhou"), first, b"mistake") == 0
    assert order(store, 600) == 0
    assert order(store, 1) != 0
    store.now_ms = int(instant("2026-04-02", 0))
    assert order(store, 1000) == 0  # another month
    assert order(store, 0, "south") != 0  # not his site


def test_faults_of_roles_and_separation_are_found(store: Store) -> None:
    role = group()
    role["employees"][0]["service_roles"] = [{"company": "S", "sites": ["x"]}]
    assert ("employees[0].service_roles[0].company", "E_ORG_SERVICE_COMPANY") in findings(store, role)
    without = group()
    without["employees"][3]["posts"] = []
    assert ("employees[3].service_roles[0]", "E_PERMISSION_SERVICE_ROLE") in findings(store, without)
    both = group()
    both["separation"] = [{"posts": ["seller", "chief"]}]
    store.configure(both)
    both = copy.deepcopy(both)
    both["employees"][0]["posts"].append({"post": "chief"})
    assert ("employees[0].posts[1]", "E_ORG_SEPARATED") in findings(store, both)
    acting = group()
    acting["separation"] = [{"posts": ["seller", "chief"]}]
    acting["employees"][2]["substitutes"] = [{"person": "li", "from": "2026-03-01", "to": "2026-03-05"}]
    assert ("employees[2].substitutes[0]", "E_ORG_SEPARATED") in findings(store, acting)


def test_whoever_entered_may_not_review_what_the_rule_keeps_apart(store: Store) -> None:
    rule = group()
    rule["reviews"].append({"type": "trade_in", "way": "function"})
    rule["separation"] = [{"did": "trade_in.create", "may_not": "trade_in.lock"}]
    store.configure(rule)
    id = store.create("zhang", {"type": "trade_in", "company": "S", "department": "S1", "fields": {"hours": 1}})
    handle = store.open(store.session("zhang"), id)
    assert store.c.dealer_document_set_locked(store.session("zhang"), handle, 1) != 0
    store.configure(group())
    assert store.c.dealer_document_set_locked(store.session("zhang"), handle, 1) == 0
    store.c.dealer_document_free(handle)
