"""What ships as a start is enough for a service company, too: its clerk needs a service role and nothing else."""

from __future__ import annotations

from datetime import date

import dealer
import pytest
from first_program import person, yuan

ROLE = {"company": "FW", "sites": ["北站"], "warehouse": "旧件库", "quota": {"amount_minor": 1_000_000, "currency": "CNY", "period": "month"}}


def test_a_service_clerk_of_the_starter_enters_orders_and_takes_old_parts_back() -> None:
    with dealer.open(":memory:") as store:
        with store.system("tests") as system:
            group = system.starter_configuration()
            group["group"] = {"code": "HT", "name": "华泰机械集团"}
            group["companies"] = [{"code": "FW", "name": "华泰后市场", "kinds": ["service"], "currency": "CNY"}]
            group["departments"] = [{"code": "service", "name": "维修中心", "company": "FW"}]
            group["employees"] = [
                {**person("he", "何平", "service", "service_clerk"), "service_roles": [ROLE]},
                person("guo", "郭凯", "service", "service_clerk"),
            ]
            system.apply_configuration(group)
            system.publish_rules(system.starter_rules())
        with store.session("he") as he:
            order = he.new("service_order", site="北站", work="更换液压泵", amount=yuan(500), old_parts=[{"part": "液压泵", "quantity": 1}])
            assert order.submit() and order.status == "approved"
            he.derive("old_part_return", order, arrived_on=date(2026, 3, 5)).submit()
            assert he.open(order.id).parts_state == "arrived"
        with store.session("guo") as guo, pytest.raises(dealer.GateError):
            guo.new("service_order", site="北站", work="保养", amount=yuan(500)).submit()
