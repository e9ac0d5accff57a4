#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes each check of mutants.txt out of the code, one at a time, and demands that a unit test then fails. The tree
# is not touched: a changed copy of one source is compiled and linked before the library's own object.
# Usage: tests/mutation/mutate.sh [PATTERN]     (an extended regular expression for names and files; default: all)
#        tests/mutation/mutate.sh --applied     only finds, in seconds and without a build, the check that each takes out
# Exit status: 0 when every mutant was killed, 1 when one survived, 2 when the run itself went wrong.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${MUTATION_BUILD:-$root/build/mutation}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

drop='sub drop { my $d = quotemeta shift; s/\b(?:refuse|reject\w*)\((?:[^;"]*?)"$d"\)/(void)0/s }'
export drop
# changed FOLDER/FILE CODE: the source below sso/ without the check.
changed() { perl -0777 -pe "$drop $2" "$root/sso/$1"; }
export -f changed

# A mutant that finds no line any more proves nothing, and would only be noticed by whoever runs it.
if [[ ${1:-} == --applied ]]; then
  lost=0
  while IFS= read -r line; do
    rest=${line#* :: } file=${line#* :: }
    file=${file%% :: *}
    [[ $file == */* ]] || file=oidc/$file
    if [[ ! -f $root/sso/$file ]] || ! changed "$file" "${rest#* :: }" >"$work/changed" ||
      cmp -s "$work/changed" "$root/sso/$file"; then
      echo "not applied: $line"
      lost=$((lost + 1))
    fi
  done < <(grep -vE '^(#|$)' "$root/tests/mutation/mutants.txt")
  [[ $lost -eq 0 ]] || exit 2
  echo "every mutant finds what it takes out"
  exit 0
fi

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
[[ -f $build/build.ninja ]] ||
  cmake -S "$root/tests/mutation" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug "${launcher[@]}" >/dev/null
programs=(oidc_unit_test identity_unit_test scalekit_unit_test tenants_unit_test)
tests_pass() {
  ninja -C "$build" "${programs[@]}" || return 1
  local program
  for program in "${programs[@]}"; do "$build/$program" --gtest_brief=1 || return 1; done
}
if ! tests_pass >"$work/log" 2>&1; then
  tail -20 "$work/log"
  echo "the tests fail without any mutation" >&2
  exit 2
fi

# One mutant: prints its line. Arguments: root, build, work, number, line of mutants.txt.
try_mutant() {
  local root=$1 build=$2 dir=$3/$4 line=$5
  local name=${line%% :: *} rest=${line#* :: }
  name=${name%"${name##*[! ]}"}
  local file=${rest%% :: *} code=${rest#* :: } verdict suites folder=oidc program=oidc_unit_test
  if [[ $file == */* ]]; then folder=${file%/*} program=identity_unit_test file=${file##*/}; fi
  case $folder in scalekit | tenants) program=${folder}_unit_test ;; esac
  [[ $file != link_token.cpp ]] || program=tenants_unit_test
  mkdir "$dir"
  changed "$folder/$file" "$code" >"$dir/$file"
  # The suites nearest to the file come first; only a survivor of theirs meets all the others.
  case $file in
    jws.cpp) suites='JwsHeader.*' ;; base64url_buffer.cpp) suites='Base64UrlBuffer.*' ;; rs256.cpp) suites='*Rs256*:Rsa*' ;;
    jwk_set.cpp) suites='JwkSet*' ;; jwks_cache.cpp | single_flight.cpp) suites='JwksCache*' ;; cache_age.cpp) suites='KeyAge*' ;;
    provider_metadata.cpp | discovery_document.cpp) suites='ProviderMetadata*' ;; oidc_client.cpp) suites='OidcClient*' ;;
    jit_policy.cpp | role_rules.cpp) suites='Jit*' ;; facts_gatherer*.cpp | identity_mapper.cpp) suites='IdentityMapper*' ;;
    resolved_policy.cpp) suites='ResolvedPolicy*' ;; organization_policy.cpp) suites='ProblemsOfPolicy*' ;;
    json_cursor.cpp) suites='JsonCursor.*Corners:JsonCursor.Bounds*' ;; *) suites='TokenVerifier*:TokenClaims*' ;;
  esac
  case $folder in scalekit | tenants) suites='*' ;; esac
  [[ $file != link_token.cpp ]] || suites='*'
  tests() { timeout 60 "$dir/test" --gtest_brief=1 --gtest_fail_fast --gtest_filter="$1" >"$dir/log" 2>&1; }
  if cmp -s "$dir/$file" "$root/sso/$folder/$file"; then
    verdict='NOT APPLIED'
  elif ! c++ -std=c++20 -O0 -w -D_GLIBCXX_ASSERTIONS -DMODULAR_SSO_VERSION='"0"' -I"$root/sso" -I"$root/sso/include" -c "$dir/$file" -o "$dir/mutant.o" ||
    ! c++ -o "$dir/test" $(find "$build/CMakeFiles/$program.dir" -name '*.o') "$dir/mutant.o" "$build/libverifier.a" \
      ${MUTATION_LINK_FLAGS:-} -lgtest -lgmock -lgtest_main -lcrypto -lidn2 -lpthread; then
    verdict='DOES NOT BUILD'
  elif tests "$suites" && { [[ $suites == '*' ]] || tests '*'; }; then
    verdict='SURVIVED'
  else
    verdict=$(grep -m1 -oE '\[  FAILED  \] [A-Za-z0-9_.]+' "$dir/log" | sed 's/.*\] /killed by /' || true)
    verdict=${verdict:-killed (the program ended or hung)}
  fi
  rm -rf "$dir"
  printf '%-24s %-24s %s\n' "$name" "$folder/$file" "$verdict"
}
export root
export -f try_mutant

number=0
grep -vE '^(#|$)' "$root/tests/mutation/mutants.txt" | wanted=${1:-.} awk -F ' :: ' '$1 " :: " $2 ~ ENVIRON["wanted"]' | while IFS= read -r line; do
  printf '%s\0%s\0%s\0%s\0%s\0' "$root" "$build" "$work" "$((number += 1))" "$line"
done | xargs -0 -r -n 5 -P "${MUTATION_JOBS:-$(nproc)}" bash -c 'try_mutant "$@"' _ | tee "$work/table"

killed=$(grep -c ' killed' "$work/table" || true)
survived=$(grep -c ' SURVIVED$' "$work/table" || true)
untried=$(grep -cE ' (NOT APPLIED|DOES NOT BUILD)$' "$work/table" || true)
echo "$killed killed, $survived survived, $untried could not be tried"
if [[ $killed -eq 0 || $untried -gt 0 ]]; then exit 2; fi
[[ $survived -eq 0 ]]
