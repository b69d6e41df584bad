#!/usr/bin/env bash
# docs/examples/dpm-solver-2, copied to a folder of its own, built against the package of a build folder, and
# validated: nothing fails, and the paper's order is measured for both noisings.
set -eu
root=$1 build=$2 folder=$3
rm -rf "$folder"
mkdir -p "$folder"
cp "$root"/docs/examples/dpm-solver-2/* "$folder"
cd "$folder"
cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$build" -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Wshadow -Werror"
cmake --build build
"$build/bin/ksampler" validate build/plugins/dpm-solver-2/dpm-solver-2.so >card.txt || { cat card.txt; exit 1; }
grep -E '^  pass  order +1 sampler: (2|1\.9|2\.0)[0-9]*, (2|1\.9|2\.0)[0-9]*$' card.txt || { grep order card.txt; exit 1; }
grep '^  pass  follows-the-flow' card.txt
