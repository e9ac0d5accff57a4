# SPDX-License-Identifier: Apache-2.0
# One test file on the optimised programs; its output goes to the log, and is shown when it fails. Called by stage.sh only.
set -euo pipefail
source tools/dev/common.sh

log=$(release_log "$1")
if MODULAR_SSO_BUILD_DIR=$PWD/build/release node --test --test-reporter=tap "$1" >"$log" 2>&1; then
  good "$1 passed on the optimised programs after ${SECONDS}s"
else
  cat "$log"
  step "$1 FAILED on the optimised programs after ${SECONDS}s"
  exit 1
fi
