# SPDX-License-Identifier: Apache-2.0
# ./dev lint: clang-tidy over our sources, in parallel, remembering what was clean.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<TEXT
usage: ./dev lint [--product | FILE.cpp...]

clang-tidy with .clang-tidy over every source, or these; findings are errors. A file that was clean is looked
at again only when it, a header of ours that it includes, its flags or the checks change.

  --product     front, sso, db, host-app and simulator: what CI looks at; tests and benchmarks take longer than these
TEXT
  exit 0
fi
need_packages build test lint
# Nothing is built: a folder of its own, so that the benchmarks are there and the debug build stays as it is.
configure dev -B build/lint -DMODULAR_SSO_BENCH=ON
exec python3 tools/dev/lint.py --jobs "$jobs" "$@"
