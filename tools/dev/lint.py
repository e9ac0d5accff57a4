# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy over the sources of build/lint/compile_commands.json and remembers what was clean.

A file's key is the hash of everything that clang-tidy's answer depends on and that can change from one run to the
next: its own text, every header of ours that it reaches, its compiler flags, .clang-tidy and clang-tidy's version.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "lint"
CACHE = ROOT / "build" / "lint-cache"
PRODUCT = ("front", "sso", "db", "admin-portal", "host-app", "simulator")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)
INCLUDE_FLAG = re.compile(r"(?:^|\s)-(?:I|isystem)\s*(\S+)")
# GCC flags that clang does not know, and warnings that only make sense in the compiler that the project builds with.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-unused-command-line-argument"]


def reached(source, folders, texts):
    """The files of ours that source includes, itself among them."""
    seen, queue = set(), [source]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        if path not in texts:
            texts[path] = path.read_text(encoding="utf-8")
        for name in INCLUDE.findall(texts[path]):
            for folder in [path.parent, *folders]:
                candidate = folder / name
                if candidate.is_file():
                    queue.append(candidate.resolve())
                    break
    return sorted(seen)


def key_of(entry, source, common, texts):
    folders = [pathlib.Path(f) for f in INCLUDE_FLAG.findall(entry["command"])]
    folders = [f for f in folders if ROOT in f.resolve().parents or f.resolve() == ROOT]
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for path in reached(source, folders, texts):
        digest.update(str(path).encode() + b"\0" + texts[path].encode() + b"\0")
    return digest.hexdigest()


def tidy(source):
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(BUILD), *EXTRA, str(source)],
                          capture_output=True, text=True, cwd=ROOT)
    # stderr only counts what was suppressed in system headers, unless clang-tidy itself broke down.
    broke_down = done.returncode and not done.stdout
    return done.returncode, done.stdout + (done.stderr if broke_down else "")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--product", action="store_true", help="leave tests and benchmarks out")
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()

    entries = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if (ROOT / "build") not in path.parents:  # what the build generates is not ours to lint
            entries[path] = entry
    chosen = [pathlib.Path(f).resolve() for f in arguments.files] or sorted(entries)
    unknown = [str(f) for f in chosen if f not in entries]
    if unknown:
        sys.exit("error: nothing builds it: " + ", ".join(unknown))
    if arguments.product:
        chosen = [f for f in chosen if f.relative_to(ROOT).parts[0] in PRODUCT]

    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()
    CACHE.mkdir(parents=True, exist_ok=True)
    texts, todo = {}, []
    for source in chosen:
        mark = CACHE / key_of(entries[source], source, common, texts)
        if not mark.exists():
            todo.append((source, mark))
    print(f"    {len(chosen)} sources, {len(chosen) - len(todo)} unchanged since they were clean", flush=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = {pool.submit(tidy, source): (source, mark) for source, mark in todo}
        for number, run in enumerate(concurrent.futures.as_completed(runs), 1):
            source, mark = runs[run]
            status, output = run.result()
            name = source.relative_to(ROOT)
            if status == 0:
                mark.touch()
                print(f"    [{number}/{len(todo)}] {name}", flush=True)
            else:
                failed += 1
                print(f"{output}\n    [{number}/{len(todo)}] {name}: FAILED", flush=True)
    if os.environ.get("DEV_RESULT"):
        pathlib.Path(os.environ["DEV_RESULT"]).write_text(f"{len(chosen) - failed} {failed}\n")
    if failed:
        sys.exit(f"error: clang-tidy found something in {failed} files; ./dev lint FILE looks at one again")


if __name__ == "__main__":
    main()
