"""Makes a configuration of an organisation chart, as personnel systems export it: one row a unit, with the id of the unit above.

Run it with ``python load_organisation.py CHART.csv > group.json``, or with ``--store group.db`` to put it in force there. Columns: id,
parent_id, name, and where there is one kind (``post`` for a row that is a post and no unit). Units down to ``--companies`` levels below the
group are companies, what lies deeper are their departments. Ids become codes, so that a chart loaded again next month changes what has
changed and no more.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional

import dealer


class Unit(NamedTuple):
    id: str
    parent: Optional[str]
    name: str
    depth: int  # 0: the group itself


class BadChart(ValueError):
    """The chart is no tree: the sentence says where."""


def units_in_tree_order(rows: Iterable[Dict[str, str]], lowest: int) -> Iterator[Unit]:
    """Every unit after the one above it; without recursion, for charts may be deep. ``lowest``: the depth of a root."""
    below: Dict[str, List[Dict[str, str]]] = {}
    known = set()
    for line, row in enumerate(rows, 2):
        if row["id"] in known:
            raise BadChart(f"line {line}: the id {row['id']} is there twice")
        known.add(row["id"])
        below.setdefault(row["parent_id"], []).append(row)
    for parent, children in below.items():
        if parent and parent not in known:
            raise BadChart(f"{children[0]['id']} ({children[0]['name']}) lies below {parent}, which is not in the chart")
    waiting = [(row, lowest) for row in reversed(below.get("", []))]
    seen = 0
    while waiting:
        row, depth = waiting.pop()
        seen += 1
        yield Unit(row["id"], row["parent_id"] or None, row["name"].strip(), depth)
        waiting.extend((child, depth + 1) for child in reversed(below.get(row["id"], [])))
    if seen != len(known):
        raise BadChart(f"{len(known) - seen} units lie above themselves: no root leads to them")


def configuration_of(rows: List[Dict[str, str]], group: str, companies: int, currency: str) -> Dict[str, Any]:
    """The chart as members of a configuration. A forest gets ``group`` above it; else the one root is the group."""
    kinds = {row["id"]: row.get("kind", "") for row in rows}
    roots = sum(1 for row in rows if not row["parent_id"])
    made: Dict[str, Any] = {"group": {"code": "GROUP", "name": group}, "companies": [], "departments": []}
    titles: Dict[str, Dict[str, str]] = {}
    company: Dict[str, str] = {}  # of each unit
    for unit in units_in_tree_order(rows, lowest=0 if roots == 1 else 1):
        if kinds[unit.id] == "post":
            titles.setdefault(unit.name, {"code": f"P{unit.id}", "name": unit.name})  # the same title is the same post, wherever it is held
        elif unit.depth == 0:
            made["group"] = {"code": unit.id, "name": unit.name}
        elif unit.depth <= companies:
            company[unit.id] = unit.id
            entry = {"code": unit.id, "name": unit.name, "kinds": ["sales"], "currency": currency}
            if unit.depth > 1 and unit.parent:
                entry["parent"] = unit.parent
            made["companies"].append(entry)
        else:
            assert unit.parent is not None
            company[unit.id] = company[unit.parent]
            entry = {"code": unit.id, "name": unit.name, "company": company[unit.id]}
            if unit.depth > companies + 1:
                entry["parent"] = unit.parent
            made["departments"].append(entry)
    made["posts"] = list(titles.values())
    return made


def apply(path: str, chart: Dict[str, Any]) -> None:
    """Into the store's configuration: what the chart says is replaced, what it does not know (grants, flows, messages) stays."""
    with dealer.open(path) as store, store.system("organisation chart") as system:
        configuration = system.configuration()
        known = {post["code"] for post in configuration.get("posts", [])}
        posts = configuration.get("posts", []) + [post for post in chart["posts"] if post["code"] not in known]
        configuration.update(chart, posts=posts)
        system.apply_configuration(configuration)


def main(arguments: List[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chart")
    parser.add_argument("--group", default="集团", help="the name above a chart with several roots")
    parser.add_argument("--companies", type=int, default=1, metavar="LEVELS", help="so many levels below the group are companies")
    parser.add_argument("--currency", default="CNY")
    parser.add_argument("--store", help="put it in force there")
    options = parser.parse_args(arguments)
    with open(options.chart, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        chart = configuration_of(rows, options.group, options.companies, options.currency)
        if options.store:
            apply(options.store, chart)
    except BadChart as error:
        print(error, file=sys.stderr)
        return 1
    except dealer.ConfigurationError as error:
        print(error.zh, *(cause.zh for cause in error.causes), sep="\n", file=sys.stderr)
        return 1
    counts = ", ".join(f"{len(chart[member])} {member}" for member in ("companies", "departments", "posts"))
    print(f"{chart['group']['name']}: {counts}", file=sys.stderr)
    if not options.store:
        json.dump(chart, sys.stdout, ensure_ascii=False, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
