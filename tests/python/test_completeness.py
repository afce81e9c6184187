"""Every public function of the library arrives in every layer of both bindings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Set

import pytest
from dealer import _dealer

# What becomes a value or an exception on its way up, and is no function of the generated layer.
INSIDE = {"error_status", "error_depth", "error_id", "error_message", "error_free", "session_error", "document_error"}
INSIDE |= {"decision_outcome", "decision_json", "decision_sentence", "decision_free", "text_data", "text_length", "text_free"}
# Generated, and not needed above it: merging does the same for every kind of field.
SINGLE = {"document_set_integer", "document_set_text", "document_set_money"}
ONLY_TESTED = {"status_name", "status_count"}


def public_functions(root: Path) -> Set[str]:
    found: Set[str] = set()
    for header in (root / "libdealer/include/dealer").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(encoding="utf-8"), flags=re.S)
        found |= set(re.findall(r"DEALER_API[^;(]*?\bdealer_(\w+)\(", text))
    return found


def test_generated_layer__has_every_public_function(root: Path) -> None:
    assert public_functions(root) - INSIDE - set(dir(_dealer)) == set()


@pytest.mark.parametrize(
    ("layer", "call"), [("python/src/dealer/*.py", r"_dealer\.(\w+)"), ("java/src/main/java/org/libdealer/*.java", r"Native(?:\.|::)(\w+)")]
)
def test_written_layer__uses_every_public_function(root: Path, layer: str, call: str) -> None:
    used: Set[str] = set()
    for source in (root / "bindings").glob(layer):
        used |= set(re.findall(call, source.read_text(encoding="utf-8")))
    if "python" in layer:
        used |= {"version"}  # imported by name
    assert public_functions(root) - INSIDE - SINGLE - ONLY_TESTED - used == set()


def test_stub__names_what_is_generated(root: Path) -> None:
    stub = (root / "bindings/python/src/dealer/_dealer.pyi").read_text(encoding="utf-8")
    assert set(re.findall(r"^def (\w+)", stub, flags=re.M)) <= set(dir(_dealer))
