"""The program of docs/valuation.md: sales in, machines valued, the misses told; by the words of the mapping alone."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

MODELS = (("PC200LC-8", "19.0 to 21.0 Metric Tons", 60_000), ("PC300LC-8", "28.0 to 33.0 Metric Tons", 95_000), ("D6HIILGP", "", 80_000))
AUCTION: Dict[str, Any] = {
    "source": {"value": "auction"},
    "key": "SalesID",
    "date": {"column": "saledate", "format": "M/D/YYYY"},
    "price": {"column": "SalePrice", "currency": "USD"},
    "category": {"column": "Group", "map": {"TEX": "excavator", "TTT": "dozer"}},
    "model": "fiModelDesc",
    "size_class": "Class",
    "year": {"column": "YearMade", "unknown": ["1000"]},
    "hours": "Hours",
    "region": "state",
    "unknown": ["None or Unspecified"],
    "options": ["Enclosure", "Thumb"],
}
LISTING: Dict[str, Any] = {
    "source": {"value": "listings"},
    "date": {"value": "2012-07-06"},
    "price": {"column": "SalePrice", "currency": "EUR"},
    "category": {"column": "Group", "map": {"TEX": "excavator"}, "else": "dozer"},
    "model": "fiModelDesc",
    "year": "YearMade",
    "hours": "Hours",
    "options": "rest",
}


def made_up(index: int) -> Dict[str, str]:
    """Each year takes a tenth away, a cab gives five per cent; some do not tell their year or hours."""
    model, size_class, price = MODELS[index % 3]
    age, cab = index * 7 % 17, index % 2
    return {
        "SalesID": str(index),
        "SalePrice": f"{price * 0.9**age * (1 + 0.05 * cab):,.2f}",
        "saledate": f"{1 + index // 100}/{1 + index % 28}/2012 0:00",
        "Group": "TTT" if model.startswith("D") else "TEX",
        "fiModelDesc": model,
        "Class": size_class,
        "YearMade": "1000" if index % 29 == 5 else str(2012 - age),
        "Hours": "" if index % 3 else str(age * 1000 + 100),
        "state": ("Ohio", "Texas")[index % 5 > 1],
        "Enclosure": ("OROPS", "EROPS")[cab],
        "Thumb": "None or Unspecified",
    }


def write(path: Path, rows: List[Dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def values_of(root: Path, folder: Path, mapping: Dict[str, Any], first: int) -> List[Dict[str, str]]:
    """The machines from 300 on, valued by the sales from `first` to 300."""
    rows = [made_up(index) for index in range(400)]
    given = folder / "mapping.json"
    given.write_text(json.dumps(mapping), encoding="utf-8")
    files = [given, write(folder / "sales.csv", rows[first:300]), write(folder / "machines.csv", rows[300:])]
    program = [sys.executable, str(root / "examples" / "python" / "value_machines.py"), *map(str, files)]
    done = subprocess.run(program, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert f"{300 - first} of {300 - first} sales imported" in done.stderr
    values = list(csv.DictReader(done.stdout.splitlines()))
    assert len(values) == 100
    told = float(done.stderr.split("RMSLE ")[1].split()[0])
    assert told < 0.15, done.stderr
    for value in values:
        assert 0 < float(value["low"]) < float(value["valuation"]) < float(value["high"])
    return values


def test_machines_are_valued_by_a_file_of_sales(root: Path, tmp_path: Path) -> None:
    values = values_of(root, tmp_path, AUCTION, 0)
    assert values[0]["key"] == "300" and float(values[0]["price"]) > 0


def test_the_cab_is_known_by_the_auction_house_s_word_for_it(root: Path, tmp_path: Path) -> None:
    plain = values_of(root, tmp_path, AUCTION, 0)
    assert plain == values_of(root, tmp_path, {**AUCTION, "options": {"cab": "Enclosure", "Thumb": "Thumb"}}, 0)
    assert plain != values_of(root, tmp_path, {**AUCTION, "options": {"doors": "Enclosure", "Thumb": "Thumb"}}, 0)


def test_listings_of_one_day_value_machines_of_that_day(root: Path, tmp_path: Path) -> None:
    values_of(root, tmp_path, LISTING, 100)
