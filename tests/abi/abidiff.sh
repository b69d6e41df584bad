#!/usr/bin/env bash
# Compares the types of a folder of headers with those of ABI 1.0, as libabigail sees them. Fails where one
# changed other than by members at the end of a struct.
#
#   abidiff.sh HEADERS FOLDER_FOR_FILES            compares
#   abidiff.sh --freeze HEADERS FOLDER_FOR_FILES   writes v1/surface.abi; done once
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
freeze=""
[ "$1" != --freeze ] || { freeze=yes; shift; }
headers=$1 folder=$2
mkdir -p "$folder"
# DWARF 4: the version that libabigail 2.2 and later agree on.
cc -std=c11 -g -gdwarf-4 -O0 -shared -fPIC -fvisibility=hidden -fno-eliminate-unused-debug-types \
  -ffile-prefix-map="$headers"=include -ffile-prefix-map="$here"=. \
  -I "$headers" "$here/surface.c" -o "$folder/libsurface.so"
if [ -n "$freeze" ]; then
  abidw --no-corpus-path --no-comp-dir-path --no-show-locs "$folder/libsurface.so" >"$here/v1/surface.abi"
  exit
fi

status=0
abidiff --no-show-locs --leaf-changes-only "$here/v1/surface.abi" "$folder/libsurface.so" \
  >"$folder/abidiff.txt" || status=$?
# What a minor version may do reads so; any other line is a break.
allowed="^$|summary: |^'struct [a-z_]+' changed:|type size changed from|data member insertions?:|^    '.*', at offset [0-9]+ "
if [ $((status & 3)) -ne 0 ] || grep -vqE "$allowed" "$folder/abidiff.txt"; then
  cat "$folder/abidiff.txt"
  exit 1
fi
