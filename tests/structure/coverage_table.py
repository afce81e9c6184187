"""Prints gcovr's figures by folder, the parts that decide first. It only adds up; what was run is ./dev's affair.

    coverage_table.py SUMMARY.JSON"""
import json
import sys

DECIDING = ("permission", "approval", "rules", "base/money")
ORDER = DECIDING + ("base", "catalogue", "org", "store", "deal", "api")


def folder_of(filename):
    parts = filename.split("libdealer/src/")[-1].split("/")
    return "base/money" if parts[0] == "base" and parts[1].startswith("money") else parts[0]


def percent(covered, total):
    return f"{100 * covered / total:6.1f} %" if total else "       -"


def main():
    with open(sys.argv[1], encoding="utf-8") as summary:
        files = json.load(summary)["files"]
    sums = {}
    for entry in files:
        for key in (folder_of(entry["filename"]), "all"):
            row = sums.setdefault(key, [0, 0, 0, 0, 0])
            figures = (1, entry["line_covered"], entry["line_total"], entry["branch_covered"], entry["branch_total"])
            sums[key] = [a + b for a, b in zip(row, figures)]
    print(f"{'':12}{'files':>6}{'lines':>8}{'covered':>10}{'branches':>10}{'covered':>10}")
    for key in sorted(sums, key=lambda name: (ORDER + ("all",)).index(name) if name in ORDER else 99):
        count, lines, line_total, branches, branch_total = sums[key]
        print(f"{key:12}{count:6}{line_total:8}{percent(lines, line_total):>10}{branch_total:10}{percent(branches, branch_total):>10}")


main()
