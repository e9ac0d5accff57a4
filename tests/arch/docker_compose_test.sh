#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docker_compose_test.sh DOCKER_COMPOSE SOURCE_DIR: the compose file is valid with the settings of .env.example, no port
# leaves this machine, and every path that file and Dockerfile name exists.
set -euo pipefail
compose=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$source/docker-compose.yml" "$folder/"
cp "$source/.env.example" "$folder/.env"

"$compose" -f "$folder/docker-compose.yml" config >"$folder/resolved.yml"

if sed -n '/^ *ports:/,/^ *[a-z_]*:/p' "$folder/resolved.yml" | grep -E '^ *- ' | grep -vE '127\.0\.0\.1'; then
  echo "a port of docker-compose.yml is published beyond this machine" >&2
  exit 1
fi
for service in postgres simulator host-app; do
  grep -qE "^  $service:" "$folder/resolved.yml" || { echo "docker-compose.yml has no service $service" >&2; exit 1; }
done
# What `docker build` copies out of the tree has to be there.
while read -r path; do
  [[ -e $source/$path ]] || { echo "Dockerfile copies $path, which does not exist" >&2; exit 1; }
done < <(grep -E '^COPY ' "$source/Dockerfile" | grep -v -e '--from=' | sed -E 's/^COPY (--[^ ]+ )*//; s/ [^ ]+$//' | tr ' ' '\n')
echo "docker-compose.yml and Dockerfile are sound"
