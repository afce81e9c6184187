"""Writes docs/catalogue.md from libdealer/src/catalogue/catalogue.json, or checks that it is what the declaration gives.

Knows the shape of the declaration; what a field means is said there alone. Run with --write to renew the page.
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "libdealer/src/catalogue/catalogue.json"
PAGE = ROOT / "docs/catalogue.md"

HEAD = """# Catalogue

Every document type and field that libdealer knows from the start, as `libdealer/src/catalogue/catalogue.json` declares them (this page is
made from it: `python3 tests/structure/catalogue_doc.py --write`). A dealer adds types and fields of his own in the same shape, as `types`
and `fields` of the [configuration](configuration.md), without a rebuild.

Kinds: `money` is minor units of the document's one currency; `percent` is basis points (100 = 1 %); `date` is `YYYY-MM-DD`; `instant` is UTC
milliseconds; `choice` is one of the codes; `document`, `employee`, `department`, `company` are ids; `lines` is a JSON array of objects.
*Computed* fields are set by the library alone. Fields *on the way* may still be completed while in approval, by whoever is awaited.
"""


def notes(field):
    said = []
    if field.get("required"):
        said.append("required to submit")
    if field.get("computed"):
        said.append("computed")
    if field.get("on_way"):
        said.append("on the way")
    if "unit" in field:
        said.append(field["unit"])
    if "target" in field:
        said.append("→ " + field["target"])
    if "copy" in field:
        said.append("taken over from `%s`" % field["copy"])
    if "min" in field or ("max" in field and field["kind"] not in ("text", "lines")):
        said.append("%s to %s" % (field.get("min", ""), field.get("max", "")))
    if "max" in field and field["kind"] in ("text", "lines"):
        said.append("at most %d %s" % (field["max"], "bytes" if field["kind"] == "text" else "lines"))
    if "choices" in field:
        said.append(", ".join("`%s` %s" % (choice["code"], choice["zh"]) for choice in field["choices"]))
    for same in ("choices_of", "lines_of"):
        if same in field:
            said.append("as `%s`" % field[same])
    if "lines" in field:
        said.append("each: " + ", ".join("`%s` (%s)" % (line["name"], line["kind"]) for line in field["lines"]))
    return "; ".join(said)


def table(fields):
    rows = ["| field | zh | en | kind | |", "|---|---|---|---|---|"]
    for field in fields:
        rows.append("| `%s` | %s | %s | %s | %s |" % (field["name"], field["zh"], field["en"], field["kind"], notes(field)))
    return "\n".join(rows)


def page():
    declared = json.loads(SOURCE.read_text(encoding="utf-8"))
    parts = [HEAD, "## Every document has\n\n" + table(declared["common"])]
    for declaration in declared["types"]:
        kind = "a record: in force as soon as it is saved" if declaration.get("record") else (
            "in force when submitted" if declaration.get("no_approval") else "goes through approval")
        period = "" if declaration.get("record") else "; its period is that of %s" % (
            "`%s`" % declaration["dated_by"] if "dated_by" in declaration else "the day it was entered")
        parts.append("## %s · `%s` · %s\n\nNumbers begin with `%s`; %s%s.\n\n%s" % (
            declaration["zh"], declaration["name"], declaration["en"], declaration["prefix"], kind, period, table(declaration["fields"])))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def main():
    wanted = page()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
        return
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.exit("docs/catalogue.md is not what the catalogue declares: python3 tests/structure/catalogue_doc.py --write")
    print("docs/catalogue.md agrees with the catalogue")


main()
