# SPDX-License-Identifier: Apache-2.0
"""Each public header compiles when it is the first include, twice, and after macros that other libraries define.

    python3 public_headers.py COMPILER INCLUDE_FOLDER...     every .h below the folders
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-fsyntax-only", "-x", "c++", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
         "-Wnon-virtual-dtor", "-Wold-style-cast", "-Werror"]
# Names that windows.h, X11, Qt and older C headers take away. The standard library comes first: it is not on trial.
HOSTILE = """min max small near far interface ERROR NO_ERROR DELETE OPTIONAL STRICT IN OUT CONST VOID TRUE FALSE BOOL DOMAIN
OVERFLOW ABSOLUTE RELATIVE OPAQUE TRANSPARENT check verify signals slots emit foreach None Bool Status Success Always
major minor unix linux""".split()
STANDARD = """algorithm array chrono compare cstddef cstdint functional map memory mutex optional set span sstream
stdexcept string string_view tuple utility variant vector""".split()


def alone(header):
    return f'#include "{header}"\n#include "{header}"\n'


def after_hostile_macros(headers, foreign):
    lines = [f"#include <{name}>" for name in STANDARD + sorted(foreign)]
    lines += [f"#undef {name}\n#define {name} %%" for name in HOSTILE]
    return "\n".join(lines + [f'#include "{header}"' for header in headers] + [""])


def compiles(compiler, folders, text):
    command = [compiler, *FLAGS, *[f"-I{folder}" for folder in folders], "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    return done.returncode == 0, done.stderr


def check(compiler, folders):
    """Names of the headers, and what is wrong with them."""
    foreign = {}  # by header: what it includes of other libraries, which is not on trial either
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.h")):
            name = path.relative_to(folder).as_posix()
            foreign[name] = set(re.findall(r"#include <(Poco/[^>]+)>", path.read_text(encoding="utf-8")))
    headers = list(foreign)
    # All of them behind the macros at once; header by header only when one is bad, to name it.
    together = after_hostile_macros(headers, set().union(*foreign.values()))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        def start(name, how, text):
            return name, how, pool.submit(compiles, compiler, folders, text)

        all_sound = pool.submit(compiles, compiler, folders, together)
        runs = [start(name, "alone", alone(name)) for name in headers]
        if not all_sound.result()[0]:
            runs += [start(name, "after hostile macros", after_hostile_macros([name], foreign[name])) for name in headers]
        problems = [f"{name} does not compile {how}:\n{output}"
                    for name, how, run in runs for good, output in [run.result()] if not good]
        if not problems and not all_sound.result()[0]:
            problems = ["the headers do not compile together:\n" + all_sound.result()[1]]
    return headers, problems


def main():
    headers, problems = check(sys.argv[1], sys.argv[2:])
    if not headers:
        sys.exit("error: no header found")
    print("\n".join(problems))
    print(f"{len(headers)} headers, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
