#!/usr/bin/env bash
# Opens the keras2 files of the committed zoo in real Keras 2.3.1 on TensorFlow 1.15.5, where these can be installed.
#
#     bash tests/keras2/open_here.sh PYTHON_WITH_DIMORDER
#
# They need CPython 3.6 or 3.7; without one, or without their packages, this says so and ends well: opened.json holds
# the answers of the whole zoo. DIMORDER_OLD_PYTHON names an interpreter.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
python=${1:?name an interpreter that has dimorder}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

skip() {
  echo "skipped: $*"
  exit 0
}

find_old() {
  local name
  for name in ${DIMORDER_OLD_PYTHON:-} python3.6 python3.7 "$HOME"/.pyenv/versions/3.[67].*/bin/python; do
    "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in ((3, 6), (3, 7)))' \
      >/dev/null 2>&1 && { echo "$name"; return; }
  done
  return 1
}

old=$(find_old) || skip "no CPython 3.6 or 3.7 here, which TensorFlow 1.15 needs"
"$old" -m venv "$place/venv" || skip "no virtual environment can be made with $old"
pip="$place/venv/bin/python -m pip --quiet --disable-pip-version-check install"
$pip 'pip==21.3.1' 'setuptools==58.5.3' 'wheel==0.37.1' || skip "the packages cannot be reached"
$pip numpy==1.16.6 scipy==1.2.3 h5py==2.10.0 pyyaml==5.4.1 six==1.16.0 protobuf==3.19.6 tensorflow==1.15.5 ||
  skip "TensorFlow 1.15.5 cannot be installed"
$pip --no-deps keras-applications==1.0.8 keras-preprocessing==1.1.2 keras==2.3.1 || skip "Keras 2.3.1 cannot be installed"

mkdir "$place/home"
ask() { HOME=$place/home KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore "$place/venv/bin/python" "$@"; }
ask -c 'import keras' >/dev/null 2>&1 || skip "Keras 2.3.1 on TensorFlow 1.15.5 does not start on this machine"

"$python" tests/keras2/convert_zoo.py tests/zoo "$place/out" >"$place/converted"
ask tests/keras2/open_all.py "$place/out" keras-2.3.1 1000 0 1 2>/dev/null
"$python" tests/keras2/collect.py "$place/out" "$place/opened.json"
