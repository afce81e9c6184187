"""Holds that every kind of journal entry of a document is an event that can be told of: a line in libdealer/src/deal/events.def.

Knows how kinds are written in the sources: as the third argument of deal_journal and its kin, in the names of an approval's effects, and
in the calls below that hand a kind on. A kind that is missing is a thing that happens and can never be told of.
"""

import re

from tree import ROOT, report

SOURCES = ROOT / "libdealer/src"
CALLS = (
    re.compile(r'deal_journal(?:_comment)?\(\s*\w+,\s*\w+,\s*(?:\w+ \? )?"(\w+)"(?:\s*:\s*"(\w+)")?'),
    re.compile(r'put_(?:state|plan_state|rental_state)\(\s*\w+,\s*\w+,\s*"(\w+)"'),
    re.compile(r'put_outcome\(\s*\w+,\s*\w+,\s*"\w+",\s*"(\w+)"'),
    re.compile(r'struct journal_entry entry = \{[^}]*?"(\w+)"'),
    re.compile(r'move->warehouse \? "(\w+)" : "(\w+)"'),
)
NO_DOCUMENT = {"market_added", "configuration_applied", "rules_published", "backtested", "system_session"}


def said():
    """(kind, file, line) of every kind that is written."""
    for path in sorted([*SOURCES.glob("deal/*.c"), *SOURCES.glob("api/*.c")]):
        text = path.read_text(encoding="utf-8")
        for call in CALLS:
            for match in call.finditer(text):
                for kind in filter(None, match.groups()):
                    yield kind, path.relative_to(ROOT), text.count("\n", 0, match.start()) + 1
    text = (SOURCES / "approval/step.c").read_text(encoding="utf-8")
    names = re.search(r"names\[APPROVAL_EFFECT_KINDS\] = \{(.*?)\}", text, re.S).group(1)
    for kind in re.findall(r'"(\w+)"', names):
        yield kind, "libdealer/src/approval/step.c", text.count("\n", 0, text.find(names)) + 1


def main():
    known = set(re.findall(r'EVENT\("(\w+)"', (SOURCES / "deal/events.def").read_text(encoding="utf-8")))
    kinds = list(said())
    findings = [
        f"{path}:{line}: the kind {kind} can't be told of: add a line to libdealer/src/deal/events.def"
        for kind, path, line in kinds
        if kind not in known and kind not in NO_DOCUMENT
    ]
    report("kinds of journal entries", len(kinds), findings)


main()
