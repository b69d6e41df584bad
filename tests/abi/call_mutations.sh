#!/usr/bin/env bash
# Whether a call that is added to the ABI is missed by no place: on copies of the headers and of the table of
# calls with one change each. What follows from the table compiles as it is; what must answer the call does not.
set -eu
root=$1 folder=$2 compiler=$3
wrong=0

# copied NAME SED_SCRIPT_FOR_TENSOR_H SED_SCRIPT_FOR_THE_TABLE: a tree that is looked into first.
copied() {
  copy=$folder/$1
  rm -rf "$copy"
  mkdir -p "$copy/host/plugin"
  cp -r "$root/sdk/include/ks" "$copy"
  cp "$root/host/plugin/calls.hpp" "$copy/host/plugin"
  sed -i 's/^KS_LAYOUT_.*//' "$copy"/ks/*.h
  sed -i -E "$2" "$copy/ks/tensor.h"
  sed -i -E "$3" "$copy/host/plugin/calls.hpp"
}

# compiles yes|no SOURCE [MESSAGE]
compiles() {
  local got=yes
  "$compiler" -std=c++20 -fsyntax-only -DBOOST_DLL_USE_STD_FS -I "$copy" -I "$root" "$root/$2" 2>"$copy/errors.txt" || got=no
  if [ $got != "$1" ]; then
    echo "$(basename "$copy"): $2 compiles: $got, not $1"
    head -5 "$copy/errors.txt"
    wrong=1
  elif [ $# -gt 2 ] && ! grep -q -- "$3" "$copy/errors.txt"; then
    echo "$(basename "$copy"): of $2 nothing says: $3"
    head -5 "$copy/errors.txt"
    wrong=1
  fi
}

member='s/^\} ks_tensor_ops;/  ks_status (*half)(const ks_run* run, ks_tensor* dst, const ks_tensor* tensor);\n} ks_tensor_ops;/'
row='s/^(  CALL\(tensors, norm, .*)/  CALL(tensors, half, ks_status, Writes, Reads) \\\n\1/'

copied a_call_with_its_row "$member" "$row"
compiles yes host/plugin/isolation/child.cpp
compiles yes host/plugin/isolation/isolated_library.cpp
compiles yes host/plugin/isolation/wire.cpp
compiles yes tests/fuzz/abi_toy_fuzz.cpp
compiles no host/conformance/toy_host.cpp 'half.* is not a member\|no member named .half'
# The host on LibTorch sets its tables in the same way; its headers take long to read.
grep -q 'calls::set_functions<Calls>(table)' "$root/host/session/host_run.cpp" || { echo "host_run.cpp has another way"; wrong=1; }

# The bindings: the tests of today's, with the headers of tomorrow.
"$compiler" -std=c++20 -O0 -DSOURCE_DIR="\"$root\"" -I "$copy" -I "$root" "$root/tests/abi/bindings_test.cpp" \
  -o "$copy/bindings" -lgtest -lgtest_main -lpthread
"$copy/bindings" >"$copy/bindings.txt" && { echo "the bindings' tests miss a call"; wrong=1; }
for said in "TensorOps lacks half" "nothing in ks.rs calls half" "nothing in sdk/include/ks/\*.hpp calls half" \
  "ks_tensor_ops has other members"; do
  grep -q "$said" "$copy/bindings.txt" || { echo "the bindings' tests do not say: $said"; wrong=1; }
done

copied a_call_without_a_row "$member" ''
compiles no host/plugin/isolation/wire.cpp "a function of ks_tensor_ops has no row"
copied a_row_without_a_call '' "$row"
compiles no host/plugin/isolation/wire.cpp half
copied a_row_with_other_arguments '' 's/^  CALL\(tensors, norm, ks_status, Reads, Result\)/  CALL(tensors, norm, ks_status, Writes, Result)/'
compiles no host/plugin/isolation/wire.cpp "tensors.norm has other arguments"
exit $wrong
