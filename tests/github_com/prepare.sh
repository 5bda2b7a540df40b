#!/usr/bin/env bash
# What the tests against GitHub need and this repository does not carry, as far as this machine can have it: GitHub's own
# description of its API, emulate (a GitHub API written by others), git-lfs, PostgreSQL. Says what is missing and why;
# the tests that need it skip with the same words.
#   prepare.sh FOLDER
set -u
folder=$1
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

missing() { echo "missing: $1"; }

# apt NAME COMMAND: installs the package where the command is not here
wanted=
command -v git-lfs >/dev/null || wanted="$wanted git-lfs"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
if [ -n "$wanted" ]; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086
    timeout 240 sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"' \
      - $wanted >"$folder/apt.log" 2>&1 || missing "$wanted (apt-get: $folder/apt.log)"
  else
    missing "$wanted, and no root with apt-get to install it"
  fi
fi

if ! command -v npm >/dev/null; then
  missing "npm, for GitHub's description of its API and for emulate"
  exit 0
fi

description=$folder/api.github.com.json
if [ ! -s "$description" ]; then
  # One file of the package, which holds thirty times as much.
  (
    cd "$folder" && timeout 180 npm pack --silent @octokit/openapi@23.0.2 >npm.log 2>&1 &&
      tar -xzOf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json >description.part &&
      mv description.part "$description"
  ) || missing "GitHub's description of its API (npm pack: $folder/npm.log)"
  rm -f "$folder"/octokit-openapi-*.tgz "$folder/description.part"
fi

if [ ! -d "$folder/node_modules/emulate" ]; then
  # `latest` is another program.
  (cd "$folder" && timeout 180 npm install --silent --no-save --no-package-lock --ignore-scripts emulate@0.12.2 \
    >emulate.log 2>&1) || missing "emulate (npm: $folder/emulate.log)"
fi
[ ! -s "$description" ] || echo "there: GitHub's description of its API"
[ ! -d "$folder/node_modules/emulate" ] || echo "there: emulate"
