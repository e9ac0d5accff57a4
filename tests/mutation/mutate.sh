#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes each check of mutants.txt out of the code, one at a time, and demands that a test then fails. The tree is not
# touched: a changed copy of one source is compiled and linked before the library's own object.
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
# changed SOURCE CODE: the source, as it is named from the root, without the check.
changed() { perl -0777 -pe "$drop $2" "$root/$1"; }
# source_of FILE: where the file of a mutant lies, from the root.
source_of() {
  case $1 in
    front/* | host-app/*) echo "${1%%/*}/src/${1#*/}" ;;
    */*) echo "sso/$1" ;;
    *) echo "sso/oidc/$1" ;;
  esac
}
# room_of SOURCE: whose tests have to notice; see CMakeLists.txt.
room_of() {
  case $1 in
    sso/base/link_token.cpp) echo tenants ;;
    front/*) echo front ;;
    host-app/*) echo limits ;;
    *) basename "$(dirname "$1")" ;;
  esac
}
# libraries_of ROOM
libraries_of() {
  case $1 in
    front) echo "$build/libfront.a -lPocoNet -lPocoFoundation -lssl" ;;
    http) echo "$build/libhttp.a $build/libverifier.a" ;;
    limits) echo "$build/liblimits.a $build/libverifier.a" ;;
    *) echo "$build/libverifier.a" ;;
  esac
}
# nearest_of SOURCE: the suites that come first; only a survivor of theirs meets all the others.
nearest_of() {
  case ${1##*/} in
    jws.cpp) echo 'JwsHeader.*' ;; base64url_buffer.cpp) echo 'Base64UrlBuffer.*' ;; rs256.cpp) echo '*Rs256*:Rsa*' ;;
    jwk_set.cpp) echo 'JwkSet*' ;; jwks_cache.cpp | single_flight.cpp) echo 'JwksCache*' ;; cache_age.cpp) echo 'KeyAge*' ;;
    provider_metadata.cpp | discovery_document.cpp) echo 'ProviderMetadata*' ;; oidc_client.cpp) echo 'OidcClient*' ;;
    jit_policy.cpp | role_rules.cpp) echo 'Jit*' ;; facts_gatherer*.cpp | identity_mapper.cpp) echo 'IdentityMapper*' ;;
    resolved_policy.cpp) echo 'ResolvedPolicy*' ;; json_cursor.cpp) echo 'JsonCursor.*Corners:JsonCursor.Bounds*' ;;
    head_rules.cpp | request_head.cpp) echo 'HeadReader*:*HostileHeads*:*HostileTargets*:IsHost*:JudgeTarget*' ;;
    chunked_decoder.cpp) echo 'ChunkedDecoder*:*HostileChunks*' ;; forwarded.cpp | trusted_proxies.cpp) echo 'TrustedProxies*' ;;
    answer*.cpp) echo 'FrontAnswers*' ;; request_body.cpp | exchange.cpp) echo 'FrontRequests*:FrontAnswers*:FrontProxies*' ;;
    *) if [[ $1 == sso/oidc/* ]]; then echo 'TokenVerifier*:TokenClaims*'; else echo '*'; fi ;;
  esac
}
export -f changed source_of room_of libraries_of nearest_of

# A mutant that finds no line any more proves nothing, and would only be noticed by whoever runs it.
if [[ ${1:-} == --applied ]]; then
  lost=0
  while IFS= read -r line; do
    rest=${line#* :: }
    source=$(source_of "${rest%% :: *}")
    if [[ ! -f $root/$source ]] || ! changed "$source" "${rest#* :: }" >"$work/changed" ||
      cmp -s "$work/changed" "$root/$source"; then
      echo "not applied: $line"
      lost=$((lost + 1))
    fi
  done < <(grep -vE '^(#|$)' "$root/tests/mutation/mutants.txt")
  [[ $lost -eq 0 ]] || exit 2
  echo "every mutant finds what it takes out"
  exit 0
fi

# What was asked for, and the rooms that it is about.
grep -vE '^(#|$)' "$root/tests/mutation/mutants.txt" | wanted=${1:-.} awk -F ' :: ' '$1 " :: " $2 ~ ENVIRON["wanted"]' >"$work/mutants"
mapfile -t rooms < <(awk -F ' :: ' '{ print $2 }' "$work/mutants" | while IFS= read -r file; do room_of "$(source_of "$file")"; done | sort -u)

launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
[[ -f $build/build.ninja ]] ||
  cmake -S "$root/tests/mutation" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug "${launcher[@]}" >/dev/null
tests_pass() {
  ninja -C "$build" "${rooms[@]/%/_test}" || return 1
  local room
  for room in "${rooms[@]}"; do "$build/${room}_test" --gtest_brief=1 || return 1; done
}
if ! tests_pass >"$work/log" 2>&1; then
  tail -20 "$work/log"
  echo "the tests fail without any mutation" >&2
  exit 2
fi

# One mutant: prints its line. Arguments: root, build, work, number, line of mutants.txt.
try_mutant() {
  local root=$1 build=$2 dir=$3/$4 line=$5
  local name=${line%% :: *} rest=${line#* :: } source room nearest verdict
  name=${name%"${name##*[! ]}"}
  source=$(source_of "${rest%% :: *}")
  room=$(room_of "$source")
  nearest=$(nearest_of "$source")
  mkdir "$dir"
  changed "$source" "${rest#* :: }" >"$dir/mutant.cpp"
  tests() { timeout 120 "$dir/test" --gtest_brief=1 --gtest_fail_fast --gtest_filter="$1" >"$dir/log" 2>&1; }
  if cmp -s "$dir/mutant.cpp" "$root/$source"; then
    verdict='NOT APPLIED'
  elif ! c++ -std=c++20 -O0 -w -D_GLIBCXX_ASSERTIONS -DMODULAR_SSO_VERSION='"0"' -I"$root/${source%/*}" -I"$root/sso" \
    -I"$root/sso/include" -I"$root/front/include" -I"$root/db/include" -c "$dir/mutant.cpp" -o "$dir/mutant.o" ||
    ! c++ -o "$dir/test" $(find "$build/CMakeFiles/${room}_test.dir" -name '*.o') "$dir/mutant.o" $(libraries_of "$room") \
      ${MUTATION_LINK_FLAGS:-} -lgtest -lgmock -lgtest_main -lcrypto -lidn2 -lpthread; then
    verdict='DOES NOT BUILD'
  elif tests "$nearest" && { [[ $nearest == '*' ]] || tests '*'; }; then
    verdict='SURVIVED'
  else
    verdict=$(grep -m1 -oE '\[  FAILED  \] [A-Za-z0-9_./]+' "$dir/log" | sed 's/.*\] /killed by /' || true)
    verdict=${verdict:-killed (the program ended or hung)}
  fi
  rm -rf "$dir"
  printf '%-24s %-32s %s\n' "$name" "$source" "$verdict"
}
export root
export -f try_mutant

number=0
while IFS= read -r line; do
  printf '%s\0%s\0%s\0%s\0%s\0' "$root" "$build" "$work" "$((number += 1))" "$line"
done <"$work/mutants" | xargs -0 -r -n 5 -P "${MUTATION_JOBS:-$(nproc)}" bash -c 'try_mutant "$@"' _ | tee "$work/table"

killed=$(grep -c ' killed' "$work/table" || true)
survived=$(grep -c ' SURVIVED$' "$work/table" || true)
untried=$(grep -cE ' (NOT APPLIED|DOES NOT BUILD)$' "$work/table" || true)
echo "$killed killed, $survived survived, $untried could not be tried"
if [[ $killed -eq 0 || $untried -gt 0 ]]; then exit 2; fi
[[ $survived -eq 0 ]]
