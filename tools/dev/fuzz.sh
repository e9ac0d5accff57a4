# SPDX-License-Identifier: Apache-2.0
# ./dev fuzz: libFuzzer targets of tests/fuzz, several at once.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<TEXT
usage: ./dev fuzz [TARGET|all] [SECONDS]

Runs one target of tests/fuzz, or all of them, two on each processor, for SECONDS each (60).
Inputs to start from: tests/fuzz/corpus/TARGET/. What a run adds stays in build/fuzz-corpus/TARGET/;
an input that breaks something is written to build/fuzz-artifacts/. Keep that one: put it into
tests/fuzz/corpus/TARGET/, where the ordinary tests replay it, and mend the code.
TEXT
  exit 0
fi
target=${1:-all} seconds=${2:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || usage_error "fuzz: SECONDS is a number, not '$seconds'"
[[ $# -le 2 ]] || usage_error "fuzz: too many arguments"

need_packages build fuzz
configure fuzz "${joined[@]}"
build fuzz fuzz_targets
mapfile -t programs < <(find build/fuzz/tests/fuzz -maxdepth 1 -type f -executable -name 'fuzz_*' | LC_ALL=C sort)
[[ ${#programs[@]} -gt 0 ]] || fail "no fuzz target was built below build/fuzz/tests/fuzz"
if [[ $target != all ]]; then
  [[ -x build/fuzz/tests/fuzz/$target ]] || fail "there is no fuzz target '$target'" "there are: ${programs[*]##*/}"
  programs=("build/fuzz/tests/fuzz/$target")
fi

# fuzz_one PROGRAM SECONDS: prints one line; the whole output goes to the log.
fuzz_one() {
  set -euo pipefail
  local name=${1##*/} status=0 log
  log=$logs/${1##*/}.log
  local seeds=tests/fuzz/corpus/${name#fuzz_} found=build/fuzz-corpus/${name#fuzz_}
  [[ -d $seeds ]] || { echo "    $name: no seeds in $seeds"; return 1; }
  mkdir -p "$found" build/fuzz-artifacts
  "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz-artifacts/$name-" "$found" "$seeds" >"$log" 2>&1 || status=$?
  if [[ $status -eq 0 ]]; then
    echo "    $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
  else
    tail -n 40 "$log"
    echo "    $name: FAILED, input in build/fuzz-artifacts/, output in $log"
  fi
  return "$status"
}
export -f fuzz_one
export logs
export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1

step "Fuzzing ${#programs[@]} targets for ${seconds}s each, $((2 * jobs)) at once"
results=$(mktemp)
trap 'rm -f "$results"' EXIT
printf '%s\n' "${programs[@]}" | xargs -P "$((2 * jobs))" -I{} bash -c \
  'if fuzz_one "$1" "$2"; then echo ok; else echo bad; fi' _ {} "$seconds" | tee "$results" | grep -vxE 'ok|bad' || true
ok=$(grep -cx ok "$results" || true)
[[ -z ${DEV_RESULT:-} ]] || echo "$ok $((${#programs[@]} - ok))" >"$DEV_RESULT"
[[ $ok -eq ${#programs[@]} ]] || fail "$((${#programs[@]} - ok)) fuzz targets failed"
