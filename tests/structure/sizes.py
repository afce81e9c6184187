"""Holds every C file and function under the caps of the house: lines of a file, lines, branches and parameters of a function.
It reads C as clang-format leaves it; it is a ruler, not a compiler.

    sizes.py            the test
    sizes.py --table    every function with its figures, the most complex first"""
import re
import sys

from tree import c_files, name_of, report, without_literals

FILE_LINES = 800
FUNCTION_LINES = 70
COMPLEXITY = 15
PARAMETERS = 6

# "file" or "file:function" -> why it may be larger. An entry that is not needed any more is reported.
EXCEPTIONS = {
    "tests/api/misuse_test.c": "one row for each exported function, all in one table: grows with the interface",
}

BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")
CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
NOT_FUNCTIONS = {"if", "for", "while", "switch", "return", "sizeof", "_Static_assert", "__attribute__", "_Alignas", "defined"}


def without_directives(code):
    """Preprocessor lines blank, their continuations too, so that braces in macros do not count."""
    lines, inside = [], False
    for line in code.split("\n"):
        directive = inside or line.lstrip().startswith("#")
        inside = directive and line.rstrip().endswith("\\")
        lines.append("" if directive else line)
    return "\n".join(lines)


def matching(code, start, opening, closing):
    depth = 0
    for position in range(start, len(code)):
        if code[position] == opening:
            depth += 1
        elif code[position] == closing:
            depth -= 1
            if depth == 0:
                return position
    return len(code)


def parameters_of(text):
    text = text.strip()
    if text in ("", "void"):
        return 0
    depth, count = 0, 1
    for character in text:
        depth += (character in "([") - (character in ")]")
        count += character == "," and depth == 0
    return count


def functions_of(code):
    """(name, first line, lines, complexity, parameters) of every function definition."""
    position, declaration = 0, 0
    while position < len(code):
        character = code[position]
        if character == ";":
            declaration = position + 1
        elif character == "{":
            end = matching(code, position, "{", "}")
            head = code[declaration:position]
            call = next((match for match in CALL.finditer(head) if match.group(1) not in NOT_FUNCTIONS), None)
            if call and "=" not in head and head.rstrip().endswith(")"):
                close = matching(head, call.end() - 1, "(", ")")
                first = code.count("\n", 0, declaration + len(head) - len(head.lstrip())) + 1
                last = code.count("\n", 0, end) + 1
                body = code[position:end]
                yield call.group(1), first, last - first + 1, 1 + len(BRANCH.findall(body)), parameters_of(head[call.end():close])
                declaration = end + 1
            elif re.search(r"extern\s+\"\"\s*$", head):
                position += 1  # the inside of extern "C" is file scope
                declaration = position
                continue
            position = end
            if not re.search(r"\b(struct|union|enum)\b|=", head):
                declaration = end + 1
        elif character == "}":
            declaration = position + 1
        position += 1


def measure():
    files, functions = [], []
    for path in c_files():
        text = path.read_text(encoding="utf-8")
        files.append((name_of(path), text.count("\n")))
        for function in functions_of(without_directives(without_literals(text))):
            functions.append((name_of(path),) + function)
    return files, functions


def findings_of(files, functions):
    over = {}
    for name, lines in files:
        if lines > FILE_LINES:
            over[name] = f"{name}: {lines} lines, at most {FILE_LINES}"
    for name, function, line, lines, complexity, parameters in functions:
        said = []
        if lines > FUNCTION_LINES:
            said.append(f"{lines} lines, at most {FUNCTION_LINES}")
        if complexity > COMPLEXITY:
            said.append(f"complexity {complexity}, at most {COMPLEXITY}")
        if parameters > PARAMETERS:
            said.append(f"{parameters} parameters, at most {PARAMETERS}")
        if said:
            over[f"{name}:{function}"] = f"{name}:{line}: {function} has {', '.join(said)}"
    findings = [text for key, text in over.items() if key not in EXCEPTIONS]
    findings += [f"sizes.py: the exception for {key} is not needed any more" for key in EXCEPTIONS if key not in over]
    return findings


def main():
    files, functions = measure()
    if "--table" in sys.argv:
        for name, function, line, lines, complexity, parameters in sorted(functions, key=lambda row: -row[4]):
            print(f"{complexity:4} {lines:4} {parameters:3}  {function}  {name}:{line}")
        return
    report("files and functions", len(files) + len(functions), findings_of(files, functions))


main()
