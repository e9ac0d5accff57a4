#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# dev_test.sh SOURCE_DIR: ./dev answers misuse clearly, and a failing stage cannot end in a green run.
set -euo pipefail
source=$1
work=$(mktemp -d)
listener=
trap '[[ -z $listener ]] || kill "$listener" 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; cat "$work/out" >&2; exit 1; }

# expect STATUS WORDS COMMAND...: the command ends with this code and says these words.
expect() {
  local status=0
  "${@:3}" >"$work/out" 2>&1 || status=$?
  [[ $status -eq $1 ]] || fail "exit code $status instead of $1: ${*:3}"
  grep -qF -- "$2" "$work/out" || fail "does not say '$2': ${*:3}"
}

# A copy whose stages are played, and which needs no packages.
mkdir "$work/copy"
cp -r "$source/dev" "$source/tools" "$work/copy/"
cd "$work/copy"
: >tools/dev/packages.txt
cat >tools/dev/stage.sh <<'STAGES'
case $1 in
  format) ;;                                            # passes, counts nothing: one case
  lint) echo "3 0" >"$DEV_RESULT" ;;                    # passes three cases
  docs) exit 1 ;;                                       # fails, counts nothing: one failed case
  dev) echo "5 2" >"$DEV_RESULT"; exit 1 ;;             # fails two of seven
  asan) echo "4 0" >"$DEV_RESULT"; exit 1 ;;            # breaks down after four good ones
  tsan) set -e; false; true ;;
esac
STAGES

echo "== words and exit codes"
expect 0 "./dev demo" ./dev help
expect 0 "./dev demo" ./dev
expect 2 "no command 'bogus'" ./dev bogus
for command in demo up test lint format fuzz bench docs clean; do expect 0 "usage: ./dev $command" "./dev" "$command" --help; done
expect 2 "unknown option --bogus" ./dev test --bogus
expect 2 "no stage 'bogus'" ./dev test bogus
expect 2 "takes a port number, not 'x'" ./dev demo --port x
expect 2 "takes a port number, not '70000'" ./dev up --simulator-port 70000
expect 2 "SECONDS is a number" ./dev fuzz all soon

echo "== a port in use is named, with the way out"
python3 -c 'import socket, time
listener = socket.create_server(("127.0.0.1", 0)); print(listener.getsockname()[1], flush=True); time.sleep(60)' >"$work/port" &
listener=$!
until [[ -s $work/port ]]; do kill -0 "$listener" || fail "no listener"; done
expect 1 "port $(<"$work/port") is in use" ./dev demo --port "$(<"$work/port")"
grep -qF -- "--port" "$work/out" || fail "does not name the option"

echo "== counting"
last_line_is() { [[ $(tail -n 1 "$work/out") == "$1" ]] || fail "the last line is not '$1'"; }
expect 0 "stage lint passed" ./dev test format lint
last_line_is "4 passed, 0 failed"
expect 1 "again: ./dev test docs" ./dev test format docs lint
last_line_is "4 passed, 1 failed"
expect 1 "again: ./dev test dev" ./dev test dev
last_line_is "5 passed, 2 failed"
expect 1 "stage asan failed" ./dev test asan
last_line_is "4 passed, 1 failed"
expect 1 "stage tsan failed" ./dev test tsan
last_line_is "0 passed, 1 failed"

echo "== a package list that cannot be satisfied ends the run"
echo "no-such-package-anywhere build - nothing" >tools/dev/packages.txt
mkdir "$work/bin"
printf '#!/bin/sh\nexit 100\n' >"$work/bin/apt-get"
cp "$work/bin/apt-get" "$work/bin/sudo"
chmod +x "$work/bin/"*
expect 1 "could not install" env PATH="$work/bin:$PATH" ./dev demo --check
echo "passed"
