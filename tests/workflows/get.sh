#!/usr/bin/env bash
# Puts the public workflows that a test reads into build/workflows: tests/workflows/get.sh PYTHON
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
wanted=tests/workflows/requirements.txt
! cmp -s "$wanted" build/workflows/requirements.txt || exit 0
rm -rf build/workflows build/workflows-venv
"$1" -m venv build/workflows-venv
build/workflows-venv/bin/python -m pip install --quiet --no-cache-dir --no-compile --no-input --no-deps \
  --only-binary :all: --disable-pip-version-check --target build/workflows --requirement "$wanted"
cp "$wanted" build/workflows/
