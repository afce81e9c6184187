"""Holds every #include against the table of floors in cmake/floors.txt: downwards only, foreign headers only where declared,
the command by public headers only, no cycle between floors. Knows nothing of what the files do."""
import re

from tree import ROOT, c_files, name_of, report

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
FOREIGN = {
    "sqlite3.h", "sqlite3ext.h", "lua.h", "lauxlib.h", "lualib.h", "luaconf.h", "lua.hpp", "yyjson.h", "sodium.h",
}
GENERATED = {"embedded.h": "catalogue", "embedded_rules.h": "rules", "store_statements.h": "store"}
# The door hands the rules that come with the library to the rules floor.
GENERATED_ALSO = {("api", "embedded_rules.h"), ("deal", "embedded_rules.h")}
# The command is a host, and takes a JSON library as hosts do.
COMMAND = {"yyjson.h"}
SOURCE = ROOT / "libdealer" / "src"


def table():
    below, foreign = {}, {}
    for line in (ROOT / "cmake" / "floors.txt").read_text().splitlines():
        if line and line[0] != "#":
            floor, floors, headers = (part.split() for part in line.split(":"))
            below[floor[0]], foreign[floor[0]] = floors, headers
    return below, foreign


def wrong_in_floor(floor, name, below, foreign):
    """Why a floor may not include a header, or None."""
    first = name.split("/")[0]
    if first in below and "/" in name:
        return None if first == floor or first in below[floor] else f"{floor} may include only: {floor} {' '.join(below[floor])}"
    if name in FOREIGN or first in ("sodium", "lua5.4"):
        return None if name in foreign[floor] else f"{name} belongs to another floor"
    if name in GENERATED:
        return None if GENERATED[name] == floor or (floor, name) in GENERATED_ALSO else f"belongs to {GENERATED[name]}"
    return None


def main():
    below, foreign = table()
    findings, includes, used = [], 0, {floor: set() for floor in below}
    for floor, floors in below.items():
        for under in floors:
            if floor in below[under]:
                findings.append(f"cmake/floors.txt: {floor} and {under} are each below the other")
    for folder in sorted(path.name for path in SOURCE.iterdir() if path.is_dir()):
        if folder not in below:
            findings.append(f"libdealer/src/{folder}: no floor of that name in cmake/floors.txt")
    for path in c_files((".c", ".h", ".def"), ("libdealer",)):
        parts = path.relative_to(ROOT).parts
        for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            includes += 1
            wrong = None
            if parts[1] == "src" and parts[2] in below:
                wrong = wrong_in_floor(parts[2], name, below, foreign)
                if name.split("/")[0] in below and name.split("/")[0] != parts[2]:
                    used[parts[2]].add(name.split("/")[0])
                if kind == '"' and "/" not in name and name not in GENERATED and name != "dealer.h":
                    wrong = f'own headers are included with their floor: "{parts[2]}/{name}"'
            elif parts[1] in ("include", "cli"):
                if (name in FOREIGN and (parts[1] != "cli" or name not in COMMAND)) or name.split("/")[0] in below or name in GENERATED:
                    wrong = "public headers only"
            if wrong:
                findings.append(f"{name_of(path)}: includes {name}: {wrong}")
    for floor, others in used.items():
        findings += [f"libdealer/src: {floor} and {other} include each other" for other in others if floor in used[other]]
    report("includes", includes, findings)


main()
