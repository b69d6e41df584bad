#!/usr/bin/env bash
# Runs a copy of a script's folder and compares what it writes with the file that is there, byte for byte.
set -eu
python=$1 script=$2 file=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$(dirname "$script")"/*.py "$folder"
"$python" "$folder/$(basename "$script")"
cmp "$folder/$(basename "$file")" "$file"
