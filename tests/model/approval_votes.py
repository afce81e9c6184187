"""The one formula of all modes: docs/approval.md, "Modes"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional

YES, NO, ABSTAINED = "approved", "rejected", "abstained"


@dataclass
class Voice:
    """One who is asked, and what he has said."""

    answer: Optional[str] = None
    weight: int = 1
    group: Optional[str] = None
    veto: bool = False


def weight_of(voices: List[Voice], answer: Optional[str]) -> int:
    """Together, of those who say so."""
    return sum(voice.weight for voice in voices if voice.answer == answer)


def needed(mode: Any, voices: List[Voice]) -> int:
    """How much has to agree; somebody always."""
    share = sum(voice.weight for voice in voices) - weight_of(voices, ABSTAINED)
    if mode == "any":
        return 1
    if mode in ("all", "sequential"):
        return max(1, share)
    if "ratio_bp" in mode:
        return max(1, -(-share * mode["ratio_bp"] // 10000))
    return int(mode.get("count", mode.get("threshold")))


def parts(mode: Any, voices: List[Voice]) -> List[Any]:
    """(what is needed, of whom): one, but in groups one for each."""
    if isinstance(mode, dict) and "groups" in mode:
        return [(count, [voice for voice in voices if voice.group == group]) for group, count in mode["groups"].items()]
    return [(needed(mode, voices), voices)]


def can_pass(mode: Any, voices: List[Voice]) -> bool:
    """If all who have not answered agree."""
    return all(weight_of(some, YES) + weight_of(some, None) >= count for count, some in parts(mode, voices))


def verdict(mode: Any, voices: List[Voice], wait: bool = False) -> Optional[str]:
    """"passed", "rejected", or None while it is open."""
    undecided = [voice for voice in voices if voice.answer is None]
    if wait and undecided:
        return None
    rejected = [voice for voice in voices if voice.answer == NO]
    if any(voice.veto for voice in rejected) or (rejected and mode in ("any", "all", "sequential")) or not can_pass(mode, voices):
        return "rejected"
    if any(voice.veto for voice in undecided):
        return None
    return "passed" if all(weight_of(some, YES) >= count for count, some in parts(mode, voices)) else None


