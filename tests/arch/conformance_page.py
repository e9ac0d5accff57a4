# SPDX-License-Identifier: Apache-2.0
"""Holds docs/CONFORMANCE.md to the tests: what it names exists, and whatever row a test names is on it.

    python3 conformance_page.py [ROOT]      prints each finding; exit code 1 when there is one
"""
import json
import pathlib
import re
import sys

PAGE = "docs/CONFORMANCE.md"
GOLDEN = "tests/golden/tokens/cases.json"
# SEC-AB-01, and what may follow to save words: ", -02", " to -05".
ROWS = re.compile(r"SEC-([A-Z]{2})-(\d\d)((?:(?:, (?:and )?| to )-\d\d)*)")
GTEST = re.compile(r"\b(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\(\s*(\w+),\s*(\w+)\)")
CTEST = re.compile(r"\badd_test\(NAME ([A-Z]\w+\.[A-Z]\w+)")
CASE_NAME = re.compile(r"^[A-Z]\w+\.[A-Z]\w+$")
NODE_NAME = re.compile(r"^([a-z_0-9]+): (.+)$")
CODE = re.compile(r"`([^`]+)`")
WITHOUT_TEST = ("not applicable", "not offered", "](")  # a reason, or a link to one


def rows_in(text):
    """Every row that a text names, its shortened forms written out."""
    found = set()
    for area, first, rest in ROWS.findall(text):
        last = int(first)
        found.add(f"SEC-{area}-{first}")
        for joint, number in re.findall(r"(, (?:and )?| to )-(\d\d)", rest):
            span = range(last + 1, int(number)) if joint == " to " else ()
            found.update(f"SEC-{area}-{between:02}" for between in span)
            found.add(f"SEC-{area}-{number}")
            last = int(number)
    return found


class Tests:
    def __init__(self, root):
        self.cases, self.node, self.rows = set(), {}, {}
        for path in sorted((root / "tests").rglob("*")):
            if "node_modules" in path.parts or path.suffix not in (".cpp", ".h", ".mjs", ".json", ".txt"):
                continue
            text = path.read_text(encoding="utf-8")
            for row in rows_in(text):
                self.rows.setdefault(row, path.relative_to(root).as_posix())
            self.cases.update(f"{suite}.{case}" for suite, case in GTEST.findall(text))
            self.cases.update(CTEST.findall(text))
            if path.name.endswith(".test.mjs"):
                code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
                self.node[path.name.removesuffix(".test.mjs")] = code.replace("\\'", "'")
        golden = root / GOLDEN
        text = golden.read_text(encoding="utf-8") if golden.exists() else '{"cases": []}'
        self.golden = {case["row"] for case in json.loads(text)["cases"]}


def problem_with(name, tests):
    """Why this backticked name is no test; None when it is one, or never claimed to be."""
    if CASE_NAME.match(name):
        return None if name in tests.cases else f"`{name}`: no such test"
    match = NODE_NAME.match(name)
    if not match:
        return None
    file, words = match.groups()
    if file not in tests.node:
        return f"`{name}`: no such file"
    return None if words in tests.node[file] else f"`{name}`: no test of that file says so"


def findings(root):
    tests = Tests(root)
    listed = {}
    for number, line in enumerate((root / PAGE).read_text(encoding="utf-8").splitlines(), 1):
        for name in CODE.findall(line):
            problem = problem_with(name, tests)
            if problem:
                yield f"{PAGE}:{number}: {problem}"
        cells = line.split(" | ")
        if not line.startswith("| SEC-"):
            continue
        for row in sorted(rows_in(cells[0])):
            if row in listed:
                yield f"{PAGE}:{number}: {row} stands on line {listed[row]} already"
            listed[row] = number
            if ", golden" in line and row not in tests.golden:
                yield f"{PAGE}:{number}: {row}: no golden token names this row"
        if not any(CASE_NAME.match(name) or NODE_NAME.match(name) for name in CODE.findall(line)):
            if not any(reason in line for reason in WITHOUT_TEST):
                yield f"{PAGE}:{number}: no test, and no reason why"
    for row in sorted(set(tests.rows) - set(listed)):
        yield f"{tests.rows[row]}: {row} is not on {PAGE}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2])
    count = 0
    for finding in findings(root):
        count += 1
        print(finding)
    print(f"{count} findings")
    sys.exit(1 if count else 0)


if __name__ == "__main__":
    main()
