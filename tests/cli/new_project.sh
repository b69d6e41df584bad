#!/usr/bin/env bash
# A project that `ksampler new` wrote builds as its README says, passes its own tests, and makes a picture.
set -eu
build=$1 folder=$2 lang=$3 kind=$4
export PATH=$build/bin:$PATH

rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
ksampler new my_plugin --lang "$lang" --kind "$kind"
cd my_plugin
if [ "$lang" = rust ]; then
  ./build.sh
else
  cmake -S . -B build -G Ninja -DCMAKE_PREFIX_PATH="$build" -DCMAKE_C_FLAGS="-Wall -Wextra -Wpedantic -Werror" \
    -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Wshadow -Werror"
  cmake --build build
  ctest --test-dir build --output-on-failure
fi
library=build/plugins/my_plugin/my_plugin.so
[ "$(nm -D --defined-only "$library" | awk '{print $3}')" = ks_plugin_entry ]
ksampler list "${kind}s" --plugins build/plugins | grep -q '^my_plugin '
ksampler validate "$library"
ksampler run pipeline.yaml --out out --quiet --device cpu
[ -s out/my_plugin_00001_.png ]
! grep -rnI '@[a-zA-Z]*@' --include='*.*' --exclude-dir=build . || exit 1
