# SPDX-License-Identifier: Apache-2.0
# ./dev demo: from a bare machine to a working sign-in; leaves nothing behind but packages and build/.
set -euo pipefail
source tools/dev/common.sh
source tools/dev/run.sh

help() {
  cat <<TEXT
usage: ./dev demo [--port N] [--simulator-port N] [--check]

Installs what is missing, builds, and starts the local Scalekit and the sample application with a fresh
SQLite database and demo people. Stays until Ctrl-C; data and processes are gone afterwards.

  --port N             of the application (8080)
  --simulator-port N   of the local Scalekit (8090)
  --check              sign somebody in over HTTP, say whether that worked, and end (exit code 0 or 1);
                       on free ports unless told otherwise, so it may run beside a demo
TEXT
}

check=false
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) help; exit 0 ;;
    --port | --simulator-port)
      [[ $# -ge 2 ]] || usage_error "$1 takes a port number"
      take_port_option "$1" "$2"
      shift
      ;;
    --check) check=true ;;
    *) usage_error "demo: unknown option $1" ;;
  esac
  shift
done

# sign_in_once: what a browser does, with curl: the organization's link, the identity provider's form, the way back.
sign_in_once() {
  local jar=$data/cookies page=$data/page app=http://localhost:$port arrived request_id status
  local browser=(curl -sS -L --max-redirs 10 --max-time 20 -b "$jar" -c "$jar" -o "$page")
  status=$("${browser[@]}" -w '%{http_code}' "$app/me")
  [[ $status == 401 ]] || fail "GET /me before the sign-in answered $status instead of 401"
  arrived=$("${browser[@]}" -w '%{http_code} %{url_effective}' "$app/sso/login?organization_id=$organization")
  request_id=$(sed -n 's/^200 .*[?&]authRequestID=\([^&]*\).*/\1/p' <<<"$arrived")
  [[ -n $request_id ]] || fail "the sign-in did not reach the identity provider's page but: $arrived"
  note "the application sent us to the identity provider"
  arrived=$("${browser[@]}" -w '%{http_code} %{url_effective}' "http://localhost:$simulator_port/login" \
    --data-urlencode "authRequestID=$request_id" --data-urlencode scenario=login \
    --data-urlencode email=grace.hopper@example.com --data-urlencode given_name=Grace --data-urlencode family_name=Hopper)
  [[ $arrived == "200 $app/"* ]] || fail "the identity provider's answer did not sign us in but led to: $arrived"
  status=$("${browser[@]}" -w '%{http_code}' "$app/me")
  [[ $status == 200 ]] || fail "GET /me after the sign-in answered $status instead of 200"
  grep -q '"grace.hopper@example.com"' "$page" || fail "GET /me names somebody else: $(cat "$page")"
  note "the application says who is signed in: $(cat "$page")"
}

if $check; then choose_ports "$(free_port)" "$(free_port)"; else choose_ports 8080 8090; fi
build_programs

data=$(mktemp -d)
finish() {
  end_children
  rm -rf "$data"
}
trap finish EXIT
trap 'echo; note "ended; nothing is left behind"; exit 0' INT TERM

unset DATABASE_URL
start_programs
if $check; then
  step "Signing in"
  sign_in_once
  good "the sign-in works"
else
  print_welcome
  stay ", and removes the data of this demo"
fi
