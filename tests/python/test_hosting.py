"""docs/hosting.md is one program: it runs as it stands there, in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest


def test_the_guide_for_hosts_runs_as_it_stands(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (root / "docs" / "hosting.md").read_text(encoding="utf-8")
    blocks = list(re.finditer(r"^```python\n(.*?)^```", page, re.S | re.M))
    assert len(blocks) > 8
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        line = page.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block.group(1), "docs/hosting.md", "exec"), names)
    assert names["delivered"], "the guide's messages were delivered"
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.name.startswith("group-")) == [".db"]
