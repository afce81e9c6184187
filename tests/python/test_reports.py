"""The manager's numbers against an independent computation: a random world, every document as each person reads it, sums in plain Python."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

import dealer
import pytest
from story_world import World, change

Row = Dict[str, Any]
MODELS = [("excavator", "小松", "PC210-11"), ("excavator", "小松", "PC360-11"), ("roller", "徐工", "XS223")]
RIVALS = [("卡特彼勒", "320GC"), ("三一", "SY215"), ("三一", None), ("沃尔沃", "EC210")]
SELLERS = ["zhang", "li", "ma", "qian"]
#: who asks: everything, a company, his own, another company, under a condition, with fields hidden, nothing
ASKERS = ["system", "zhao", "zhang", "li", "shen", "big", "blind", "half", "zhou", "feng", "xu"]
ASKING = {
    "posts": [
        {"code": "big", "name": "大单查看", "grants": [{"functions": ["pre_order.read", "contract.read"], "scope": "group", "condition": {"field": "quantity", "op": ">", "value": 2}}]},
        {
            "code": "blind",
            "name": "看不到金额",
            "grants": [{"functions": ["*.read"], "scope": "group"}],
            "fields": [
                {"type": "pre_order", "hidden": ["budget", "likelihood"]},
                {"type": "contract", "hidden": ["price"]},
                {"type": "trade_in", "hidden": ["valuation"]},
                {"type": "machine", "hidden": ["cost", "warehouse"]},
            ],
        },
        {"code": "open", "name": "杭州可见", "grants": [{"functions": ["*.read"], "scope": "company"}]},
    ],
    "employees": [
        {"code": "boss", "name": "杭州总", "department": "hz-sales", "posts": [{"post": "general_manager", "company": "HT-HZ"}]},
        {"code": "hz-claims", "name": "杭州债权", "department": "hz-sales", "posts": [{"post": "claims_clerk", "company": "HT-HZ"}]},
        {"code": "big", "name": "大单", "department": "finance", "posts": [{"post": "big"}]},
        {"code": "blind", "name": "盲", "department": "finance", "posts": [{"post": "blind"}]},
        {"code": "half", "name": "半盲", "department": "hz-sales", "posts": [{"post": "blind"}, {"post": "open", "company": "HT-HZ"}]},
    ],
}


def fen(amount: int) -> dealer.Money:
    return dealer.Money.of_minor(amount, "CNY")


class Dealer:
    """Plays a random time at the group of the stories."""

    def __init__(self, world: World, path: Path, seed: int):
        self.world, self.path, self.random = world, path, random.Random(seed)
        self.serials = 0
        self.old_machines: List[int] = []
        self.market: List[Row] = []

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def serial(self) -> str:
        self.serials += 1
        return f"R-{self.serials}"

    @property
    def today(self) -> date:
        return self.world.now.date()

    def play(self, pre_orders: int) -> None:
        for number in range(1, 20):
            sold = {"source": "t", "key": f"{number}", "category": "excavator", "model": "PC120-8", "serial": f"R-{number * 3}"}
            day = self.today + timedelta(days=self.random.randrange(90))
            self.market.append(sold | {"date": str(day), "price": fen(self.random.randrange(10**7))})
        self.world.system.add_market(self.market)
        for _ in range(pre_orders):
            self.sell(self.random.choice(SELLERS))
            self.world.later(self.random.choice([1, 7, 30, 200]))

    def session(self, person: str) -> dealer.Session:
        return self.world.session(person)

    def raw(self) -> Any:
        """The store by itself, as a reporting tool has it."""
        return closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True))

    def approve(self, document: int, *people: str) -> None:
        for person in people:
            for task in list(self.session(person).tasks()):
                if task.document == document:
                    task.approve("可以")
                    self.world.later(self.random.choice([1, 5, 50]))

    def competitors(self) -> List[Row]:
        lines = []
        for brand, model in self.random.sample(RIVALS, self.random.randrange(3)):
            line: Row = {"brand": brand}
            if model:
                line["model"] = model
            if self.chance(80):
                line["price"] = fen(self.random.randrange(9 * 10**7, 12 * 10**7))
            lines.append(line)
        return lines

    def sell(self, seller: str) -> None:
        session = self.session(seller)
        customer = session.new("customer", name=f"客户{self.random.randrange(999)}").save()
        category, brand, model = self.random.choice(MODELS)
        wish: Row = {"customer": customer, "category": category, "brand": brand, "model": model, "quantity": self.random.randrange(1, 5), "competitors": self.competitors()}
        if self.chance(85):
            wish["budget"] = fen(self.random.randrange(10**9))
        if self.chance(85):
            wish["likelihood"] = Decimal(self.random.randrange(10001)) / 100
        if self.chance(85):
            wish["expected_month"] = f"2026-{self.random.randrange(3, 9):02}"
        pre_order = session.new("pre_order", **wish)
        if self.chance(10):
            pre_order.save()
            return
        pre_order.submit()
        here = seller != "qian"
        if here and self.chance(40):
            self.trade_in(session, pre_order)
        if self.chance(50):
            self.apply(session, pre_order, here)
        if self.chance(40):
            self.contract(session, pre_order, here)
        elif self.chance(40):
            session.open(pre_order.id).lose(self.random.choice(["价格", "交期"]))

    def apply(self, session: dealer.Session, pre_order: dealer.Document, here: bool) -> None:
        sales = session.derive("sales", pre_order, price=fen(self.random.randrange(9 * 10**7, 12 * 10**7)), payment_way="cash")
        if self.chance(10):
            sales.save()
            return
        sales.submit()
        if here and self.chance(50):
            self.approve(sales.id, "chen", "wang")

    def contract(self, session: dealer.Session, pre_order: dealer.Document, here: bool) -> None:
        price = self.random.randrange(9 * 10**7, 12 * 10**7)
        contract = self.session("liu" if here else "lv").derive("contract", pre_order, signed_on=self.today, price=fen(price))
        contract.down_payment, contract.amount_financed = fen(price), fen(0)
        contract.save()
        if contract.trade_in:
            contract.down_payment = fen(price - self.world.system.open(contract.trade_in).allowance.minor)
        try:
            contract.submit()
        except dealer.GateError:  # its trade-in is still on its way
            return
        if here and self.chance(80):
            self.approve(contract.id, "wang", "zhao")
        if here and self.world.system.open(contract.id).status == "approved":
            self.deliver(contract)

    def deliver(self, contract: dealer.Document) -> None:
        store = self.session("zhou")
        if self.old_machines and self.chance(60):
            machine = self.old_machines.pop(0)
        else:
            category, brand, model = self.random.choice(MODELS)
            stock_in = store.new(
                "stock_in", source="purchase", category=category, brand=brand, model=model, serial_number=self.serial(),
                warehouse=self.random.choice(["一号库", "二号库"]), received_on=self.today, cost=fen(self.random.randrange(10**8))
            )
            stock_in.submit()
            machine = store.open(stock_in.id).machine
        if self.chance(40):
            self.move(machine)
            return
        dispatch = self.session("liu").derive("dispatch", contract, machine=machine, deliver_on=self.today, paid=contract.price)
        dispatch.submit()
        self.approve(dispatch.id, "wu", "wang")
        if self.world.system.open(dispatch.id).status == "approved" and self.chance(70):
            store.derive("stock_out", dispatch, reason="delivery", issued_on=self.today).submit()

    def move(self, machine: int) -> None:
        store = self.session("zhou")
        self.world.later(24 * self.random.randrange(5))
        out = store.new("stock_out", reason="transfer", machine=machine, to_warehouse="三号库", issued_on=self.today)
        out.submit()
        if self.chance(70):
            self.world.later(24 * self.random.randrange(60))
            store.derive("stock_in", out, source="transfer", received_on=self.today).submit()

    def trade_in(self, session: dealer.Session, pre_order: dealer.Document) -> None:
        old = session.derive(
            "trade_in", pre_order, category="excavator", brand="小松", model="PC120-8", serial_number=self.serial(), year=2015 + self.random.randrange(10),
            hours=self.random.randrange(12000), offered_on=self.today
        )
        old.submit()
        if self.chance(90):
            self.approve(old.id, "li", "wang", "sun", "zhao")
        if self.world.system.open(old.id).status == "approved" and self.chance(80):
            stock_in = self.session("zhou").derive("stock_in", old, source="trade_in", warehouse="二手机库", received_on=self.today)
            stock_in.submit()
            self.old_machines.append(self.session("zhou").open(stock_in.id).machine)


# -- the world as one person reads it --


class Seen:
    """Every document that a person may read, with the fields that he may see."""

    def __init__(self, played: Dealer, person: str):
        self.played, self.person, self.session = played, person, played.session(person)
        self.documents: Dict[str, List[Row]] = {}

    def sees(self, row: Row) -> bool:
        """What the post "blind" hides of a document is hidden unless another post of his lets him read it."""
        hangzhou = {one["code"]: one["id"] for one in self.played.world.system.organisation()["companies"]}["HT-HZ"]
        return self.person != "blind" and (self.person != "half" or row["company"] == hangzhou)

    def all(self, type: str) -> List[Row]:
        if type not in self.documents:
            found = (json.loads(document.to_json()) for document in self.session.documents(type))
            self.documents[type] = sorted(found, key=lambda row: int(row["id"]))
        return self.documents[type]

    def approved(self, type: str) -> List[Row]:
        return [row for row in self.all(type) if row["status"] == "approved"]


def minor(row: Row, field: str) -> Optional[int]:
    value = row.get(field)
    return None if value is None else int(value["amount_minor"])


def day_of(utc_ms: int) -> str:
    """The dealer's day, in UTC+8."""
    return str(datetime.fromtimestamp(utc_ms / 1000, timezone(timedelta(hours=8))).date())


def place(row: Row) -> Row:
    return {key: row.get(key) for key in ("company", "department", "customer", "category", "brand", "model")} | {"document": row["id"], "person": row.get("owner"), "currency": row.get("currency")}


def forecast(seen: Seen, _: str) -> Iterator[Row]:
    for row in seen.approved("pre_order"):
        if row.get("outcome") != "open":
            continue
        budget, likelihood = minor(row, "budget"), row.get("likelihood")
        weighted = None if budget is None or likelihood is None else (budget * likelihood * 2 + 10000) // 20000
        yield place(row) | {
            "month": row.get("expected_month"), "likelihood": None if likelihood is None else likelihood // 1000 * 1000, "machines": row.get("quantity"),
            "budget": budget, "weighted": weighted,
        }  # fmt: skip


def competition(seen: Seen, _: str) -> Iterator[Row]:
    newest = {row["pre_order"]: row for row in seen.approved("contract") if row.get("pre_order")}
    asked = {row["pre_order"]: minor(row, "price") for row in seen.all("sales") if row.get("pre_order") and row["status"] in ("in_approval", "approved", "rejected")}
    for row in seen.approved("pre_order"):
        for bid in row.get("competitors") or []:
            ours = minor(newest[row["id"]], "price") if row["id"] in newest else None
            ours = asked.get(row["id"]) if ours is None else ours
            theirs = minor(bid, "price")
            both = ours is not None and theirs is not None
            day = day_of(row["created"])
            yield place(row) | {
                "competitor": bid["brand"], "outcome": row.get("outcome"), "month": day[:7], "won": row.get("outcome") == "won", "lost": row.get("outcome") == "lost",
                "open": row.get("outcome") == "open", "compared": both, "ours": ours if both else None, "theirs": theirs if both else None, "gap": ours - theirs if both else None,
            }  # fmt: skip


def trade_ins(seen: Seen, _: str) -> Iterator[Row]:
    contracts = {row["id"]: row for row in seen.approved("contract")}
    for row in seen.approved("trade_in"):
        realised = None
        for stock_in in (one for one in seen.approved("stock_in") if one.get("trade_in") == row["id"]):
            for dispatch in (one for one in seen.approved("dispatch") if one["machine"] == stock_in["machine"]):
                contract = contracts.get(dispatch.get("contract"))
                if realised is None and contract and minor(contract, "price"):
                    realised = (minor(contract, "price") or 0) // contract["quantity"]
        if realised is None:
            sales = [sale for sale in seen.played.market if sale["serial"] == row["serial_number"] and sale["date"] >= row["offered_on"]]
            realised = min(sales, key=lambda sale: str(sale["date"]))["price"].minor if sales else None
        valuation, allowance = minor(row, "valuation"), minor(row, "allowance")
        yield place(row) | {
            "month": row["offered_on"][:7], "valuation": valuation, "allowance": allowance, "realised": realised, "resold": realised is not None,
            "over_allowance": None if valuation is None or allowance is None else allowance - valuation,
            "allowance_of_resold": allowance if realised is not None else None, "washout": None if realised is None or allowance is None else realised - allowance,
        }  # fmt: skip


def stock(seen: Seen, as_of: str) -> Iterator[Row]:
    for row in seen.approved("machine"):
        until = [one for one in seen.played.world.system.machine_life(row["id"])["movements"] if one["day"] <= as_of]
        if not until or until[-1]["position"] != "in_stock":
            continue
        since = next(one["day"] for one in reversed(until) if one["position"] == "in_stock" and one["kind"] != "transfer")
        days = (date.fromisoformat(as_of) - date.fromisoformat(since)).days
        age = next(name for name, last in (("0-90", 90), ("91-180", 180), ("181-365", 365), ("366+", 10**6)) if days <= last)
        sees = seen.sees(row)
        yield place(row) | {"age": age, "warehouse": until[-1]["warehouse"] if sees else None, "cost": until[-1]["cost"] if sees else None, "days": days, "oldest_days": days}


def accounts(seen: Seen, as_of: str) -> Iterator[Row]:
    query = (
        "SELECT a.customer, a.party, a.direction, a.kind, a.currency, a.due_on, sum(m.amount) AS balance FROM account_item AS a "
        "JOIN account_movement AS m ON m.item = a.id WHERE a.document = ? AND m.day <= ? GROUP BY a.id HAVING sum(m.amount) > 0"
    )
    with seen.played.raw() as store:
        for type in ("contract", "stock_in", "purchase"):
            for row in seen.all(type):
                for customer, party, direction, kind, currency, due_on, balance in store.execute(query, (row["id"], as_of)):
                    days = None if due_on is None else (date.fromisoformat(as_of) - date.fromisoformat(due_on)).days
                    ages = (("not_due", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("91+", 10**6))
                    age = "held" if days is None else next(name for name, last in ages if days <= last)
                    sees = type != "contract" or seen.sees(row)
                    yield place(row) | {
                        "type": type, "customer": customer, "party": party, "direction": direction, "kind": kind, "currency": currency, "age": age, "open": balance if sees else None,
                        "overdue": balance if sees and days is not None and days > 0 else None, "oldest_days": days,
                    }  # fmt: skip


def tasks(seen: Seen, _: str) -> Iterator[Row]:
    now = int(seen.played.world.now.timestamp() * 1000)
    with seen.played.raw() as store:
        query = "SELECT a.flow, k.node, k.person, k.state, k.opened_ms, k.closed_ms FROM task AS k JOIN approval AS a ON a.id = k.approval WHERE a.document = ?"
        for type in ("trade_in", "sales", "contract", "dispatch"):
            for row in seen.all(type):
                for flow, node, person, state, opened, closed in store.execute(query, (row["id"],)):
                    if state not in ("open", "done"):
                        continue
                    waited, took = (now - opened, None) if state == "open" else (None, closed - opened)
                    yield place(row) | {
                        "type": type, "flow": flow, "node": node, "person": person, "waiting": state == "open", "waiting_ms": waited, "longest_ms": waited,
                        "done": state == "done", "done_ms": took, "longest_done_ms": took,
                    }  # fmt: skip


def decisions(seen: Seen, _: str) -> Iterator[Row]:
    for type in ("trade_in", "sales", "contract", "dispatch"):
        for row in seen.all(type):
            for item in seen.session.history(row["id"])["history"]:
                if item["of"] == "rule":
                    one = item["detail"]
                    result = one.get("result")
                    reasons = (result.get("reasons") if isinstance(result, dict) else None) or [{}]
                    yield place(row) | {"type": type, "rule": one["rule"], "entry": one["entry"], "outcome": item["kind"], "rule_set": one["rule_set"], "reason": reasons[0].get("id")}


#: report: its rows, and the keys to try it by
REPORTS: Dict[str, Tuple[Callable[[Seen, str], Iterable[Row]], List[List[str]]]] = {
    "forecast": (forecast, [["month"], ["department", "likelihood"], ["person", "category"], ["company", "month", "brand"], []]),
    "competition": (competition, [["competitor"], ["competitor", "outcome", "person"], ["month", "company"], []]),
    "trade_ins": (trade_ins, [["month"], ["person", "model"], []]),
    "stock": (stock, [["age"], ["warehouse", "category"], ["document"]]),
    "accounts": (accounts, [["direction", "kind"], ["age", "company"], ["customer"], ["type", "person"], []]),
    "waiting": (tasks, [["type", "node"], ["person"], ["company", "department", "flow"]]),
    "decisions": (decisions, [["rule", "outcome"], ["rule", "reason", "rule_set"], ["type", "person", "entry"]]),
}


AGES = ["held", "not_due", "0-90", "1-30", "31-60", "61-90", "91-180", "91+", "181-365", "366+"]
DAYS = {name: ["2026-03-20", "2026-07-01", "2026-12-31"] for name in ("stock", "accounts")}


def fold(rows: Iterable[Row], by: List[str], report: Row) -> List[Row]:
    """Groups and sums; an empty value counts nothing, as in SQL."""
    keys = by + ["currency"] * bool(report["money"])
    groups: Dict[Tuple[Any, ...], List[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    if not keys:
        groups[()]
    result = []
    for group, members in groups.items():
        row = dict(zip(keys, group))
        for name in report["sums"]:
            values = [1 if name == "count" else int(member[name]) for member in members if name == "count" or member[name] is not None]
            row[name] = max(values, default=0) if name.startswith(("longest", "oldest")) else sum(values)
        result.append(row)

    def place_of(row: Row) -> Tuple[Any, ...]:
        """Empty values first, ages by their days."""
        return tuple((row[key] is not None, AGES.index(row[key]) if key == "age" else row[key] or 0) for key in keys)

    return sorted(result, key=place_of)


@pytest.fixture(scope="module", params=[1, 2])
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dealer]:
    path = tmp_path_factory.mktemp("reports") / "world.db"
    configuration = World.prepare(path)
    change(configuration, ASKING)
    with ExitStack() as stack:
        world = World(stack, path, configuration)
        world.system.apply_configuration(configuration)
        made = Dealer(world, path, request.param)
        made.play(70)
        assert world.system.verify_store() == []
        yield made


def test_every_report__is_computed_here() -> None:
    with dealer.open(":memory:") as store, store.system("t") as system:
        assert {report["report"] for report in system.reports()} >= set(REPORTS)


@pytest.mark.parametrize("person", ASKERS)
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_report__is_what_plain_sums_over_readable_documents_give(played: Dealer, name: str, person: str) -> None:
    seen = Seen(played, person)
    rows_of, ways = REPORTS[name]
    report = next(one for one in seen.session.reports() if one["report"] == name)
    for as_of in DAYS.get(name, [""]):
        rows = list(rows_of(seen, as_of))
        for by in ways:
            given = {"as_of": as_of} if as_of else {}
            answer = seen.session.report(name, by=by, **given)["rows"]
            told = [{key: value for key, value in row.items() if not key.endswith("_name")} for row in answer]
            if person != "xu":  # nobody
                assert told == fold(rows, by, report), (by, as_of)
            else:
                assert rows == [] and all(row["count"] == 0 for row in told)


def test_worlds__have_what_the_reports_tell(played: Dealer) -> None:
    """A proof over empty rows would be none."""
    system = played.world.system
    total = {name: system.report(name, by=[])["rows"][0] for name in REPORTS}
    assert total["forecast"]["count"] > 5 and total["forecast"]["weighted"] > 0
    assert total["competition"]["won"] and total["competition"]["lost"] and total["competition"]["compared"]
    assert total["trade_ins"]["resold"] and total["trade_ins"]["washout"] and total["stock"]["count"]
    assert total["accounts"]["open"] and total["accounts"]["overdue"]
    assert total["waiting"]["waiting"] and total["waiting"]["done"] and total["decisions"]["count"]
    assert played.session("blind").report("forecast")["hidden"] == ["pre_order.likelihood", "pre_order.budget"]
    assert 0 < played.session("half").report("forecast", by=[])["rows"][0]["budget"] < total["forecast"]["budget"]
    with pytest.raises(dealer.Invalid, match="budget"):
        played.session("blind").report("forecast", where={"field": "budget", "op": ">", "value": fen(1)})


# -- the views --

VIEWS = {
    "forecast": ("month", "SELECT month, currency, count(*), sum(machines), sum(budget), sum(weighted) FROM v_forecast GROUP BY 1, 2 ORDER BY 1, 2"),
    "competition": (
        "competitor",
        "SELECT competitor, currency, count(*), sum(outcome = 'won'), sum(outcome = 'lost'), sum(outcome = 'open'), count(our_price - their_price), "
        "sum(iif(their_price IS NULL, NULL, our_price)), sum(iif(our_price IS NULL, NULL, their_price)), sum(our_price - their_price) FROM v_competition GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    "trade_ins": (
        "category",
        "SELECT category, currency, count(*), sum(valuation), sum(allowance), sum(over_allowance), count(realised), sum(realised), "
        "sum(iif(realised IS NULL, NULL, allowance)), sum(realised - allowance) FROM v_trade_in GROUP BY 1, 2 ORDER BY 1, 2",
    ),
    "decisions": ("rule", "SELECT rule, count(*) FROM v_decision GROUP BY 1 ORDER BY 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_view__tells_what_the_report_tells_the_system(played: Dealer, name: str) -> None:
    system = played.world.system
    key, query = VIEWS[name]
    report = next(one for one in system.reports() if one["report"] == name)
    columns = [key] + ["currency"] * bool(report["money"]) + report["sums"]
    with played.raw() as store:
        rows = [{column: value or 0 if column in report["sums"] else value for column, value in zip(columns, row)} for row in store.execute(query)]
    assert rows == system.report(name, by=[key])["rows"]


def test_accounts__are_what_the_ageing_tells_party_by_party(played: Dealer) -> None:
    for person in ("system", "zhao", "feng"):
        session = played.session(person)
        totals = {row["direction"]: row for row in session.account_ageing(date(2026, 7, 1))["totals"]}
        for row in session.report("accounts", by=["direction", "age"], as_of=date(2026, 7, 1))["rows"]:
            assert row["open"] == totals[row["direction"]][row["age"]], person


def test_views_of_tasks_and_stock__tell_what_the_reports_tell_the_system(played: Dealer) -> None:
    with played.raw() as store:
        waiting = store.execute("SELECT type, sum(state = 'open'), sum(state = 'done'), coalesce(sum(took_ms), 0) FROM v_waiting GROUP BY 1 ORDER BY 1").fetchall()
        stock_now = store.execute("SELECT warehouse, count(*), sum(cost) FROM v_stock GROUP BY 1 ORDER BY 1").fetchall()
        open_now = store.execute("SELECT direction, sum(open) FROM v_account WHERE open > 0 GROUP BY 1 ORDER BY 1").fetchall()
    assert open_now == [(row["direction"], row["open"]) for row in played.world.system.report("accounts", by=["direction"])["rows"]]
    assert waiting == [(row["type"], row["waiting"], row["done"], row["done_ms"]) for row in played.world.system.report("waiting", by=["type"])["rows"]]
    assert stock_now == [(row["warehouse"], row["count"], row["cost"]) for row in played.world.system.report("stock", by=["warehouse"])["rows"]]


def test_views__have_the_columns_that_the_page_promises(played: Dealer, root: Path) -> None:
    page = (root / "docs" / "views.md").read_text(encoding="utf-8")
    promised = {}
    for section in page.split("\n## ")[1:]:
        promised[section.split("\n", 1)[0].strip("` ")] = re.findall(r"^\| `(\w+)` \|", section, re.M)
    with played.raw() as store:
        for view, columns in promised.items():
            there = [row[1] for row in store.execute(f"PRAGMA table_info({view})")]
            assert [column for column in there if column in columns] == columns, view
    assert len(promised) >= 10
