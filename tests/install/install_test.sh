#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install_test.sh CMAKE BUILD_DIR SOURCE_DIR COMPILER
set -euo pipefail
cmake=$1 build=$2 source=$3 compiler=$4
work=$(mktemp -d)
children=()
finish() {
  local child
  for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; wait "$child" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

echo "== install, then move the prefix"
"$cmake" --install "$build" --prefix "$work/first" >"$work/install.log" 2>&1 || { cat "$work/install.log"; fail "cmake --install"; }
mv "$work/first" "$work/prefix"
prefix=$work/prefix
if grep -rlF -e "$source" -e "$work/first" "$prefix"/lib*/cmake "$prefix"/lib*/*/cmake 2>/dev/null; then
  fail "these files of the package name folders of this machine"
fi

echo "== build a consumer against it"
"$cmake" -S "$source/tests/install/consumer" -B "$work/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_FLAGS="-g1 -Wall -Wextra -Werror -Wno-missing-field-initializers" >"$work/configure.log" 2>&1 ||
  { cat "$work/configure.log"; fail "configuring the consumer"; }
"$cmake" --build "$work/consumer" || fail "building the consumer"

echo "== a local Scalekit inside a program of the consumer"
"$work/consumer/uses_simulator" | grep -qE '^http://127\.0\.0\.1:[0-9]+$' || fail "the simulator's library does not start"

echo "== the settings page's library"
"$work/consumer/uses_admin_portal" | grep -q 'frame-src https://env.example;' || fail "the admin portal's library does not answer"

echo "== a handler of the consumer behind the front"
"$work/consumer/uses_front" | grep -q '^HTTP/1.1 200 OK' || fail "the front does not serve"

echo "== the wiring takes under 15 lines"
lines=$(sed -n '/wiring begins/,/wiring ends/p' "$source/tests/install/consumer/consumer.cpp" | grep -vcE '^ *$|^ *//')
[[ $lines -lt 15 ]] || fail "$lines lines"

echo "== start the installed local Scalekit and the consumer"
port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    if ! port_in_use "$port"; then echo "$port"; return; fi
  done
  fail "no free port"
}
simulator_port=$(free_port) port=$(free_port)
wait_for_port() {
  for _ in {1..150}; do
    if port_in_use "$1"; then return 0; fi
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work"/*.out >&2
  fail "nothing listens on port $1"
}
cd "$work"
"$prefix/bin/scalekit-simulator" --listen "127.0.0.1:$simulator_port" >"$work/simulator.out" 2>&1 &
children+=("$!")
wait_for_port "$simulator_port" "$!"
env SCALEKIT_ENVIRONMENT_URL="http://127.0.0.1:$simulator_port" SCALEKIT_CLIENT_ID=skc_70000000000000000 \
  SCALEKIT_CLIENT_SECRET=test_local_simulator_secret APP_BASE_URL="http://localhost:$port" \
  APP_SECRET_KEYS="$(head -c 32 /dev/urandom | base64)" \
  "$work/consumer/consumer" "$port" "sqlite:///$work/consumer.db" >"$work/consumer.out" 2>&1 &
children+=("$!")
wait_for_port "$port" "$!"

echo "== the application still answers, and a sign-in begins"
app=http://localhost:$port
[[ $(curl -sS --max-time 10 "$app/") == "home of the application" ]] || fail "the application's own page is gone"
answer=$(curl -sS --max-time 10 -o "$work/page" -w '%{http_code} %{redirect_url}' "$app/sso/login?organization_id=org_59615193906282635")
case $answer in
  "30"[23]" http://127.0.0.1:$simulator_port/oauth/authorize?"*"organization_id=org_59615193906282635"*) ;;
  *) cat "$work/page" "$work"/*.out; fail "the sign-in answered $answer" ;;
esac
[[ $answer == *code_challenge=* && $answer == *code_challenge_method=S256* ]] || fail "no PKCE in $answer"
echo "passed"
