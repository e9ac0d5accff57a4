# SPDX-License-Identifier: Apache-2.0
# ./dev lint: clang-tidy over our sources, in parallel, remembering what was clean.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  cat <<TEXT
usage: ./dev lint [FILE.cpp...]

clang-tidy with .clang-tidy over every source of the debug build, or these; findings are errors. A file that
was clean is looked at again only when it, a header of ours that it includes, its flags or the checks change.
TEXT
  exit 0
fi
need_packages build test lint
configure dev
exec python3 tools/dev/lint.py --jobs "$jobs" "$@"
