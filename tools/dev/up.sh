# SPDX-License-Identifier: Apache-2.0
# ./dev up: like demo, but the data stays in .dev/; with --postgres on a PostgreSQL server of its own.
set -euo pipefail
source tools/dev/common.sh
source tools/dev/run.sh

help() {
  cat <<TEXT
usage: ./dev up [--postgres] [--port N] [--simulator-port N] [--postgres-port N]

Starts both programs like ./dev demo, and keeps accounts, keys and logs in .dev/ for the next start.

  --postgres           on PostgreSQL instead of SQLite: a private server below .dev/, started and ended with it
  --postgres-port N    where it listens, on 127.0.0.1 (54329)
TEXT
}

postgres=false postgres_port=54329
while [[ $# -gt 0 ]]; do
  case $1 in
    --help | -h) help; exit 0 ;;
    --postgres) postgres=true ;;
    --port | --simulator-port)
      [[ $# -ge 2 ]] || usage_error "$1 takes a port number"
      take_port_option "$1" "$2"
      shift
      ;;
    --postgres-port)
      [[ ${2:-} =~ ^[0-9]+$ ]] || usage_error "$1 takes a port number"
      postgres_port=$2
      shift
      ;;
    *) usage_error "up: unknown option $1" ;;
  esac
  shift
done

# PostgreSQL refuses to run as root: then its files and processes belong to the user postgres.
as_postgres() { if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_postgres() {
  need_packages build test
  local bin cluster=$data/postgres
  bin=$(pg_config --bindir 2>/dev/null || true)
  [[ -x $bin/initdb ]] || bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
  need_free_port --postgres-port "$postgres_port"
  if [[ ! -f $cluster/PG_VERSION ]]; then
    step "Creating a PostgreSQL cluster in $cluster"
    mkdir -p "$cluster"
    (umask 077 && head -c 24 /dev/urandom | base64 | tr -d '/+=\n' >"$data/postgres.password")
    [[ $EUID -ne 0 ]] || chown -R postgres "$cluster" "$data/postgres.password"
    as_postgres test -w "$cluster" || fail "the user postgres cannot reach $cluster" \
      "as root, keep the repository where other users may enter; or run this as an ordinary user"
    as_postgres "$bin/initdb" -D "$cluster" -U sso --auth=scram-sha-256 --pwfile="$data/postgres.password" -E UTF8 \
      --locale=C.UTF-8 >"$data/initdb.log" 2>&1 || { cat "$data/initdb.log" >&2; fail "initdb failed"; }
  fi
  as_postgres "$bin/pg_ctl" -D "$cluster" -w -s -l "$cluster/server.log" \
    -o "-c listen_addresses=127.0.0.1 -p $postgres_port -c unix_socket_directories=''" start ||
    fail "PostgreSQL did not start" "see $cluster/server.log"
  stop_postgres() { as_postgres "$bin/pg_ctl" -D "$cluster" -m fast -s stop || true; }
  local password
  password=$(<"$data/postgres.password")
  export DATABASE_URL=postgresql://sso:$password@127.0.0.1:$postgres_port/postgres
}
stop_postgres() { :; }

choose_ports 8080 8090
build_programs

data=$PWD/.dev
mkdir -p "$data"
trap 'end_children; stop_postgres' EXIT
trap 'echo; note "ended; the data stays in .dev/ (./dev clean removes it)"; exit 0' INT TERM
unset DATABASE_URL
if $postgres; then start_postgres; fi
start_programs
print_welcome
stay "; the data stays in .dev/"
