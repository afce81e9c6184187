"""Holds the symbols of the built libraries against the public headers, both ways: what a header declares is exported, what is
exported is declared, and dealer.h brings every header.

    symbols.py NM LIBDEALER.SO LIBDEALER.A MAP"""
import re
import subprocess
import sys

from tree import ROOT, name_of, report, without_literals

INCLUDE = ROOT / "libdealer" / "include"
EXPORTED = re.compile(r"\bDEALER_API\b[^;{}()]*?\b(\w+)\s*\(")
PROTOTYPE = re.compile(r"(?:^|[;}\n])([^;{}#]*?)\b(dealer_\w+)\s*\([^;{}]*\)\s*;")


def code_of(path):
    return re.sub(r"^[ \t]*#.*$", "", without_literals(path.read_text(encoding="utf-8")), flags=re.MULTILINE)


def declared(findings):
    names = {}
    for path in sorted(INCLUDE.rglob("*.h")):
        code = code_of(path)
        for name in EXPORTED.findall(code):
            if name in names:
                findings.append(f"{name_of(path)}: {name} is also declared in {names[name]}")
            names[name] = name_of(path)
        for before, name in PROTOTYPE.findall(code):
            if not re.search(r"\b(DEALER_API|typedef|inline|define)\b", before) and name not in names and "(*" not in before:
                findings.append(f"{name_of(path)}: {name} is declared without DEALER_API")
    return names


def defined(nm, library, *options):
    lines = subprocess.run([nm, *options, library], check=True, capture_output=True, text=True).stdout.splitlines()
    found = set()
    for line in lines:
        words = line.split()
        if len(words) == 3 and words[1] in "TDBRVWi" and words[2].split("@")[0] not in ("_init", "_fini"):
            if not re.fullmatch(r"DEALER_[\d.]+", words[2].split("@")[0]):
                found.add(words[2].split("@")[0])
    return found


def main():
    nm, shared, static, symbol_map = sys.argv[1:]
    findings = []
    names = declared(findings)
    exported = defined(nm, shared, "-D", "--defined-only")
    kept = defined(nm, static, "-g", "--defined-only")
    for library, found in (("libdealer.so", exported), ("libdealer.a", kept)):
        findings += [f"{library}: {name} is declared in {names[name]} but missing" for name in sorted(set(names) - found)]
        findings += [f"{library}: {name} leaves the library but no header declares it" for name in sorted(found - set(names))]
    global_part = re.search(r"global:(.*?)local:", without_literals(open(symbol_map).read()), re.DOTALL).group(1)
    if global_part.split() != ["dealer_*;"]:
        listed = set(global_part.replace(";", " ").split())
        findings += [f"the map misses {name}" for name in sorted(set(names) - listed)]
        findings += [f"the map lists {name}, which no header declares" for name in sorted(listed - set(names))]
    umbrella = (INCLUDE / "dealer.h").read_text(encoding="utf-8") if (INCLUDE / "dealer.h").exists() else ""
    for path in sorted((INCLUDE / "dealer").glob("*.h")):
        if path.name != "export.h" and f"dealer/{path.name}" not in umbrella:
            findings.append(f"libdealer/include/dealer.h does not include dealer/{path.name}")
    report("symbols", len(names), findings)


main()
