#!/usr/bin/env bash
# docs/examples/rk2, copied to a folder of its own, built against the package of a build folder, and run.
set -eu
root=$1 build=$2 folder=$3
program=$build/bin/ksampler

rm -rf "$folder"
mkdir -p "$folder"
cp "$root"/docs/examples/rk2/* "$folder"
cd "$folder"
cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$build"
cmake --build build

[ "$(nm -D --defined-only build/plugins/rk2/rk2.so | awk '{print $3}')" = ks_plugin_entry ]
"$program" list samplers --plugins build/plugins | grep -q '^rk2 '
"$program" run rk2.yaml --out out --quiet --device cpu --set model.file="$root/configs/icons/icons.safetensors"
[ -s out/rk2_00001_.png ]

# As docs/validating.md has it: nothing fails, and the declared order is measured.
"$program" validate build/plugins/rk2/rk2.so --html card.html | grep -q '^  pass  order '
grep -q 'slope -2' card.html || grep -q 'slope -1.9' card.html
