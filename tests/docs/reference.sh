#!/usr/bin/env bash
# The reference of the SDK is written without a warning, so every symbol has a comment; and one without is seen.
set -eu
root=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"
cd "$root"
reference() {
  { cat docs/Doxyfile; echo "OUTPUT_DIRECTORY = $folder"; echo "INPUT = $1"; echo "STRIP_FROM_PATH = ${1%/ks}"; } | doxygen - >"$folder/log" 2>&1
}
reference sdk/include/ks || { cat "$folder/log"; exit 1; }
grep -q 'One sampling run' "$folder/html/structks__run.html"
grep -q 'error_norm' "$folder/html/structks__tensor__ops.html"

cp -r sdk/include/ks "$folder/ks"
sed -i 's/^  const void\* (\*extension)(const ks_run\* run, const char\* id);/&\n\n  double undescribed;/' "$folder/ks/run.h"
if reference "$folder/ks"; then
  echo "a member without a comment was not seen"
  exit 1
fi
grep -q undescribed "$folder/log"
