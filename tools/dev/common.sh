# SPDX-License-Identifier: Apache-2.0
# Shared by ./dev's commands: words on the screen, packages, builds. Sourced from the repository's root.

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' green='' red='' plain=''
fi

readonly logs=build/logs
jobs=${DEV_JOBS:-$(nproc)}

step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }
note() { printf '    %s\n' "$*"; }
good() { printf '%s    %s%s\n' "$green" "$*" "$plain"; }
# fail WHAT [WHAT TO DO]: ends the command.
fail() {
  printf '%serror: %s%s\n' "$red" "$1" "$plain" >&2
  [[ $# -lt 2 ]] || printf '       %s\n' "${@:2}" >&2
  exit 1
}
usage_error() {
  printf '%serror: %s%s\n' "$red" "$1" "$plain" >&2
  printf '       ./dev help says what there is\n' >&2
  exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    fail "packages are missing, and this needs root or sudo" "as root: $*"
  fi
}

# packages_missing GROUP...: names from packages.txt that this machine lacks.
packages_missing() {
  local wanted=" $* " name groups probe _
  while read -r name groups probe _; do
    [[ -n $name && $name != '#'* && $wanted == *" $groups "* ]] || continue
    if [[ $probe != - ]] && have "$probe"; then continue; fi
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true) == installed ]] || echo "$name"
  done <tools/dev/packages.txt
}

# need_packages GROUP...: installs what is missing and says so; quiet and quick when nothing is.
need_packages() {
  have dpkg-query || fail "this is no Debian system: dpkg is missing" \
    "install the counterparts of tools/dev/packages.txt by hand and use cmake --preset dev"
  local missing
  mapfile -t missing < <(packages_missing "$@")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  step "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  mkdir -p "$logs"
  local log=$logs/packages.log
  if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "apt-get could not install them (whole output: $log)" "is the network there? is another apt-get running?"
  fi
  mapfile -t missing < <(packages_missing "$@")
  [[ ${#missing[@]} -eq 0 ]] || fail "still missing after the installation: ${missing[*]}" "see $log"
  good "installed (output: $log)"
}

# For builds that nobody edits in: the compiler gets ten sources at a time, which cuts the time it takes.
readonly joined=(-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=10)

# configure PRESET [CMAKE ARGUMENT...]
configure() {
  local preset=$1
  shift
  local extra=()
  if have ccache; then extra+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  if have mold; then extra+=(-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold); fi
  mkdir -p "$logs"
  if ! cmake --preset "$preset" "${extra[@]}" "$@" >"$logs/configure-$preset.log" 2>&1; then
    cat "$logs/configure-$preset.log" >&2
    fail "configuring the $preset build failed" "after a change of compiler or packages, ./dev clean helps"
  fi
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  # A build that finds nothing in the cache should not be preprocessed twice for it: dependencies come from the compiler.
  CCACHE_DEPEND=1 CCACHE_NOHASHDIR=1 NINJA_STATUS='    [%f/%t, %es] ' ninja -C "build/$preset" -j "$jobs" "$@"
}

# npm_packages FOLDER: the locked packages of a folder, once per lock file.
npm_packages() {
  local folder=$1
  [[ -f $folder/package.json ]] || return 0
  [[ -f $folder/package-lock.json ]] || fail "$folder has no package-lock.json"
  if [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]]; then return 0; fi
  step "Fetching the locked npm packages of $folder"
  (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
}

# release_log TEST_FILE: where its output on the optimised programs is kept.
release_log() { echo "$logs/release-$(basename "$1" .test.mjs).log"; }

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# our_sources: every C++ file of ours, one per line.
our_sources() {
  local folder
  for folder in front sso db admin-portal host-app simulator bench tests; do
    [[ ! -d $folder ]] || find "$folder" -name node_modules -prune -o \( -name '*.h' -o -name '*.cpp' \) -type f -print
  done | LC_ALL=C sort
}
