"""The first program runs, and so does what it leaves out: refusals, transactions, lists, rules."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import dealer
import first_program
import pytest
from first_program import yuan


def test_first_program__runs_to_its_end(root: Path) -> None:
    program = root / "examples" / "python" / "first_program.py"
    done = subprocess.run([sys.executable, "-X", "faulthandler", str(program)], capture_output=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    assert "预购自动生成" in done.stdout and "approved" in done.stdout


def test_submit__without_a_pre_order_is_refused_by_its_gate(zhang: dealer.Session) -> None:
    customer = zhang.new("customer", name="江南").save()
    sales = zhang.new("sales", customer=customer, payment_way="cash", price=yuan(1))
    with pytest.raises(dealer.GateError) as caught:
        sales.submit()
    error = caught.value
    assert error.status is dealer.Status.GATE and error.id.startswith("E_")
    assert error.en and error.zh and error.en != error.zh and str(error) == error.en


def test_submit__with_missing_fields_names_them(zhang: dealer.Session) -> None:
    with pytest.raises(dealer.Invalid, match="visited_on"):
        zhang.new("visit", customer=zhang.new("customer", name="江南").save()).submit()


def publish_policy(system: dealer.SystemSession, decide: str) -> None:
    """The starter rules and one policy more, which is asked first."""
    rules = system.starter_rules()
    rules["files"]["policy/extra.lua"] = (
        'return {id = "policy.extra", title = {en = "extra", zh = "额外"}, type = "trade_in", order = 1, '
        f"decide = function(input) {decide} end, cases = {{}}}}"
    )
    system.publish_rules(rules)


def old_machine(zhang: dealer.Session) -> dealer.Document:
    return zhang.derive(
        "trade_in", first_program.visit(zhang), category="excavator", brand="小松", model="PC200-8", serial_number="X", year=2020,
        size_class="19.0 to 21.0 Metric Tons", offered_on=date(2026, 3, 3)
    )


def test_rule_that_refuses__gives_a_decision_that_is_false(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    publish_policy(system, 'return {outcome = "refuse", reasons = {{id = "monday", en = "never on a Monday", zh = "周一不收"}}}')
    trade_in = old_machine(zhang)
    decision = trade_in.submit()
    assert not decision and decision.outcome is dealer.Outcome.NO
    assert any(reason.zh == "周一不收" for reason in decision.reasons)
    assert trade_in.status == "draft" and trade_in.number is None


def test_rule_that_fails__never_approves(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    publish_policy(system, "while true do end")
    trade_in = old_machine(zhang)
    decision = trade_in.submit()
    assert not decision and decision.outcome is dealer.Outcome.FAILED and decision.zh
    assert trade_in.status == "draft"


def test_transaction__commits_at_its_end(zhang: dealer.Session) -> None:
    with zhang.transaction():
        number = zhang.new("customer", name="甲").save().id
    assert zhang.open(number).name == "甲"


def test_transaction__rolls_back_on_an_exception(zhang: dealer.Session) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        with zhang.transaction():
            zhang.new("customer", name="甲").save()
            raise RuntimeError("stop")
    assert zhang.count("customer") == 0
    with zhang.transaction():
        zhang.new("customer", name="乙").save()
    assert zhang.count("customer") == 1


def test_transaction__in_a_transaction_is_misuse_and_leaves_the_outer_one(zhang: dealer.Session) -> None:
    with zhang.transaction():
        zhang.new("customer", name="甲").save()
        with pytest.raises(dealer.Misuse):
            with zhang.transaction():
                pass
        zhang.new("customer", name="乙").save()
    assert zhang.count("customer") == 2


def test_save_over_somebody_elses_change__is_a_conflict(store: dealer.Store, zhang: dealer.Session) -> None:
    customer = zhang.new("customer", name="甲").save()
    with store.session("li") as li:
        theirs = li.open(customer.id)
        theirs.name = "乙"
        theirs.save()
    customer.name = "丙"
    with pytest.raises(dealer.Conflict):
        customer.save()


def test_documents__go_through_all_pages(zhang: dealer.Session) -> None:
    for index in range(25):
        zhang.new("customer", name=f"客户 {index:02}").save()
    names = [customer.name for customer in zhang.documents("customer", order="name", page=10)]
    assert names == [f"客户 {index:02}" for index in range(25)]
    found = zhang.documents("customer", where={"field": "name", "op": "starts_with", "value": "客户 1"}, page=3)
    assert len(list(found)) == 10
    some, all_of_them = zhang.count("customer", cap=7), zhang.count("customer", cap=None)
    assert (some, some.is_cut) == (7, True) and repr(some) == "Count(7, is_cut=True)"
    assert (all_of_them, all_of_them.is_cut) == (25, False)
    assert not zhang.count("customer").is_cut


def test_documents__where_takes_python_values(zhang: dealer.Session) -> None:
    first_program.visit(zhang)
    for where, count in (
        ({"field": "visited_on", "op": "=", "value": date(2026, 3, 2)}, 1),
        ({"field": "visited_on", "op": "in", "value": [date(2026, 3, 1)]}, 0),
        ({"all": [{"field": "budget", "op": ">=", "value": yuan(1_200_000)}, {"not": {"field": "way", "op": "=", "value": "phone"}}]}, 1),
        ({"field": "created", "op": "<", "value": datetime(2026, 3, 1, tzinfo=timezone.utc)}, 0),
    ):
        assert zhang.count("visit", where) == count, where
    assert zhang.sums("visit", "budget")[0]["count"] == 1


def test_check__tells_why(zhang: dealer.Session) -> None:
    pre_order = first_program.visit(zhang)
    assert zhang.check("pre_order.read", pre_order)
    refused = zhang.check("customer.lock", pre_order.customer)
    assert not refused and refused.outcome is dealer.Outcome.NO and refused.reasons and refused.sentence("zh")
    assert zhang.allows("pre_order.read", pre_order) is True
    assert "pre_order.read" in zhang.functions() and "zhang" in zhang.who_can("pre_order.read", pre_order)


def test_questions_about_many_and_about_others(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    pre_order = first_program.visit(zhang)
    assert zhang.check_many("pre_order.read", [pre_order.id, 999, 2**62]) == [True, None, None]
    assert zhang.check_many("pre_order.read", []) == []
    for wrong in (["1"], [2**64], [None], [1.5]):
        with pytest.raises((TypeError, OverflowError)):
            zhang.check_many("pre_order.read", wrong)  # type: ignore[arg-type]
    assert system.check_for("zhang", "pre_order.read", pre_order) and not system.check_for("ji", "pre_order.read", pre_order.id)
    with pytest.raises(dealer.Denied):
        zhang.check_for("wang", "pre_order.read", pre_order)
    assert system.functions("zhang") == zhang.functions()
    assert zhang.visible_departments("pre_order.read")["all"] is False
    assert system.selftest_permission()["differences"] == 0


def test_values__keep_their_kinds(zhang: dealer.Session, clock: first_program.Clock) -> None:
    pre_order = first_program.visit(zhang)
    visit = next(zhang.documents("visit"))
    assert visit.visited_on == date(2026, 3, 2) and visit["budget"] == yuan(1_200_000)
    assert visit.wants_pre_order is True and visit.quantity == 1 and visit.way == "on_site"
    assert visit.competitors == [{"brand": "卡特彼勒", "model": "320GC", "price": yuan(1_165_000)}]
    assert visit.created == clock.now and visit.created.tzinfo is timezone.utc
    assert visit.pre_order == pre_order.id and visit.note is None and "note" not in visit
    draft = zhang.new("visit", likelihood=Decimal("70.25"))
    assert draft.likelihood == Decimal("70.25")
    draft.likelihood = 12
    assert draft.likelihood == 12
    del draft["likelihood"]
    assert draft.get("likelihood", "none") == "none"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("budget", 1.5, TypeError),
        ("budget", 100, TypeError),
        ("budget", dealer.Money(1, "USD"), dealer.Invalid),
        ("visited_on", datetime(2026, 3, 2, tzinfo=timezone.utc), TypeError),
        ("visited_on", "2026-03-02", TypeError),
        ("quantity", True, TypeError),
        ("quantity", 2**70, dealer.Error),
        ("quantity", 0, dealer.Invalid),
        ("wants_pre_order", 1, TypeError),
        ("likelihood", 0.7, TypeError),
        ("likelihood", Decimal("0.001"), dealer.Invalid),
        ("likelihood", Decimal("NaN"), dealer.Invalid),
        ("category", "boat", dealer.Invalid),
        ("competitors", "CAT", TypeError),
        ("competitors", [1], TypeError),
        ("note", b"bytes", TypeError),
        ("customer", "KM", TypeError),
        ("visit_on", 1, dealer.Invalid),
        ("status", "approved", dealer.Invalid),
    ],
)
def test_wrong_value__is_refused_and_changes_nothing(zhang: dealer.Session, field: str, value: object, error: type) -> None:
    visit = zhang.new("visit", way="phone")
    before = visit.to_json()
    with pytest.raises(error):
        visit[field] = value
    with pytest.raises(error):
        visit.update(way="show", **{field: value})
    assert visit.to_json() == before


def test_attributes__are_fields_or_nothing(zhang: dealer.Session) -> None:
    visit = zhang.new("visit")
    with pytest.raises(AttributeError):
        visit.vistied_on
    with pytest.raises(AttributeError):
        visit.vistied_on = date(2026, 3, 2)
    with pytest.raises(AttributeError):
        visit.status = "approved"
    assert not hasattr(visit, "nonsense") and hasattr(visit, "way")


def test_own_type__works_like_any_other(system: dealer.SystemSession, store: dealer.Store) -> None:
    configuration = system.configuration()
    configuration["types"] = [
        {"name": "complaint", "en": "complaint", "zh": "投诉", "prefix": "CP", "no_approval": True, "fields": [
            {"name": "grade", "en": "grade", "zh": "等级", "kind": "integer", "min": 1, "max": 5},
            {"name": "seen", "en": "seen", "zh": "发现时间", "kind": "instant"}]}
    ]
    configuration["posts"][0]["grants"].append({"functions": ["complaint.*"], "scope": "department"})
    system.apply_configuration(configuration)
    with store.session("zhang") as session:
        seen = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))
        complaint = session.new("complaint", grade=3, seen=seen)
        assert complaint.submit() and complaint.number.startswith("CP-")
        assert session.open(complaint.id).seen == seen
        field = session.catalogue()["complaint"].fields["grade"]
        assert (field.kind, field.own, field.zh) == (dealer.Kind.INTEGER, True, "等级")


def test_bad_configuration__brings_every_finding(system: dealer.SystemSession) -> None:
    configuration = system.configuration()
    configuration["employees"][0]["department"] = "nowhere"
    configuration["departments"][0]["head"] = "nobody"
    with pytest.raises(dealer.ConfigurationError) as caught:
        system.apply_configuration(configuration, check_only=True)
    assert len(caught.value.findings) >= 2
    assert {"path", "id", "en", "zh"} <= set(caught.value.findings[0])
    with pytest.raises(dealer.Error):
        system.apply_configuration("{", check_only=True)


def test_preview__says_who_gains_and_loses(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    first_program.visit(zhang)
    configuration = system.configuration()
    next(employee for employee in configuration["employees"] if employee["code"] == "zhang")["posts"] = []
    preview = system.preview_configuration(configuration)
    assert any(change["person"] == "zhang" and change["change"] == "loses" for change in preview["people"]) and preview["changes"]
    assert zhang.count("visit") == 1, "nothing was stored"


def test_messages__are_delivered_and_read(store: dealer.Store, system: dealer.SystemSession, zhang: dealer.Session) -> None:
    old = first_program.trade_in(zhang, first_program.visit(zhang))
    assert first_program.approve(store, "li", old.id, "同意")
    sent = list(system.outbox())
    assert sent and sent[0].at.tzinfo is timezone.utc
    for message in sent:
        system.acknowledge(message)
    assert list(system.outbox()) == []
    inbox = list(zhang.inbox())
    zhang.mark_read(inbox[0])
    assert len(list(zhang.inbox(unread_only=True))) == len(inbox) - 1
    assert zhang.history(old.id)["history"]
    assert system.verify_journal() and system.verify_store() == []


def test_reject__needs_a_comment(store: dealer.Store, zhang: dealer.Session) -> None:
    first_program.trade_in(zhang, first_program.visit(zhang))
    with store.session("li") as li:
        task = next(li.tasks())
        with pytest.raises(dealer.Error):
            task.reject("")
        assert task.reject("照片不清楚")
        with pytest.raises(dealer.Conflict):
            task.approve()
    assert next(zhang.documents("trade_in")).status == "rejected"


def test_substitute__acts_for_who_named_him(store: dealer.Store, system: dealer.SystemSession, zhang: dealer.Session) -> None:
    configuration = system.configuration()
    for employee in configuration["employees"]:
        if employee["code"] == "li":
            employee["substitutes"] = [{"person": "sun", "from": "2026-01-01", "to": "2026-12-31"}]
    system.apply_configuration(configuration)
    old = first_program.trade_in(zhang, first_program.visit(zhang))
    with store.session("sun", substitute_for="li") as session:
        assert session.acting and session.acting != session.person
        assert next(session.tasks()).document == old.id
    with pytest.raises(dealer.Denied):
        store.session("ji", substitute_for="li")
    assert zhang.acting == 0


CSV = "来源,日期,价格,品类,型号,年份\n拍卖,2025-06-01,310000,excavator,PC200-8,2019\n拍卖,2025-13-01,1,excavator,PC200-8,2019\n"
MAPPING = {
    "source": {"value": "csv"},
    "date": "日期",
    "price": {"column": "价格", "currency": "CNY"},
    "category": "品类",
    "model": "型号",
    "year": "年份",
}


def test_import_market__takes_bytes_in_any_pieces(system: dealer.SystemSession) -> None:
    pieces = [bytes([byte]) for byte in CSV.encode()]
    report = system.import_market(pieces, MAPPING)
    assert (report["rows"], report["added"], report["refused"]) == (2, 1, 1)
    assert system.import_market(io.BytesIO(CSV.encode()), MAPPING)["known"] == 1
    with pytest.raises(dealer.Invalid):
        system.import_market([], {"source": {"value": "csv"}})
    with pytest.raises(TypeError):
        system.import_market(["text"], MAPPING)  # type: ignore[list-item]
    statistics = system.market_statistics({"currency": "CNY", "model": "PC200-8"})
    assert statistics is not None and statistics["count"] >= 1
    assert system.market_statistics({"currency": "USD"}) is None


def test_backtest__tells_what_would_change(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    old = first_program.trade_in(zhang, first_program.visit(zhang))
    rules = system.starter_rules()
    assert system.backtest(rules)["changed"] == 0
    name = next(name for name in rules["files"] if name.endswith("trade_allowance.lua"))
    rules["files"][name] = re.sub(r"MOST_BP = \d+", "MOST_BP = 9000", rules["files"][name])
    rules["files"][name] = re.sub(r"\n  cases = \{.*\n  \},\n\}\s*$", "\n  cases = {},\n}\n", rules["files"][name], flags=re.S)
    told = []
    report = system.backtest(rules, {"type": "trade_in"}, group="owner", threads=1, progress=lambda done, total: told.append((done, total)))
    assert report["documents"] == 1 and report["changed"] == 1 and told
    assert old.number in system.backtest_csv(rules) or str(old.id) in system.backtest_csv(rules)
    assert system.backtest(rules, progress=lambda done, total: True)["cancelled"] is True


def test_replay__gives_the_same_again(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    old = first_program.trade_in(zhang, first_program.visit(zhang))
    decisions = [item for item in old.history()["history"] if item["of"] == "rule"]
    assert decisions and zhang.replay(decisions[0]["id"])["same"] is True
    report = system.replay_all()
    assert report["decisions"] == report["same"] > 0
    assert system.trade_in_outcomes()["rows"] == []


def test_backup__is_a_store_of_its_own(system: dealer.SystemSession, zhang: dealer.Session, clock: first_program.Clock, tmp_path: Path) -> None:
    old = first_program.trade_in(zhang, first_program.visit(zhang))
    seen: list[int] = []
    report = system.backup(tmp_path / "backup.db", lambda done, total: seen.append(done))
    assert report["pages"] == seen[-1] and report["bytes"] == (tmp_path / "backup.db").stat().st_size
    with dealer.open(tmp_path / "backup.db", clock=clock) as copy, copy.system("looking") as other, copy.session("zhang") as reader:
        assert other.verify_store() == [] and other.verify_journal()
        assert reader.open(old.id).number == old.number
    with pytest.raises(dealer.Conflict, match="exists already"):
        system.backup(tmp_path / "backup.db")
    assert system.backup(tmp_path / "stopped.db", lambda done, total: done < total)["cancelled"]
    assert not (tmp_path / "stopped.db").exists()


def test_progress_that_raises__comes_out_of_the_call(system: dealer.SystemSession, zhang: dealer.Session) -> None:
    first_program.trade_in(zhang, first_program.visit(zhang))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        system.backtest(system.starter_rules(), progress=stop)
    with pytest.raises(KeyboardInterrupt):
        system.replay_all(stop)
    assert system.verify_store() == []


def test_approval__is_drawn_and_explained(zhang: dealer.Session) -> None:
    trade_in = old_machine(zhang)
    assert trade_in.submit()
    assert trade_in.picture().startswith("<svg") and "部门负责人审核" in trade_in.picture()
    assert trade_in.picture("mermaid", "en").startswith("flowchart")
    assert zhang.flow_picture("flow.trade_in", "dot").startswith("digraph")
    why = trade_in.explain("zhang")
    assert why["state"] == "running" and why["why_not"][0]["why"]["zh"]
    with pytest.raises(dealer.NotFound):
        zhang.flow_picture("flow.nothing")
    assert zhang.migrate_approvals() == []


def test_machines__are_asked_for_by_day(system: dealer.SystemSession) -> None:
    day = date(2026, 3, 2)
    assert system.stock_age(day)["rows"] == [] and system.stock_age()["rows"] == []
    assert system.claims_overdue(day)["as_of"] == "2026-03-02" and system.claims_overdue()["rows"] == []
    assert system.insurance_due(day, date(2026, 12, 31))["rows"] == []
    with pytest.raises(dealer.NotFound):
        system.machine_life(4711)
