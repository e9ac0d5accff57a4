# SPDX-License-Identifier: Apache-2.0
# ./dev bench: measures the release build with bench/run.mjs.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<TEXT
usage: ./dev bench [--rounds N] [--seconds N] [--write]

Builds for release and measures beside the floors, alternating, on this machine. Prints the table of
docs/PERFORMANCE.md; --write puts it there.
TEXT
  exit 0
fi
need_packages build test bench
npm_packages tests/e2e
step "Building (build/release)"
configure release -DMODULAR_SSO_TESTS=OFF -DMODULAR_SSO_BENCH=ON "${joined[@]}"
build release
MODULAR_SSO_BUILD_DIR=$PWD/build/release exec node bench/run.mjs "$@"
