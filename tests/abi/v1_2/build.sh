#!/usr/bin/env bash
# How the library of this folder was built, once, with g++ 12.2 on Debian 12. It is not built again: that it
# is old is what it is for.
#
#   ./build.sh FOLDER    builds it, stripped, into FOLDER
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
g++ -std=c++20 -fvisibility-inlines-hidden -O2 -fPIC -fvisibility=hidden -fno-gnu-unique -ffile-prefix-map="$PWD"=. -I include \
  plugins/frozen_1_2.cpp plugins/frozen_1_2_entry.cpp \
  -shared -s -Wl,--build-id=none -Wl,-z,defs -Wl,--version-script=../v1/plugins/exports.map -o "$1/frozen-1-2.so"
