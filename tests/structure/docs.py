"""Holds what people read against the tree: names of the interface that a page mentions are declared, links lead somewhere, paths of the
repository exist (`tests/unit/org_*` as a pattern), and README.md leads to every page of docs/.

    docs.py"""
import re

from tree import ROOT, name_of, report

INTERFACE = re.compile(r"\b(?:dealer_[a-z]\w*|DEALER_E_\w+)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)\s]*\)")
PLACE = re.compile(r"`((?:libdealer|bindings|rules|examples|tests|docs|cmake|pkgconfig)/[\w./*-]+)`")


def interface():
    names = set()
    for path in (ROOT / "libdealer" / "include").rglob("*.h"):
        names.update(INTERFACE.findall(path.read_text(encoding="utf-8")))
    return names


def pages():
    yield from ROOT.glob("*.md")
    for folder in ("docs", "bindings", "examples", "libdealer", "rules", "tests"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def there(base, pattern):
    return any(base.glob(pattern)) if "*" in pattern else (base / pattern).exists()


def check(path, known, findings):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{name_of(path)}:{number}"
        for name in INTERFACE.findall(line):
            if name not in known and not (name.endswith("_") and any(other.startswith(name) for other in known)):
                findings.append(f"{where}: {name} is not in the public headers")
        for link in LINK.findall(line):
            if "://" not in link and not (path.parent / link).exists():
                findings.append(f"{where}: the link {link} leads nowhere")
        for place in PLACE.findall(line):
            if not there(ROOT, place) and not there(ROOT, place + ".*") and not there(path.parent, place):
                findings.append(f"{where}: {place} does not exist")


def main():
    findings = []
    known = interface()
    checked = list(pages())
    for path in checked:
        check(path, known, findings)
    linked = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    for path in sorted((ROOT / "docs").glob("*.md")):
        if name_of(path) not in linked:
            findings.append(f"README.md: no link leads to {name_of(path)}")
    report("pages", len(checked), findings)


main()
