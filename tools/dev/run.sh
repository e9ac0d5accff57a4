# SPDX-License-Identifier: Apache-2.0
# Starts and ends the two programs for ./dev demo and ./dev up. Sourced.

port= simulator_port=                        # empty until chosen
readonly organization=org_59615193906282635  # Test Organization: example.com, example.org
children=()                                  # processes to end, last started first
data=                                        # folder of databases, keys and logs

# take_port_option NAME VALUE: for the option loops of demo.sh and up.sh.
take_port_option() {
  [[ $2 =~ ^[0-9]+$ && $2 -ge 1 && $2 -le 65535 ]] || usage_error "$1 takes a port number, not '$2'"
  if [[ $1 == --port ]]; then port=$2; else simulator_port=$2; fi
}

free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    if ! port_in_use "$port"; then echo "$port"; return; fi
  done
  fail "no free port between 20000 and 32000"
}

build_programs() {
  need_packages build
  step "Building (build/release; the first time takes some minutes, then seconds)"
  configure release -DMODULAR_SSO_TESTS=OFF "${joined[@]}"
  build release host-app scalekit-simulator
  host_app=$(find_program host-app)
  simulator=$(find_program scalekit-simulator)
}

find_program() {
  local found
  found=$(find build/release -type f -executable -name "$1" | head -n 1)
  [[ -n $found ]] || fail "the build made no program $1"
  echo "$PWD/$found"
}

need_free_port() {
  if port_in_use "$2"; then
    fail "port $2 is in use, perhaps by another ./dev demo" "end that program, or choose another port: $1 $(($2 + 1000))"
  fi
}

# choose_ports APPLICATION SIMULATOR: these, unless an option named others; each must be free.
choose_ports() {
  port=${port:-$1} simulator_port=${simulator_port:-$2}
  need_free_port --port "$port"
  need_free_port --simulator-port "$simulator_port"
}

# end_children: every program that we started, and nothing else.
end_children() {
  local child
  for child in "${children[@]}"; do kill -TERM "$child" 2>/dev/null || true; done
  for child in "${children[@]}"; do
    for _ in {1..50}; do kill -0 "$child" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  children=()
}

# wait_for NAME URL CHILD LOG: until URL answers 200, for at most 30 seconds.
wait_for() {
  for _ in {1..150}; do
    if curl -fsS -o /dev/null --max-time 2 "$2" 2>/dev/null; then return 0; fi
    if ! kill -0 "$3" 2>/dev/null; then
      tail -n 20 "$4" >&2
      fail "$1 ended while it started" "its output is above"
    fi
    sleep 0.2
  done
  tail -n 20 "$4" >&2
  fail "$1 did not get ready within 30 seconds" "its output is above"
}

# start_programs: both programs, with their own defaults for everything that is not named here. They keep their data in
# the folder $data; a .env file or settings of the calling shell do not reach them.
start_programs() {
  step "Starting"
  local name
  for name in "${!APP_@}" "${!SCALEKIT_@}"; do unset "$name"; done
  # The simulator knows the addresses of an application on port 8080; another port needs a seed that names it.
  sed "s/\(localhost\|127\.0\.0\.1\):8080/\1:$port/g" simulator/seed.default.json >"$data/simulator-seed.json"
  (cd "$data" && exec "$simulator" --listen "localhost:$simulator_port" --seed simulator-seed.json) >"$data/simulator.log" 2>&1 &
  children=("$!" "${children[@]}")
  wait_for "the local Scalekit" "http://localhost:$simulator_port/.well-known/openid-configuration" "$!" "$data/simulator.log"

  local seed=$PWD/host-app/seed.demo.json
  (
    cd "$data"
    export SCALEKIT_ENVIRONMENT_URL=http://localhost:$simulator_port
    export SCALEKIT_CLIENT_ID=skc_70000000000000000 SCALEKIT_CLIENT_SECRET=test_local_simulator_secret
    export APP_DATA=$data APP_LISTEN=127.0.0.1:$port APP_BASE_URL=http://localhost:$port
    exec "$host_app" --seed "$seed"
  ) >"$data/host-app.log" 2>&1 &
  children=("$!" "${children[@]}")
  wait_for "the application" "http://127.0.0.1:$port/readyz" "$!" "$data/host-app.log"
}

print_welcome() {
  cat <<TEXT

${bold}    The sample application   http://localhost:$port
    The local Scalekit       http://localhost:$simulator_port
    Mail that it would send  http://localhost:$port/dev/mailbox${plain}

    Sign in with a work e-mail (host-app/seed.demo.json has everybody):

      sam.ortiz@example.com       goes to the company's sign-in page (played by the local Scalekit). The address has a
                                  password account already, so the first time you prove it: quiet harbour maple
      anyone.new@example.com      the same page; a first-time person gets an account of their own
      bob@acme.example            this organization requires its own sign-in; no password is accepted
      pat@harbour-cafe.example    a customer without single sign-on: password  seven tidy marbles
                                  then set it up under Settings, in the portal that is embedded there

    Then try the errors on the company's sign-in page, sign out, and start from the other side: the tile at
    http://localhost:$simulator_port

TEXT
  note "Logs: $data/host-app.log, $data/simulator.log"
}

# stay: until Ctrl-C, or until a program ends by itself.
stay() {
  note "Ctrl-C ends both programs$1"
  wait -n "${children[@]}" || true
  tail -n 20 "$data/host-app.log" "$data/simulator.log" >&2
  fail "one of the programs ended by itself" "its output is above"
}
