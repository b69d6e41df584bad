#!/usr/bin/env bash
# Installs the SDK into an empty folder, and builds plugins from there: with CMake in C++, with pkg-config in C.
set -eu
root=$1 build=$2 folder=$3 cmake=$4
prefix=$folder/prefix

rm -rf "$folder"
mkdir -p "$folder"
"$cmake" --install "$build" --component sdk --prefix "$prefix"
[ ! -e "$prefix/lib/ksampler" ]
if ldd "$prefix/bin/ksampler" | grep -E 'libtorch|libc10'; then
  echo "the program needs LibTorch"
  exit 1
fi

# Beside the prefix in a copy of the files, so that nothing of the tree can be reached by a relative path.
cp -r "$root/tests/sdk/consumer" "$folder/consumer"
"$cmake" -S "$folder/consumer" -B "$folder/consumer/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix"
"$cmake" --build "$folder/consumer/build"
diff "$folder/consumer/build/plugins/half-step/plugin.toml" "$folder/consumer/plugin.toml.expected"
"$prefix/bin/ksampler" list samplers --plugins "$folder/consumer/build/plugins" | grep '^half_step '

cp "$root/tests/fixtures/plugins/minimal/minimal.c" "$folder"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig:$prefix/lib/$(cc -print-multiarch)/pkgconfig
# shellcheck disable=SC2046
cc -std=c11 -O2 "$folder/minimal.c" $(pkg-config --cflags --libs ksampler) -o "$folder/minimal.so"
[ "$(nm -D --defined-only "$folder/minimal.so" | awk '{print $3}')" = ks_plugin_entry ]
"$prefix/bin/ksampler" describe "$folder/minimal.so" | grep 'id = "minimal_euler"'
