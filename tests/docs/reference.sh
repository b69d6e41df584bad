#!/usr/bin/env bash
# The reference of the SDK is written without a warning, and each type and each free function has a comment. Members
# are not asked for theirs: a comment that repeats a name helps nobody.
set -eu
root=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"
cd "$root"

# reference HEADERS: writes it; what is wrong comes out.
reference() {
  { cat docs/Doxyfile; echo "OUTPUT_DIRECTORY = $folder"; echo "INPUT = $1"; echo "STRIP_FROM_PATH = ${1%/ks}"; } |
    doxygen - >"$folder/log" 2>&1
  grep -v -E 'Member .* of (class|struct|union) .* is not documented|\(macro definition\) .* is not documented|^ *$' "$folder/log" || true
}
wrong=$(reference sdk/include/ks)
[ -z "$wrong" ] || { echo "$wrong"; exit 1; }
grep -q 'One sampling run' "$folder/html/structks__run.html"
grep -q 'error_norm' "$folder/html/structks__tensor__ops.html"

# seen NAME FILE SED_SCRIPT: a declaration without a comment, and whether it is missed.
seen() {
  rm -rf "$folder/ks"
  cp -r sdk/include/ks "$folder/ks"
  sed -i "$3" "$folder/ks/$2"
  reference "$folder/ks" | grep -q "$1" || { echo "$1 without a comment was not seen"; exit 1; }
}
seen Undescribed run.hpp 's,^// One sampling run: what,struct Undescribed { int member; };\n\n&,'
seen undescribed_function tensor.hpp 's/^class Tensor;/int undescribed_function(int x);\n\n&/'
seen ks_undescribed run.h 's,^/. What a sampler tells,typedef struct ks_undescribed { uint32_t a; } ks_undescribed;\n\n&,'
