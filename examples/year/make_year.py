"""Writes a year at a dealer group as a script: one JSON object a line, in the order of time, the same for the same seed.

    python3 make_year.py [--documents 20000] [--seed 2026] > year.jsonl

It knows the business and nothing of libdealer; the players (examples/c/year.c, examples/python/year.py, examples/java/.../Year.java) know
libdealer and nothing of the business. README.md says what the lines mean.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

Json = Dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
FIRST, DAYS = date(2026, 1, 1), 365
MODELS = [  # category, brand, model, list price in yuan
    ("excavator", "小松", "PC210-11", 1_180_000), ("excavator", "小松", "PC360-11", 2_050_000), ("excavator", "小松", "PC70-8", 520_000),
    ("wheel_loader", "柳工", "856H", 390_000), ("roller", "徐工", "XS223", 460_000),
]  # fmt: skip
RIVALS = [("卡特彼勒", "320GC"), ("三一", "SY215C"), ("沃尔沃", "EC210D"), ("徐工", "XE215DA")]
REASONS = ["价格高于竞对", "交期太长", "客户资金不足", "工程取消"]
BUILDERS = ["江南建筑", "宏远土石方", "华东路桥", "平湖市政", "金石矿业", "永兴租赁", "东海港务", "顺达物流"]
SELLERS = 4
DOCUMENTS_A_DEAL = 11  # measured: what one deal leaves behind within the year, with everything around it


def yuan(amount: int) -> Json:
    return {"fen": amount * 100}


def person(code: str, name: str, department: str, *posts: Tuple[str, Optional[str]], **more: Any) -> Json:
    held = [{"post": post, "company": company} if company else {"post": post} for post, company in posts]
    return {"code": code, "name": name, "department": department, "posts": held, **more}


class Company:
    """A sales company and who works there: codes are those of its people's parts."""

    def __init__(self, code: str, name: str, city: str):
        self.code, self.name, self.city = code, name, city
        self.stock: List[Tuple[int, str, str]] = []  #: traded-in machines: from which day, name of the machine, model

    def at(self, part: str) -> str:
        return f"{self.code.lower()}-{part}"

    def departments(self) -> List[Json]:
        rows = [{"code": self.at("sales"), "name": f"{self.city}销售部", "head": self.at("manager")}]
        for team in (1, 2):
            rows.append({"code": self.at(f"team{team}"), "name": f"{self.city}销售{team}组", "parent": self.at("sales"), "head": self.at(f"head{team}")})
        rows.append({"code": self.at("office"), "name": f"{self.city}综合部"})
        return [{**row, "company": self.code} for row in rows]

    def people(self) -> List[Json]:
        here, office = self.code, self.at("office")
        rows = [person(self.at(f"seller{n}"), f"{self.city}销售员{n}", self.at(f"team{1 + n % 2}"), ("salesperson", None)) for n in range(SELLERS)]
        rows += [person(self.at(f"head{n}"), f"{self.city}组长{n}", self.at(f"team{n}"), ("salesperson", None)) for n in (1, 2)]
        parts = [
            ("manager", "销售经理", "sales_manager"), ("general", "总经理", "general_manager"), ("used", "二手机经理", "used_machine_manager"),
            ("claims", "债权专员", "claims_clerk"), ("clerk", "内勤", "back_office"), ("keeper", "库管", "warehouse_keeper"),
            ("admin", "营业管理员", "sales_administrator"), ("rental", "租赁专员", "rental_clerk"), ("cash", "出纳", "cashier"), ("finance", "财务经理", "finance_manager"),
        ]  # fmt: skip
        return rows + [person(self.at(part), f"{self.city}{name}", office if part != "manager" else self.at("sales"), (post, here)) for part, name, post in parts]


COMPANIES = [Company("SH", "华泰工程机械（上海）", "上海"), Company("HZ", "华泰工程机械（杭州）", "杭州")]


#: A type of the group's own, and a field of its own on a built-in one.
COMPLAINT: Json = {
    "name": "complaint", "en": "complaint", "zh": "客诉", "prefix": "CP", "fields": [
        {"name": "contract", "en": "contract", "zh": "合同", "kind": "document", "target": "contract", "required": True},
        {"name": "machine", "en": "machine", "zh": "整机", "kind": "document", "target": "machine"},
        {"name": "raised_on", "en": "date", "zh": "日期", "kind": "date", "required": True},
        {"name": "severity", "en": "severity", "zh": "等级", "kind": "choice", "choices": [{"code": "minor", "en": "minor", "zh": "一般"}, {"code": "stopped", "en": "machine stands", "zh": "停机"}]},
        {"name": "goodwill", "en": "goodwill offered", "zh": "补偿", "kind": "money"},
    ],
}  # fmt: skip
OWN_GRANTS = {
    "salesperson": {"functions": ["complaint.create", "complaint.read", "complaint.edit", "complaint.submit"], "scope": "department"},
    "sales_manager": {"functions": ["complaint.read", "complaint.review"], "scope": "company"},
}


def configuration() -> Json:
    """The starter's posts and messages, and an organisation."""
    starter: Json = json.loads((ROOT / "rules" / "configuration.json").read_text(encoding="utf-8"))
    for post in starter["posts"]:
        post["grants"] += [OWN_GRANTS[post["code"]]] if post["code"] in OWN_GRANTS else []
    starter["posts"] += [
        {"code": "owner", "name": "集团管理者", "grants": [{"functions": ["*.read"], "scope": "group"}]},
        {"code": "mechanic", "name": "服务技师", "grants": [{"functions": ["service_order.create", "service_order.read", "service_order.edit", "service_order.submit", "service_order.void", "old_part_return.create", "old_part_return.read", "old_part_return.edit", "old_part_return.submit"], "scope": "company"}]},
    ]
    role = {"company": "FW", "sites": ["浦东站", "萧山站"], "warehouse": "旧件库", "quota": {**yuan_text(200_000), "period": "month"}}
    return {
        **starter,
        "group": {"code": "HT", "name": "华泰机械集团"},
        "companies": [{"code": c.code, "name": c.name, "kinds": ["sales"], "currency": "CNY"} for c in COMPANIES]
        + [{"code": "FW", "name": "华泰后市场服务", "kinds": ["service"], "currency": "CNY"}, {"code": "DB", "name": "华泰融资担保", "kinds": ["guarantee"], "currency": "CNY"}],
        "departments": [row for c in COMPANIES for row in c.departments()]
        + [{"code": "service", "name": "维修中心", "company": "FW"}, {"code": "credit", "name": "资信部", "company": "DB"}],
        "employees": [row for c in COMPANIES for row in c.people()]
        + [
            person("owner", "集团董事长", "credit", ("owner", "DB")),
            person("credit", "资信调查员", "credit", ("credit_investigator", "DB")),
            person("mechanic", "服务技师", "service", ("mechanic", "FW"), service_roles=[role]),
        ],
        "reviews": [{"type": "service_order", "way": "none"}, {"type": "complaint", "way": "function"}, {"type": "margin_deposit", "way": "finance"}],
        "types": [COMPLAINT],
        "fields": {"sales": [{"name": "subsidy", "en": "maker's subsidy", "zh": "厂家补贴", "kind": "money", "on_way": True}]},
    }


def yuan_text(amount: int) -> Json:
    return {"amount_minor": amount * 100, "currency": "CNY"}


def market() -> List[Json]:
    """Used machines sold elsewhere: the older, the cheaper."""
    return [
        {
            "source": "auction", "key": f"s{n}", "date": f"2025-{1 + n % 12:02}-{1 + n * 7 % 28:02}", "price": yuan_text(430_000 - (2026 - year) * 27_000 + (n * 53 % 17 - 8) * 2_000),
            "category": "excavator", "size_class": "19.0 to 21.0 Metric Tons", "model": "PC200-8", "base_model": "PC200", "region": "江苏", "year": year, "hours": (2026 - year) * 1400,
        }
        for n, year in ((n, 2015 + n % 9) for n in range(90))
    ]  # fmt: skip


class Waits(Exception):
    """Somebody does not decide; what would follow has to wait."""


class Year:
    """Everything that happens, each thing with its time."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.lines: List[Tuple[int, int, Json]] = []
        self.names = 0
        self.orders: Dict[int, str] = {}  #: a service order of each month
        self.defaults = 0  #: plans that were not paid: the first goes the whole way, so that even a small year has one
        self.receipts: Dict[Tuple[str, int], List[str]] = {}  #: confirmed ones of each company and month
        self.now = 0  #: minutes since the year began, of the story being told

    # -- telling --

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def name(self, what: str) -> str:
        self.names += 1
        return f"{what}{self.names}"

    def pass_days(self, least: int, most: int) -> None:
        self.now += self.random.randrange(least * 24 * 60, most * 24 * 60 + 1)

    @property
    def day(self) -> int:
        return self.now // (24 * 60)

    def on(self, days: int = 0) -> str:
        return str(FIRST + timedelta(days=self.day + days))

    def tell(self, who: str, do: str, document: str, **more: Any) -> str:
        self.now += self.random.randrange(3, 40)
        at = datetime(2026, 1, 1, 0, 30, tzinfo=timezone.utc) + timedelta(minutes=self.now)
        if self.now < DAYS * 24 * 60:
            self.lines.append((self.now, len(self.lines), {"at": int(at.timestamp() * 1000), "as": who, "do": do, "document": document, **more}))
        return document

    def new(self, who: str, type: str, then: Optional[str] = "submit", made_from: Optional[str] = None, **fields: Any) -> str:
        more: Json = {"type": type, "fields": fields}
        if made_from:
            more["from"] = made_from
        if then:
            more["then"] = then
        return self.tell(who, "derive" if made_from else "new", self.name(type), **more)

    def follow(self, who: str, document: str, field: str) -> str:
        name = self.name(field)
        self.tell(who, "follow", document, field=field, name=name)
        return name

    def approve(self, document: str, *people: str, may: bool = False) -> None:
        for who in people:
            if self.chance(1):
                raise Waits
            self.now += self.random.choice([30, 90, 240, 1500, 4000])
            more = {"may": True} if may else {}
            self.tell(who, "approve", document, comment=self.random.choice(["同意", "可以", "情况属实"]), **more)

    # -- machines --

    def bought(self, c: Company, model: Tuple[str, str, str, int], demo: bool = False) -> str:
        """Ordered, arrived: a new machine in stock."""
        category, brand, name, price = model
        cost = price * self.random.randrange(80, 88) // 100
        purchase = self.new(
            c.at("admin"), "purchase", supplier=f"{brand}（中国）", category=category, brand=brand, model=name, serial_number=self.name("SN"), year=2026, price=yuan(cost), ordered_on=self.on(), due_on=self.on(60), demo=demo
        )  # fmt: skip
        if self.chance(80):
            then, self.now = self.now, self.now + self.random.randrange(30, 75) * 24 * 60
            self.money(c, "payment", party=f"{brand}（中国）", paid_on=self.on(), amount=yuan(cost))
            self.now = then
        self.pass_days(3, 20)
        stock_in = self.new(c.at("keeper"), "stock_in", made_from=purchase, source="demo" if demo else "purchase", warehouse=f"{c.city}{self.random.choice('一二')}号库", received_on=self.on())
        return self.follow(c.at("keeper"), stock_in, "machine")

    def transfer(self, c: Company, machine: str) -> None:
        out = self.new(c.at("keeper"), "stock_out", reason="transfer", machine=f"@{machine}", to_warehouse=f"{c.city}三号库", issued_on=self.on())
        self.pass_days(1, 4)
        self.new(c.at("keeper"), "stock_in", made_from=out, received_on=self.on(), source="transfer")

    # -- a sale --

    def bids(self, price: int) -> List[Json]:
        return [
            {"brand": brand, "model": model, **({"price": yuan(price * self.random.randrange(88, 108) // 100)} if self.chance(85) else {})}
            for brand, model in self.random.sample(RIVALS, self.random.randrange(3))
        ]

    def customer(self, who: str) -> str:
        name = f"{self.random.choice(BUILDERS)}{self.names % 997}公司"
        return self.new(who, "customer", None, name=name, kind="company", region=self.random.choice(["江苏", "浙江", "上海", "安徽"]))

    def visit(self, c: Company, seller: str, model: Tuple[str, str, str, int], customer: str, way: str) -> str:
        category, brand, name, price = model
        contact = self.new(seller, "contact", None, customer=f"@{customer}", name="设备经理")
        month = FIRST + timedelta(days=self.day + self.random.randrange(10, 120))
        visit = self.new(
            seller, "visit", customer=f"@{customer}", contact=f"@{contact}", visited_on=self.on(), way=self.random.choice(["on_site", "phone", "show"]), wants_pre_order=True, category=category, brand=brand, model=name,
            quantity=1, budget=yuan(price * self.random.randrange(90, 103) // 100), expected_month=f"{month:%Y-%m}", payment_way=way, likelihood=self.random.randrange(1, 10) * 1000, competitors=self.bids(price),
        )  # fmt: skip
        return self.follow(seller, visit, "pre_order")

    def trade_in(self, c: Company, seller: str, pre_order: str, waits: bool) -> Optional[str]:
        """The customer's old machine; None: it was refused."""
        year = self.random.randrange(2015, 2024)
        machine = {
            "category": "excavator", "brand": "小松", "model": "PC200-8", "size_class": "19.0 to 21.0 Metric Tons", "serial_number": self.name("OLD"), "year": year, "hours": (2026 - year) * self.random.randrange(900, 1700),
            "offered_on": self.on(),
        }  # fmt: skip
        if self.chance(10):
            return self.new(c.at("clerk"), "trade_in", "enter", made_from=pre_order, agreed_value=yuan(self.random.randrange(50, 90) * 1000), **machine)
        old = self.new(seller, "trade_in", made_from=pre_order, **machine)
        head = c.at(f"head{1 + int(seller[-1]) % 2}")
        if waits:
            contract = self.new(c.at("clerk"), "contract", None, made_from=pre_order, signed_on=self.on(), price=yuan(1), down_payment=yuan(1), amount_financed=yuan(0))
            self.tell(c.at("clerk"), "submit", contract, refused="DEALER_E_GATE")
            self.tell(c.at("clerk"), "void", contract, reason="等待置换审批")
        if self.chance(8):
            self.tell(head, "reject", old, comment="机况不清")
            return None
        self.approve(old, head)
        self.approve(old, c.at("used"), may=True)
        return old

    def sales_application(self, c: Company, seller: str, pre_order: str, price: int, list_price: int, way: str) -> str:
        sales = self.new(seller, "sales", made_from=pre_order, list_price=yuan(list_price), discount=yuan(list_price - price), price=yuan(price), payment_way=way, subsidy=yuan(price // 100), **({"term_months": 24} if way != "cash" else {}))
        if self.chance(4):
            self.tell(seller, "recall", sales, comment="补充资料")
            self.tell(seller, "submit", sales)
        if way != "cash":
            self.tell(c.at("claims"), "set", sales, fields={"credit_terms": "24 期等额本息", "annual_rate": 480})
        self.approve(sales, c.at("claims"))
        if self.chance(6):
            self.tell(c.at("manager"), "reject", sales, comment="折让过大")
            self.pass_days(1, 3)
            price = min(price + 5000, list_price)
            self.tell(seller, "set", sales, fields={"price": yuan(price), "discount": yuan(list_price - price)}, then="submit")
            self.approve(sales, c.at("claims"))
        self.approve(sales, c.at("manager"))
        if way != "cash":
            self.new("credit", "credit_investigation", made_from=sales, result=self.random.choice(["pass", "pass", "conditional"]), credit_limit=yuan(price))
        return sales

    def deal(self, c: Company, day: int) -> None:
        self.now = day * 24 * 60 + self.random.randrange(60, 500)
        seller = c.at(f"seller{self.random.randrange(SELLERS)}")
        used = next((one for one in c.stock if one[0] < day), None) if self.chance(35) else None
        model = ("excavator", "小松", "PC200-8", self.random.randrange(150, 330) * 1000) if used else self.random.choice(MODELS)
        if used:
            c.stock.remove(used)
        way = "cash" if used else self.random.choice(["cash", "mortgage", "mortgage", "finance_lease"])
        customer = self.customer(seller)
        pre_order = self.visit(c, seller, model, customer, way)
        fate = self.random.randrange(100)
        if fate < 25:  # nothing yet
            if used:
                c.stock.append(used)
            return
        self.pass_days(2, 25)
        price = model[3] * self.random.randrange(93, 100) // 100
        if fate < 55:
            self.lost(c, seller, pre_order, price, model[3], way)
            if used:
                c.stock.append(used)
            return
        old = self.trade_in(c, seller, pre_order, self.chance(8)) if price > 1_000_000 and self.chance(70) else None
        self.sales_application(c, seller, pre_order, price, model[3], way)
        self.sold(c, seller, pre_order, customer, price, way, old, used[1] if used else None, model)

    def lost(self, c: Company, seller: str, pre_order: str, price: int, list_price: int, way: str) -> None:
        if self.chance(50):
            self.sales_application(c, seller, pre_order, price, list_price, way)
            self.pass_days(3, 20)
        self.tell(seller, "lose", pre_order, reason=self.random.choice(REASONS))

    def sold(self, c: Company, seller: str, pre_order: str, customer: str, price: int, way: str, old: Optional[str], machine: Optional[str], model: Tuple[str, str, str, int]) -> None:
        financed = 0 if way == "cash" else price // 2
        less = {"less": f"@{old}.allowance"} if old else {}
        down = {"fen": (price - financed) * 100, **less}
        terms = {"term_months": 24, "annual_rate": 480, "lender": self.random.choice(["工银租赁", "招商银行"])} if financed else {}
        contract = self.new(c.at("clerk"), "contract", made_from=pre_order, signed_on=self.on(), price=yuan(price), down_payment=down, amount_financed=yuan(financed), payment_way=way, **terms)
        self.approve(contract, c.at("manager"), c.at("general"))
        paid = self.chance(90)
        if paid:
            self.money(c, "receipt", customer=f"@{customer}", received_on=self.on(), amount={"of": f"@{contract}.down_payment"})
            if not financed and self.chance(12):
                self.paid_twice(c, customer)
        if old:
            self.take_old(c, old)
        machine = machine or self.bought(c, model)
        if self.chance(30):
            self.new(c.at("clerk"), "reservation", made_from=contract, machine=f"@{machine}")
        dispatch = self.new(c.at("clerk"), "dispatch", made_from=contract, machine=f"@{machine}", deliver_on=self.on(3), address=f"{c.city}工地", paid=down)
        self.approve(dispatch, c.at("cash"), c.at("manager"))
        self.new(c.at("keeper"), "stock_out", made_from=dispatch, reason="delivery", issued_on=self.on())
        plan, due = self.financing(c, contract) if financed else ("", FIRST)
        if plan and paid and self.chance(30):
            self.margin(c, contract, customer)
        if self.chance(60):
            self.insure(c, customer, machine, price)
        if self.chance(15):
            self.complaint(c, seller, contract, machine)
        if plan:
            self.repay(c, plan, machine, due)
        elif self.chance(20):
            self.lock(c, contract)
        elif self.chance(4):
            self.pass_days(5, 30)
            self.new(c.at("keeper"), "stock_in", contract=f"@{contract}", category=model[0], brand=model[1], model=model[2], serial_number={"of": f"@{machine}.serial_number"}, warehouse=f"{c.city}一号库", received_on=self.on(), source="sales_return")

    def money(self, c: Company, type: str, made_from: Optional[str] = None, **fields: Any) -> str:
        """Entered by the cashier, and confirmed: only then it counts."""
        month = (FIRST + timedelta(days=self.day)).month
        paper = self.new(c.at("cash"), type, made_from=made_from, **({} if type == "set_off" else {"way": "transfer"}), **fields)
        self.tell(c.at("cash"), "confirm", paper)
        if type == "receipt" and self.day < DAYS:
            self.receipts.setdefault((c.code, month), []).append(paper)
        return paper

    def paid_twice(self, c: Company, customer: str) -> None:
        """More than was owed: it stays as credit, until it is refunded."""
        more = self.random.randrange(1, 9) * 1000
        receipt = self.money(c, "receipt", customer=f"@{customer}", received_on=self.on(), amount=yuan(more))
        self.money(c, "refund", made_from=receipt, refunded_on=self.on(), amount=yuan(more))

    def complaint(self, c: Company, seller: str, contract: str, machine: str) -> None:
        raised = self.new(seller, "complaint", made_from=contract, machine=f"@{machine}", raised_on=self.on(), severity=self.random.choice(["minor", "stopped"]), goodwill=yuan(self.random.randrange(5) * 500))
        if self.chance(80):
            self.tell(c.at("manager"), "review", raised)

    def take_old(self, c: Company, old: str) -> None:
        stock_in = self.new(c.at("keeper"), "stock_in", made_from=old, warehouse=f"{c.city}二手机库", received_on=self.on(), source="trade_in")
        machine = self.follow(c.at("keeper"), stock_in, "machine")
        c.stock.append((self.day + 1, machine, "PC200-8"))

    def insure(self, c: Company, customer: str, machine: str, price: int) -> None:
        days = self.random.choice([180, 365])
        policy = {"machine": f"@{machine}", "insurer": "人保财险", "cover": "all_risks", "premium": yuan(price * 8 // 1000), "on_account": True, "commission_rate": 1250}
        first = self.new(c.at("clerk"), "insurance", customer=f"@{customer}", policy_number=self.name("P"), starts_on=self.on(1), ends_on=self.on(days), **policy)
        if self.chance(40):
            self.money(c, "set_off", party="人保财险", set_off_on=self.on(), amount={"of": f"@{first}.commission"})
        if days == 180 and self.chance(70):
            then = self.now
            self.now += 175 * 24 * 60
            self.new(c.at("clerk"), "insurance", made_from=first, policy_number=self.name("P"), starts_on=self.on(6), ends_on=self.on(370), **policy)
            self.now = then

    def lock(self, c: Company, contract: str) -> None:
        self.pass_days(10, 30)
        self.tell(c.at("finance"), "lock", contract)
        if self.chance(30):
            self.tell(c.at("clerk"), "void", contract, reason="改签", refused="DEALER_E_LOCKED")

    # -- claims --

    def margin(self, c: Company, contract: str, customer: str) -> None:
        """Taken as security, reviewed by finance, and given back when all went well."""
        margin = self.new(c.at("claims"), "margin_deposit", made_from=contract, direction="received", amount=yuan(20_000), deposited_on=self.on())
        self.tell(c.at("finance"), "review", margin)
        self.money(c, "receipt", customer=f"@{customer}", received_on=self.on(), amount=yuan(20_000))
        if self.chance(60):
            then, self.now = self.now, self.now + self.random.randrange(60, 200) * 24 * 60
            self.money(c, "refund", made_from=margin, refunded_on=self.on(), amount=yuan(20_000))
            self.now = then

    def financing(self, c: Company, contract: str) -> Tuple[str, date]:
        due = (FIRST + timedelta(days=self.day)).replace(day=15)
        due = (due + timedelta(days=32)).replace(day=15)
        plan = self.new(
            c.at("claims"), "financing_plan", made_from=contract, method=self.random.choice(["annuity", "equal_principal"]), first_due_on=str(due), guarantor="华泰融资担保", guarantee_share=3000, lender="工银租赁", annual_rate=480, term_months=24
        )  # fmt: skip
        return plan, due

    def repay(self, c: Company, plan: str, machine: str, due: date) -> None:
        stops = 2 if not self.defaults else self.random.randrange(1, 6) if self.chance(8) else 24
        for number in range(stops):
            self.until(due)
            self.new(c.at("claims"), "repayment", made_from=plan, paid_on=self.on(), amount={"of": f"@{plan}.instalments.{number}.amount"})
            due = (due + timedelta(days=32)).replace(day=15)
        if stops < 24:
            self.default(c, plan, machine, due, stops)

    def until(self, day: date) -> None:
        self.now = max(self.now, (day - FIRST).days * 24 * 60 + 60)

    def default(self, c: Company, plan: str, machine: str, due: date, number: int) -> None:
        claims = c.at("claims")
        self.until(due + timedelta(days=10))
        self.new(claims, "advance", made_from=plan, advanced_on=self.on(), amount={"of": f"@{plan}.instalments.{number}.amount"})
        self.defaults += 1
        if self.defaults > 1 and self.chance(40):
            return  # still hoping
        self.pass_days(60, 80)
        repurchase = self.new(claims, "repurchase", made_from=plan, machine=f"@{machine}", repurchased_on=self.on(), amount=yuan(300_000))
        self.approve(repurchase, c.at("finance"), c.at("general"))
        self.pass_days(5, 20)
        self.new(c.at("keeper"), "stock_in", made_from=repurchase, warehouse=f"{c.city}债权机库", received_on=self.on(), cost=yuan(260_000), source="repossession")

    # -- beside the sales --

    def rental(self, c: Company, day: int) -> None:
        self.now = day * 24 * 60 + 100
        clerk, months = c.at("rental"), self.random.randrange(2, 5)
        machine = self.bought(c, MODELS[0])
        customer = self.customer(clerk)
        start = self.on(1)
        rental = self.new(clerk, "rental", customer=f"@{customer}", machine=f"@{machine}", starts_on=start, ends_on=self.on(months * 30), monthly_rent=yuan(31_000), deposit=yuan(60_000))
        self.money(c, "receipt", customer=f"@{customer}", received_on=self.on(), amount=yuan(60_000))
        self.new(c.at("keeper"), "stock_out", made_from=rental, reason="rental", issued_on=start)
        self.now += (months * 30 - 5) * 24 * 60
        if self.chance(40):
            self.new(clerk, "rental_extension", made_from=rental, ends_on=self.on(35), monthly_rent=yuan(30_000))
            self.now += 30 * 24 * 60
        self.pass_days(3, 8)
        self.new(c.at("keeper"), "stock_in", made_from=rental, warehouse=f"{c.city}租赁机库", received_on=self.on(), hours=420, source="rental_return")
        kept = self.random.choice([0, 0, 5_000, 12_000])
        end = self.new(clerk, "rental_end", made_from=rental, ended_on=self.on(1), set_off=yuan(kept), returned=yuan(60_000 - kept))
        self.pass_days(1, 6)
        self.money(c, "refund", made_from=end, refunded_on=self.on(), amount=yuan(60_000 - kept))

    def warehouse(self, c: Company, day: int) -> None:
        self.now = day * 24 * 60 + 200
        keeper, model = c.at("keeper"), self.random.choice(MODELS)
        machine = self.bought(c, model, demo=self.chance(30))
        self.pass_days(5, 40)
        fate = self.random.randrange(3)
        if fate == 0:
            self.transfer(c, machine)
        elif fate == 1:
            self.new(keeper, "stock_out", reason="to_maker", machine=f"@{machine}", issued_on=self.on())
        else:
            found = {"brand": model[1], "serial_number": {"of": f"@{machine}.serial_number"}}
            where = {"of": f"@{machine}.warehouse"}
            self.new(keeper, "stock_take", warehouse=where, counted_on=self.on(), findings=[{**found, "finding": "loss"}])
            self.pass_days(20, 40)
            self.new(keeper, "stock_take", warehouse=f"{c.city}一号库", counted_on=self.on(), findings=[{**found, "finding": "gain"}])

    def service(self, day: int) -> None:
        self.now = day * 24 * 60 + 300
        parts = [{"part": "液压泵", "quantity": 1}] if self.chance(50) else None
        order = self.new("mechanic", "service_order", site=self.random.choice(["浦东站", "萧山站"]), work=self.random.choice(["500 小时保养", "更换液压泵", "故障排查"]), amount=yuan(self.random.randrange(1, 9) * 500), **({"old_parts": parts} if parts else {}))
        month = (FIRST + timedelta(days=self.day)).month
        if self.chance(5):
            self.tell("mechanic", "void", order, reason="客户取消")
        elif not parts:
            self.orders[month] = order
        else:
            self.pass_days(1, 4)
            if (FIRST + timedelta(days=self.day)).month == month:
                self.new("mechanic", "old_part_return", made_from=order, arrived_on=self.on())

    def period(self, company: str, type: str, month: int, state: str) -> None:
        self.tell("sh-finance", "period", "", company=company, type=type, month=f"2026-{month:02}", state=state)

    def lock_receipts(self, c: Company, month: int) -> None:
        """Finance looks through the receipts of a month: nothing moves meanwhile; then they are locked, and one is put right."""
        receipts = self.receipts.get((c.code, month))
        if not receipts:
            return
        self.period(c.code, "receipt", month, "held")
        self.tell(c.at("cash"), "unconfirm", receipts[0], refused="DEALER_E_LOCKED")
        self.period(c.code, "receipt", month, "open")
        self.tell(c.at("finance"), "lock_many", "", documents=receipts[:200])
        self.tell(c.at("cash"), "unconfirm", receipts[-1] if len(receipts) <= 200 else receipts[199], refused="DEALER_E_LOCKED")
        self.tell(c.at("finance"), "unlock", receipts[0])

    def close_months(self) -> None:
        """Finance closes a month when the next has begun; what belongs to it takes no change any more."""
        for month in range(1, 12):
            self.now = (date(2026, month + 1, 5) - FIRST).days * 24 * 60
            for c in COMPANIES:
                self.lock_receipts(c, month)
            for company, type in [("FW", "service_order")] + [(c.code, "stock_take") for c in COMPANIES]:
                self.period(company, type, month, "closed")
            if month in self.orders:
                self.tell("mechanic", "void", self.orders[month], reason="客户取消", refused="DEALER_E_LOCKED")

    def play(self, documents: int) -> None:
        deals = max(8, int(documents / DOCUMENTS_A_DEAL))
        for number in range(deals):
            day, c = number * DAYS // deals, COMPANIES[0 if number % 5 < 3 else 1]
            with suppress(Waits):
                self.deal(c, day)
            if number % 14 == 3:
                self.rental(c, day)
            if number % 17 == 5:
                self.warehouse(c, day)
            if number % 6 == 1:
                self.service(day)
        self.close_months()

    def write(self, out: Any) -> None:
        begin = {"at": int(datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp() * 1000), "do": "begin", "configuration": configuration(), "market": market()}
        for line in [begin] + [line for _, _, line in sorted(self.lines, key=lambda one: one[:2])]:
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=2026)
    given = options.parse_args()
    year = Year(given.seed)
    year.play(given.documents)
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    year.write(sys.stdout)


if __name__ == "__main__":
    main()
