# SPDX-License-Identifier: Apache-2.0
# ./dev test: the stages of CI, each timed, all of them run even when one fails.
set -euo pipefail
source tools/dev/common.sh

readonly ci_stages=(format docs asan tsan release fuzz)
readonly all_stages=("${ci_stages[@]}" dev lint)
readonly labels=(unit conformance integration e2e arch install fuzz-replay)

help() {
  cat <<TEXT
usage: ./dev test [--quick | STAGE...]

Stages, in the order of CI:
  format        every source is laid out as clang-format does it
  docs          links, commands and paths in the documents exist
  asan          the tests under the address and undefined-behaviour sanitizers: unit, conformance (memory, SQLite,
                PostgreSQL), integration, e2e (real browser), arch (include rules), fuzz-replay;
                not what measures crashes, shutdown and a database that is away, nor half of e2e: see release
  tsan          the concurrent tests under the thread sanitizer
  release       the optimised build: ./dev demo --check signs somebody in; a consumer project embeds the install;
                bad input, faults, kill -9 and shutdown with their deadlines and memory bounds; the other half of e2e
  fuzz          each fuzz target for 12 seconds
Besides these: dev (every test on the debug build, the one to work in) and lint (clang-tidy).
A label of the dev stage is a stage, too: ${labels[*]}.

  --quick       format, debug build, unit tests
  --list        names of the stages

Exit code 0 only when everything passed. Output of each stage: build/logs/STAGE.log
TEXT
}

quick_stages=(format unit)
stages=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) help; exit 0 ;;
    --list) printf '%s\n' "${all_stages[@]}" "${labels[@]}"; exit 0 ;;
    --quick) stages+=("${quick_stages[@]}") ;;
    -*) usage_error "test: unknown option $1" ;;
    *)
      [[ " ${all_stages[*]} ${labels[*]} " == *" $1 "* ]] || usage_error "test: there is no stage '$1'"
      stages+=("$1")
      ;;
  esac
  shift
done
[[ ${#stages[@]} -gt 0 ]] || stages=("${ci_stages[@]}")

started=$SECONDS
need_packages build test lint fuzz
mkdir -p "$logs"

rows=() passed=0 failed=0
for stage in "${stages[@]}"; do
  step "Stage $stage"
  stage_started=$SECONDS
  result=$logs/$stage.result
  rm -f "$result"
  # A process of its own, so that `set -e` holds inside; its result file says how many cases passed and failed.
  if DEV_RESULT=$result bash tools/dev/stage.sh "$stage" 2>&1 | tee "$logs/$stage.log"; then status=0; else status=1; fi
  read -r ok bad 2>/dev/null <"$result" || { ok=0 bad=0; }
  # A stage that counts no cases is one case; one that died on the way is a failed case beside those it counted.
  if [[ $((ok + bad)) -eq 0 ]]; then ok=$((1 - status)) bad=$status; fi
  if [[ $status -ne 0 && $bad -eq 0 ]]; then bad=1; fi
  passed=$((passed + ok)) failed=$((failed + bad))
  took=$((SECONDS - stage_started))
  rows+=("$(printf '%-12s %7s %6d passed %6d failed' "$stage" "$((took / 60))m$(printf %02d $((took % 60)))s" "$ok" "$bad")")
  if [[ $bad -gt 0 ]]; then
    rows[-1]+="   again: ./dev test $stage"
    printf '%s    stage %s failed after %ds; whole output: %s%s\n' "$red" "$stage" "$took" "$logs/$stage.log" "$plain"
  else
    good "stage $stage passed after ${took}s"
  fi
done

step "Summary ($(((SECONDS - started) / 60))m$(printf %02d $(((SECONDS - started) % 60)))s)"
printf '    %s\n' "${rows[@]}"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
