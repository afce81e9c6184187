"""Holds every C file against .clang-format. `./dev format` puts right what it finds.

    format.py CLANG_FORMAT"""
import subprocess
import sys

from tree import ROOT, c_files, name_of, report


def main():
    files = c_files()
    names = [name_of(path) for path in files]
    run = subprocess.run([sys.argv[1], "--dry-run", "-Werror", *names], cwd=ROOT, capture_output=True, text=True)
    wrong = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "clang-format-violations" in line})
    findings = [f"{name}: not as clang-format leaves it, run ./dev format" for name in wrong]
    if run.returncode != 0 and not findings:
        findings = run.stderr.splitlines()[:3] or ["clang-format failed"]
    report("formatted files", len(files), findings)


main()
