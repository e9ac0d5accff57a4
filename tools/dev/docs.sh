# SPDX-License-Identifier: Apache-2.0
# ./dev docs: what the documents name exists.
set -euo pipefail
source tools/dev/common.sh

if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  echo "usage: ./dev docs    checks links, anchors, ./dev commands and paths named in the documents"
  exit 0
fi
[[ $# -eq 0 ]] || usage_error "docs takes no argument"
need_packages test
exec python3 tools/dev/docs.py
