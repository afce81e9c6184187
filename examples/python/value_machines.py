"""Values the machines of one CSV file by the sales of another, and tells how far the values are from the prices.

Run it with ``python value_machines.py MAPPING.json SALES.csv MACHINES.csv > values.csv``. The mapping is that of ``dealer market import``
and says for both files which column is what. The rules are those that ship with libdealer; the store is in memory.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from datetime import date, datetime
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional

import dealer

Row = Mapping[str, str]

#: what a mapping calls it, what a trade-in calls it
TEXTS = {
    "category": "category",
    "model": "model",
    "base_model": "base_model",
    "series": "series",
    "size_class": "size_class",
    "serial": "serial_number",
    "region": "region",
}


class Value(NamedTuple):
    key: str
    price: Optional[float]  # what it fetched, if the file says so
    valuation: float
    low: float
    high: float


def word(row: Row, mapping: Mapping[str, Any], source: Any) -> str:
    """The text for one member of a mapping, as the import reads it; empty: unknown."""
    if not isinstance(source, dict):
        source = {"column": source} if source else {"value": ""}
    text = row[source["column"]].strip() if "column" in source else source["value"]
    if text in mapping.get("unknown", ()) or text in source.get("unknown", ()):
        return ""
    translated: str = source["map"].get(text, source.get("else", "")) if text and "map" in source else text
    return translated


def number(row: Row, mapping: Mapping[str, Any], name: str) -> float:
    """0: unknown."""
    source = mapping.get(name)
    text = word(row, mapping, source)
    if isinstance(source, dict) and source.get("decimal") == ",":
        text = text.replace(".", "").replace(",", ".")
    return float(text.replace(",", "") or 0)


def day(row: Row, mapping: Mapping[str, Any]) -> date:
    source = mapping["date"]
    form = source.get("format", "YYYY-MM-DD") if isinstance(source, dict) else "YYYY-MM-DD"
    for letters, code in (("YYYY", "%Y"), ("MM", "%m"), ("DD", "%d"), ("M", "%m"), ("D", "%d")):
        form = form if code in form else form.replace(letters, code)
    return datetime.strptime(word(row, mapping, source).split(" ")[0].split("T")[0], form).date()


def options(row: Row, mapping: Mapping[str, Any]) -> List[Dict[str, str]]:
    """An array of columns, an object of option and column, or the rest: what no other member takes."""
    chosen = mapping.get("options", {})
    if chosen == "rest":
        sources = [source for source in mapping.values() if source != "rest"]
        taken = {source.get("column") if isinstance(source, dict) else source for source in sources if isinstance(source, (str, dict))}
        chosen = [column for column in row if column not in taken]
    if not isinstance(chosen, dict):
        chosen = {column: column for column in chosen}
    words = {name: word(row, mapping, source) for name, source in chosen.items()}
    return [{"name": name, "value": value} for name, value in words.items() if value]


def machine(row: Row, mapping: Mapping[str, Any]) -> Dict[str, Any]:
    """A row as the fields of a trade-in."""
    fields: Dict[str, Any] = {field: word(row, mapping, mapping.get(name)) for name, field in TEXTS.items()}
    year, hours = number(row, mapping, "year"), number(row, mapping, "hours")
    fields["year"] = int(year) if 1950 <= year <= 2100 else None
    fields["hours"] = int(hours) if 0 < hours <= 200_000 else None
    fields["offered_on"] = day(row, mapping)
    fields["options"] = options(row, mapping)[:60]
    return {name: value for name, value in fields.items() if value}


def configure(system: dealer.SystemSession, currency: str) -> None:
    """One company with one salesperson, and the rules that ship."""
    configuration = system.starter_configuration()
    configuration["group"] = {"code": "ONE", "name": "One"}
    configuration["companies"] = [{"code": "C", "name": "C", "kinds": ["sales"], "currency": currency}]
    configuration["departments"] = [{"code": "D", "name": "D", "company": "C"}]
    configuration["employees"] = [{"code": "S", "name": "S", "department": "D", "posts": [{"post": "salesperson"}]}]
    system.apply_configuration(configuration)
    system.publish_rules(system.starter_rules())


def value_all(mapping: Mapping[str, Any], sales: str, machines: str) -> Iterator[Value]:
    """Each machine of a file, valued as of its day by the sales of the other file."""
    with dealer.open(":memory:") as store:
        with store.system("valuation") as system:
            configure(system, mapping["price"]["currency"])
            with open(sales, "rb") as file:
                report = system.import_market(file, mapping)
            print(f"{report['added']} of {report['rows']} sales imported", file=sys.stderr)
        with store.session("S") as session, open(machines, newline="", encoding="utf-8-sig") as text:
            for place, row in enumerate(csv.DictReader(text), 1):
                decision = session.new("trade_in", **machine(row, mapping)).value()
                if "valuation" not in decision.data:
                    raise SystemExit(f"row {place}: {decision}")
                amounts = (decision.data["valuation"][name] for name in ("valuation", "low", "high"))
                yield Value(
                    word(row, mapping, mapping.get("key")) or str(place),
                    number(row, mapping, "price") if mapping["price"]["column"] in row else None,
                    *(float(amount.amount) for amount in amounts),
                )


def rmsle(values: List[Value]) -> float:
    misses = [math.log1p(value.valuation) - math.log1p(value.price) for value in values if value.price]
    return math.sqrt(sum(miss * miss for miss in misses) / len(misses)) if misses else math.nan


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        mapping = json.load(file)
    values = list(value_all(mapping, sys.argv[2], sys.argv[3]))
    table = csv.writer(sys.stdout)
    table.writerow(Value._fields)
    table.writerows(values)
    priced = [value for value in values if value.price]
    within = sum(value.low <= value.price <= value.high for value in priced if value.price)
    print(f"{len(values)} machines valued; RMSLE {rmsle(values):.4f}", file=sys.stderr)
    print(f"{100 * within / max(len(priced), 1):.1f} % of the prices are within the range that is to hold 80 %", file=sys.stderr)


if __name__ == "__main__":
    main()
