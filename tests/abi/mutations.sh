#!/usr/bin/env bash
# Whether the guards of the ABI bite: on copies of the headers with one change each, those that a minor
# version may make pass, and those that would break a plugin do not.
set -eu
root=$1 folder=$2 compiler=$3
wrong=0

# changed NAME pass|fail EXPECTED_OF_ABIDIFF FILE SED_SCRIPT
changed() {
  local name=$1 layout=$2 types=$3 file=$4 script=$5 copy=$folder/$1
  rm -rf "$copy"
  mkdir -p "$copy"
  cp -r "$root/sdk/include/ks" "$copy"
  # The headers' own guards out of the way: whoever changes a struct on purpose changes them too.
  sed -i 's/^KS_LAYOUT_.*//' "$copy"/ks/*.h
  cp "$copy/ks/$file" "$copy/before"
  sed -i -E "$script" "$copy/ks/$file"
  if cmp -s "$copy/before" "$copy/ks/$file"; then
    echo "$name: the headers have no such line any more"
    wrong=1
  fi
  local got=pass
  "$compiler" -std=c++20 -fsyntax-only -I "$copy" -I "$root" "$root/tests/abi/layout_today.cpp" 2>"$copy/layout.txt" ||
    got=fail
  [ $got = "$layout" ] || { echo "$name: the layout test says $got, not $layout"; wrong=1; }
  command -v abidiff >/dev/null || return 0
  got=pass
  "$root/tests/abi/abidiff.sh" "$copy" "$copy/abidiff" >"$copy/types.txt" || got=fail
  [ $got = "$types" ] || { echo "$name: abidiff says $got, not $types"; wrong=1; }
}

last_of_run='s/(  const ks_task\* task;)/'
changed nothing_but_a_comment pass pass run.h 's/is given\. /is given, every time. /'
changed member_at_the_end pass pass run.h "$last_of_run"'\1 uint64_t more;/'
changed flag_added pass pass sampler.h 's/(KS_SAMPLER_LEAVES_NOISE = 1u << 7)/\1, KS_SAMPLER_NEW = 1u << 8/'
changed member_in_the_middle fail fail sampler.h 's/^(  uint32_t order; )/  uint64_t priority; \1/'
changed member_taken_out fail fail run.h 's/^  void \(\*set_error\).*//'
changed members_swapped fail fail run.h 's/^  ks_status \(\*noise\).*/  ks_status (*step)(const ks_run* run, const ks_step* step);/; t; s/^  ks_status \(\*step\).*/  ks_status (*noise)(const ks_run* run, double sigma, double sigma_next, ks_tensor* noise);/'
changed type_of_a_member fail fail run.h 's/^  double sigma;  /  float sigma; float rest;  /'
changed type_of_an_argument fail fail tensor.h 's/tensor, double\* result/tensor, float* result/'
changed status_renumbered fail pass status.h 's/KS_STOPPED = 2/KS_STOPPED = 6/'  # an enumeration without a name
changed member_renamed fail pass model.h 's/^  double shift;/  double moved;/'  # not the binary's matter
changed factory_renamed fail pass sampler.h 's,ks.samplers/1,ks.samplers/2,'
exit $wrong
