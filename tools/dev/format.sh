# SPDX-License-Identifier: Apache-2.0
# ./dev format: clang-format over our sources.
set -euo pipefail
source tools/dev/common.sh

mode=(-i)
files=()
for argument in "$@"; do
  case $argument in
    --help | -h)
      echo "usage: ./dev format [--check] [FILE...]    lays out all sources, or these; --check only looks"
      exit 0
      ;;
    --check) mode=(--dry-run --Werror) ;;
    -*) usage_error "format: unknown option $argument" ;;
    *) files+=("$argument") ;;
  esac
done
need_packages lint
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(our_sources)
if ! printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$jobs" clang-format "${mode[@]}"; then
  fail "some files are not laid out as clang-format does it" "./dev format mends them"
fi
good "${#files[@]} files"
