# SPDX-License-Identifier: Apache-2.0
# ./dev bench: measures the release build with bench/run.mjs, bench/organizations.mjs or bench/front_cost.mjs.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<TEXT
usage: ./dev bench [--rounds N] [--seconds N] [--write]
       ./dev bench organizations [--organizations N] [--rounds N] [--write]
       ./dev bench front [ROUNDS] [SECONDS]

Builds for release and measures beside the floors, alternating, on this machine. Prints the table of
docs/PERFORMANCE.md; --write puts it there. "organizations" measures routing and the settings pages with ten
thousand organizations beside ten; "front" a bare handler and /me on the front beside Poco's server, and nginx.
TEXT
  exit 0
fi
script=bench/run.mjs
if [[ ${1:-} == organizations ]]; then
  script=bench/organizations.mjs
  shift
elif [[ ${1:-} == front ]]; then
  script=bench/front_cost.mjs
  shift
fi
need_packages build test bench
npm_packages tests/e2e
step "Building (build/release)"
configure release -DMODULAR_SSO_TESTS=OFF -DMODULAR_SSO_BENCH=ON "${joined[@]}"
build release
MODULAR_SSO_BUILD_DIR=$PWD/build/release exec node "$script" "$@"
