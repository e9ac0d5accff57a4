# SPDX-License-Identifier: Apache-2.0
"""The rules that the source tree keeps: who may include whom, how long a file may be, what may not stand in it.

    python3 tree_rules.py [ROOT]      prints each finding as FILE:LINE: rule: what to do; exit code 1 when there is one

Each rule is a function from a Tree to findings; tree_rules_test.py proves each of them on a small tree that breaks it.
"""
import pathlib
import re
import sys
from dataclasses import dataclass, field

ROOMS = ("front", "sso", "db", "admin-portal", "host-app", "simulator", "bench", "tests")
WARN_LINES, MAX_LINES = 400, 600

# Who may include whom. Tests and benchmarks may include anything.
ALLOWED = {
    "front/include": {"front/include"},
    "front": {"front", "front/include"},
    "sso/include": {"sso/include"},
    "sso": {"sso", "sso/include"},
    "db/include": {"db/include", "sso/include"},
    "db": {"db", "db/include", "sso/include"},
    "admin-portal": {"admin-portal", "sso/include"},
    "host-app": {"host-app", "admin-portal", "db/include", "front/include", "sso/include"},
    "simulator": {"simulator"},
}
# Inside sso/: a folder includes its own layer and those below, never one above.
LAYERS = {"base": 0, "identity": 1, "oidc": 1, "scalekit": 1, "directory": 2, "mcp": 2, "login": 2, "tenants": 3,
          "http": 4, "mail": 5}
# Where an `#include "..."` may be found, tried in this order after the including file's own folder and room.
INCLUDE_ROOTS = ("front/include", "sso/include", "db/include", "admin-portal/include", "simulator/include", "front/src",
                 "sso", "db/src", "db", "admin-portal/src", "admin-portal", "host-app/src", "host-app", "simulator/src",
                 "simulator", "tests", "")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]')
CODE = (".h", ".cpp")
COMMENTED = (".h", ".cpp", ".py", ".sh", ".cmake", ".js", ".mjs", ".css", "CMakeLists.txt")
SKIPPED_FOLDERS = {".git", "build", ".dev", "node_modules", "artifacts", "__pycache__", "corpus"}


@dataclass
class Tree:
    """All text files below root, by their path with forward slashes."""
    root: pathlib.Path
    files: dict = field(default_factory=dict)

    @classmethod
    def load(cls, root):
        tree = cls(root)
        for path in sorted(root.rglob("*")):
            relative = path.relative_to(root)
            if not path.is_file() or SKIPPED_FOLDERS.intersection(relative.parts):
                continue
            try:
                tree.files[relative.as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                pass  # pictures and binary samples
        return tree

    def code(self, *rooms):
        for name, text in self.files.items():
            if name.endswith(CODE) and name.split("/")[0] in (rooms or ROOMS):
                yield name, text

    def includes(self, *rooms):
        """(file, line number, what stands between the quotes or brackets)"""
        for name, text in self.code(*rooms):
            for number, line in enumerate(text.splitlines(), 1):
                match = INCLUDE.match(line)
                if match:
                    yield name, number, match.group(1)

    def resolve(self, includer, included):
        """The file of ours that an include means; None when it comes from outside."""
        room = includer.split("/")[0]
        roots = [includer.rpartition("/")[0]]
        roots += [root for root in INCLUDE_ROOTS if root.split("/")[0] == room]
        roots += [root for root in INCLUDE_ROOTS if root.split("/")[0] != room]
        for root in roots:
            candidate = normalize(f"{root}/{included}" if root else included)
            if candidate in self.files:
                return candidate
        return None


def normalize(path):
    parts = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def room_of(name):
    room = name.split("/")[0]
    return room + "/include" if room in ("front", "sso", "db") and name.startswith(room + "/include/") else room


def rooms_include_only_their_neighbours(tree):
    for name, line, included in tree.includes():
        target = tree.resolve(name, included)
        allowed = ALLOWED.get(room_of(name))
        if target and allowed is not None and room_of(target) not in allowed:
            yield name, line, f"{room_of(name)} must not include {room_of(target)} ({included})"


def folders_of_sso_include_downwards(tree):
    for name, line, included in tree.includes("sso"):
        target = tree.resolve(name, included)
        if not target or room_of(name) != "sso" or room_of(target) != "sso":
            continue
        here, there = name.split("/")[1], target.split("/")[1]
        if here not in LAYERS or there not in LAYERS:
            yield name, line, f"a folder of sso/ that has no layer in tests/arch/tree_rules.py: {here} or {there}"
        elif LAYERS[there] > LAYERS[here]:
            yield name, line, f"sso/{here} must not include sso/{there}, which lies above it"


def libraries_stay_in_their_rooms(tree):
    for name, line, included in tree.includes("front", "sso", "db", "admin-portal", "host-app", "simulator"):
        library = included.split("/")[0]
        if library == "Poco" and name.startswith("sso/"):
            if not name.startswith(("sso/http/", "sso/mail/")) and name != "sso/include/sso/request_handler_base.h":
                yield name, line, "Poco belongs to sso/http/, sso/mail/ and request_handler_base.h"
        if library == "soci" and not name.startswith("db/"):
            if not (name.startswith("host-app/") and "store" in name):
                yield name, line, "SOCI belongs to db/ and the host application's stores"
        if library in ("nlohmann", "openssl") and name.startswith(("front/include/", "sso/include/", "db/include/")):
            yield name, line, f"a public header must not show {library} to the embedder"


def simulator_links_nothing_of_ours(tree):
    for name, text in tree.files.items():
        if name.startswith("simulator/") and name.endswith(("CMakeLists.txt", ".cmake")):
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(r"ModularSso::(sso|db)|modular_sso_(sso|db)\b|host_app_lib", line):
                    yield name, number, "the simulator shares no code with the module"


def files_stay_readable(tree):
    for name, text in tree.code():
        lines = text.count("\n")
        if lines > MAX_LINES:
            yield name, lines, f"{lines} lines; split it (the limit is {MAX_LINES})"


def files_name_their_licence(tree):
    for name, text in tree.files.items():
        if name.endswith(COMMENTED) and text.strip():
            if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.splitlines()[:2]):
                yield name, 1, "begins with no SPDX-License-Identifier: Apache-2.0"


# Written in pieces, so that this file does not break its own rules.
FOREIGN = re.compile("|".join((
    r"(?<![\w.}/-])/(?:wo" r"rk|ho" r"me|ro" r"ot|Us" r"ers)/[\w.-]+",  # paths of somebody's machine
    r"https?://(?:regi" r"stry|npm|pypi|mirror|proxy)\.[\w.-]+",        # package registries
    r"\b10\.\d+\.\d+\.\d+:\d+\b",                                       # addresses of somebody's network
)))


def nothing_names_a_machine(tree):
    for name, text in tree.files.items():
        for number, line in enumerate(text.splitlines(), 1):
            match = FOREIGN.search(line)
            if match:
                yield name, number, f"names a machine, a network or a package registry: {match.group(0)}"


UNFINISHED = re.compile(r"(?://|#|/\*|^\s*\*|--).*\b(?:TO" r"DO|FIX" r"ME)\b")
SKIPPED_TEST = re.compile(r"GTEST_" r"SKIP|\bDIS" r"ABLED_[A-Z]|\b(?:test|it|describe)\.(?:sk" r"ip|on" r"ly|fix" r"me)\(")


def nothing_is_left_for_later(tree):
    for name, text in tree.files.items():
        if name.endswith(COMMENTED):
            for number, line in enumerate(text.splitlines(), 1):
                if UNFINISHED.search(line):
                    yield name, number, "an unfinished place: finish it, or say in the documents what is missing"
                if SKIPPED_TEST.search(line):
                    yield name, number, "a test that does not run proves nothing"


def sources_are_built(tree):
    listed = []  # (folder of the list, what it names); `${name}_fuzz.cpp` stands for each of its kind in that folder
    for name, text in tree.files.items():
        if name.endswith(("CMakeLists.txt", ".cmake")):
            for word in re.findall(r"[\w.${}-]+\.cpp", text):
                pattern = re.sub(r"\\\$\\\{\w+\\\}", r"\\w+", re.escape(word))
                listed.append((name.rpartition("/")[0] if "$" in word else "", re.compile(pattern)))
    for name, _ in tree.code():
        file = name.rpartition("/")[2]
        if name.endswith(".cpp") and not any(name.startswith(folder) and p.fullmatch(file) for folder, p in listed):
            yield name, 1, "stands in no CMakeLists.txt or sources.cmake, so nothing builds it"


TEST_CASE = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
STARTS_A_THREAD = re.compile(r"\bstd::(?:j?thread|async)\b|\bfork\(\)")
BUILT_FROM = re.compile(r"\b(?:modular_sso_test|add_executable)\((\w+)([^)]*)\)")


def concurrent_tests_meet_the_thread_sanitizer(tree):
    stage = "tools/dev/stage.sh"
    lists = dict(re.findall(r"^readonly (concurrent_\w+)=\(([^)]*)\)", tree.files.get(stage, ""), re.MULTILINE))
    tests, programs = (tuple(lists.get(name, "").split()) for name in ("concurrent_tests", "concurrent_programs"))
    for name, text in tree.code("tests"):
        folder, _, file = name.rpartition("/")
        build = tree.files.get(f"{folder}/CMakeLists.txt", "")
        program = next((p for p, sources in BUILT_FROM.findall(build) if file in sources.split()), "")
        cases = list(TEST_CASE.finditer(text))
        for case, end in zip(cases, [c.start() for c in cases[1:]] + [len(text)]):
            if not STARTS_A_THREAD.search(text, case.start(), end):
                continue
            if not f"{case[1]}.{case[2]}".startswith(tests) and program not in tests:
                yield name, text.count("\n", 0, case.start()) + 1, f"starts threads; add it to concurrent_tests in {stage}"
            elif program not in programs:
                yield name, 1, f"its program is not among concurrent_programs in {stage}: {program or 'none found'}"


RULES = (rooms_include_only_their_neighbours, folders_of_sso_include_downwards, libraries_stay_in_their_rooms,
         simulator_links_nothing_of_ours, files_stay_readable, files_name_their_licence, nothing_names_a_machine,
         nothing_is_left_for_later, sources_are_built, concurrent_tests_meet_the_thread_sanitizer)


def findings(tree):
    for rule in RULES:
        for name, line, what in rule(tree):
            yield f"{name}:{line}: {rule.__name__}: {what}"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    tree = Tree.load(root)
    if not list(tree.code()):
        sys.exit(f"error: no sources below {root}")
    for name, text in tree.code():
        if WARN_LINES < text.count("\n") <= MAX_LINES:
            print(f"warning: {name}: {text.count(chr(10))} lines; think of a second room for some of it")
    found = list(findings(tree))
    print("\n".join(found))
    print(f"{len(tree.files)} files, {len(RULES)} rules, {len(found)} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
