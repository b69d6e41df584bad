#!/usr/bin/env bash
# build_package.sh SOURCE BUILD PACKAGE CXX CC: what pyproject.toml has pip do, without pip.
set -eu
cmake -S "$1" -B "$2" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKSAMPLER_LIBRARY_ONLY=ON -DCMAKE_UNITY_BUILD=ON \
  -DCMAKE_CXX_COMPILER="$4" -DCMAKE_C_COMPILER="$5"
cmake --build "$2" --target ksampler_python
rm -rf "$3"
mkdir -p "$3"
cp -r "$1/sdk/python/ksampler/." "$3"
cmake --install "$2" --component python --prefix "$3"
du -sk "$3"
