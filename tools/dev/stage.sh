# SPDX-License-Identifier: Apache-2.0
# One stage of ./dev test. Writes "PASSED FAILED" to $DEV_RESULT when it counts cases. Called by test.sh only.
set -euo pipefail
source tools/dev/common.sh

# -g1 keeps line numbers in every report and halves compile and link time of the debug builds.
readonly debug_info=(-DCMAKE_CXX_FLAGS_DEBUG=-g1)
# What measures deadlines and memory runs on the programs as they are shipped, where a sanitizer stretches nothing.
readonly measured=(bad_input scarce slow_clients starts_redirects database_away scalekit_away limits shutdown crash)
# Journeys in a browser over routes that unit and integration tests walk in the sanitized programs as well.
readonly browser=(refusals linking passwords pages expiry mail settings_blocked)
# Not under the address sanitizer: those two, and the consumer project.
not_sanitized="^(integration_app\\.($(IFS='|' && echo "${measured[*]}"))|e2e\\.($(IFS='|' && echo "${browser[*]}"))|install\\..*)\$"
readonly not_sanitized
# What runs more than one thread or process at once (beginnings of names), and the programs that hold it; the rest would
# only repeat the asan stage, ten times slower. tests/arch finds a test with threads of its own that is missing here.
readonly concurrent_tests=(FrontAnswers FrontHandlerBase FrontLimits FrontRefusals FrontRequests FrontStop FrontTls StreamLog TimeBudgetTest Bulkhead WithinBulkhead SingleFlight ScalekitAway HostElsewhereLogin.Raced Sealer.ServesMany
  IdentityMapperTest RefusalBudget LoginRaces JwksCacheThreads ProviderMetadataEndpoints.Are VerifyRs256.WorksOnMany
  AccessTokenCacheTest ListingCacheTest PasswordHasherVerify ApplicationTest.RefusesAPortInUse HostResolver Hostile
  ManagementClientLive.ATokenThatExpired TenantTieTest.ManyAtOnce
  KeptConnections SecurityHeaders TransportTls SmtpSender SmtpHostile MailboxTest.TakesMail
  MailQueueTest NoticesTest Simulator conformance_ integration_db integration_jit SharedLimits integration_app.two_instances)
readonly concurrent_programs=(integration_front unit_base unit_identity unit_login unit_tenants oidc_unit_test unit_scalekit
  integration_scalekit integration_mail host_app_unit_test
  host_app_application_test integration_transport simulator_integration_test conformance_memory conformance_sqlite
  conformance_postgres integration_db integration_jit integration_limits host-app scalekit-simulator)

wrapper=()  # put before ctest

# run_ctest PRESET [CTEST ARGUMENT...]: counts cases from the JUnit report and, of a program that ran as one entry, from
# its own. A case that did not run has failed.
run_ctest() {
  local preset=$1 report status=0
  shift
  report=$PWD/build/$preset/junit.xml
  rm -rf "$report" "build/$preset/gtest"
  "${wrapper[@]}" ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --no-tests=error --output-junit "$report" "$@" || status=$?
  if [[ -f $report ]]; then
    local total bad
    total=$(count tests "$report")
    bad=$(($(count failures "$report") + $(count skipped "$report") + $(count disabled "$report")))
    local program cases failures skipped
    while read -r program; do
      cases=$(grep -c '<testcase ' "$program" || true)
      failures=$(sed -n 's/^<testsuites .*failures="\([0-9]*\)".*/\1/p' "$program")
      skipped=$(grep -cE 'result="(skipped|suppressed)"|status="notrun"' "$program" || true)
      [[ $skipped -eq 0 ]] || note "${program##*/}: $skipped cases did not run"
      total=$((total + cases - 1)) bad=$((bad + skipped + (failures > 1 ? failures - 1 : 0)))
    done < <(find "build/$preset/gtest" -name '*.xml' 2>/dev/null)
    echo "$((total - bad)) $bad" >"$DEV_RESULT"
    [[ $bad -eq 0 ]] || status=1
  fi
  return "$status"
}
count() { sed -n "/<testsuite/,/>/s/^.*[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

test_packages() {
  npm_packages tests/golden
  npm_packages tests/e2e
  npm_packages tests/openapi
  npm_packages tests/node-sdk
  npm_packages tests/mail-interop
}

# build_for_tests PRESET [-DNAME=VALUE...] [TARGET...]: the build in which people work compiles each source by itself,
# the others do not.
build_for_tests() {
  local preset=$1 how=()
  shift
  while [[ ${1:-} == -D* ]]; do how+=("$1"); shift; done
  [[ $preset == dev ]] || how+=("${joined[@]}")
  [[ $preset != asan ]] || how+=(-DMODULAR_SSO_CASE_BY_CASE=OFF)
  test_packages
  configure "$preset" "${debug_info[@]}" "${how[@]}"
  build "$preset" "$@"
}

# run_on_release AT_ONCE FILE...: these test files, on the optimised programs, so many beside each other.
run_on_release() {
  local at_once=$1 file log status=0 ok=0 bad=0 all good
  shift
  [[ ! -f $DEV_RESULT ]] || read -r ok bad <"$DEV_RESULT"
  printf '%s\n' "$@" | xargs -P "$at_once" -n 1 bash tools/dev/release_file.sh || status=1
  for file in "$@"; do
    log=$(release_log "$file")
    all=$(sed -n 's/^# tests //p' "$log") good=$(sed -n 's/^# pass //p' "$log")
    if [[ ${all:-0} -eq 0 ]]; then all=1 good=0 status=1; fi
    ok=$((ok + good)) bad=$((bad + all - good))
  done
  echo "$ok $bad" >"$DEV_RESULT"
  return "$status"
}

case $1 in
  format) bash tools/dev/format.sh --check ;;
  lint) bash tools/dev/lint.sh --product ;;
  docs) bash tools/dev/docs.sh ;;
  dev)
    build_for_tests dev
    run_ctest dev
    ;;
  unit | conformance | integration | e2e | arch | install | fuzz-replay)
    build_for_tests dev
    run_ctest dev -L "^$1\$"
    ;;
  release)
    bash tools/dev/demo.sh --check
    build release  # also what no program of ours needs, and an install takes along
    bash tests/install/install_test.sh cmake "$PWD/build/release" "$PWD" c++
    test_packages
    status=0
    run_on_release 1 $(printf 'tests/integration/app/%s.test.mjs ' "${measured[@]}") || status=1
    run_on_release "$jobs" $(printf 'tests/e2e/%s.test.mjs ' "${browser[@]}") || status=1
    exit "$status"
    ;;
  asan)
    build_for_tests asan
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
    export UBSAN_OPTIONS=print_stacktrace=1
    run_ctest asan -E "$not_sanitized"
    ;;
  tsan)
    names=$(IFS='|' && echo "${concurrent_tests[*]}")
    build_for_tests tsan -DMODULAR_SSO_TEST_NAMES="$names" "${concurrent_programs[@]}"
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tools/dev/tsan_suppressions.txt
    # The thread sanitizer cannot live with the widest address randomization of recent kernels.
    if setarch "$(uname -m)" -R true 2>/dev/null; then wrapper=(setarch "$(uname -m)" -R); fi
    run_ctest tsan -R "^($names)"
    ;;
  fuzz) bash tools/dev/fuzz.sh all 12 ;;
  *) usage_error "there is no stage '$1'" ;;
esac
