"""What the structure tests have in common: where the C files are, how comments and strings are taken out, how a test reports.
Standard library only, so that the tests need no installation."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("libdealer", "cmake", "examples", "tests", "bindings")
LITERALS = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)


def c_files(suffixes=(".c", ".h"), folders=FOLDERS):
    """Every C file written by hand, sorted; build trees below bindings are not."""
    found = []
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            parts = path.relative_to(ROOT).parts
            if path.suffix in suffixes and path.is_file() and not {"build", "target", "node_modules"} & set(parts):
                found.append(path)
    return sorted(found)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def without_literals(text):
    """The code with comments blank, strings and characters empty, and every line break where it was."""

    def blank(match):
        literal = match.group(0)
        if literal[0] in "\"'":
            return literal[0] * 2
        return " " + "\n" * literal.count("\n")

    return LITERALS.sub(blank, text)


def report(subject, checked, findings):
    """Prints what was checked and found, and ends the test; nothing checked is a failure too."""
    for finding in findings:
        print(finding)
    print(f"{subject}: {checked} checked, {len(findings)} found")
    sys.exit(1 if findings or not checked else 0)
