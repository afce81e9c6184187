"""Plays a year at a dealer group through libdealer, checks everything that must hold, and prints the year on a page.

Run it as ``python3 ../year/make_year.py | python year.py [zh|en] [store]``; without a store it keeps everything in memory.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterable, List, TextIO

import dealer

Json = Dict[str, Any]
PAGE = Path(__file__).resolve().parents[1] / "year" / "page.json"


class Player:
    """Does what the lines of the script say, each as its person, at its time."""

    def __init__(self, path: str):
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        self.store = dealer.open(path, clock=lambda: self.now)
        self.system = self.store.system("a year at a dealer")
        self.people: Dict[str, dealer.Session] = {}
        self.names: Dict[str, int] = {}

    def close(self) -> None:
        for session in [*self.people.values(), self.system]:
            session.close()
        self.store.close()

    def session(self, person: str) -> dealer.Session:
        if person not in self.people:
            self.people[person] = self.store.session(person)
        return self.people[person]

    # -- values --

    def look_up(self, session: dealer.Session, path: str) -> Any:
        """"@plan.instalments.0.amount": what a document says of itself."""
        name, *rest = path[1:].split(".")
        value = json.loads(session.open(self.names[name]).to_json())
        for step in rest:
            value = value[int(step) if isinstance(value, list) else step]
        return value

    def value(self, session: dealer.Session, value: Any) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            return self.names[value[1:]]
        if isinstance(value, list):
            return [self.value(session, item) for item in value]
        if not isinstance(value, dict):
            return value
        if "of" in value:
            return self.look_up(session, value["of"])
        if "fen" in value:
            less = self.look_up(session, value["less"])["amount_minor"] if "less" in value else 0
            return {"amount_minor": value["fen"] - less, "currency": "CNY"}
        return {key: self.value(session, item) for key, item in value.items()}

    def fill(self, session: dealer.Session, document: dealer.Document, line: Json) -> dealer.Document:
        if "fields" in line:
            document.merge_json(json.dumps(self.value(session, line["fields"]), ensure_ascii=False))
        return document

    # -- what the lines say --

    def play(self, lines: Iterable[str]) -> None:
        for number, text in enumerate(lines, 1):
            line = json.loads(text)
            self.now = datetime.fromtimestamp(line["at"] / 1000, timezone.utc)
            try:
                self.do(line)
            except dealer.Error as error:
                if error.status.name != line.get("refused", "").removeprefix("DEALER_E_"):
                    raise SystemExit(f"line {number}: {error}\n{text[:300]}") from error
            else:
                if "refused" in line:
                    raise SystemExit(f"line {number} should have been refused\n{text[:300]}")

    def do(self, line: Json) -> None:
        if line["do"] == "begin":
            self.system.apply_configuration(line["configuration"])
            self.system.publish_rules(self.system.starter_rules())
            self.system.add_market(line["market"])
            return
        session = self.session(line["as"])
        if line["do"] in ("new", "derive"):
            self.make(session, line)
        elif line["do"] in ("approve", "reject"):
            self.decide(session, line)
        elif line["do"] == "period":
            session.set_period(line["company"], line["type"], line["month"], line["state"])
        else:
            self.act(session.open(self.names[line["document"]]), line)

    def make(self, session: dealer.Session, line: Json) -> None:
        derived = line["do"] == "derive"
        document = session.derive(line["type"], self.names[line["from"]]) if derived else session.new(line["type"])
        self.finish(self.fill(session, document, line), line)
        self.names[line["document"]] = document.id

    def finish(self, document: dealer.Document, line: Json) -> None:
        then = line.get("then")
        if then is None:
            document.save()
        elif not (document.submit() if then == "submit" else document.enter()):
            raise SystemExit(f"a rule says no: {json.dumps(line, ensure_ascii=False)}")

    def decide(self, session: dealer.Session, line: Json) -> None:
        task = next((task for task in session.tasks() if task.document == self.names[line["document"]]), None)
        if task is None:
            if not line.get("may"):
                raise SystemExit(f"nobody is asked: {json.dumps(line, ensure_ascii=False)}")
        elif line["do"] == "approve":
            task.approve(line["comment"])
        else:
            task.reject(line["comment"])

    def act(self, document: dealer.Document, line: Json) -> None:
        if line["do"] == "set":
            self.finish(self.fill(self.session(line["as"]), document, line), line)
        elif line["do"] == "submit":
            document.submit()
        elif line["do"] == "follow":
            self.names[line["name"]] = json.loads(document.to_json())[line["field"]]
        elif line["do"] == "lose":
            document.lose(line["reason"])
        elif line["do"] == "void":
            document.void(line["reason"])
        elif line["do"] == "confirm":
            document.confirm()
        elif line["do"] == "lock":
            document.lock()
        else:
            raise SystemExit(f"no player knows: {line['do']}")

    # -- what must hold --

    def check(self) -> None:
        """Rows, chain and rules: nothing may be found."""
        findings = self.system.verify_store()
        replay = self.system.replay_all()
        if findings or replay["decisions"] != replay["same"]:
            raise SystemExit(f"the store is not sound: {findings} {replay}")
        self.system.verify_journal()


# -- the page --


def grouped(number: int) -> str:
    return f"{number:,}"


def shown(value: int, kind: str) -> str:
    """Money in whole units, rounded half away from nothing; milliseconds in hours."""
    if kind == "money":
        whole = (abs(value) + 50) // 100
        return grouped(-whole if value < 0 else whole)
    return grouped(value // 3_600_000) + " h" if kind == "hours" else grouped(value)


def write_rows(out: TextIO, rows: List[Json], keys: List[str], sums: List[List[str]], word: int) -> None:
    for row in rows:
        names = [row.get(f"{key}_name", row[key]) for key in keys if key != "currency"]
        label = " / ".join("—" if name is None else str(name) for name in names)
        told = ", ".join(f"{one[word]} {shown(row[one[0]], one[3] if len(one) > 3 else '')}" for one in sums)
        out.write(f"  {label}: {told}\n")


def write_page(out: TextIO, asker: dealer.Session, language: str) -> None:
    """What a manager may see of it, through his permission."""
    page = json.loads(PAGE.read_text(encoding="utf-8"))
    word = 1 if language == "zh" else 2
    out.write(f"{page[language]}\n")
    for section in page["sections"]:
        out.write(f"\n{section[language]}\n")
        if "count" in section:
            for one in section["count"]:
                out.write(f"  {one[word]}: {grouped(asker.count(one[0], cap=None))}\n")
        elif "overdue" in section:
            tiers = asker.claims_overdue(date.fromisoformat(section["overdue"]))["tiers"]
            write_rows(out, tiers, ["tier"], [["count", "份", "plans"], ["overdue", "逾期", "overdue", "money"]], word)
        else:
            answer = asker.report(section["report"], **section["arguments"])
            write_rows(out, answer["rows"], answer["by"], section["sums"], word)


def main(arguments: List[str]) -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    player = Player(arguments[1] if len(arguments) > 1 else ":memory:")
    player.play(sys.stdin)
    player.check()
    write_page(sys.stdout, player.session("owner"), arguments[0] if arguments else "zh")
    player.close()


if __name__ == "__main__":
    main(sys.argv[1:])
