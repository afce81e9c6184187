"""An organisation chart from a personnel system becomes a configuration, again each month; a chart that is no tree is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import dealer
import pytest

CHART = """id,parent_id,name,kind
1,,华泰集团,dept
20,1,华泰上海,dept
200,20,销售部,dept
2000,200,销售一组,dept
2001,200,销售二组,dept
9001,2000,销售员,post
9002,2001,销售员,post
30,1,华泰江苏,dept
300,30,销售部,dept
"""


@pytest.fixture
def program(root: Path) -> str:
    return str(root / "examples" / "python" / "load_organisation.py")


def run(program: str, tmp_path: Path, chart: str, *options: str) -> "subprocess.CompletedProcess[str]":
    path = tmp_path / "chart.csv"
    path.write_text(chart, encoding="utf-8-sig")
    return subprocess.run([sys.executable, program, str(path), *options], capture_output=True, encoding="utf-8", check=False)


def codes(entries: List[Dict[str, Any]]) -> List[str]:
    return [entry["code"] for entry in entries]


def test_units_become_companies_and_departments_and_titles_become_posts(program: str, tmp_path: Path) -> None:
    result = run(program, tmp_path, CHART)
    made = json.loads(result.stdout)
    assert made["group"] == {"code": "1", "name": "华泰集团"}
    assert codes(made["companies"]) == ["20", "30"]
    assert codes(made["departments"]) == ["200", "2000", "2001", "300"]
    assert {entry["code"]: entry.get("parent") for entry in made["departments"]} == {"200": None, "2000": "200", "2001": "200", "300": None}
    assert made["posts"] == [{"code": "P9001", "name": "销售员"}]
    assert "2 companies, 4 departments, 1 posts" in result.stderr


def test_levels_of_companies_and_a_forest(program: str, tmp_path: Path) -> None:
    made = json.loads(run(program, tmp_path, CHART, "--companies", "2").stdout)
    assert {entry["code"]: entry.get("parent") for entry in made["companies"]} == {"20": None, "200": "20", "30": None, "300": "30"}
    forest = json.loads(run(program, tmp_path, "id,parent_id,name\n5,,甲\n6,,乙\n7,5,丙\n", "--group", "两家").stdout)
    assert forest["group"]["name"] == "两家" and codes(forest["companies"]) == ["5", "6"] and codes(forest["departments"]) == ["7"]


def test_a_chart_loaded_again_changes_what_has_changed_and_keeps_the_rest(program: str, tmp_path: Path) -> None:
    path = str(tmp_path / "group.db")
    with dealer.open(path) as store, store.system("test") as system:
        system.apply_configuration({**system.starter_configuration(), "group": {"code": "G", "name": "before"}})
        posts = len(system.configuration()["posts"])
    assert run(program, tmp_path, CHART, "--store", path).returncode == 0
    moved = CHART.replace("2001,200,", "2001,300,")
    assert run(program, tmp_path, moved, "--store", path).returncode == 0
    with dealer.open(path) as store, store.system("test") as system:
        now = system.configuration()
    assert len(now["posts"]) == posts + 1
    assert next(entry for entry in now["departments"] if entry["code"] == "2001")["company"] == "30"
    assert now["messages"], "what the chart does not know stays"


@pytest.mark.parametrize(
    "chart, says",
    [
        ("id,parent_id,name\n1,,a\n1,,b\n", "line 3: the id 1 is there twice"),
        ("id,parent_id,name\n1,,a\n2,9,b\n", "lies below 9, which is not in the chart"),
        ("id,parent_id,name\n1,,a\n2,3,b\n3,2,c\n", "2 units lie above themselves"),
    ],
)
def test_a_chart_that_is_no_tree_is_refused(program: str, tmp_path: Path, chart: str, says: str) -> None:
    result = run(program, tmp_path, chart)
    assert result.returncode == 1 and says in result.stderr and not result.stdout
