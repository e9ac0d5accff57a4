#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes each check of mutants.txt out of a copy of the verifier, one at a time, and demands that a unit test fails.
# Usage: tests/mutation/mutate.sh [NAME-PATTERN]     (an extended regular expression; default: all)
# Exit status: 0 when every mutant was killed, 1 when one survived, 2 when the run itself went wrong.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
pattern=${1:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tree/sso" "$work/tree/tests/unit" "$work/tree/tests/golden" "$work/build"
cp -r "$root/cmake" "$work/tree/"
cp -r "$root/sso/include" "$root/sso/base" "$root/sso/oidc" "$work/tree/sso/"
cp -r "$root/tests/support" "$root/tests/mutation" "$work/tree/tests/"
cp -r "$root/tests/unit/oidc" "$work/tree/tests/unit/"
cp -r "$root/tests/golden/tokens" "$work/tree/tests/golden/"

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
# Unoptimised and without warnings: a mutant may leave an unused name behind.
cmake -S "$work/tree/tests/mutation" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS="-g0 -O0 -w" \
  "${launcher[@]}" >/dev/null
build() { ninja -C "$work/build" oidc_unit_test >"$work/build.log" 2>&1; }
run_tests() { timeout 120 "$work/build/oidc_unit_test" --gtest_brief=1 --gtest_fail_fast >"$work/test.log" 2>&1; }
if ! build || ! run_tests; then
  tail -20 "$work/build.log" "$work/test.log" 2>/dev/null
  echo "the tests fail without any mutation" >&2
  exit 2
fi

drop='sub drop { my $d = quotemeta shift; s/\b(?:refuse|reject)\((?:[^;"]*?)"$d"\)/(void)0/s }'
killed=0 survived=0 broken=0
while IFS= read -r line; do
  [[ -z $line || $line == \#* ]] && continue
  name=${line%% :: *} rest=${line#* :: }
  name=${name%"${name##*[! ]}"} file=${rest%% :: *} code=${rest#* :: }
  grep -Eq -- "$pattern" <<<"$name" || continue
  target="$work/tree/sso/oidc/$file"
  cp -p "$target" "$work/original"
  perl -0777 -i -pe "$drop $code" "$target"
  if cmp -s "$target" "$work/original"; then
    verdict='NOT APPLIED' broken=$((broken + 1))
  elif ! build; then
    verdict='DOES NOT BUILD' broken=$((broken + 1))
  elif run_tests; then
    verdict='SURVIVED' survived=$((survived + 1))
  else
    verdict="killed by $(grep -m1 -oE '\[  FAILED  \] [A-Za-z0-9_.]+' "$work/test.log" | sed 's/.*\] //' || true)"
    [[ $verdict == 'killed by ' ]] && verdict='killed (the program ended or hung)'
    killed=$((killed + 1))
  fi
  printf '%-24s %-24s %s\n' "$name" "$file" "$verdict"
  cp "$work/original" "$target"
done <"$root/tests/mutation/mutants.txt"
echo "$killed killed, $survived survived, $broken could not be tried"
if [[ $broken -gt 0 ]]; then exit 2; fi
[[ $survived -eq 0 ]]
