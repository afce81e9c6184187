"""A small year at a dealer, and the page that the other languages also print of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import year


def test_small_year__gives_the_page_that_c_and_java_print(root: Path) -> None:
    folder = root / "examples" / "year"
    command = [sys.executable, str(folder / "make_year.py"), "--documents", "2000", "--seed", "12"]
    script = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    player = year.Player(":memory:")
    player.play(script.splitlines())
    player.check()
    for language in ("zh", "en"):
        page = io.StringIO()
        year.write_page(page, player.session("owner"), language)
        assert page.getvalue() == (folder / f"small.{language}.txt").read_text(encoding="utf-8")
    player.close()


def test_small_year__has_documents_of_every_type(root: Path) -> None:
    """Of the built-in ones and the group's own; the pages of all languages are the same."""
    built_in = json.loads((root / "libdealer" / "src" / "catalogue" / "catalogue.json").read_text(encoding="utf-8"))["types"]
    told = (root / "examples" / "year" / "small.en.txt").read_text(encoding="utf-8").split("\n\n")[1].splitlines()[1:]
    counts = {name.strip(): int(count.replace(",", "")) for name, count in (line.rsplit(": ", 1) for line in told)}
    assert list(counts) == [*(type["en"] for type in built_in), "complaint"]
    assert all(counts.values()), counts


def test_script__is_the_same_for_the_same_seed(root: Path) -> None:
    command = [sys.executable, str(root / "examples" / "year" / "make_year.py"), "--documents", "300", "--seed"]
    one, again, other = (subprocess.run([*command, seed], capture_output=True, check=True).stdout for seed in ("5", "5", "6"))
    assert one == again != other


def test_player__stops_at_a_line_that_does_not_go_as_it_says() -> None:
    player = year.Player(":memory:")
    with pytest.raises(SystemExit, match="line 1"):
        player.play(['{"at":1767225600000,"as":"nobody","do":"new","document":"a","type":"visit"}'])
    player.close()
