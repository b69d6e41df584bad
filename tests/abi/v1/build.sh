#!/usr/bin/env bash
# How the libraries of this folder were built, once, with g++ 12.2 on Debian 12. They are not built again:
# that they are old is what they are for.
#
#   ./build.sh FOLDER    builds them, stripped, into FOLDER
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
out=$1
flags=(-O2 -fPIC -fvisibility=hidden -fno-gnu-unique -ffile-prefix-map="$PWD"=. -I include)
link=(-shared -s -Wl,--build-id=none -Wl,-z,defs -Wl,--version-script=plugins/exports.map)
gcc -std=c11 "${flags[@]}" plugins/frozen_c.c "${link[@]}" -o "$out/frozen-c.so"
g++ -std=c++20 -fvisibility-inlines-hidden "${flags[@]}" plugins/frozen_cpp.cpp plugins/frozen_cpp_entry.cpp "${link[@]}" \
  -o "$out/frozen-cpp.so"
