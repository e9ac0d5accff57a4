# SPDX-License-Identifier: Apache-2.0
# ./dev bench: hands over to bench/run, with the programs built for release.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  echo "usage: ./dev bench [ARG...]    builds for release and runs bench/run with these arguments"
  exit 0
fi
need_packages build test bench
[[ -x bench/run ]] || fail "bench/run is missing"
step "Building (build/release)"
configure release -DMODULAR_SSO_TESTS=OFF -DMODULAR_SSO_BENCH=ON
build release
exec bench/run "$@"
