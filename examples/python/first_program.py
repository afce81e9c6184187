"""A first program: a small dealer group, and a sale from the visit to an approved trade-in.

Run it with ``python first_program.py``. It keeps its store in memory and prints what happens, in Chinese.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any, Dict, List, Optional

import dealer


def yuan(amount: int) -> dealer.Money:
    return dealer.Money(amount, "CNY")


class Clock:
    """The host's clock: the program lets time pass by itself."""

    def __init__(self, start: datetime):
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def pass_hours(self, hours: int) -> None:
        self.now += timedelta(hours=hours)


def person(code: str, name: str, department: str, post: str, company: Optional[str] = None) -> Dict[str, Any]:
    holding = {"post": post, "from": "2025-01-01"}
    if company:
        holding["company"] = company
    return {"code": code, "name": name, "department": department, "posts": [holding]}


def configure(system: dealer.SystemSession) -> None:
    """The posts, reviews and messages that libdealer brings along, and an organisation of our own."""
    configuration = system.starter_configuration()
    configuration["group"] = {"code": "HT", "name": "华泰机械集团"}
    configuration["companies"] = [{"code": "HT-SH", "name": "华泰工程机械（上海）", "kinds": ["sales"], "currency": "CNY"}]
    configuration["departments"] = [
        {"code": "sales", "name": "挖掘机销售部", "company": "HT-SH", "head": "wang"},
        {"code": "sales-1", "name": "销售一组", "company": "HT-SH", "parent": "sales", "head": "li"},
    ]
    configuration["employees"] = [
        person("zhang", "张伟", "sales-1", "salesperson"),
        person("li", "李娜", "sales-1", "salesperson"),
        person("wang", "王强", "sales", "sales_manager", "HT-SH"),
        person("sun", "孙丽", "sales", "used_machine_manager", "HT-SH"),
        person("ji", "𠮷田 🚜", "sales-1", "salesperson"),
    ]
    system.apply_configuration(configuration)
    system.publish_rules(system.starter_rules())
    system.add_market(market())


def market() -> List[Dict[str, Any]]:
    """Sales made up for this program: the older, the cheaper."""
    return [
        {
            "source": "example",
            "key": f"sale-{index}",
            "date": f"2025-{3 + index % 10:02}-{1 + index * 7 % 28:02}",
            "price": yuan(420_000 - (2026 - year) * 27_000 + (index * 53 % 17 - 8) * 2_000),
            "category": "excavator",
            "size_class": "19.0 to 21.0 Metric Tons",
            "model": "PC200-8",
            "base_model": "PC200",
            "region": "江苏",
            "year": year,
            "hours": (2026 - year) * 1400,
        }
        for index, year in ((index, 2015 + index % 8) for index in range(36))
    ]


def visit(session: dealer.Session) -> dealer.Document:
    """The visit makes the pre-order by itself."""
    customer = session.new("customer", name="江南建筑工程公司", kind="company", region="江苏").save()
    report = session.new(
        "visit",
        customer=customer,
        visited_on=date(2026, 3, 2),
        way="on_site",
        wants_pre_order=True,
        category="excavator",
        brand="小松",
        model="PC210-11",
        quantity=1,
        budget=yuan(1_200_000),
        expected_month="2026-04",
        has_trade_in=True,
        competitors=[{"brand": "卡特彼勒", "model": "320GC", "price": yuan(1_165_000)}],
    )
    print("张伟提交拜访：", report.submit().sentence("zh") or "完成")
    pre_order = session.open(report.pre_order)
    print("预购自动生成：", pre_order.number, pre_order.model, pre_order.budget)
    return pre_order


def trade_in(session: dealer.Session, pre_order: dealer.Document) -> dealer.Document:
    """The customer's old machine: valued by rules, then reviewed by people."""
    old = session.derive(
        "trade_in",
        pre_order,
        category="excavator",
        brand="小松",
        model="PC200-8",
        base_model="PC200",
        size_class="19.0 to 21.0 Metric Tons",
        serial_number="KM-308812",
        year=2018,
        hours=9_200,
        region="江苏",
        offered_on=date(2026, 3, 3),
        asking_price=yuan(260_000),
        conditions=[{"component": "engine", "rating": 4}, {"component": "undercarriage", "rating": 2}],
    )
    decision = old.submit()
    print(f"张伟提交置换 {old.number}，估值 {old.valuation}，冲抵 {old.allowance}：")
    for reason in decision.reasons:
        print("  ·", reason.zh)
    return old


def refuse(store: dealer.Store, document: int) -> None:
    """Who has no post for it does not even learn that the document is there."""
    with store.session("ji") as session:
        try:
            session.open(document)
        except dealer.NotFound as error:
            print("𠮷田 🚜 查看该置换：", error.zh)


def approve(store: dealer.Store, code: str, document: int, comment: str) -> bool:
    """Decides the person's task for this document, if there is one."""
    with store.session(code) as session:
        for task in session.tasks():
            if task.document == document:
                decision = task.approve(comment)
                print(f"{code} 在「{task.zh}」同意：{decision.sentence('zh') or '完成'}")
                return bool(decision)
    return False


def main() -> None:
    clock = Clock(datetime(2026, 3, 2, 1, tzinfo=timezone.utc))
    with dealer.open(":memory:", clock=clock) as store:
        with store.system("first program") as system:
            configure(system)
        with store.session("zhang") as session:
            pre_order = visit(session)
            clock.pass_hours(20)
            application = trade_in(session, pre_order)
            refuse(store, application.id)
            for code, comment in (("li", "机况属实"), ("wang", "同意"), ("sun", "同意")):
                clock.pass_hours(2)
                approve(store, code, application.id, comment)
            application = session.open(application.id)
            print("置换现在的状态：", application.status)
            assert application.status == "approved"
            for message in session.inbox():
                print("✉", message.zh)
                session.mark_read(message)
            assert not list(session.inbox(unread_only=True))


if __name__ == "__main__":
    main()
