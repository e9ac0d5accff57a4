# SPDX-License-Identifier: Apache-2.0
"""Holds the documents to the tree: links and anchors lead somewhere, commands and paths that they name exist."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
DEV = re.compile(r"(?<![\w/])\./dev\s+([a-z-]+)((?:\s+--[a-z-]+)*)")
# A path of ours: begins with one of our folders and has no placeholder in it.
PATH = re.compile(r"^(?:front|sso|db|admin-portal|host-app|simulator|tests|tools|docs|cmake|bench|\.ci)/[\w./-]*$")
TOP_FILE = re.compile(r"^[A-Z]+\.md$|^CMake\w+\.(?:txt|json)$|^docker-compose\.yml$|^Dockerfile$|^\.env\.example$")
COMING = {"admin-portal/", "admin-portal", "sso/directory/", "sso/mcp/"}  # rooms of the design that are built later


def anchors(text):
    """As GitHub makes them: lower case, punctuation away, spaces to hyphens."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        number, unique = 0, slug
        while unique in found:
            number += 1
            unique = f"{slug}-{number}"
        found.add(unique)
    return found


def documents():
    skipped = {"build", ".dev", "node_modules", ".git"}
    for path in sorted(ROOT.rglob("*.md")):
        if not skipped.intersection(path.relative_to(ROOT).parts):
            yield path


def dev_commands():
    """The commands of ./dev, and the options of each."""
    entry = (ROOT / "dev").read_text(encoding="utf-8")
    commands = {}
    for name in re.findall(r"^\s+\./dev ([a-z]+)", entry, re.MULTILINE):
        script = ROOT / "tools/dev" / f"{name}.sh"
        commands[name] = set(re.findall(r"--[a-z-]+", script.read_text(encoding="utf-8") if script.exists() else entry))
    return commands


def problems_of(path, text, commands):
    prose = FENCE.sub("", text)
    for target in LINK.findall(prose):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        if not linked.exists():
            yield f"link to {target}: no such file"
        elif anchor and linked.suffix == ".md" and anchor not in anchors(linked.read_text(encoding="utf-8")):
            yield f"link to {target}: no such heading"
    for name, options in DEV.findall(text):
        if name not in commands and name != "help":
            yield f"./dev {name}: no such command"
        for option in options.split():
            if name in commands and option != "--help" and option not in commands[name]:
                yield f"./dev {name} {option}: no such option"
    for code in CODE.findall(prose):
        word = code.strip()
        if (PATH.match(word) or TOP_FILE.match(word)) and word not in COMING:
            places = (ROOT, path.parent, ROOT / "front/include", ROOT / "sso/include", ROOT / "db/include", ROOT / "admin-portal/include")
            if not any((place / word).exists() for place in places):
                yield f"`{word}`: no such path"


def main():
    commands = dev_commands()
    count = found = 0
    for path in documents():
        count += 1
        for problem in problems_of(path, path.read_text(encoding="utf-8"), commands):
            found += 1
            print(f"{path.relative_to(ROOT)}: {problem}")
    if not count:
        sys.exit("error: no document found")
    print(f"    {count} documents, {found} problems")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
