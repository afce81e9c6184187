"""What must hold of every vote, whatever the mode: first of the formula itself, then of the library's answers to it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from itertools import permutations, product
from typing import Any, List, Optional

import dealer
import pytest
from approval_host import Host
from approval_people import World
from approval_votes import ABSTAINED, NO, YES, Voice, needed, verdict
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("DEALER_MODEL_EXAMPLES", "60"))
ANSWERS = (YES, NO, ABSTAINED)
VERBS = {YES: "approve", NO: "reject", ABSTAINED: "abstain"}
MODES: List[Any] = ["any", "all", {"ratio_bp": 1}, {"ratio_bp": 5000}, {"ratio_bp": 6667}, {"ratio_bp": 10000}, {"count": 1}, {"count": 3}]
MODES += [{"threshold": 1}, {"threshold": 4}, {"groups": {"g": 1, "h": 1}}, {"groups": {"g": 2}}]
VOICES = st.lists(
    st.builds(Voice, st.none(), st.integers(1, 3), st.sampled_from(["g", "h"]), st.sampled_from([False, False, True])), min_size=1, max_size=4
)


def answered(voices: List[Voice], answers: Any) -> List[Voice]:
    return [Voice(answer, voice.weight, voice.group, voice.veto) for voice, answer in zip(voices, answers)]


def plain(mode: Any, voices: List[Voice]) -> List[Voice]:
    """Weights and groups only where the mode knows them."""
    weighs, groups = isinstance(mode, dict) and "threshold" in mode, isinstance(mode, dict) and "groups" in mode
    return [Voice(None, voice.weight if weighs else 1, voice.group if groups else None, voice.veto) for voice in voices]


@pytest.mark.parametrize("mode", MODES, ids=str)
@given(voices=VOICES)
@settings(max_examples=20)
def test_an_early_verdict_is_what_any_completion_would_give(mode: Any, voices: List[Voice]) -> None:
    voices = plain(mode, voices)
    for given_so_far in product((None, *ANSWERS), repeat=len(voices)):
        early = verdict(mode, answered(voices, given_so_far))
        if early is None:
            assert None in given_so_far, "everybody has answered, and nothing is decided"
            continue
        for rest in product(ANSWERS, repeat=given_so_far.count(None)):
            answers = iter(rest)
            whole = [one if one is not None else next(answers) for one in given_so_far]
            if mode != "any":  # there the first answer decides, on purpose
                assert verdict(mode, answered(voices, whole)) == early


@pytest.mark.parametrize("mode", MODES, ids=str)
@given(voices=VOICES)
@settings(max_examples=20)
def test_an_approval_in_place_of_another_answer_never_turns_passed_into_failed(mode: Any, voices: List[Voice]) -> None:
    voices = plain(mode, voices)
    for answers in product(ANSWERS, repeat=len(voices)):
        if verdict(mode, answered(voices, answers)) != "passed":
            continue
        for at in range(len(voices)):
            better = [*answers[:at], YES, *answers[at + 1 :]]
            assert verdict(mode, answered(voices, better)) == "passed"


@pytest.mark.parametrize("mode", [mode for mode in MODES if not (isinstance(mode, dict) and "groups" in mode)], ids=str)
def test_one_more_beside_raises_a_share_and_leaves_a_number(mode: Any) -> None:
    for count in range(1, 6):
        before, after = needed(mode, [Voice()] * count), needed(mode, [Voice()] * (count + 1))
        if mode == "all":
            assert after == before + 1
        elif isinstance(mode, dict) and "ratio_bp" in mode:
            assert before <= after <= before + 1
        else:
            assert after == before


# -- the same of the library --

PEOPLE = ["A", "B", "C", "D"]


def world() -> World:
    made = World({person: "D1" for person in ["S", *PEOPLE, "E", "X"]}, {"D1": None}, {"D1": None})
    made.values = {"amount": 100}
    return made


def ends(node: Any, deeds: List[Any]) -> Optional[str]:
    """The state after these deeds; None as soon as one of them was not possible any more."""
    with ExitStack() as stack:
        host = Host(stack, world(), {"id": "request", "nodes": [{"id": "n1", "kind": "approve", **node}]}, {})
        assert host.act("submit", "S") is None
        for actor, verb, given in deeds:
            task = next((task.id for task in host.sessions[actor].tasks()), None)
            if task is None:
                continue  # decided without him
            assert host.act(verb, actor, task=task, **given) is None
        return str(host.explained()["state"])


@pytest.mark.parametrize("mode", ["all", {"ratio_bp": 5000}, {"ratio_bp": 6667}, {"count": 2}, {"threshold": 3}], ids=str)
@given(answers=st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=3), weights=st.lists(st.integers(1, 3), min_size=3, max_size=3))
@settings(max_examples=max(2, EXAMPLES // 20))
def test_who_answers_first_changes_nothing(mode: Any, answers: List[str], weights: List[int]) -> None:
    weighs = isinstance(mode, dict) and "threshold" in mode
    who = [{"person": person, **({"weight": weight} if weighs else {})} for person, weight in zip(PEOPLE, weights)]
    deeds = [(person, VERBS[answer], {"comment": "-"}) for person, answer in zip(PEOPLE, answers)]
    voices = [Voice(answer, weight if weighs else 1) for answer, weight in zip(answers, weights)]
    wanted = {"passed": "approved", "rejected": "rejected"}[str(verdict(mode, voices))]
    for order in permutations(deeds):
        assert ends({"who": who, "mode": mode}, list(order)) == wanted


@pytest.mark.parametrize("mode", ["all", {"ratio_bp": 6667}, {"count": 2}], ids=str)
def test_adding_beside_and_removing_again_changes_nothing(mode: Any) -> None:
    node = {"who": {"persons": PEOPLE[:3]}, "mode": mode}
    for answers in product((YES, NO), repeat=3):
        deeds = [(person, VERBS[answer], {"comment": "-"}) for person, answer in zip(PEOPLE, answers)]
        with ExitStack() as stack:
            host = Host(stack, world(), {"id": "request", "nodes": [{"id": "n1", "kind": "approve", **node}]}, {})
            assert host.act("submit", "S") is None
            assert host.act("add_beside", "A", task=1, person="E") is None
            assert host.act("remove", "A", task=4) is None
            for number, (actor, verb, given) in enumerate(deeds, 1):
                error = host.act(verb, actor, task=number, **given)
                assert error is None or isinstance(error, (dealer.Conflict, dealer.StateError))
            assert host.explained()["state"] == ends(node, deeds)
