# SPDX-License-Identifier: Apache-2.0
# One stage of ./dev test. Writes "PASSED FAILED" to $DEV_RESULT when it counts cases. Called by test.sh only.
set -euo pipefail
source tools/dev/common.sh

# -g1 keeps line numbers in every report and halves compile and link time of the debug builds.
readonly debug_info=(-DCMAKE_CXX_FLAGS_DEBUG=-g1)
# What measures deadlines and memory runs on the programs as they are shipped, where a sanitizer stretches nothing.
readonly measured=(bad_input scarce slow_clients starts_redirects database_away scalekit_away limits shutdown crash)
# Not again under the address sanitizer: what would only be slower there, or runs there on PostgreSQL, and the consumer project.
readonly not_sanitized='^(integration_app\.(bad_input|starts_redirects|database_away|scalekit_away|limits|scarce|shutdown|crash|slow_clients)|install\..*)$'
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

# build_for_tests PRESET [TARGET...]: the build in which people work compiles each source by itself, the others do not.
build_for_tests() {
  local preset=$1 how=()
  shift
  [[ $preset == dev ]] || how=("${joined[@]}")
  [[ $preset != asan ]] || how+=(-DMODULAR_SSO_CASE_BY_CASE=OFF)
  test_packages
  configure "$preset" "${debug_info[@]}" "${how[@]}"
  build "$preset" "$@"
}

# run_on_release NAME...: these files of tests/integration/app, one after the other, on the optimised programs.
run_on_release() {
  local name log status=0 ok=0 bad=0 all good
  for name in "$@"; do
    log=$logs/release-$name.log
    step "integration_app.$name on the optimised programs"
    if MODULAR_SSO_BUILD_DIR=$PWD/build/release node --test --test-reporter=tap "tests/integration/app/$name.test.mjs" >"$log" 2>&1; then
      good "passed"
    else
      cat "$log"
      status=1
    fi
    all=$(sed -n 's/^# tests //p' "$log") good=$(sed -n 's/^# pass //p' "$log")
    if [[ ${all:-0} -eq 0 ]]; then all=1 good=0 status=1; fi
    ok=$((ok + good)) bad=$((bad + all - good))
    echo "$ok $bad" >"$DEV_RESULT"
  done
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
    run_on_release "${measured[@]}"
    ;;
  asan)
    build_for_tests asan
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
    export UBSAN_OPTIONS=print_stacktrace=1
    run_ctest asan -E "$not_sanitized"
    ;;
  tsan)
    build_for_tests tsan "${concurrent_programs[@]}"
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tools/dev/tsan_suppressions.txt
    # The thread sanitizer cannot live with the widest address randomization of recent kernels.
    if setarch "$(uname -m)" -R true 2>/dev/null; then wrapper=(setarch "$(uname -m)" -R); fi
    run_ctest tsan -R "^($(IFS='|' && echo "${concurrent_tests[*]}"))"
    ;;
  fuzz) bash tools/dev/fuzz.sh all 12 ;;
  *) usage_error "there is no stage '$1'" ;;
esac
